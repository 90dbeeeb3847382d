import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import { entryFeed } from '../language/codelist.ts';
import type { LoadableKind } from './codelist-file.ts';

/** How often codes stand in records, as far as the reader may see records. */
export interface CodeUse {
  /** How many entries have this code, or one that begins with it where members of the list are beginnings. */
  of(member: string): number;
}

/**
 * Reads how often the members of a list stand in the records of registered people, as of the last refresh. Row-level
 * security says in which practices. With `planning`, people who object are left out. Null for lists whose members stand
 * in no entry and no medicine.
 */
export async function readCodeUse(
  db: Kysely<Tables>,
  kind: LoadableKind,
  members: readonly string[],
  planning: boolean,
): Promise<CodeUse | null> {
  const feed = entryFeed(kind);
  if (feed === null) return null;
  const counted = sql.ref(planning ? 'planning_entries' : 'entries');
  const latest = sql`snapshot_id = (select max(snapshot_id) from need.publication)`;
  if (kind === 'bnf') {
    const { rows } = await sql<{ bnf: string; entries: number }>`
      select bnf, sum(${counted})::bigint as entries from need.code_use
       where ${latest} and feed = ${feed} and bnf is not null group by bnf`.execute(db);
    return {
      of: (prefix) => rows.reduce((sum, { bnf, entries }) => sum + (bnf.startsWith(prefix) ? entries : 0), 0),
    };
  }
  const { rows } = await sql<{ concept: string; entries: number }>`
    select concept, sum(${counted})::bigint as entries from need.code_use
     where ${latest} and feed = ${feed} and concept = any (${[...members]}) group by concept`.execute(db);
  const entries = new Map(rows.map((row) => [row.concept, row.entries]));
  return { of: (code) => entries.get(code) ?? 0 };
}

/** A code that stands in records and on no list. */
export interface UnlistedCode {
  readonly system: string;
  readonly concept: string;
  readonly bnf: string | null;
  readonly display: string | null;
  readonly feed: 'events' | 'medicines';
  readonly entries: number;
  /** In how many of the practices that the reader sees. */
  readonly practices: number;
}

export interface UnlistedCodes {
  readonly codes: readonly UnlistedCode[];
  /** How many such codes there are, and how many entries have one, of how many. */
  readonly total: number;
  readonly entries: number;
  readonly ofEntries: number;
}

/** Codes in no list, the commonest first: of all practices whose records the reader sees, or of one. */
export async function readUnlistedCodes(
  db: Kysely<Tables>,
  asked: {
    readonly practice?: number | undefined;
    readonly planning: boolean;
    readonly from: number;
    readonly most: number;
  },
): Promise<UnlistedCodes> {
  const counted = sql.ref(asked.planning ? 'planning_entries' : 'entries');
  const where = sql`snapshot_id = (select max(snapshot_id) from need.publication) and ${counted} > 0
    and ${asked.practice === undefined ? sql`true` : sql`practice_id = ${asked.practice}`}`;
  const { rows: codes } = await sql<UnlistedCode>`
    select system, concept, bnf, min(display) as display, feed, sum(${counted})::bigint as entries,
           count(distinct practice_id)::int as practices
      from need.code_use where ${where} and not listed
     group by system, concept, bnf, feed
     order by entries desc, system, concept, bnf limit ${asked.most} offset ${asked.from}`.execute(db);
  const { rows: sums } = await sql<{ total: number; entries: number; of: number }>`
    select count(distinct (feed, code)) filter (where not listed)::int as total,
           coalesce(sum(${counted}) filter (where not listed), 0)::bigint as entries,
           coalesce(sum(${counted}), 0)::bigint as of
      from need.code_use where ${where}`.execute(db);
  const { total = 0, entries = 0, of = 0 } = sums[0] ?? {};
  return { codes, total, entries, ofEntries: of };
}
