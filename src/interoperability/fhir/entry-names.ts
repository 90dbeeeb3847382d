import type { Duck } from '../../platform/lake/index.ts';
import { fullUrlsOf } from './arrivals.ts';
import { object, parsed } from './json.ts';
import { PLACES_A_FILE } from './places.ts';
import type { FullUrls } from './reference.ts';
import { PATIENT } from './used-types.ts';

// Entries of a bundle call each other by their full addresses. Those that are read by DuckDB are taken at their word:
// that the address of a patient ends in the patient's id. Here is found where that is not so.

const BUNDLE = `place // ${PLACES_A_FILE}`;

/**
 * Finds references to patients that lead to another entry than the one whose id they end in, and returns SQL of whether
 * an entry has one of them; null when there are none. `rows` is SQL of the rows of entries, here and below.
 */
export async function misnamedPatients(duck: Duck, rows: string): Promise<string | null> {
  const table = `fhir_misnamed_${++tables}`;
  await duck.run(
    `create temp table ${table} as
     with entry as (select *, ${BUNDLE} as bundle from ${rows}),
          wanted as (select distinct bundle, said, patient_id from entry where way in ('row', 'kept') and said is not null),
          named as (select bundle, said, patient_id, arg_max(type, place) as type, arg_max(id, place) as id
                      from (select wanted.*, entry.type, entry.id, entry.place
                              from entry join wanted on wanted.bundle = entry.bundle and wanted.said = trim(entry.full_url))
                     group by all)
     select distinct bundle, said from named where type is distinct from '${PATIENT}' or id is distinct from patient_id`,
  );
  const { n } = await duck.one<{ n: number }>(`select count(*) as n from ${table}`);
  return n === 0 ? null : `(${BUNDLE}, said) in (select (bundle, said) from ${table})`;
}

let tables = 0;

/** Bundles that have entries to sort, in groups of which the names fit into memory; a large one is alone. */
export async function bundlesToSort(duck: Duck, rows: string): Promise<{ from: number; to: number }[]> {
  const bundles = await duck.rows<{ bundle: number; entries: number; sorted: boolean }>(
    `select ${BUNDLE} as bundle, count(*) as entries, bool_or(way = 'sorter') as sorted from ${rows}
      where way <> 'broken' group by bundle order by bundle`,
  );
  const groups: { from: number; to: number; entries: number }[] = [];
  for (const { bundle, entries, sorted } of bundles) {
    if (!sorted) continue;
    const last = groups.at(-1);
    if (last && last.entries + entries < MOST_NAMES) {
      last.to = (bundle + 1) * PLACES_A_FILE - 1;
      last.entries += entries;
    } else groups.push({ from: bundle * PLACES_A_FILE, to: (bundle + 1) * PLACES_A_FILE - 1, entries });
  }
  return groups;
}

const MOST_NAMES = 100_000;
const SAYS_ALL = `ends_with(full_url, '/' || type || '/' || id) and not regexp_matches(full_url, '^#|^urn:|[?]|/_history/')`;

/**
 * What the entries of bundles call each other, by bundle: of all, or of those where something to be sorted refers to
 * anything. A name that says its type and id is not needed.
 */
export async function namesOfEntries(
  duck: Duck,
  rows: string,
  { from, to }: { from: number; to: number },
  which: 'all' | 'referring' = 'referring',
): Promise<Map<number, FullUrls>> {
  const names = new Map<number, Map<string, { type: string; id: string }>>();
  const named = duck.stream<{ bundle: number; url: string; type: string; id: string; whole: string | null }>(
    `with entry as (select *, ${BUNDLE} as bundle from ${rows} where place between ${from} and ${to}),
          referring as (select distinct bundle from entry where ${which === 'all'} or contains(whole, '"reference"'))
     select bundle, trim(full_url) as url, type, id, case when way = 'sorter' then whole end as whole
       from entry semi join referring using (bundle) where full_url is not null and not coalesce(${SAYS_ALL}, false) order by place`,
  );
  for await (const some of named) {
    for (const { bundle, url, type, id, whole } of some) {
      const known = names.get(bundle) ?? new Map();
      names.set(bundle, known);
      if (whole === null) known.set(url, { type, id });
      else for (const [name, target] of fullUrlsOf([object(parsed(whole))])) known.set(name, target);
    }
  }
  return names;
}
