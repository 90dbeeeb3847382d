import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../platform/database/index.ts';
import type { NationalTables } from './tables.ts';

/** A row that a national body published, with the file that it is from and that file's day. */
export interface PublishedFact {
  readonly says: Readonly<Record<string, string | number | boolean | null>>;
  /** Columns that are null because a small number is kept back. */
  readonly suppressed: readonly string[];
  readonly source: string;
  readonly file: string;
  readonly dated: string;
}

/**
 * The rows of a kind of national file, in the order of their keys. `where` holds values that columns must have, such
 * as `{ practice: 'Y99901' }`; columns are named in content/formats/national.
 */
export async function readPublished(
  db: Kysely<Tables>,
  kind: string,
  where: Readonly<Record<string, string | number | boolean>> = {},
): Promise<PublishedFact[]> {
  const rows = await db
    .withTables<NationalTables>()
    .selectFrom('national.row as row')
    .innerJoin('national.publication as publication', 'publication.publication_id', 'row.publication_id')
    .where('row.kind', '=', kind)
    .where(sql<boolean>`row.says @> ${JSON.stringify(where)}::jsonb`)
    .select(['row.says', 'row.suppressed', 'publication.source', 'publication.name as file', 'row.dated'])
    .orderBy('row.key')
    .execute();
  return rows;
}

/** What has been taken in: for each kind its latest file, and how many rows are kept. */
export async function readPublications(db: Kysely<Tables>) {
  return await db
    .withTables<NationalTables>()
    .selectFrom('national.row as row')
    .innerJoin('national.publication as publication', 'publication.publication_id', 'row.publication_id')
    .groupBy(['publication.kind', 'publication.name', 'publication.dated', 'publication.period'])
    .select((select) => [
      'publication.kind',
      'publication.name',
      'publication.dated',
      'publication.period',
      select.fn.countAll<number>().as('rows'),
    ])
    .orderBy('publication.kind')
    .orderBy('publication.dated', 'desc')
    .execute();
}
