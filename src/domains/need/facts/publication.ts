import type { Kysely } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { NeedTables, PublishedDefinition, PublishedGroup } from '../tables.ts';

/** The facts that pages show: of one snapshot, on its day. */
export interface Publication {
  readonly snapshotId: number;
  readonly asOf: PlainDate;
  readonly publishedAt: Date;
  readonly people: number;
  readonly definitions: readonly PublishedDefinition[];
  /** The groups of people that arrays of counts have a number for, in their order. */
  readonly groups: readonly PublishedGroup[];
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
    groups: row.groups,
  };
}
