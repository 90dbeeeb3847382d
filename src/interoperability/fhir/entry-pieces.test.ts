import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { EntryPieces } from './entry-pieces.ts';
import type { LineCount } from './fhir-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-pieces-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** More than is handed on at a time by who cuts. */
const LARGE = 3_000_000;
/** Between a small bundle here and a large one. */
const FULL = 1000;

const entry = (id: string, more = '') => ({ resource: { resourceType: 'List', id, more } });
const bundle = (...entry: unknown[]) => JSON.stringify({ resourceType: 'Bundle', entry });
const place = (line: string) => Number(/\d+/.exec(line));

/** What is read: the places of the lines of each piece, and what was counted of them. */
function reader() {
  const read: { file: string; counted: LineCount; places: number[] }[] = [];
  let reading = 0;
  const pieces = new EntryPieces(
    folder,
    async (path, counted) => {
      expect(++reading).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading--;
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      expect(counted).toEqual({
        lines: lines.length,
        longest: Math.max(...lines.map((line) => line.length + 1)),
      });
      const piece = { file: basename(path), counted, places: lines.map(place) };
      read.push(piece);
      return piece;
    },
    FULL,
  );
  const cut = async (document: string, first: number) =>
    await pieces.cut(writeFile(folder, `bundle-${first}.json`, document), first);
  return { pieces, cut, read };
}

test('small bundles are in one piece until it is full', async () => {
  const { pieces, cut } = reader();
  await cut(bundle(entry('a'), entry('b')), 100);
  await cut(bundle(entry('c', 'x'.repeat(FULL - 200))), 200);
  await cut(bundle(entry('d')), 300);
  expect((await pieces.end()).map(({ places }) => places)).toEqual([[100, 101, 200], [300]]);
  await pieces.close();
});

test('a large bundle is read before it is cut to its end, in pieces of its own', async () => {
  const { pieces, cut } = reader();
  await cut(bundle(entry('a')), 100);
  const parts = Array.from({ length: 10 }, (_, n) => entry(`b${n}`, 'x'.repeat(LARGE / 10)));
  await cut(bundle(...parts), 200);
  await cut(bundle(entry('c')), 300);
  const places = (await pieces.end()).map((piece) => piece.places);
  expect(places[0]).toEqual([100]);
  expect(places.at(-1)).toEqual([300]);
  expect(places.length).toBeGreaterThan(3);
  expect(places.flat()).toEqual([100, ...parts.map((_, n) => 200 + n), 300]);
  await pieces.close();
});

test.each([
  ['small', 1],
  ['large', LARGE],
])('a %s document that is no whole bundle leaves nothing behind', async (_, length) => {
  const { pieces, cut, read } = reader();
  await cut(bundle(entry('a')), 100);
  const parts = Array.from({ length: 4 }, (_, n) => entry(`b${n}`, 'x'.repeat(length)));
  expect(await cut(bundle(...parts).slice(0, -1), 200)).toBeNull();
  await cut(bundle(entry('c')), 300);
  expect((await pieces.end()).flatMap(({ places }) => places)).toEqual([100, 300]);
  await pieces.close();
  expect(read.flatMap(({ places }) => places).includes(200)).toBe(length === LARGE);
});

test('what a reading throws is thrown at the end, and that of a forgotten piece never', async () => {
  const fails = async (path: string) => {
    throw new Error(`cannot read ${basename(path)}`);
  };
  const pieces = new EntryPieces(folder, fails, FULL);
  const large = bundle(...Array.from({ length: 4 }, (_, n) => entry(`b${n}`, 'x'.repeat(LARGE))));
  expect(await pieces.cut(writeFile(folder, 'broken.json', large.slice(0, -1)), 100)).toBeNull();
  expect(await pieces.end()).toEqual([]);
  await pieces.cut(writeFile(folder, 'whole.json', bundle(entry('a'))), 200);
  await expect(pieces.end()).rejects.toThrow('cannot read entries-');
  await pieces.close();
});
