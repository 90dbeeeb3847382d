import type { Kysely, Selectable } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type {
  AuthoredVersion,
  NeedTables,
  PublishedDefinition,
  PublishedGroup,
  PublishedRules,
  UsedCodelist,
} from '../tables.ts';

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
  /** The groups of people that arrays of counts have a number for, in their order. */
  readonly groups: readonly PublishedGroup[];
  /** The rules by which its counts were protected; null in older publications, which have those of content. */
  readonly disclosure: PublishedRules | null;
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
  return row ? asPublication(row) : null;
}

/** The publication before another one; null where it is the first. */
export async function readPublicationBefore(
  db: Kysely<Tables>,
  { snapshotId }: Publication,
): Promise<Publication | null> {
  const row = await db
    .withTables<NeedTables>()
    .selectFrom('need.publication')
    .selectAll()
    .where('snapshot_id', '<', snapshotId)
    .orderBy('snapshot_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? asPublication(row) : null;
}

function asPublication(row: Selectable<NeedTables['need.publication']>): Publication {
  return {
    snapshotId: row.snapshot_id,
    asOf: row.as_of as PlainDate,
    publishedAt: row.published_at,
    people: row.people,
    definitions: row.definitions,
    outcomes: row.outcomes,
    authored: row.authored,
    codelists: row.codelists,
    groups: row.groups,
    disclosure: row.disclosure,
  };
}
