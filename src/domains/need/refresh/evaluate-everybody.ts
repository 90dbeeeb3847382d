import { type Duck, literal } from '../../../platform/lake/index.ts';
import {
  type BucketedTable,
  hospitalCoverageSql,
  type Lake,
  liveRows,
  referenceTable,
} from '../../register/index.ts';
import { type BatchEntries, withEverybody } from '../compile/batch-relations.ts';
import { type CompiledLibrary, UNIT_SQL } from '../compile/compile.ts';
import { MAY_COUNT } from '../compile/entry-sql.ts';
import { BEGINNING } from '../compile/slots.ts';
import type { Codelist } from '../language/codelist.ts';

/** A day after any that a record can hold. */
const FOREVER = 2_147_483_647;

/** Which entries are in which of them: what one batch of people needs to be read. */
interface Batch {
  /** SQL condition on `roll` that picks the batch's records. */
  readonly records: string;
  readonly buckets: readonly number[];
  /** Whether the batch's records are few among those of their buckets. */
  readonly picked: boolean;
}

/**
 * Evaluates every definition for every registered person, batch by batch, into the table `outcome`
 * (person, ethnic_category, outcome_i, steps_i, band_i). One pass over the entries; memory holds one batch of them.
 * Returns the number of entries that were read. Definitions that compare people are answered at the end. `people` is SQL of those who are asked about, rows of the lake's `person`:
 * everybody registered, unless it says otherwise.
 */
export async function evaluateEverybody(
  duck: Duck,
  lake: Lake,
  compiled: CompiledLibrary,
  ethnicity: Codelist,
  onProgress: (part: number, parts: number) => void,
  people = registeredSql(lake),
  sizes: BatchSizes = SIZES,
): Promise<number> {
  await openRoll(duck, lake, { people });
  for (const statement of compiled.prepare) await duck.run(statement);
  await duck.run(`create or replace table ethnic_code as ${ethnicCodes(ethnicity)}`);
  await duck.run(`insert into code_asked select code, (${BEGINNING})::integer, ${FOREVER} from ethnic_code`);
  await duck.run(
    'create or replace table code_asked as select code, min(from_day) as from_day, max(to_day) as to_day from code_asked group by code',
  );
  await duck.run('drop table if exists outcome');
  const batches = await makeBatches(duck, lake, sizes);
  const events = await evaluateBatches(duck, lake, compiled, batches, onProgress);
  for (const answers of compiled.comparing)
    await duck.run(`create or replace table outcome as ${answers('outcome')}`);
  return events;
}

/**
 * Works the batches off, two at once with the threads divided among them: a query of some thousands of people costs a third
 * less on one thread than on two, and another batch keeps the other processor busy. Returns how many entries were read.
 */
async function evaluateBatches(
  duck: Duck,
  lake: Lake,
  compiled: CompiledLibrary,
  batches: readonly Batch[],
  onProgress: (part: number, parts: number) => void,
): Promise<number> {
  const { threads } = await duck.one<{ threads: number }>("select current_setting('threads') as threads");
  const others = await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, threads, batches.length) - 1 }, () => duck.another()),
  );
  // Each of those who ask lends the thread that it waits on.
  await duck.run(`set threads = ${threads - others.length}`);
  const answers = new Answers(lake, compiled);
  const left = batches.entries();
  let events = 0;
  const work = async (hand: Duck) => {
    for (const [part, batch] of left) {
      onProgress(part, batches.length);
      const read = await evaluateBatch(hand, lake, batch, answers);
      events += read;
    }
  };
  const done = await Promise.allSettled([duck, ...others].map(work));
  for (const other of others) other.close();
  await duck.run(`set threads = ${threads}`);
  for (const each of done) if (each.status === 'rejected') throw each.reason;
  return events;
}

/** The table of answers, which is made when the first batch has been read. */
class Answers {
  private readonly lake: Lake;
  private readonly compiled: CompiledLibrary;
  private readonly sql: string;
  private made: Promise<void> | null = null;

  constructor(lake: Lake, compiled: CompiledLibrary) {
    this.lake = lake;
    this.compiled = compiled;
    this.sql = `
      select answers.*, ethnic.ethnic_category
        from (${compiled.batchSql(RELATIONS)}) as answers
        left join (${ethnicCategorySql(READ.events.name)}) as ethnic using (person)`;
  }

  /** Adds the answers of a batch, of which the people lie ready. */
  async add(duck: Duck, { buckets }: Batch): Promise<void> {
    this.made ??= duck.run(`create table outcome as ${this.of([])} limit 0`);
    await this.made;
    await duck.run(`insert into outcome by name ${this.of(buckets)}`);
  }

  private of(buckets: readonly number[]): string {
    return `with ${gatheredSql(this.lake, this.compiled, buckets)} ${this.sql}`;
  }
}

function registeredSql(lake: Lake): string {
  return `select * from ${referenceTable(lake, 'person')} where registered`;
}

/**
 * Who is asked about: registered people with their records, and what their practice has sent, as the tables `asked`,
 * `roll` and `code`. It reads `area`. `columns` are those of `person` that somebody needs; `people` is SQL of
 * others than everybody registered.
 */
export async function openRoll(
  duck: Pick<Duck, 'run'>,
  lake: Lake,
  { columns = 'person.*', people = registeredSql(lake) }: { columns?: string; people?: string } = {},
): Promise<void> {
  const [record, coverage, code] = (['record', 'coverage', 'code'] as const).map((table) =>
    referenceTable(lake, table),
  );
  const covered = (feed: string) =>
    `(select org, coalesce(min(from_day), ${BEGINNING}) as from_day from ${coverage} where feed = '${feed}' group by org)`;
  await duck.run(
    `create or replace table asked as
     select ${columns}, area.imd_decile, events.from_day as cover_events, medicines.from_day as cover_medicines,
            appointments.from_day as cover_appointments,
            (select from_day from ${hospitalCoverageSql(lake)}) as cover_hospital
       from (${people}) as person
       left join ${covered('events')} as events on events.org = person.practice
       left join ${covered('medicines')} as medicines on medicines.org = person.practice
       left join ${covered('appointments')} as appointments on appointments.org = person.practice
       left join area using (lsoa)`,
  );
  await duck.run(
    `create or replace table roll as
     select record.rec, record.person, record.bucket,
            count(distinct record.bucket) over (partition by record.person) > 1 as spread
       from ${record} as record
       join (select person, unnest(records) as rec from asked) as alive using (rec, person)`,
  );
  await duck.run(`create or replace table code as select * from ${code}`);
}

/** How many batches are worked on at once, where there are threads for it. */
const AT_ONCE = 2;

/** How many patient records there are to a batch. */
interface BatchSizes {
  /** About how many it may hold: planning the query costs as much as working some thousands of people out. */
  readonly batch: number;
  /** Fewer than this are one batch: it is planned once. */
  readonly few: number;
}

const SIZES: BatchSizes = { batch: 55_000, few: 20_000 };

/** The usual batch is some buckets; people whose records are spread over several come last, together. */
async function makeBatches(duck: Duck, lake: Lake, sizes: BatchSizes): Promise<Batch[]> {
  const used = await duck.rows<{ bucket: number; records: number }>(
    'select bucket, count(*) as records from roll where not spread group by bucket order by bucket',
  );
  const all = used.reduce((sum, { records }) => sum + records, 0);
  // As many to each hand, and of one size: neither waits long for the other.
  const hands = all < sizes.few ? 1 : AT_ONCE;
  const rounds = Math.ceil(all / (sizes.batch * hands));
  const most = Math.ceil(all / (rounds * hands)) + Math.max(0, ...used.map(({ records }) => records)) / 2;
  const groups: { buckets: number[]; records: number }[] = [];
  for (const { bucket, records } of used) {
    const last = groups.at(-1);
    if (last && last.records + records <= most) {
      last.buckets.push(bucket);
      last.records += records;
    } else groups.push({ buckets: [bucket], records });
  }
  // Where everybody is spread, or nobody is there, one empty batch still makes the table of outcomes.
  const batches = (groups.length === 0 ? [{ buckets: [0] }] : groups).map(({ buckets }) => ({
    records: `bucket in (${buckets.join(', ')}) and not spread`,
    buckets,
    picked: false,
  }));
  const { n } = await duck.one<{ n: number }>('select count(*) as n from roll where spread');
  const everywhere = Array.from({ length: lake.manifest.buckets }, (_, bucket) => bucket);
  return n === 0 ? batches : [...batches, { records: 'spread', buckets: everywhere, picked: true }];
}

/** The columns of `batch_person`. */
export const ASKED_OF_A_PERSON =
  'person, birth_day, sex, imd_decile, lsoa, practice, registered_from, cover_events, cover_medicines, cover_appointments, cover_hospital';

async function evaluateBatch(duck: Duck, lake: Lake, batch: Batch, answers: Answers): Promise<number> {
  await duck.run(
    `create or replace temp table batch_record as select rec, person from roll where ${batch.records}`,
  );
  await duck.run(
    `create or replace temp table batch_person as
     select ${ASKED_OF_A_PERSON}
       from asked
      where person in (select person from batch_record)`,
  );
  await answers.add(duck, batch);
  return await countEntries(duck, lake, batch);
}

interface ReadTable {
  readonly name: string;
  readonly from: BucketedTable;
  /** The type of each column, and what it is in SQL where that is not its name in the lake. */
  readonly columns: Readonly<Record<string, readonly [type: string, sql?: string]>>;
  /** Whether its rows have codes, of which only those that anybody asks about are gathered. */
  readonly coded: boolean;
}

const CODED = { person: ['integer'], code: ['integer'], day: ['integer'] } as const;

/** What a batch reads of each table of the lake, gathered under one name. */
const READ: Record<keyof BatchEntries, ReadTable> = {
  events: {
    name: 'batch_event',
    from: 'event',
    columns: {
      ...CODED,
      rec: ['integer'],
      row_id: ['varchar'],
      value: ['double'],
      unit: ['varchar', UNIT_SQL],
    },
    coded: true,
  },
  medicines: {
    name: 'batch_medicine',
    from: 'medication',
    columns: { ...CODED, duration_days: ['integer'] },
    coded: true,
  },
  appointments: {
    name: 'batch_appointment',
    from: 'appointment',
    columns: { rec: ['integer'], day: ['integer'], status: ['varchar'] },
    coded: false,
  },
  admissions: {
    name: 'batch_admission',
    from: 'admission',
    columns: {
      rec: ['integer'],
      day: ['integer'],
      discharge_day: ['integer'],
      method: ['varchar'],
      diagnoses: ['varchar'],
    },
    coded: false,
  },
  attendances: {
    name: 'batch_attendance',
    from: 'attendance',
    columns: { rec: ['integer'], day: ['integer'] },
    coded: false,
  },
};

/**
 * Those rows of a table with codes that anybody asks about: medicines that are asked about may be those of the last year
 * alone, and then most of a record is left where it is. A query of its own, or DuckDB would first look up whose each row is.
 */
function askedAbout(rows: string): string {
  return `(select row.* from ${rows} as row join code_asked using (code) where ${MAY_COUNT})`;
}

/**
 * What a compiled library reads of the lake, all of it or some buckets, of the records of `batch_record`, as common tables under the names in RELATIONS:
 * read once, and kept for as long as the query goes through them. A table of the database would take twice as long to fill.
 * A row's own name takes as long to read as all else of it, and values as long as codes: each only where it is asked for.
 */
export function gatheredSql(
  lake: Lake,
  { reads, readsRows, readsValues }: CompiledLibrary,
  buckets?: readonly number[],
): string {
  const isLeftOut = (column: string) =>
    ((column === 'row_id' || column === 'rec') && !readsRows) ||
    ((column === 'value' || column === 'unit') && !readsValues);
  const tables = Object.entries(READ).map(([table, { name, from, columns, coded }]) => {
    const asked = Object.entries(columns).filter(([column]) => !coded || !isLeftOut(column));
    const rows = reads[table as keyof BatchEntries] ? liveRows(lake, from, buckets) : null;
    const none = asked.map(([column, [type]]) => `null::${type} as ${column}`);
    const read = asked.map(([column, [, sql]]) => (sql === undefined ? column : `${sql} as ${column}`));
    return `${name} as materialized (${
      rows === null
        ? `select ${none.join(', ')} where false`
        : `select ${read.join(', ')} from ${coded ? askedAbout(rows) : rows} as row join batch_record using (rec)`
    })`;
  });
  return tables.join(',\n    ');
}

export const RELATIONS: BatchEntries = {
  events: READ.events.name,
  medicines: READ.medicines.name,
  appointments: READ.appointments.name,
  admissions: READ.admissions.name,
  attendances: READ.attendances.name,
};

/** How many coded entries a batch reads. */
async function countEntries(duck: Duck, lake: Lake, { buckets, picked }: Batch): Promise<number> {
  const only = picked ? 'where rec in (select rec from batch_record)' : '';
  let entries = 0;
  for (const { from, coded } of Object.values(READ)) {
    const rows = coded ? liveRows(lake, from, buckets) : null;
    if (rows) entries += (await duck.one<{ n: number }>(`select count(*) as n from ${rows} ${only}`)).n;
  }
  return entries;
}

/** Asked, and did not say. */
const NOT_STATED = 'Z';

/** The letter of each ethnic category by dictionary code. The list's terms begin with it. */
function ethnicCodes(list: Codelist): string {
  if (list.kind !== 'snomed') throw new Error('ETHNICITY is a list of concepts');
  const rows = list.codes.map(({ code, category }) => `(${literal(code)}, ${literal(category ?? '')})`);
  return `select code.code, letter from (values ${rows.join(', ')}) as category (concept, letter)
            join code on code.concept = category.concept and code.system in ('snomed', 'dmd')`;
}

/**
 * The latest recorded category of each person that says something: that somebody did not say later takes nothing away.
 * Of two on one day the lower code, so that the answer is one.
 */
function ethnicCategorySql(events: string): string {
  const letters = `select person, letter, day, code from ${events} as entry join ethnic_code using (code)`;
  return `
    select person, arg_max(letter, row(letter <> '${NOT_STATED}', coalesce(day, ${BEGINNING}), -code)) filter (letter is not null) as ethnic_category
      from ${withEverybody(letters, 3)} group by person`;
}
