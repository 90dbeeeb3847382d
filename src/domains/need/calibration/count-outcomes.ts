import { addMonths, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import {
  hospitalCoverageSql,
  type Lake,
  liveRows,
  referenceTable,
  type Snapshot,
  wholeTable,
} from '../../register/index.ts';
import { compileLibrary } from '../compile/compile.ts';
import type { Library, Ranking } from '../language/library.ts';
import { partOfLibrary } from '../language/part-of-library.ts';
import { evaluateEverybody } from '../refresh/evaluate-everybody.ts';
import { type CalibrationRules, TENTHS } from './calibration-rules.ts';

export interface OutcomeSource {
  readonly duck: Duck;
  readonly snapshot: Snapshot;
  readonly library: Library;
  readonly ranking: Ranking;
  readonly rules: CalibrationRules;
}

/** People, and how many of them something happened to, of one tenth of the score and one group. */
export interface OutcomeCell {
  /** From 0, the highest tenth; TENTHS for who had no score. */
  readonly tenth: number;
  /** The place of a group of each dimension, in the order of the rules. */
  readonly groups: readonly number[];
  readonly people: number;
  readonly happened: readonly number[];
}

/** The day of the score: the day after which outcomes count. */
export function dayOfScore(asOf: PlainDate, rules: CalibrationRules): PlainDate {
  return addMonths(asOf, -rules.months);
}

/**
 * Works the score out as it would have been some months ago, for everybody who is registered now or died since, and counts
 * what happened to them, by tenth and group, of those who do not object. Null where hospitals do not say that they sent all
 * of that time. Reads the temporary table `fact`, and takes the place of `asked` and `outcome`.
 */
export async function countOutcomes(source: OutcomeSource): Promise<OutcomeCell[] | null> {
  const { duck, snapshot, library, ranking, rules } = source;
  const then = dayOfScore(snapshot.asOf, rules);
  const day = toEpochDay(then);
  const covered = await duck.rows<{ from_day: number | null }>(
    `select from_day from ${hospitalCoverageSql(snapshot.lake)} where from_day is null or from_day <= ${day}`,
  );
  if (covered.length === 0) return null;
  const part = partOfLibrary(library, [ranking.of, ...rules.between]);
  const ethnicity = library.codelists.get('ETHNICITY');
  if (!ethnicity) throw new Error('content has no codelist ETHNICITY');
  const compiled = compileLibrary(part, then);
  await evaluateEverybody(duck, snapshot.lake, compiled, ethnicity, () => {}, cohortSql(snapshot.lake, day));
  await gatherOutcomes(source, day, toEpochDay(snapshot.asOf));
  await findObjections(source);
  const at = (id: string) => compiled.definitions.indexOf(id);
  const groups = rules.between.map((id, place) => `band_${at(id)} as g_${place}`);
  const rows = await duck.rows<Record<string, number>>(
    `with placed as (
       select person, steps_${at(ranking.of)} as steps, ${groups.join(', ')}, death_day is not null as died
         from asked join outcome using (person)
         left join (select person_no as person, planning from fact) as now using (person)
        where coalesce(now.planning, person not in (select person from objected))),
     tenths as (
       select placed.*, case when steps is null then ${TENTHS}
                        else ntile(${TENTHS}) over (partition by steps is null order by steps desc, asked.birth_day, person) - 1 end as tenth
         from placed join (select person, birth_day from asked) as asked using (person))
     select tenth::integer as tenth, ${rules.between.map((_, place) => `g_${place}::integer as g_${place}`).join(', ')},
            count(*)::integer as people,
            count(*) filter (person in (select person from admitted_since))::integer as x_0,
            count(*) filter (person in (select person from attended_since))::integer as x_1,
            count(*) filter (died)::integer as x_2
       from tenths group by all`,
  );
  return rows.map((row) => ({
    tenth: row.tenth ?? 0,
    groups: rules.between.map((_, place) => row[`g_${place}`] ?? 0),
    people: row.people ?? 0,
    happened: [0, 1, 2].map((outcome) => row[`x_${outcome}`] ?? 0),
  }));
}

/**
 * Who was there on the day: registered now, and then already; or died since. The dead were where their record is, and
 * everybody lived where they lived on that day: the home of somebody who died has ended with them.
 */
function cohortSql(lake: Lake, day: number): string {
  const [person, record] = (['person', 'record'] as const).map((table) => referenceTable(lake, table));
  const residence = wholeTable(lake, 'residence');
  const home = residence
    ? `select record.person, arg_max(lsoa, coalesce(start_day, 0)) as lsoa
          from ${residence} as residence join ${record} as record using (rec)
         where not residence.deleted and lsoa is not null and coalesce(start_day <= ${day}, true)
           and coalesce(end_day > ${day}, true) group by record.person`
    : 'select null::integer as person, null::varchar as lsoa where false';
  return `
    select person.* replace (coalesce(person.practice, record.org) as practice, coalesce(home.lsoa, person.lsoa) as lsoa)
      from ${person} as person join ${record} as record using (rec)
      left join (${home}) as home on home.person = person.person
     where (person.registered and coalesce(person.registered_from, ${day}) <= ${day})
        or person.death_day > ${day}`;
}

/** Who went to hospital in an emergency after the day. */
async function gatherOutcomes(
  { duck, snapshot: { lake } }: OutcomeSource,
  after: number,
  until: number,
): Promise<void> {
  const tables = [
    ['admitted_since', 'admission', "and method = 'emergency'"],
    ['attended_since', 'attendance', ''],
  ] as const;
  for (const [name, table, only] of tables) {
    await duck.run(`create or replace temp table ${name} (person integer)`);
    for (let bucket = 0; bucket < lake.manifest.buckets; bucket++) {
      const rows = liveRows(lake, table, bucket);
      if (rows)
        await duck.run(
          `insert into ${name} select distinct person from ${rows} as entry join roll using (rec)
            where day > ${after} and day <= ${until} ${only}`,
        );
    }
  }
}

/** Who died and ever objected. Of the living their facts say it as of today; of the dead any objection stands. */
async function findObjections({ duck, snapshot: { lake }, library }: OutcomeSource): Promise<void> {
  const list = library.codelists.get('TYPE1_OBJECTION');
  if (list?.kind !== 'snomed') throw new Error('content has no codelist TYPE1_OBJECTION');
  const codes = list.codes.map(({ code }) => literal(code)).join(', ');
  await duck.run(`create or replace temp table objected (person integer)`);
  await duck.run(
    `create or replace temp table dead_record as
     select rec, person, bucket from roll join (select person from asked where death_day is not null) using (person)`,
  );
  for (let bucket = 0; bucket < lake.manifest.buckets; bucket++) {
    const rows = liveRows(lake, 'event', bucket);
    if (rows)
      await duck.run(
        `insert into objected select distinct dead_record.person from ${rows} as entry join dead_record using (rec)
          where entry.code in (select code from code where concept in (${codes}))`,
      );
  }
}
