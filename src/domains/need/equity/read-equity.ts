import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import type { Publication } from '../facts/publication.ts';
import type { NeedTables } from '../tables.ts';
import type { Compared } from './compared.ts';
import type { Known } from './ratios.ts';

/** One group of a dimension: how many people, how many of them count, how many would if they were like everybody. */
export interface GroupFigure {
  readonly dimension: string;
  readonly group: string;
  /** Null where the number is hidden. */
  readonly people: Known | null;
  readonly counted: Known | null;
  /** Null where there is too little to say. */
  readonly expected: Known | null;
}

export interface EquityFigures {
  /** Whether these are exact numbers, or published ones. */
  readonly exact: boolean;
  readonly groups: readonly GroupFigure[];
}

/**
 * One figure by every group of people of one place. Exact for who may see all practices of the place; published for others,
 * and then not of a single practice: null. Null too where the publication has no groups.
 *
 * @param rounding what published numbers are rounded to
 */
export async function readEquity(
  tx: Tx,
  publication: Publication,
  tree: PlaceTree,
  {
    place,
    figure,
    visible,
    rounding,
  }: { place: Place; figure: Compared; visible: ReadonlySet<number>; rounding: number },
): Promise<EquityFigures | null> {
  const practices = tree.practices(place).map(({ id }) => id);
  if (publication.groups.length === 0 || practices.length === 0) return null;
  const rates = await readRates(tx, publication, figure);
  const exact = practices.every((id) => visible.has(id));
  if (!exact && place.kind === 'practice') return null;
  const numbers = exact
    ? await exactNumbers(tx, publication, practices, figure)
    : await publishedNumbers(tx, publication, place, figure, Math.floor(rounding / 2));
  return {
    exact,
    groups: publication.groups.map((group, at) => {
      const people = numbers.people(at);
      return {
        ...group,
        people,
        counted: numbers.counted(at),
        expected: rates && people && expectedOf(numbers.strata(at), people, rates),
      };
    }),
  };
}

/** People of one group by stratum: known, or hidden (null). */
type Strata = readonly (Known | null)[];

interface Numbers {
  people(group: number): Known | null;
  counted(group: number): Known | null;
  strata(group: number): Strata;
}

/**
 * How many of a group would count at the rates of everybody. What is hidden of it has the rates of somebody: the least and
 * the most of the strata that are hidden.
 */
export function expectedOf(strata: Strata, people: Known, rates: readonly number[]): Known {
  const shown = strata.flatMap((count, at) => (count ? [{ count, rate: rates[at] ?? 0 }] : []));
  const hidden = strata.flatMap((count, at) => (count === null ? [rates[at] ?? 0] : []));
  const sum = (of: keyof Known) => shown.reduce((total, { count }) => total + count[of], 0);
  const left = {
    value: Math.max(0, people.value - sum('value')),
    low: Math.max(0, people.low - sum('high')),
    high: Math.max(0, people.high - sum('low')),
  };
  const at = (of: keyof Known, rate: number) =>
    shown.reduce((total, { count, rate: usual }) => total + count[of] * usual, 0) +
    (hidden.length === 0 ? 0 : left[of] * rate);
  const mean = hidden.reduce((total, rate) => total + rate, 0) / Math.max(1, hidden.length);
  return {
    value: at('value', mean),
    low: at('low', Math.min(...hidden, 1)),
    high: at('high', Math.max(...hidden, 0)),
  };
}

function exactly(value: number): Known {
  return { value, low: value, high: value };
}

async function readRates(
  tx: Tx,
  publication: Publication,
  { measure, band }: Compared,
): Promise<readonly number[] | null> {
  const row = await tx
    .withTables<NeedTables>()
    .selectFrom('need.reference_rate')
    .select('rates')
    .where('snapshot_id', '=', publication.snapshotId)
    .where('measure', '=', measure)
    .where('band', '=', band)
    .executeTakeFirst();
  return row?.rates ?? null;
}

async function exactNumbers(
  tx: Tx,
  publication: Publication,
  practices: readonly number[],
  { measure, band, of }: Compared,
): Promise<Numbers> {
  const db = tx.withTables<NeedTables>();
  const ofPractices = sql<number>`any(${[...practices]}::int[])`;
  const counts = await db
    .selectFrom('need.equity_count')
    .select('people')
    .where('snapshot_id', '=', publication.snapshotId)
    .where('measure', '=', measure)
    .where('band', '=', band)
    .where('practice_id', '=', ofPractices)
    .execute();
  const strata = await db
    .selectFrom('need.equity_stratum')
    .select(['stratum', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('denominator', '=', of)
    .where('practice_id', '=', ofPractices)
    .execute();
  const sum = (rows: readonly { people: readonly number[] }[], group: number) =>
    exactly(rows.reduce((total, { people }) => total + (people[group] ?? 0), 0));
  const cells = 1 + Math.max(-1, ...strata.map(({ stratum }) => stratum));
  return {
    people: (group) => sum(strata, group),
    counted: (group) => sum(counts, group),
    strata: (group) =>
      Array.from({ length: cells }, (_, cell) =>
        sum(
          strata.filter(({ stratum }) => stratum === cell),
          group,
        ),
      ),
  };
}

async function publishedNumbers(
  tx: Tx,
  publication: Publication,
  place: Place,
  { measure, band, of }: Compared,
  slack: number,
): Promise<Numbers> {
  const db = tx.withTables<NeedTables>();
  const rows = await db
    .selectFrom('need.published_equity')
    .select(['measure', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('place_id', '=', place.id)
    .where((either) => either.or([either.and({ measure, band }), either.and({ measure: 'of', band: of })]))
    .execute();
  const strata = await db
    .selectFrom('need.published_stratum')
    .select('people')
    .where('snapshot_id', '=', publication.snapshotId)
    .where('place_id', '=', place.id)
    .where('denominator', '=', of)
    .orderBy('stratum')
    .execute();
  const known = (count: number | null | undefined): Known | null => {
    if (count === null || count === undefined) return null;
    // Nought is never rounded: numbers that would be are hidden.
    return count === 0 ? exactly(0) : { value: count, low: count - slack, high: count + slack };
  };
  const row = (which: string) => rows.find((each) => each.measure === which)?.people;
  return {
    people: (group) => known(row('of')?.[group]),
    counted: (group) => known(row(measure)?.[group]),
    strata: (group) => strata.map(({ people }) => known(people[group])),
  };
}
