import { fromEpochDay, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import { codesOnSql, type Library } from '../../need/index.ts';
import { type Lake, liveRows, wholeTable } from '../../register/index.ts';
import type { SmiPathway } from './smi-pathway.ts';

/** The latest entry of a check of one person. */
export interface LastCheck {
  readonly person: number;
  readonly check: string;
  readonly day: PlainDate;
  /** In the words of the code, and who recorded it; null where the practice marked it confidential. */
  readonly recorded: string | null;
  readonly recordedBy: string | null;
}

/** Somebody with the records that are theirs. */
export interface RecordsOf {
  readonly person: number;
  readonly records: readonly number[];
}

/**
 * The latest entry of each check of each person, not after a day: one look at each bucket for all of them. Codes are those
 * of the pathway's lists, as the library has them; undated entries are none.
 */
export async function readLastChecks(
  duck: Pick<Duck, 'run' | 'rows'>,
  lake: Lake,
  asked: {
    readonly people: readonly RecordsOf[];
    readonly pathway: SmiPathway;
    readonly library: Library;
    readonly asOf: PlainDate;
  },
): Promise<LastCheck[]> {
  const code = wholeTable(lake, 'code');
  if (asked.people.length === 0 || code === null) return [];
  await duck.run(`create or replace temp table code as select * from ${code}`);
  await duck.run(`create or replace temp table check_code as ${codesSql(asked)}`);
  const pairs = asked.people.flatMap(({ person, records }) => records.map((rec) => `(${rec}, ${person})`));
  if (pairs.length === 0) return [];
  await duck.run(
    `create or replace temp table whose as select * from (values ${pairs.join(', ')}) v(rec, person)`,
  );
  await duck.run(
    'create or replace temp table found (person integer, check_id varchar, day integer, org varchar, said varchar, confidential boolean)',
  );
  for (let bucket = 0; bucket < lake.manifest.buckets; bucket++) {
    const rows = liveRows(lake, 'event', bucket);
    if (rows === null) continue;
    await duck.run(
      `insert into found
       select person, check_id, max(day),
              max_by(org, (day, confidential, org)), max_by(display, (day, confidential, org)),
              max_by(entry.confidential, (day, confidential, org))
         from ${rows} as entry join whose using (rec) join check_code using (code)
        where day <= ${toEpochDay(asked.asOf)} group by person, check_id`,
    );
  }
  const rows = await duck.rows<{
    person: number;
    check_id: string;
    day: number;
    org: string;
    said: string | null;
    confidential: boolean;
  }>(
    `select person, check_id, max(day) as day, max_by(org, day) as org, max_by(said, day) as said,
            max_by(confidential, day) as confidential
       from found group by person, check_id order by person, check_id`,
  );
  return rows.map(({ person, check_id, day, org, said, confidential }) => ({
    person,
    check: check_id,
    day: fromEpochDay(day),
    recorded: confidential ? null : said,
    recordedBy: confidential ? null : org,
  }));
}

function codesSql({ pathway, library }: { pathway: SmiPathway; library: Library }): string {
  const lists = pathway.checks.flatMap((check) =>
    check.codes.map((id) => {
      const list = library.codelists.get(id);
      if (!list) throw new Error(`content/pathways/smi-checks.yaml names the list ${id}, which there is not`);
      return `select code, ${literal(check.id)} as check_id,
                     (select any_value(c.display) from code c where c.code = listed.code) as display
                from (${codesOnSql(list)}) listed`;
    }),
  );
  return lists.join(' union ');
}
