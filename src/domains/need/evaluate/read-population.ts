import { existsSync } from 'node:fs';
import { toEpochDay } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import { readPlaces } from '../../directory/index.ts';
import type { LakeAccess, Person } from '../../register/index.ts';
import { type PublishedAnswer, readPublishedAnswers } from '../adhoc/published-answers.ts';
import { PLACE_COLUMN } from '../compile/standing-sql.ts';
import { readPublication } from '../facts/publication.ts';
import type { Comparison } from '../language/definition.ts';
import { comparisonKey, comparisonsOf, type Library, partsOfReference } from '../language/library.ts';
import { columnsOf, outcomesFile } from '../refresh/outcomes-file.ts';
import type { PersonRecord } from './person-record.ts';
import type { Others, Population } from './standing.ts';

/**
 * The others with whom one person is compared, as the last publication found them: for every comparison that a library
 * makes. Nothing is read where it makes none. A comparison by what was not published so is not known.
 */
export async function readPopulation(
  tx: Tx,
  access: LakeAccess,
  library: Library,
  { person, record }: { readonly person: Pick<Person, 'person_no'>; readonly record: PersonRecord },
): Promise<Population> {
  const comparisons = library.definitions.flatMap(comparisonsOf);
  const nobody: Population = () => null;
  if (comparisons.length === 0) return nobody;
  const publication = await readPublication(tx);
  const name = publication?.outcomes ?? null;
  if (publication === null || name === null || access.outcomes === null) return nobody;
  const file = outcomesFile(access.outcomes, name);
  if (!existsSync(file)) return nobody;
  const columns = await columnsOf((sql) => access.read(sql), file);
  const published = await readPublishedAnswers(tx, publication);
  const places = await readPlaces(tx);
  const practice = places.all.find(({ kind, code }) => kind === 'practice' && code === record.practice);
  if (practice === undefined) return nobody;
  const placeOf = (over: Comparison['over']) => places.enclosing(practice, over)?.id ?? null;
  const known = (id: string): PublishedAnswer | null => {
    const answer = published.get(id);
    return answer !== undefined && answer.contentHash === library.contentHash(id) ? answer : null;
  };
  const found = new Map<string, Others>();
  for (const comparison of comparisons) {
    const key = comparisonKey(comparison);
    const value = known(comparison.of)?.value ?? null;
    const among = amongSql(comparison, known);
    const place = placeOf(comparison.over);
    if (found.has(key) || value === null || among === null || place === null || !columns.has(value)) continue;
    const born = record.born === null ? null : toEpochDay(record.born);
    const older = born === null ? 'born is not null' : `born < ${born}`;
    const alike = `born is not distinct from ${born === null ? 'null' : born} and person < ${person.person_no}`;
    const rows = await access.read<{ steps: number | null; people: number; ahead: number }>(
      `select ${value} as steps, count(*) as people, count(*) filter (${older} or (${alike})) as ahead
         from read_parquet(${literal(file)})
        where ${PLACE_COLUMN[comparison.over]} = ${place} and person <> ${person.person_no} and ${among}
        group by all order by all`,
    );
    found.set(key, {
      people: rows.reduce((sum, row) => sum + row.people, 0),
      values: rows.flatMap(({ steps, ...row }) => (steps === null ? [] : [{ steps, ...row }])),
    });
  }
  return (comparison) => found.get(comparisonKey(comparison)) ?? null;
}

/** SQL of who is compared; null where it is not known. */
function amongSql({ among }: Comparison, known: (id: string) => PublishedAnswer | null): string | null {
  if (among === undefined) return 'true';
  const { id, band } = partsOfReference(among);
  const answer = known(id);
  if (answer === null) return null;
  if (band === null) return `coalesce(${answer.outcome}, false)`;
  return `coalesce(${answer.outcome} and ${answer.band} = ${answer.bands.indexOf(band)}, false)`;
}
