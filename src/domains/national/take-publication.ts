import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { NationalTables } from './tables.ts';

/** A file that a national body published. */
export interface Publication {
  readonly kind: string;
  readonly name: string;
  readonly contentHash: string;
  readonly period: string | null;
  readonly dated: string;
  readonly source: string;
  readonly licence: string;
  readonly descriptionVersion: string;
  readonly notes: readonly string[];
}

export interface PublishedRow {
  readonly key: string;
  readonly line: number;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
  readonly suppressed: readonly string[];
}

/** Rows at a time: enough that the way to the database costs little, few enough to hold in memory twice. */
const BATCH = 5000;

/**
 * Keeps the rows of a publication. A row whose key is new is loaded; one whose key is known is loaded when it says
 * something else and its file is not of an earlier day; every other is a duplicate. Keys in `rows` are distinct.
 */
export async function takePublication(
  tx: Tx,
  publication: Publication,
  rows: readonly PublishedRow[],
): Promise<{ loaded: number; duplicate: number }> {
  const id = await publicationId(tx, publication);
  let loaded = 0;
  for (let at = 0; at < rows.length; at += BATCH)
    loaded += await takeBatch(
      tx,
      { id, kind: publication.kind, dated: publication.dated },
      rows.slice(at, at + BATCH),
    );
  return { loaded, duplicate: rows.length - loaded };
}

async function publicationId(tx: Tx, publication: Publication): Promise<number> {
  const { publication_id } = await tx
    .withTables<NationalTables>()
    .insertInto('national.publication')
    .values({
      kind: publication.kind,
      name: publication.name,
      content_hash: publication.contentHash,
      period: publication.period,
      dated: publication.dated,
      source: publication.source,
      licence: publication.licence,
      description_version: publication.descriptionVersion,
      notes: [...publication.notes],
    })
    // What is known by its content keeps its first name; saying so again is how its number is asked for.
    .onConflict((known) =>
      known
        .columns(['kind', 'content_hash'])
        .doUpdateSet({ description_version: publication.descriptionVersion }),
    )
    .returning('publication_id')
    .executeTakeFirstOrThrow();
  return publication_id;
}

async function takeBatch(
  tx: Tx,
  of: { readonly id: number; readonly kind: string; readonly dated: string },
  rows: readonly PublishedRow[],
): Promise<number> {
  const arriving = JSON.stringify(
    rows.map(({ key, line, values, suppressed }) => ({ key, line, says: values, suppressed })),
  );
  const taken = await sql`
    insert into national.row as known (kind, key, publication_id, dated, line, says, suppressed)
    select ${of.kind}, key, ${of.id}, ${of.dated}::date, line, says, suppressed
      from jsonb_to_recordset(${arriving}::jsonb) as arriving (key text, line int, says jsonb, suppressed text[])
    on conflict (kind, key) do update
       set publication_id = excluded.publication_id, dated = excluded.dated, line = excluded.line,
           says = excluded.says, suppressed = excluded.suppressed
     where (known.says, known.suppressed) is distinct from (excluded.says, excluded.suppressed)
       and known.dated <= excluded.dated`.execute(tx);
  return Number(taken.numAffectedRows ?? 0);
}
