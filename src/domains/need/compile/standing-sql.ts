import type { Comparison } from '../language/definition.ts';

// Where people stand among each other: the one place that says it in SQL, for the need ranking and for conditions.

/** SQL of the places of `practice_place` within which people are compared. */
export const PLACE_COLUMN: Readonly<Record<Comparison['over'], string>> = {
  practice: 'practice_id',
  neighbourhood: 'neighbourhood',
  borough: 'borough',
};

/** Columns of one relation, of which each row is a person with `birth_day` and `person`. */
export interface Ranked {
  /** The value, null where there is none. */
  readonly value: string;
  /** The place within which people are compared. */
  readonly place: string;
  /** Who is one of them; null is no. */
  readonly among: string;
}

/**
 * SQL of the rank of everybody who has the value, 1 for the highest; null for others. Ties go to the older person, then to
 * the lower person number, so that the order is total and never depends on the order of rows.
 */
export function rankSql({ value, place, among }: Ranked): string {
  const ranked = `coalesce(${among}, false) and ${value} is not null and ${place} is not null`;
  return `case when ${ranked} then row_number() over (
            partition by ${place}, ${ranked}
            order by ${value} desc, birth_day asc nulls last, person asc) end`;
}

/**
 * SQL of how many people are compared, those without a value included; of whoever is not compared it says nothing. A window
 * with a filter would count everybody anew for each.
 */
export function peopleSql({ place, among }: Omit<Ranked, 'value'>): string {
  return `count(*) over (partition by ${place}, coalesce(${among}, false))`;
}

/** SQL of the percentile: 99 less the whole percents of the people who come before. */
export function percentileSql(rank: string, people: string): string {
  return `(99 - (${rank} - 1) * 100 // ${people})`;
}
