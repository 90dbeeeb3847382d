import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { Home } from '../../../platform/home/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import { bandsOf, hasValue, type Library } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';

// What a refresh found of everybody, beside the facts: a narrow column for each definition, so that a count that nobody
// asked for in advance takes the answers of definitions that it refers to from here, and works only its own out.

/** The column of a definition's outcome (true, false, null), by its number in the book. */
export function outcomeColumn(number: number): string {
  return `settled_${number}`;
}

/** The column of the place of somebody's band or segment, from 0. */
export function bandColumn(number: number): string {
  return `settled_band_${number}`;
}

/** The column of the value of a score or a calculation, in its steps. */
export function valueColumn(number: number): string {
  return `settled_value_${number}`;
}

/** The file in the folder that a publication names. */
export function outcomesFile(folder: string, name: string): string {
  return join(folder, name, 'outcomes.parquet');
}

/**
 * Writes the temporary tables `fact` and `outcome` of a refresh as a file with a row a person: `person, practice_id,
 * planning`, what people are compared by (`born`, in days, `neighbourhood, borough`), and the outcome, band and value of each
 * definition under its number. Returns the name of its folder.
 */
export async function writeOutcomes(
  about: {
    readonly duck: Duck;
    readonly home: Home;
    readonly library: Library;
    readonly compiled: CompiledLibrary;
    readonly snapshot: { readonly id: number };
  },
  numbers: ReadonlyMap<string, number>,
): Promise<string> {
  const { duck, home, library, compiled, snapshot } = about;
  const columns = compiled.definitions.flatMap((id, at) => {
    const number = numbers.get(id) ?? 0;
    const definition = library.definition(id);
    const banded = bandsOf(definition).length > 0;
    return [
      `outcome_${at} as ${outcomeColumn(number)}`,
      ...(banded ? [`band_${at}::utinyint as ${bandColumn(number)}`] : []),
      ...(hasValue(definition) ? [`steps_${at} as ${valueColumn(number)}`] : []),
    ];
  });
  const folder = mkdtempSync(join(home.outcomes, `${snapshot.id}-`));
  const file = outcomesFile(home.outcomes, basename(folder));
  await duck.run(
    `copy (select person_no as person, practice_id, planning, asked.birth_day as born, neighbourhood, borough, ${columns.join(', ')}
             from fact join asked on asked.person = fact.person_no left join practice_place using (practice_id))
       to ${literal(file)} (format parquet, compression zstd)`,
  );
  return basename(folder);
}

/** The columns of such a file; none where there is none. */
export async function columnsOf(
  ask: (sql: string) => Promise<readonly { readonly column_name: string }[]>,
  file: string | null,
): Promise<ReadonlySet<string>> {
  if (file === null) return new Set();
  const rows = await ask(`select column_name from (describe select * from read_parquet(${literal(file)}))`);
  return new Set(rows.map(({ column_name }) => column_name));
}

/** Publications of which the file stays: the one that pages read, and the one before, for whoever is reading it now. */
const KEPT = 2;

/** Removes what no publication names. The caller holds the lock of refreshes, so that none is being written. */
export async function sweepOutcomes(db: Kysely<Tables>, folder: string): Promise<void> {
  const rows = await db
    .withTables<NeedTables>()
    .selectFrom('need.publication')
    .select('outcomes')
    .orderBy('snapshot_id', 'desc')
    .limit(KEPT)
    .execute();
  const named = new Set(rows.flatMap(({ outcomes }) => outcomes ?? []));
  for (const name of readdirSync(folder))
    if (!named.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
