import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import type { NeedTables } from '../tables.ts';
import { filteredFacts } from './find-people.ts';
import type { PeopleFilter } from './people-filter.ts';
import type { Publication } from './publication.ts';

/** What is known of somebody by the facts of a publication, without a name. */
export interface CandidateFacts {
  readonly person: number;
  readonly needRank: number | null;
  /** How much of the borough ranks before them, in hundredths of a percent. */
  readonly needBefore: number | null;
  /** The definitions and bands that they are in: `diabetes`, `electronic-frailty-index/severe`. */
  readonly groups: ReadonlySet<string>;
}

/** Everybody whom a filter means and this transaction may see, with what `wanted` definitions and bands they are in. */
export async function readCandidates(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  wanted: ReadonlySet<string>,
): Promise<CandidateFacts[]> {
  const rows = await filteredFacts(tx, publication, places, filter).select(COLUMNS).execute();
  return asCandidates(publication, rows, wanted);
}

/** The same of certain people. Whoever was on no list on the publication's day, or may not be seen, is missing. */
export async function readFactsOf(
  tx: Tx,
  publication: Publication,
  people: readonly number[],
  wanted: ReadonlySet<string>,
): Promise<CandidateFacts[]> {
  if (people.length === 0) return [];
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.person_fact')
    .select(COLUMNS)
    .where('snapshot_id', '=', publication.snapshotId)
    .where('person_no', '=', sql<number>`any(${[...people]}::int[])`)
    .execute();
  return asCandidates(publication, rows, wanted);
}

const COLUMNS = ['person_no', 'need_rank', 'need_before', 'frailty_band', 'in_ids'] as const;

type Row = Pick<NeedTables['need.person_fact'], (typeof COLUMNS)[number]>;

function asCandidates(
  publication: Publication,
  rows: readonly Row[],
  wanted: ReadonlySet<string>,
): CandidateFacts[] {
  const names = new Map<number, string>();
  for (const { id, no, bands = [] } of publication.definitions) {
    if (wanted.has(id)) names.set(no, id);
    for (const band of bands) if (wanted.has(`${id}/${band.id}`)) names.set(band.no, `${id}/${band.id}`);
  }
  return rows.map((row) => ({
    person: row.person_no,
    needRank: row.need_rank,
    needBefore: row.need_before,
    groups: new Set([
      ...row.in_ids.flatMap((no) => names.get(no) ?? []),
      // The bands of frailty stand in a column of their own.
      ...(row.frailty_band === null ? [] : [`electronic-frailty-index/${row.frailty_band}`]),
    ]),
  }));
}
