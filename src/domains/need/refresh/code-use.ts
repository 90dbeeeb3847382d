import { join } from 'node:path';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import { type Lake, liveRows } from '../../register/index.ts';
import { codesOnSql } from '../compile/compile.ts';
import { entryFeed } from '../language/codelist.ts';
import type { Library } from '../language/library.ts';

export const CODE_USE_COLUMNS = [
  'snapshot_id',
  'practice_id',
  'feed',
  'code',
  'system',
  'concept',
  'bnf',
  'display',
  'entries',
  'planning_entries',
  'listed',
] as const;

const TABLES = { events: 'event', medicines: 'medication' } as const;

/**
 * Counts how often each code stands in the entries and medicines of registered people, by the practice that recorded it,
 * and whether any list has it. Reads the temporary tables of a refresh (`roll`, `fact`, `practice_place`, `code`) and
 * two columns of every entry. Returns the CSV file for COPY.
 */
export async function countCodes(about: {
  readonly duck: Duck;
  readonly scratch: string;
  readonly library: Library;
  readonly snapshot: { readonly id: number; readonly lake: Lake };
}): Promise<string> {
  const { duck, scratch, library, snapshot } = about;
  await duck.run(
    'create or replace temp table planned as select rec, planning from roll join fact on fact.person_no = roll.person',
  );
  await duck.run(
    'create or replace temp table code_count (feed varchar, org varchar, code integer, entries bigint, planning_entries bigint)',
  );
  for (const [feed, table] of Object.entries(TABLES))
    for (let bucket = 0; bucket < snapshot.lake.manifest.buckets; bucket++) {
      const rows = liveRows(snapshot.lake, table, bucket);
      if (rows === null) continue;
      await duck.run(
        `insert into code_count
         select ${literal(feed)}, org, code, count(*), count(*) filter (planning)
           from ${rows} as row join planned using (rec) group by org, code`,
      );
    }
  const file = join(scratch, 'code-use.csv');
  await duck.run(
    `copy (
       select ${snapshot.id} as snapshot_id, practice_id, feed, code, code.system, code.concept, code.bnf, code.display,
              sum(entries)::bigint as entries, sum(planning_entries)::bigint as planning_entries,
              (feed, code) in (${listedSql(library)}) as listed
         from code_count join code using (code) join practice_place on practice_place.practice = upper(org)
        group by all) to ${literal(file)} (format csv, header)`,
  );
  return file;
}

/** Every code of the dictionary that is on a list, with the feed in which that list looks for it. */
function listedSql(library: Library): string {
  const lists = [...library.codelists.values()].flatMap((list) => {
    const feed = entryFeed(list.kind);
    return feed === null ? [] : [`select ${literal(feed)} as feed, code from (${codesOnSql(list)})`];
  });
  return lists.length === 0 ? "select '' as feed, 0 as code where false" : lists.join(' union all ');
}
