import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Library } from '../src/domains/need/index.ts';
import type { Lake } from '../src/domains/register/index.ts';
import { type PlainDate, toEpochDay } from '../src/kernel/index.ts';
import { type Duck, literal } from '../src/platform/lake/index.ts';

// A lake of any size in the layout of the real one, made without an import: for measuring the pass over entries alone.
// Nobody in it has a history that makes sense. Everything follows from a row's number: two runs make the same rows.

export interface LakeSize {
  readonly people: number;
  /** Coded entries and medicines of each person; appointments and visits to hospital come on top. */
  readonly events: number;
  /** Parts that the files are cut into; unless said, as many as in the lake that an import begins. */
  readonly buckets?: number;
}

export interface MadeUpLake {
  readonly lake: Lake;
  readonly entries: number;
  /** The share of coded entries and medicines whose code is on a list of content. */
  readonly listedShare: number;
  readonly bytes: number;
}

/** As in the lake that an import begins. */
const USUAL_BUCKETS = 32;
const ROWS_A_GROUP = 20_480;
const AS_OF = '2026-11-01' as PlainDate;
const TODAY = toEpochDay(AS_OF);
/** Thirty years of entries. */
const DAYS = 11_000;
const PATIENTS = 8_000;

/** Of a hundred entries: results that lists convert, other listed codes, and the rest, of which nobody asks. */
const RESULTS = 22;
const LISTED = 14;
const UNLISTED_CODES = 20_000;
/** Of a hundred medicines, those under a list's prefix; the rest is under none but those of whole chapters. */
const LISTED_MEDICINES = 60;
const OTHER_MEDICINES = 2_000;
const MEDICINES_SHARE = 0.2;

/** What of each sort of code stands in the dictionary, in this order and numbered from 1. */
interface Codes {
  readonly results: readonly {
    readonly concept: string;
    readonly unit: string;
    readonly range: readonly [number, number];
  }[];
  readonly listed: readonly string[];
  readonly medicines: readonly string[];
}

/** Writes the files of a snapshot below `folder`, which is new, and says what they are. */
export async function makeLake(
  duck: Duck,
  folder: string,
  library: Library,
  size: LakeSize,
  onProgress: (what: string) => void,
): Promise<MadeUpLake> {
  const codes = codesOf(library);
  const { buckets = USUAL_BUCKETS } = size;
  const files: Record<string, Lake['manifest']['files']['event'] & object> = {};
  let bytes = 0;
  const write = async (table: string, rows: string, bucket?: number) => {
    const path =
      bucket === undefined ? `${table}/1.parquet` : `${table}/1-${String(bucket).padStart(2, '0')}.parquet`;
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    await duck.run(
      `copy (${rows}) to ${literal(file)} (format parquet, compression zstd, row_group_size ${ROWS_A_GROUP})`,
    );
    const size = statSync(file).size;
    bytes += size;
    const { n } = await duck.one<{ n: number }>(`select count(*) as n from read_parquet(${literal(file)})`);
    files[table] = [
      ...(files[table] ?? []),
      { path, rows: n, bytes: size, ...(bucket === undefined ? {} : { bucket }) },
    ];
    return n;
  };
  onProgress(`Writing a lake of ${size.people} people`);
  await writeReferences(write, codes, size);
  let entries = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.ceil((bucket * size.people) / buckets);
    const to = Math.ceil(((bucket + 1) * size.people) / buckets);
    if (from === to) continue;
    onProgress(`Writing a lake of ${size.people} people, part ${bucket + 1} of ${buckets}`);
    const rows = entryRows(codes, size, from, to);
    for (const [table, sql] of Object.entries(rows)) {
      const written = await write(table, sql, bucket);
      if (table === 'event' || table === 'medication') entries += written;
    }
  }
  const lake: Lake = { folder, manifest: { layout: 1, asOf: AS_OF, buckets, files } };
  const medicines = Math.round(size.events * MEDICINES_SHARE);
  const listed = ((size.events - medicines) * (RESULTS + LISTED)) / 100 + medicines;
  return { lake, entries, listedShare: listed / size.events, bytes };
}

function codesOf(library: Library): Codes {
  const lists = [...library.codelists.values()].sort((a, b) => a.id.localeCompare(b.id));
  const results = new Map<string, Codes['results'][number]>();
  const listed = new Set<string>();
  const medicines = new Set<string>();
  for (const list of lists) {
    if (list.kind === 'bnf') for (const prefix of list.prefixes) medicines.add(prefix.padEnd(15, '0'));
    if (list.kind !== 'snomed') continue;
    const unit = Object.keys(list.units ?? {})[0];
    for (const { code } of list.codes) {
      if (unit === undefined) listed.add(code);
      else results.set(code, { concept: code, unit, range: list.plausible ?? [0, 200] });
    }
  }
  return {
    results: [...results.values()],
    listed: [...listed].filter((code) => !results.has(code)),
    medicines: [...medicines],
  };
}

/** SQL of a number from 0 up to, and not including, `end` that looks drawn. */
function chance(of: string, draw: number, end: number): string {
  return `(hash(${of}, ${draw}) % ${end})::integer`;
}

function org(person: string): string {
  return `('Z' || (10001 + ${person} // ${PATIENTS}))`;
}

async function writeReferences(
  write: (table: string, rows: string) => Promise<number>,
  codes: Codes,
  { people, buckets = USUAL_BUCKETS }: LakeSize,
): Promise<void> {
  const person = 'range::integer + 1';
  const bucket = `(range * ${buckets} // ${people})::integer`;
  await write(
    'person',
    `select ${person} as person, ${person} as rec, null::varchar as nhs_number, null::varchar as title, null::varchar as family_name,
            null::varchar as given_names, ['female', 'male'][1 + ${chance('range', 1, 2)}] as sex,
            ${TODAY} - ${chance('range', 2, 36_000)} as birth_day, false as birth_approximate, null::integer as death_day,
            null::varchar as address, null::varchar as postcode, 'E01' || lpad(${chance('range', 3, 2_000)}::varchar, 6, '0') as lsoa,
            ${org('range')} as practice, true as registered, ${TODAY} - ${chance('range', 4, 10_000)} as registered_from,
            1 as open_registrations, false as sensitive, false as confidential, [${person}] as records, [${bucket}] as buckets
       from range(${people})`,
  );
  await write(
    'record',
    `select ${person} as rec, ${org('range')} as org, range::varchar as patient_id, ${person} as person, ${bucket} as bucket from range(${people})`,
  );
  await write(
    'coverage',
    `select org, feed, case when feed = 'appointments' then ${TODAY - 730} end as from_day
       from (select ${org(`range * ${PATIENTS}`)} as org from range(${Math.ceil(people / PATIENTS)})),
            (select unnest(['events', 'medicines', 'appointments', 'registrations', 'admissions', 'attendances']) as feed)`,
  );
  await write('code', codeRows(codes));
}

/** Made-up concepts: nineteen digits, longer than any that is given out. */
function codeRows({ results, listed, medicines }: Codes): string {
  const texts = (all: readonly string[]) => `unnest([${all.map(literal).join(', ')}])`;
  const concepts = [...results.map(({ concept }) => concept), ...listed];
  return `
    select row_number() over ()::integer as code, * from (
      select 'snomed' as system, ${texts(concepts)} as concept, null::varchar as bnf, 'Listed' as display
      union all select 'snomed', '9' || lpad(range::varchar, 18, '0'), null, 'In no list' from range(${UNLISTED_CODES})
      union all select 'local', bnf, bnf, 'Listed medicine' from (select ${texts(medicines)} as bnf)
      union all select 'local', bnf, bnf, 'Other medicine'
        from (select lpad((1 + range % 15)::varchar, 2, '0') || '99' || lpad(range::varchar, 11, '0') as bnf from range(${OTHER_MEDICINES})))`;
}

/** SQL of the rows of each table of entries of the people from one number to another, in the order of the lake. */
function entryRows(
  { results, listed, medicines }: Codes,
  { events }: LakeSize,
  from: number,
  to: number,
): Record<string, string> {
  const ofMedicines = Math.round(events * MEDICINES_SHARE);
  const rows = (each: number, columns: string, whole = `range(${from * each}, ${to * each})`) => `
    select * exclude (n, person, day_of) from (
      select n, person, person::integer + 1 as rec, ${org('person')} as org,
             (1000000000 + person)::varchar || lpad((n % ${each})::varchar, 4, '0') as row_id,
             1793502000000 as version, true as explicit, false as deleted, day_of, ${columns}
        from (select range as n, range // ${each} as person,
                     (${TODAY} - ${DAYS} * pow(1 - (range % ${each} + ${chance('range', 1, 1000)} / 1e3) / ${each}, 1.7))::integer as day_of
                from ${whole}))`;
  const unlisted = results.length + listed.length;
  const kind = chance('n', 2, 100);
  const code = `
    case when ${kind} < ${RESULTS} then 1 + ${chance('n', 3, results.length)}
         when ${kind} < ${RESULTS + LISTED} then ${results.length + 1} + ${chance('n', 3, listed.length)}
         else ${unlisted + 1} + (pow(${chance('n', 3, 1_000_000)} / 1e6, 4) * ${UNLISTED_CODES})::integer % ${UNLISTED_CODES} end`;
  const at = `[1 + ${chance('n', 3, results.length)}]`;
  const list = (all: readonly (string | number)[]) => `[${all.join(', ')}]`;
  const low = list(results.map(({ range }) => range[0]));
  const wide = list(results.map(({ range }) => range[1] - range[0]));
  const value = `round(${low}${at} + ${wide}${at} * ${chance('n', 4, 200)} / 200, 1)`;
  const firstMedicine = unlisted + UNLISTED_CODES + 1;
  return {
    event: rows(
      events - ofMedicines,
      `case when ${chance('n', 5, 200)} <> 0 then day_of end as day, null::varchar as precision,
       case when ${kind} < ${RESULTS} then ${value}::double when ${kind} < ${2 * RESULTS} + ${LISTED} then ${chance('n', 4, 2000)} / 10 end as value,
       case when ${kind} < ${RESULTS} then ${list(results.map(({ unit }) => literal(unit)))}${at} when ${kind} < ${2 * RESULTS} + ${LISTED} then 'mmol/L' end as unit,
       0::utinyint as kind, null::varchar as term, null::varchar as note, false as confidential, (${code})::integer as code`,
    ),
    medication: rows(
      ofMedicines,
      `day_of as day, null::varchar as term, 'Take one daily' as dose, 28::double as quantity, 'tablet' as unit,
       28 * (1 + ${chance('n', 4, 3)}) as duration_days, false as confidential,
       (${firstMedicine} + case when ${chance('n', 2, 100)} < ${LISTED_MEDICINES} then ${chance('n', 3, medicines.length)}
             else ${medicines.length} + ${chance('n', 3, OTHER_MEDICINES)} end)::integer as code`,
    ),
    appointment: rows(
      10,
      `${TODAY} - 730 + (73 * (n % 10)) as day, 600 as start_minute, 10 as minutes,
       ['Arrived', 'Arrived', 'DNA', 'Cancelled'][1 + ${chance('n', 2, 4)}] as status, null::varchar as category, null::varchar as mode,
       day - 7 as booked_day, null::varchar as practitioner`,
    ),
    admission: rows(
      1,
      `day_of as day, 600 as start_minute, day_of + 3 as discharge_day, ['emergency', 'elective'][1 + ${chance('n', 2, 2)}] as method,
       null::varchar as destination, ['I500;E119', 'J440', 'B20', 'S720;I10'][1 + ${chance('n', 3, 4)}] as diagnoses, null::varchar as term,
       null::varchar as specialty, 'ZH001' as provider, null::varchar as provider_name, false as confidential`,
      // Every second person, wherever the files are cut.
      `range(${from + (from % 2)}, ${to}, 2)`,
    ),
    attendance: rows(
      1,
      `day_of as day, 600 as start_minute, 1 as department, false as ambulance, 'discharged' as outcome, null::varchar as complaint,
       null::varchar as diagnoses, null::varchar as term, 'ZH001' as provider, null::varchar as provider_name, false as confidential`,
    ),
  };
}
