import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeExtract } from '../../../test/support/extracts.ts';
import { type Duck, openDuck } from '../../platform/lake/index.ts';
import { openDeliveries } from '../deliveries/open-deliveries.ts';

const NO_BREAK_SPACE = '\u00a0';

const texts: readonly [written: string, read: string | null][] = [
  ['Cough', 'Cough'],
  ['a  b', 'a  b'],
  [' before', 'before'],
  ['behind ', 'behind'],
  [' Brûlure ', 'Brûlure'],
  ['Œdème', 'Œdème'],
  [`${NO_BREAK_SPACE}before`, 'before'],
  [`behind${NO_BREAK_SPACE}`, 'behind'],
  ['', null],
  ['   ', null],
  [NO_BREAK_SPACE, null],
  ['NULL', null],
  ['null', null],
  ['\\N', null],
  [' NULL ', null],
  [`null${NO_BREAK_SPACE}`, null],
  ['nullipara', 'nullipara'],
  ['Null', 'Null'],
];

describe('a text of a practice extract', () => {
  const read = new Map<string, string | null>();
  let folder: string;
  let duck: Duck;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-texts-'));
    duck = await openDuck({ threads: 1 });
    const rows = texts.map(([written], at) => ({ id: `o${at}`, patient_id: 'p', source_display: written }));
    const path = writeExtract(folder, 'Z90001', {
      observation: rows.map((row) => ({ ...row, mapped_concept_code: '195967001' })),
    });
    const opening = {
      scratch: folder,
      base: null,
      keptDelivery: async () => null,
      progress: () => {},
      say: () => {},
    };
    const { deliveries } = await openDeliveries(duck, [path], 'content', opening);
    const table = deliveries[0]?.tables[0];
    const found = await duck.rows<{ id: string; term: string | null }>(
      `select id, ${table?.columns.get('source_term')?.sql} as term from ${table?.relation}`,
    );
    for (const { id, term } of found) read.set(id, term);
  });
  afterAll(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(texts.map(([written, expected], at) => ({ written, expected, id: `o${at}` })))(
    '$written is read as $expected',
    ({ id, expected }) => {
      expect(read.get(id)).toBe(expected);
    },
  );
});
