import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { mergeVersions } from './merge-versions.ts';

interface Arriving {
  row_id: string;
  version: number;
  says: string;
  explicit?: boolean;
  deleted?: boolean;
  delivery?: number;
}

describe('versions of a row', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
  });
  beforeEach(() =>
    duck.run(
      'create or replace temp table conflicts (table_no int, rec int, row_id varchar, version bigint, explicit boolean)',
    ),
  );
  afterAll(() => duck.close());

  const relation = (rows: readonly Arriving[]) =>
    `(values ${rows
      .map(
        (row) =>
          `(1, 'Z1', '${row.row_id}', ${row.version}::bigint, ${row.explicit ?? true}, ${row.deleted ?? false}, '${row.says}', ${row.delivery ?? 0}, 7)`,
      )
      .join(', ')}) as row (rec, org, row_id, version, explicit, deleted, says, delivery, table_no)`;

  const merge = async (
    arriving: readonly Arriving[],
    present: readonly Arriving[] = [],
    late: string | null = null,
  ) => {
    const merged = await mergeVersions(duck, {
      arriving: relation(arriving),
      present:
        present.length === 0 ? null : `(select * exclude (delivery, table_no) from ${relation(present)})`,
      content: ['says'],
      late,
    });
    const accepted = await duck.rows<{ row_id: string; says: string; version: number; deleted: boolean }>(
      `select row_id, says, version, deleted from ${merged.accepted} order by row_id`,
    );
    return { ...(merged.verdicts.get(7) ?? { loaded: 0, duplicate: 0, conflict: 0 }), accepted };
  };

  const a = (version: number, says: string, more: Partial<Arriving> = {}): Arriving => ({
    row_id: 'a',
    version,
    says,
    ...more,
  });

  test.each<
    [string, Arriving[], Arriving[], { loaded: number; duplicate: number; conflict: number }, string[]]
  >([
    ['a new row', [a(1, 'x')], [], { loaded: 1, duplicate: 0, conflict: 0 }, ['x']],
    ['the same row again', [a(1, 'x')], [a(1, 'x')], { loaded: 0, duplicate: 1, conflict: 0 }, []],
    ['a newer version', [a(2, 'y')], [a(1, 'x')], { loaded: 1, duplicate: 0, conflict: 0 }, ['y']],
    [
      'an older version that comes late',
      [a(1, 'x')],
      [a(2, 'y')],
      { loaded: 0, duplicate: 1, conflict: 0 },
      [],
    ],
    [
      'the same version with other words',
      [a(1, 'y')],
      [a(1, 'x')],
      { loaded: 0, duplicate: 0, conflict: 1 },
      [],
    ],
    ['two versions at once', [a(1, 'x'), a(2, 'y')], [], { loaded: 1, duplicate: 1, conflict: 0 }, ['y']],
    [
      'two rows that differ under one version',
      [a(1, 'x'), a(1, 'y')],
      [],
      { loaded: 0, duplicate: 0, conflict: 2 },
      [],
    ],
    [
      'a conflict beside an older version',
      [a(1, 'w'), a(2, 'x'), a(2, 'y')],
      [],
      { loaded: 0, duplicate: 1, conflict: 2 },
      [],
    ],
    ['one row twice in a file', [a(1, 'x'), a(1, 'x')], [], { loaded: 1, duplicate: 1, conflict: 0 }, ['x']],
    [
      'a deletion',
      [a(2, '', { deleted: true })],
      [a(1, 'x')],
      { loaded: 1, duplicate: 0, conflict: 0 },
      [''],
    ],
    [
      'a deletion repeated',
      [a(2, '', { deleted: true })],
      [a(2, 'x', { deleted: true })],
      { loaded: 0, duplicate: 1, conflict: 0 },
      [],
    ],
    [
      'a late row that was deleted since',
      [a(1, 'x')],
      [a(2, '', { deleted: true })],
      { loaded: 0, duplicate: 1, conflict: 0 },
      [],
    ],
    [
      'a row without a version that says the same',
      [a(9, 'x', { explicit: false })],
      [a(5, 'x', { explicit: false })],
      { loaded: 0, duplicate: 1, conflict: 0 },
      [],
    ],
    [
      'a row without a version that says something else',
      [a(9, 'y', { explicit: false })],
      [a(5, 'x', { explicit: false })],
      { loaded: 1, duplicate: 0, conflict: 0 },
      ['y'],
    ],
    [
      'a row without a version from an older delivery',
      [a(4, 'y', { explicit: false })],
      [a(5, 'x', { explicit: false })],
      { loaded: 0, duplicate: 1, conflict: 0 },
      [],
    ],
    [
      'rows without versions in two deliveries at once',
      [a(0, 'x', { explicit: false, delivery: 1 }), a(0, 'y', { explicit: false, delivery: 2 })],
      [],
      { loaded: 1, duplicate: 1, conflict: 0 },
      ['y'],
    ],
  ])('%s', async (_, arriving, present, counts, says) => {
    const { accepted, ...found } = await merge(arriving, present);
    expect(found).toEqual(counts);
    expect(accepted.map((row) => row.says)).toEqual(says);
  });

  const late = 'delivery = 0';
  test.each<[string, Arriving[], Arriving[], { loaded: number; duplicate: number }]>([
    ['a row that is not there', [a(1, 'x')], [], { loaded: 0, duplicate: 1 }],
    [
      'a row without a version, though it says something else',
      [a(1, 'y', { explicit: false })],
      [a(0, 'x', { explicit: false })],
      { loaded: 0, duplicate: 1 },
    ],
    ['a later version of a row that is there', [a(2, 'y')], [a(1, 'x')], { loaded: 1, duplicate: 0 }],
    [
      'a row that a newer delivery of the import has too',
      [a(1, 'x'), a(2, 'y', { delivery: 1 })],
      [],
      { loaded: 1, duplicate: 1 },
    ],
  ])('of a delivery that is late: %s', async (_, arriving, present, counts) => {
    const { loaded, duplicate } = await merge(arriving, present, late);
    expect({ loaded, duplicate }).toEqual(counts);
  });

  test('the order in which versions arrive does not matter, and no row is lost', async () => {
    const version = fc.record({
      row_id: fc.constantFrom('a', 'b'),
      version: fc.integer({ min: 1, max: 4 }),
      deleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(version, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (versions, turn) => {
          const rows = versions.map((row) => ({ ...row, says: `v${row.version}${row.deleted}` }));
          const at = turn % rows.length;
          const forwards = await merge(rows);
          const turned = await merge([...rows.slice(at), ...rows.slice(0, at)].reverse());
          expect(turned).toEqual(forwards);
          expect(forwards.loaded + forwards.duplicate + forwards.conflict).toBe(rows.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
