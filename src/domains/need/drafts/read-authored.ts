import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { AuthoredText } from '../language/with-authored.ts';
import type { AuthoredVersion, NeedTables } from '../tables.ts';

/** The definitions of the book that are published and not retired: those of the next refresh. */
export async function readInEffect(db: Kysely<Tables>): Promise<AuthoredText[]> {
  return await texts(db).where('retired_at', 'is', null).execute();
}

/** Definitions of the book by id and version, retired since or not: those that a publication worked with. */
export async function readAuthored(
  db: Kysely<Tables>,
  versions: readonly AuthoredVersion[],
): Promise<AuthoredText[]> {
  if (versions.length === 0) return [];
  const wanted = new Set(versions.map(({ id, version }) => `${id} ${version}`));
  const ids = [...new Set(versions.map(({ id }) => id))];
  const found = await texts(db).where('id', 'in', ids).execute();
  return found.filter(({ id, version }) => wanted.has(`${id} ${version}`));
}

function texts(db: Kysely<Tables>) {
  return db
    .withTables<NeedTables>()
    .selectFrom('need.authored_definition')
    .select(['id', 'version', 'definition', 'cases'])
    .orderBy('id');
}
