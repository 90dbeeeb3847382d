import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs } from '../../test/support/drawn-team.ts';
import { observation, writeExtract } from '../../test/support/extracts.ts';
import { importPaths } from '../../test/support/imports.ts';
import { firstPatient, practiceCode } from '../../test/support/planted-round.ts';
import { useSite } from '../../test/support/site.ts';
import { persona } from '../../test/support/small-borough.ts';
import { useTestBorough } from '../../test/support/test-book.ts';
import { readDisclosureRules, readLibrary, readUnlistedCodes, refresh } from '../domains/need/index.ts';

// Given a code that no list has, three times in the practice whose manager signs in and once in another.

const at = useTestBorough();
const site = useSite(at);
const OWN = 19;
const OTHER = 7;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nh-unlisted-'));
  const rows = (practice: number, count: number) =>
    Array.from({ length: count }, (_, at) =>
      observation(`odd-${at}`, firstPatient(practice), {
        mapped_concept_code: null,
        source_code: 'XOdd1',
        source_system: 'ctv3',
        mapped_concept_display: 'A very odd finding',
      }),
    );
  for (const [practice, count] of [
    [OWN, 3],
    [OTHER, 1],
  ] as const)
    await importPaths(
      at,
      writeExtract(
        folder,
        practiceCode(practice),
        { observation: rows(practice, count) },
        { publisher: practiceCode(practice), extracted_at: '2026-11-15T03:00:00Z' },
      ),
    );
  await refresh({
    book: at.book,
    home: at.home,
    library: readLibrary('content'),
    disclosure: readDisclosureRules('content'),
    settings: { threads: 2 },
  });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seen = async (role: string, planning: boolean) => {
  const by = await persona(at.book, role);
  return await actAs(at.book, by, (tx) => readUnlistedCodes(tx, { planning, from: 0, most: 10 }));
};

test('is counted for analysts in all practices, for a manager in their own, for planners nowhere', async () => {
  const odd = { system: 'ctv3', concept: 'XOdd1', display: 'A very odd finding', feed: 'events' };
  expect(await seen('analyst', false)).toMatchObject({
    total: 1,
    entries: 4,
    codes: [{ ...odd, entries: 4, practices: 2 }],
  });
  expect(await seen('practice_manager', false)).toMatchObject({
    total: 1,
    entries: 3,
    codes: [{ ...odd, entries: 3, practices: 1 }],
  });
  expect(await seen('commissioner', false)).toEqual({ codes: [], total: 0, entries: 0, ofEntries: 0 });
});

test('is on the board, on its page by practice, and in the file', async () => {
  const analyst = await site.signedIn('analyst');
  expect((await analyst.get('/quality/codes')).body).toContain('A very odd finding');
  const manager = await site.signedIn('practice_manager');
  const csv = (await manager.get('/quality/codes.csv')).body;
  expect(csv.trim().split('\r\n').slice(1)).toEqual(['ctv3,XOdd1,,A very odd finding,events,3,1']);
  expect((await manager.get('/quality/codes?practice=Z99999')).statusCode).toBe(404);
  expect((await manager.get('/quality/codes.csv?practice=Z99999')).statusCode).toBe(404);
  const lead = await site.signedIn('ig_lead');
  const hidden = (await lead.get('/quality/codes')).body;
  expect(hidden).not.toContain('XOdd1');
  expect(hidden).toContain('is for those who see rows');
});
