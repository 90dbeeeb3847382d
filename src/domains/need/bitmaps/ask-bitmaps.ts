import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
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

/** What bitmaps are asked: all of it has to be true of a person. */
export interface AskedOfBitmaps {
  /** The numbers of registers and bands that people are in. */
  readonly inAll: readonly number[];
  readonly frailty?: string | undefined;
  /** A band of need, or `unranked`. */
  readonly need?: string | undefined;
  /** Less than so many hundredths of a percent of the borough rank before. */
  readonly before?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The people of one practice whom a question means. */
export interface PracticeBits {
  readonly firstPosition: number;
  readonly people: number;
  /** A digit for each person of the practice, in the order of need: 1 for whom the question means. */
  readonly bits: string;
}

/**
 * Answers a question from the bitmaps of a snapshot, of practices in scope alone: row-level security leaves no others. Null
 * where a bitmap is missing, as in publications of before there were any.
 */
export async function askBitmaps(
  tx: Tx,
  snapshotId: number,
  asked: AskedOfBitmaps,
  practices: readonly number[] | null,
): Promise<PracticeBits[] | null> {
  const keys: string[] = [];
  const meant = [sql.raw(expression(asked, keys)), sql`array[${sql.join(keys)}]`] as const;
  const among = practices === null ? sql`` : sql`and practice_id = any(${[...practices]}::int[])`;
  const { rows } = await sql<PracticeBits & { found: number }>`
    with asked as (
      select practice_id, min(first_position) as first_position, array_agg(bits order by array_position(${meant[1]}, key)) as b
        from need.practice_bitmap
       where snapshot_id = ${snapshotId} and key = any(${meant[1]}) ${among}
       group by practice_id)
    select first_position as "firstPosition", cardinality(b) as found, bit_count(bits)::int as people, bits::text
      from (select practice_id, first_position, b, case when cardinality(b) = ${keys.length} then ${meant[0]} end as bits
              from asked) as answered
     order by practice_id`.execute(tx);
  return rows.length > 0 && rows.every(({ found }) => found === keys.length) ? rows : null;
}

/** The question as SQL on the array of bitmaps `b`; its keys are added in the order of the array. */
function expression(asked: AskedOfBitmaps, keys: string[]): string {
  const bits = (key: string) => {
    if (!keys.includes(key)) keys.push(key);
    return `b[${keys.indexOf(key) + 1}]`;
  };
  const parts = asked.inAll.map((number) => bits(inKey(number)));
  if (asked.frailty !== undefined) parts.push(bits(frailtyKey(asked.frailty)));
  if (asked.need !== undefined) parts.push(bits(asked.need === 'unranked' ? UNRANKED : needKey(asked.need)));
  if (asked.before !== undefined) parts.push(below(NEED_BEFORE, asked.before, bits));
  if (asked.from !== undefined) parts.push(atLeast(AGE, asked.from, bits));
  if (asked.to !== undefined) parts.push(below(AGE, asked.to + 1, bits));
  if (parts.length === 0) parts.push(bits(EVERYBODY));
  return parts.join(' & ');
}

function below(sliced: Sliced, limit: number, bits: (key: string) => string): string {
  return `(${bits(knownKey(sliced))} & ~${atLeast(sliced, limit, bits)})`;
}

/** Whose number is known and `limit` or more: above it at some digit, the higher ones being the same, or the same at all. */
function atLeast(sliced: Sliced, limit: number, bits: (key: string) => string): string {
  const known = bits(knownKey(sliced));
  if (limit <= 0) return known;
  // Nobody: the number has more digits than there are.
  if (limit >= 2 ** sliced.digits) return `(${known} & ~${known})`;
  // From the lowest digit up: at a digit of 1 people must have it too, at one of 0 having it is enough.
  let reached = known;
  for (let digit = 0; digit < sliced.digits; digit += 1) {
    const has = bits(digitKey(sliced, digit));
    reached = (limit >> digit) % 2 === 1 ? `(${has} & ${reached})` : `(${has} | ${reached})`;
  }
  return `(${known} & ${reached})`;
}
