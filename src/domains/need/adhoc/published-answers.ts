import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { SettledColumns } from '../compile/compile.ts';
import type { Publication } from '../facts/publication.ts';
import { bandsOf, type Library } from '../language/library.ts';
import { bandColumn, outcomeColumn, valueColumn } from '../refresh/outcomes-file.ts';
import type { NeedTables } from '../tables.ts';

/** A definition as a publication answered it for everybody. */
export interface PublishedAnswer extends SettledColumns {
  readonly id: string;
  readonly version: string;
  readonly contentHash: string;
  /** The ids of its bands, in the order of their places. */
  readonly bands: readonly string[];
}

/** What a publication found, by id: which columns of its file hold the answers, and what exactly was asked. */
export async function readPublishedAnswers(
  db: Kysely<Tables>,
  publication: Publication,
): Promise<ReadonlyMap<string, PublishedAnswer>> {
  const numbers = publication.definitions.flatMap(({ no }) => no ?? []);
  if (numbers.length === 0) return new Map();
  const rows = await db
    .withTables<NeedTables>()
    .selectFrom('need.definition')
    .select(['definition_no', 'id', 'version', 'content_hash', 'kind'])
    .where('definition_no', 'in', numbers)
    .execute();
  const bands = new Map(
    publication.definitions.map(({ id, bands: of = [] }) => [id, of.map((each) => each.id)]),
  );
  return new Map(
    rows
      .filter(({ kind }) => kind !== 'ranking')
      .map(({ definition_no, id, version, content_hash, kind }) => {
        const of = bands.get(id) ?? [];
        return [
          id,
          {
            id,
            version,
            contentHash: content_hash,
            bands: of,
            outcome: outcomeColumn(definition_no),
            band: of.length === 0 ? null : bandColumn(definition_no),
            value: kind === 'score' || kind === 'calculation' ? valueColumn(definition_no) : null,
          },
        ];
      }),
  );
}

/**
 * The definitions of a library whose published answers are theirs still: nothing that decides them has changed. `columns`
 * are those of the file of answers: one of an older version holds no values.
 */
export function settledIn(
  library: Library,
  published: ReadonlyMap<string, PublishedAnswer>,
  candidate: string,
  columns: ReadonlySet<string>,
): ReadonlyMap<string, SettledColumns> {
  const settled = new Map<string, SettledColumns>();
  for (const { id, kind } of library.definitions) {
    const answer = published.get(id);
    if (id === candidate || kind === 'ranking' || answer === undefined) continue;
    if (bandsOf(library.definition(id)).length > 0 && answer.band === null) continue;
    if (library.contentHash(id) !== answer.contentHash) continue;
    const { value } = answer;
    settled.set(id, { ...answer, value: value !== null && columns.has(value) ? value : null });
  }
  return settled;
}
