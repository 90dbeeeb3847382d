import type { Duck } from '../../../platform/lake/index.ts';

/** In more pieces than this, rows are not as good as in order. */
const MOST_PIECES = 1_000;

/** Within a piece the next row's person is hardly further on than this: where rows were put down by turns, it is. */
const WIDEST_STEP = 50;

/**
 * Whether rows show by their order alone that no id comes twice. Rows of a table in the order of its ids, put down by
 * several threads in turn, come in pieces: within each the ids rise, and no piece reaches into another. False says nothing:
 * ids may be in no order. Looking takes a quarter of the time in which all keys could be compared.
 *
 * `rows`: SQL of a table with `rec` and `row_id`, in the order in which it was written.
 */
export async function haveRisingIds(duck: Duck, rows: string): Promise<boolean> {
  const { pieces, apart } = await duck.one<{ pieces: number; apart: boolean | null }>(
    `with near as (
       select row_id, lag(row_id) over () as before, lead(row_id) over () is null as is_last,
              not coalesce(lag(row_id) over () < row_id and rec - lag(rec) over () between 0 and ${WIDEST_STEP}, false) as begins
         from ${rows}),
     edge as materialized (
       select *, row_number() over () as place from near where begins or is_last limit ${MOST_PIECES + 1}),
     piece as (
       select begins, row_id as lowest,
              lead(case when begins then before else row_id end, 1, row_id) over (order by place) as highest
         from edge),
     ranged as (
       select *, row_number() over (order by lowest) = 1 as is_first,
              max(highest) over (order by lowest rows between unbounded preceding and 1 preceding) as reached
         from piece where begins)
     select count(*) as pieces, bool_and(highest is not null and coalesce(lowest > reached, is_first and lowest is not null)) as apart
       from ranged`,
  );
  return pieces < MOST_PIECES && apart !== false;
}
