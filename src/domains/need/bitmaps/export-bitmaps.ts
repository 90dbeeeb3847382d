import { join } from 'node:path';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import {
  AGE,
  digitKey,
  EVERYBODY,
  frailtyKey,
  inKey,
  knownKey,
  NEED_BEFORE,
  needKey,
  type Sliced,
  UNRANKED,
} from './keys.ts';

export const BITMAP_COLUMNS = ['snapshot_id', 'practice_id', 'key', 'first_position', 'bits'] as const;

/** One bitmap: whose bit is set, as a condition on the temporary table `fact`. */
export interface Bitmap {
  readonly key: string;
  readonly condition: string;
}

interface Asked {
  readonly duck: Duck;
  readonly scratch: string;
  readonly snapshotId: number;
  /** Registers and bands that people can be listed by. */
  readonly listed: readonly { number: number; condition: string }[];
  readonly frailtyBands: readonly string[];
  readonly needBands: readonly string[];
}

/** Bitmaps that are made in one pass. DuckDB keeps room for every aggregate of a query. */
const BITMAPS_A_PASS = 50;

/**
 * Writes, for each practice, a bit a person for everything that lists are filtered by, as CSV for COPY: from the temporary
 * table `fact`, in the order of `position`. Bitmaps without a set bit are written too, so that a missing one means that
 * nobody wrote it. Returns the file.
 */
export async function exportBitmaps(asked: Asked): Promise<string> {
  const { duck, scratch, snapshotId } = asked;
  await duck.run(`
    create or replace temp table listed as
      select *, position - min(position) over (partition by practice_id) as ordinal from fact`);
  const { most } = await duck.one<{ most: number | null }>('select max(ordinal) as most from listed');
  await duck.run(
    'create or replace temp table bitmap (practice_id integer, key varchar, first_position bigint, bits varchar)',
  );
  const all = bitmaps(asked);
  for (let from = 0; from < all.length; from += BITMAPS_A_PASS)
    await duck.run(`insert into bitmap ${bitmapsSql(all.slice(from, from + BITMAPS_A_PASS), most ?? 0)}`);
  await duck.run('drop table listed');
  const file = join(scratch, 'bitmaps.csv');
  await duck.run(
    `copy (select ${snapshotId} as snapshot_id, practice_id, key, first_position, bits from bitmap)
       to ${literal(file)} (format csv, header)`,
  );
  await duck.run('drop table bitmap');
  return file;
}

function bitmaps({ listed, frailtyBands, needBands }: Asked): Bitmap[] {
  return [
    { key: EVERYBODY, condition: 'true' },
    { key: UNRANKED, condition: 'need_rank is null' },
    ...listed.map(({ number, condition }) => ({ key: inKey(number), condition })),
    ...frailtyBands.map((band) => ({
      key: frailtyKey(band),
      condition: `frailty_band = ${literal(band)}`,
    })),
    ...needBands.map((band) => ({ key: needKey(band), condition: `need_band = ${literal(band)}` })),
    ...[AGE, NEED_BEFORE].flatMap(slices),
  ];
}

function slices(sliced: Sliced): Bitmap[] {
  const { column, digits } = sliced;
  return [
    { key: knownKey(sliced), condition: `${column} is not null` },
    ...Array.from({ length: digits }, (_, digit) => ({
      key: digitKey(sliced, digit),
      condition: `(${column} >> ${digit}) & 1 = 1`,
    })),
  ];
}

function bitmapsSql(passed: readonly Bitmap[], most: number): string {
  // The aggregate wants one length for all: each practice's bits are cut to its own people.
  const columns = passed.map(
    ({ condition }, at) =>
      `left(coalesce(bitstring_agg(ordinal, 0, ${most}) filter (${condition})::varchar, repeat('0', count(*)::int)), count(*)) as bits_${at}`,
  );
  const cells = passed.map(({ key }, at) => `{'key': ${literal(key)}, 'bits': bits_${at}}`);
  return `
    select practice_id, cell.key, first_position, cell.bits from (
      select practice_id, first_position, unnest([${cells.join(', ')}]) as cell
        from (select practice_id, min(position) as first_position, ${columns.join(', ')}
                from listed group by practice_id))`;
}
