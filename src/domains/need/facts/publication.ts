import type { Kysely } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { AuthoredVersion, NeedTables, PublishedDefinition, UsedCodelist } from '../tables.ts';

/** The facts that pages show: of one snapshot, on its day. */
export interface Publication {
  readonly snapshotId: number;
  readonly asOf: PlainDate;
  readonly publishedAt: Date;
  readonly people: number;
  readonly definitions: readonly PublishedDefinition[];
  /** The file of what was found of everybody, below the data folder's outcomes; null in older publications. */
  readonly outcomes: string | null;
  /** The definitions of the book that it worked with, beside those of content. */
  readonly authored: readonly AuthoredVersion[];
  /** The loaded lists of codes that it worked with, in the place of content's. */
  readonly codelists: readonly UsedCodelist[];
}

/** The current publication, or the last one whose data are not after a day; null where there is none. */
export async function readPublication(
  db: Kysely<Tables>,
  asAt: string | null = null,
): Promise<Publication | null> {
  const all = db
    .withTables<NeedTables>()
    .selectFrom('need.publication')
    .selectAll()
    .orderBy('snapshot_id', 'desc')
    .limit(1);
  const row = await (asAt === null ? all : all.where('as_of', '<=', asAt)).executeTakeFirst();
  if (!row) return null;
  return {
    snapshotId: row.snapshot_id,
    asOf: row.as_of as PlainDate,
    publishedAt: row.published_at,
    people: row.people,
    definitions: row.definitions,
    outcomes: row.outcomes,
    authored: row.authored,
    codelists: row.codelists,
  };
}
