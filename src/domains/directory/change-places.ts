import { sql } from 'kysely';
import { Refusal } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { appliedSetOf, type ChangeOrigin, lockDirectory } from './change-set.ts';
import { readDirectory, readToday } from './directory-state.ts';
import { type ParentChange, type PlaceChange, planVintage, type Vintage } from './plan-vintage.ts';
import type { DirectoryTables } from './tables.ts';
import { writeChanges } from './write-changes.ts';

export type { ParentChange, PlaceChange } from './plan-vintage.ts';

/** What a file changed, in numbers. */
export interface PlaceChanges {
  readonly loaded: number;
  readonly duplicate: number;
}

/**
 * Adds places and brings known ones up to date, at once. The kind of a place never changes: a code that names another
 * kind is another thing, and the file is refused. Returns how many rows were news.
 */
export async function changePlaces(
  tx: Tx,
  places: readonly PlaceChange[],
  source: string,
  { asOf, runId = null }: { asOf?: string; runId?: number | null } = {},
): Promise<PlaceChanges> {
  if (places.length === 0) return { loaded: 0, duplicate: 0 };
  const vintage = { places, parents: [], source, asOf: asOf ?? (await readToday(tx)) };
  const { newPlaces } = await carryOut(tx, vintage, originOf(vintage, runId));
  return { loaded: newPlaces, duplicate: places.length - newPlaces };
}

/**
 * Puts places under their parents, at once. A child has one open parent per relation: a new one ends the old on the
 * day it begins (the day of the file, where no day is known). What is older than the parent that a child has is no
 * news. Returns how many rows were news.
 */
export async function changeParents(
  tx: Tx,
  parents: readonly ParentChange[],
  { source, asOf, runId = null }: { source: string; asOf: string; runId?: number | null },
): Promise<PlaceChanges> {
  const vintage = { places: [], parents, source, asOf };
  const { newParents } = await carryOut(tx, vintage, originOf(vintage, runId));
  return { loaded: newParents, duplicate: parents.length - newParents };
}

/** What kind of file a source is, by its first words: `place pack lewisham.yaml` is a place pack. */
function originOf({ source, asOf }: Vintage, runId: number | null): ChangeOrigin {
  return { format: source.startsWith('place pack ') ? 'place-pack' : 'delivery', source, asOf, runId };
}

/** Compares, writes, and keeps what was written as changes of one set. Nothing new: no set. */
async function carryOut(
  tx: Tx,
  vintage: Vintage,
  origin: ChangeOrigin,
): Promise<{ newPlaces: number; newParents: number }> {
  await lockDirectory(tx);
  const plan = planVintage(await readDirectory(tx), vintage);
  const [contradiction] = plan.contradictions;
  if (contradiction !== undefined) throw contradicts(vintage.parents[contradiction]);
  if (plan.changes.length > 0) await writeChanges(tx, await appliedSetOf(tx, origin), plan.changes);
  return { newPlaces: plan.newPlaces.size, newParents: plan.newParents.size };
}

function contradicts(said: ParentChange | undefined): Refusal {
  return new Refusal({
    code: 'contradicts_history',
    because: `That ${said?.child} belongs to ${said?.parent} contradicts the file itself, or what the directory knows of that time.`,
    remedy:
      'Compare it with the history of the organisation in the directory, correct the file, and send it again.',
  });
}

/** Makes sure that a practice which sends data is in the directory, even before any directory file names it. */
export async function ensurePractices(
  tx: Tx,
  practices: readonly { readonly code: string; readonly name: string | null }[],
  source: string,
  runId: number | null = null,
): Promise<Map<string, number>> {
  const known = await tx.withTables<DirectoryTables>().selectFrom('directory.place').select('code').execute();
  const codes = new Set(known.map(({ code }) => code));
  const unknown = practices.filter(({ code }) => !codes.has(code));
  await changePlaces(
    tx,
    unknown.map(({ code, name }) => ({ code, kind: 'practice', name: name ?? code })),
    source,
    { runId },
  );
  return await practiceIds(tx);
}

/**
 * Notes which practices people are registered with by the data of a day. One that has closed stands in the tree of
 * places for as long as somebody is. Each has its team from now on, so that whoever works there has an inbox.
 */
export async function noteLists(tx: Tx, practices: readonly number[], asOf: string): Promise<void> {
  // Whoever changes the directory waits here first, and for its stamp only then: two never wait for each other.
  await lockDirectory(tx);
  await sql`update directory.practice_list set ends = ${asOf}
             where ends is null and place_id <> all (${[...practices]}::int[])`.execute(tx);
  await sql`insert into directory.practice_list (place_id) select unnest(${[...practices]}::int[])
            on conflict (place_id) do update set ends = null`.execute(tx);
  await sql`select directory.practice_teams()`.execute(tx);
}

async function practiceIds(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.place')
    .where('kind', '=', 'practice')
    .select(['code', 'place_id'])
    .execute();
  return new Map(rows.map(({ code, place_id }) => [code, place_id]));
}
