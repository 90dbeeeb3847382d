import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import type { TableInHand } from './check-table.ts';
import { mergeVersions } from './merge-versions.ts';
import { partsFollow } from './parts-follow.ts';

/** A row as drawn: its id, its version, what it says; `-` says that it is deleted. Table 1 holds wholes, table 2 parts. */
type Drawn = readonly [rowId: string, version: number, says: string, delivery?: number];

describe('parts of a whole', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
    await duck.run(
      'create temp table conflicts (table_no int, rec int, row_id varchar, version bigint, explicit boolean)',
    );
  });
  afterAll(() => duck.close());

  const values = (rows: readonly Drawn[]) =>
    rows.map(([rowId, version, says, delivery = 0]) => {
      const row = `1, 'FHIR', '${rowId}', ${version}::bigint, ${version > 0}, ${says === '-'}, '${says}'`;
      return `(${row}, ${delivery}, ${rowId.includes('#') ? 2 : 1})`;
    });
  const relation = (rows: readonly Drawn[]) =>
    `(select * from (values ${values(rows).join(', ')})
        as row (rec, org, row_id, version, explicit, deleted, says, delivery, table_no))`;

  /** What is there after an arrival, without what is deleted. */
  const remains = async (
    there: readonly Drawn[],
    arriving: readonly Drawn[],
    rider: 'parts' | null = 'parts',
  ) => {
    const present =
      there.length === 0 ? null : `(select * exclude (delivery, table_no) from ${relation(there)})`;
    const merged = await mergeVersions(duck, { arriving: relation(arriving), present, content: ['says'] });
    const tables = [0, 1].flatMap((delivery) => [
      { delivery, table: 1, source: {} } as TableInHand,
      { delivery, table: 2, source: rider ? { rider } : {} } as TableInHand,
    ]);
    const accepted = await partsFollow(duck, {
      accepted: merged.accepted,
      arriving: relation(arriving),
      present,
      tables,
    });
    const kept =
      present === null
        ? ''
        : `union all by name select * from ${present} anti join ${accepted} as news using (rec, row_id)`;
    const rows = await duck.rows<{ row_id: string; says: string }>(
      `select row_id, says from (select * from ${accepted} as accepted ${kept}) where not deleted order by row_id`,
    );
    return rows.map(({ row_id, says }) => `${row_id} ${says}`);
  };

  const two: Drawn[] = [
    ['a', 1, 'x+y'],
    ['a#1', 1, 'x'],
    ['a#2', 1, 'y'],
  ];

  test('come with it', async () => {
    expect(await remains([], two)).toEqual(['a x+y', 'a#1 x', 'a#2 y']);
  });

  test('that did not come again with a newer one are gone', async () => {
    expect(
      await remains(two, [
        ['a', 2, 'z'],
        ['a#1', 2, 'z'],
      ]),
    ).toEqual(['a z', 'a#1 z']);
  });

  test('go with it when it is deleted', async () => {
    expect(await remains(two, [['a', 2, '-']])).toEqual([]);
  });

  test('are not touched by an older one', async () => {
    expect(await remains([['a', 2, 'z']], two)).toEqual(['a z']);
  });

  test('are not taken without one', async () => {
    expect(await remains([], [['a#1', 1, 'x']])).toEqual([]);
  });

  test('of an older version that arrives beside a newer one are not taken', async () => {
    expect(await remains([], [...two, ['a', 2, 'z'], ['a#1', 2, 'z']])).toEqual(['a z', 'a#1 z']);
  });

  test('of an older delivery that arrives beside a newer one are not taken', async () => {
    const older: Drawn[] = [
      ['a', 0, 'x+y', 0],
      ['a#1', 0, 'x', 0],
      ['a#2', 0, 'y', 0],
    ];
    expect(await remains([], [...older, ['a', 0, 'z', 1], ['a#1', 0, 'z', 1]])).toEqual(['a z', 'a#1 z']);
  });

  test('of two that contradict each other are not taken, even where they agree', async () => {
    expect(await remains([], [...two, ['a', 1, 'x+z'], ['a#1', 1, 'x'], ['a#2', 1, 'z']])).toEqual([]);
  });

  test('that stayed the same stay', async () => {
    const unversioned = two.map(([row, , says]) => [row, 0, says] as const);
    expect(
      await remains(unversioned, [
        ['a', 0, 'x+z'],
        ['a#1', 0, 'x'],
        ['a#2', 0, 'z'],
      ]),
    ).toEqual(['a x+z', 'a#1 x', 'a#2 z']);
  });

  test('are only what a table of parts holds', async () => {
    expect(await remains(two, [['a', 2, 'z']], null)).toEqual(['a z', 'a#1 x', 'a#2 y']);
  });
});
