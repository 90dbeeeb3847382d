/** Relations of the coded entries of a batch; see CompiledLibrary. */
export interface CodedEntries {
  readonly events: string;
  readonly medicines: string;
}

/** What a batch reads: SQL of entries of each feed, of some people. */
export interface BatchEntries extends CodedEntries {
  readonly appointments: string;
  readonly admissions: string;
  readonly attendances: string;
}

/** SQL of a relation of people that has nobody. */
export const PEOPLE_OF_NONE = 'select null::integer as person where false';

/**
 * SQL of rows with one more of each person of the batch, which says nothing: so many columns of null. A relation of people
 * that has them all is joined in whole chunks; of one that lacks some DuckDB would cut each chunk in two, and what follows
 * takes as long for a small chunk as for a full one.
 */
export function withEverybody(rows: string, columns: number): string {
  return `(${rows} union all select person${', null'.repeat(columns)} from batch_person)`;
}
