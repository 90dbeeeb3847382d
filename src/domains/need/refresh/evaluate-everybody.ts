import type { Duck } from '../../../platform/lake/index.ts';
import { type Lake, liveRows, referenceTable } from '../../register/index.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import { BEGINNING } from '../compile/slots.ts';
import type { Codelist } from '../language/codelist.ts';

/** Which entries are in which of them: what one batch of people needs to be read. */
interface Batch {
  readonly name: string;
  /** SQL condition on `roll` that picks the batch's records. */
  readonly records: string;
  readonly buckets: readonly number[];
}

/**
 * Evaluates every definition for every registered person, bucket by bucket, into the temporary table `outcome`
 * (person, ethnic_category, outcome_i, steps_i, band_i). One pass over the entries; memory holds one bucket.
 * Returns the number of entries that were read.
 */
export async function evaluateEverybody(
  duck: Duck,
  lake: Lake,
  compiled: CompiledLibrary,
  ethnicity: Codelist,
  onProgress: (part: number, parts: number) => void,
): Promise<number> {
  await openRoll(duck, lake);
  for (const statement of compiled.prepare) await duck.run(statement);
  await duck.run(`create or replace temp table ethnic_code as ${ethnicCodes(ethnicity)}`);
  await duck.run('drop table if exists outcome');
  const batches = await makeBatches(duck, lake);
  let events = 0;
  for (const [part, batch] of batches.entries()) {
    onProgress(part, batches.length);
    events += await evaluateBatch(duck, lake, compiled, batch, part === 0);
  }
  return events;
}

/** Who is asked about: registered people with their records, and what their practice has sent. */
async function openRoll(duck: Duck, lake: Lake): Promise<void> {
  const [person, record, coverage, code] = (['person', 'record', 'coverage', 'code'] as const).map((table) =>
    referenceTable(lake, table),
  );
  const covered = (feed: string) =>
    `(select org, coalesce(min(from_day), ${BEGINNING}) as from_day from ${coverage} where feed = '${feed}' group by org)`;
  await duck.run(
    `create or replace temp table asked as
     select person.*, area.imd_decile, events.from_day as cover_events, medicines.from_day as cover_medicines,
            appointments.from_day as cover_appointments
       from ${person} as person
       left join ${covered('events')} as events on events.org = person.practice
       left join ${covered('medicines')} as medicines on medicines.org = person.practice
       left join ${covered('appointments')} as appointments on appointments.org = person.practice
       left join area using (lsoa)
      where registered`,
  );
  await duck.run(
    `create or replace temp table roll as
     select record.rec, record.person, record.bucket,
            count(distinct record.bucket) over (partition by record.person) > 1 as spread
       from ${record} as record
       join (select person, unnest(records) as rec from asked) as alive using (rec, person)`,
  );
  await duck.run(`create or replace temp table code as select * from ${code}`);
}

/** The usual batch is a bucket; people whose records are spread over several come last, together. */
async function makeBatches(duck: Duck, lake: Lake): Promise<Batch[]> {
  const buckets = Array.from({ length: lake.manifest.buckets }, (_, bucket) => bucket);
  const used = await duck.rows<{ bucket: number }>(
    'select distinct bucket from roll where not spread order by bucket',
  );
  // Where everybody is spread, or nobody is there, one empty batch still makes the table of outcomes.
  const batches = (used.length === 0 ? [{ bucket: 0 }] : used).map(({ bucket }) => ({
    name: `bucket ${bucket}`,
    records: `bucket = ${bucket} and not spread`,
    buckets: [bucket],
  }));
  const { n } = await duck.one<{ n: number }>('select count(*) as n from roll where spread');
  return n === 0
    ? batches
    : [...batches, { name: 'people with records in several places', records: 'spread', buckets }];
}

async function evaluateBatch(
  duck: Duck,
  lake: Lake,
  compiled: CompiledLibrary,
  batch: Batch,
  first: boolean,
): Promise<number> {
  await duck.run(
    `create or replace temp table batch_record as select rec, person from roll where ${batch.records}`,
  );
  await duck.run(
    `create or replace temp table batch_person as
     select person, birth_day, sex, imd_decile, registered_from, cover_events, cover_medicines, cover_appointments
       from asked
      where person in (select person from batch_record)`,
  );
  const events = entriesSql(lake, 'event', batch, 'rec, row_id, code, day, value, unit');
  const medicines = entriesSql(lake, 'medication', batch, 'rec, row_id, code, day');
  const appointments = entriesSql(lake, 'appointment', batch, 'rec, day, status');
  const answers = `
    select answers.*, ethnic.ethnic_category
      from (${compiled.batchSql({ events, medicines, appointments })}) as answers
      left join (${ethnicCategorySql(events)}) as ethnic using (person)`;
  await duck.run(
    first ? `create temp table outcome as ${answers}` : `insert into outcome by name ${answers}`,
  );
  const counted = await duck.one<{ n: number }>(
    `select (select count(*) from ${events}) + (select count(*) from ${medicines}) as n`,
  );
  return counted.n;
}

function entriesSql(
  lake: Lake,
  table: 'event' | 'medication' | 'appointment',
  batch: Batch,
  columns: string,
): string {
  const parts = batch.buckets.flatMap((bucket) => liveRows(lake, table, bucket) ?? []);
  if (parts.length === 0) return emptyEntries(columns);
  // Spread people are few: their records are picked out of each bucket instead of reading everybody's.
  const only = batch.buckets.length > 1 ? 'where rec in (select rec from batch_record)' : '';
  return `(${parts.map((part) => `select ${columns} from ${part} ${only}`).join(' union all ')})`;
}

function emptyEntries(columns: string): string {
  const types: Record<string, string> = {
    row_id: 'varchar',
    value: 'double',
    unit: 'varchar',
    status: 'varchar',
  };
  const nulls = columns.split(', ').map((column) => `null::${types[column] ?? 'integer'} as ${column}`);
  return `(select ${nulls.join(', ')} where false)`;
}

/** The letter of each ethnic category by dictionary code. The list's terms begin with it. */
function ethnicCodes(list: Codelist): string {
  if (list.kind !== 'snomed') throw new Error('ETHNICITY is a list of concepts');
  const rows = list.codes.map(({ code, term }) => `('${code}', '${term.split(' ', 1)[0]}')`);
  return `select code.code, letter from (values ${rows.join(', ')}) as category (concept, letter)
            join code on code.concept = category.concept and code.system in ('snomed', 'dmd')`;
}

/** The latest recorded category of each person; of two on one day the lower code, so that the answer is one. */
function ethnicCategorySql(events: string): string {
  return `
    select person, arg_max(letter, row(coalesce(day, ${BEGINNING}), -code)) as ethnic_category
      from ${events} as entry join ethnic_code using (code) join batch_record using (rec) group by person`;
}
