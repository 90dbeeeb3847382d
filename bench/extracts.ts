import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duck, literal } from '../src/platform/lake/index.ts';
import { EXTRACTED_AT } from '../src/synthetic/encode.ts';
import * as layout from '../src/synthetic/tables.ts';

// Extracts of any size, for measuring alone: columns, widths and order of rows are those of the synthetic borough, but
// nobody in them has a history that makes sense. Everything follows from a row's number: two runs make the same rows.

/** How the tables of the extracts are written. */
export const extractFormats = ['csv', 'csv.gz', 'parquet'] as const;
export type ExtractFormat = (typeof extractFormats)[number];

export interface ExtractSize {
  readonly people: number;
  /** Coded entries and medicines of each person; an appointment comes on top for each six. */
  readonly events: number;
  readonly practices: number;
}

/** Files of one kind: what they are called, and how much is in them. */
export interface WrittenExtracts {
  /** Every file of each table. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly bytes: number;
}

/** NHS numbers of the test range go so far; people beyond have pseudonyms, and no names. */
const NUMBERED = 900_000;
const CODES = 20_000;
const LATER = '2026-11-15T03:00:00Z';

/** A first delivery of each practice, which is full. */
export async function writeExtracts(
  duck: Duck,
  folder: string,
  size: ExtractSize,
  format: ExtractFormat,
): Promise<WrittenExtracts> {
  const people = Math.ceil(size.people / size.practices);
  for (let practice = 1; practice <= size.practices; practice += 1) {
    const of = { practice, people, first: (practice - 1) * people, size };
    const delivery = await beginDelivery(folder, of.practice, EXTRACTED_AT, true);
    const write = (table: layout.TableLayout, rows: string) =>
      writeTable(duck, table, rows, { delivery, practice, format, version: literal(EXTRACTED_AT) });
    await write(layout.patientTable, patientRows(of));
    await write(
      layout.patientPersonTable,
      `select ${PATIENT} as id, id as patient_id, format('{:032x}', hash(person)::hugeint) as person_id from (${peopleOf(of)})`,
    );
    await write(
      layout.episodeTable,
      `select ${PATIENT} as id, id as patient_id, 'Regular' as episode_type_source_code,
              'Registered' as episode_status_source_code, date '1990-01-01' + ${chance('person', 21, 13_000)} as episode_of_care_start_date,
              case when moved then date '2026-01-01' end as episode_of_care_end_date, ${literal(codeOf(practice))} as organisation_code_publisher
         from (${peopleOf(of)})`,
    );
    await write(
      layout.addressTable,
      `select ${PATIENT} as id, id as patient_id, md5(${postcode}) as postcode_hash,
              date '1990-01-01' + ${chance('person', 21, 13_000)} as start_date, null::date as end_date from (${peopleOf(of)})`,
    );
    await write(
      layout.postcodeTable,
      `select distinct md5(${postcode}) as postcode_hash, 'E01' || lpad(${chance(`${postcode}`, 22, 999_999)}::varchar, 6, '0') as yr2021_lsoa
         from (${peopleOf(of)}) order by all`,
    );
    await write(
      layout.organisationTable,
      `select 'ORG-${codeOf(practice)}' as id, ${literal(codeOf(practice))} as organisation_code,
              'Practice ${practice}' as name, 'ZZ1 1ZZ' as postcode`,
    );
    await write(
      layout.conceptTable,
      `select 'http://snomed.info/sct' as system, ${concept('range')} as code, ${term('range')} as display from range(${CODES})
       union all select 'BNF', ${bnf('range')}, ${medicine('range')} from range(${CODES / 10})`,
    );
    for (const [table, rows] of Object.entries(entries(of))) await write(tableOf(table), rows());
  }
  return filesIn(folder, format);
}

/** Later deliveries, incremental: of each hundred rows one is corrected or added, in turn. */
export async function writeLaterExtracts(
  duck: Duck,
  folder: string,
  size: ExtractSize,
  format: ExtractFormat,
): Promise<WrittenExtracts> {
  const people = Math.ceil(size.people / size.practices);
  for (let practice = 1; practice <= size.practices; practice += 1) {
    const of = { practice, people, first: (practice - 1) * people, size };
    const delivery = await beginDelivery(folder, practice, LATER, false);
    for (const [table, rows] of Object.entries(entries(of))) {
      await writeTable(duck, tableOf(table), rows(100), {
        delivery,
        practice,
        format,
        version: literal(LATER),
      });
    }
  }
  return filesIn(folder, format);
}

interface PracticeSize {
  readonly practice: number;
  readonly people: number;
  /** The number of its first person among all. */
  readonly first: number;
  readonly size: ExtractSize;
}

function codeOf(practice: number): string {
  return `Z${String(90_000 + practice)}`;
}

function tableOf(name: string): layout.TableLayout {
  const table = layout.tables.find((each) => each.name === name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
}

async function beginDelivery(folder: string, practice: number, at: string, full: boolean): Promise<string> {
  const delivery = join(folder, codeOf(practice));
  mkdirSync(delivery, { recursive: true });
  const note = { layout: layout.LAYOUT, publisher: codeOf(practice), extracted_at: at, full };
  writeFileSync(join(delivery, 'delivery.json'), JSON.stringify(note));
  return delivery;
}

const WRITTEN: Record<ExtractFormat, string> = {
  csv: 'format csv, header true',
  'csv.gz': 'format csv, header true, compression gzip',
  parquet: 'format parquet, compression zstd',
};

async function writeTable(
  duck: Duck,
  table: layout.TableLayout,
  rows: string,
  as: { delivery: string; practice: number; format: ExtractFormat; version: string },
): Promise<void> {
  const columns = table.columns.map(([name, type]) => `${name}::${type} as ${name}`);
  const versions = table.versioned
    ? `, timestamptz ${as.version} as lds_start_date_time, false as lds_is_deleted,
         ${literal(codeOf(as.practice))} as record_owner_organisation_code`
    : '';
  await duck.run(
    `copy (select ${columns.join(', ')}${versions} from (${rows}))
       to ${literal(join(as.delivery, `${table.name}.${as.format}`))} (${WRITTEN[as.format]})`,
  );
}

function filesIn(folder: string, format: ExtractFormat): WrittenExtracts {
  const files = new Map<string, string[]>();
  let bytes = 0;
  for (const practice of readdirSync(folder).sort()) {
    for (const { name } of layout.tables) {
      const file = join(folder, practice, `${name}.${format}`);
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      if (size === undefined) continue;
      bytes += size;
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  return { files, bytes };
}

/** SQL of a number from 0 up to, and not including, `end` that looks drawn. */
function chance(of: string, draw: number, end: number): string {
  return `(hash(${of}, ${draw}) % ${end})::integer`;
}

function pick(of: string, draw: number, words: readonly string[]): string {
  return `[${words.map(literal).join(', ')}][1 + ${chance(of, draw, words.length)}]`;
}

const FAMILY = [
  'Lark',
  'Fern',
  'Ash',
  'Thorn',
  'Hazel',
  'Brook',
  'Stone',
  'Wren',
  'Marsh',
  'Elder',
  'Rook',
  'Sedge',
];
const NAMES = [
  'moor',
  'hollow',
  'field',
  'wick',
  'ley',
  'combe',
  'shaw',
  'mere',
  'stead',
  'bourne',
  'garth',
  'holt',
];
const GIVEN = [
  'Victoria',
  'Sam',
  'Amina',
  'Joan',
  'Kofi',
  'Mei',
  'Olu',
  'Petra',
  'Rafi',
  'Tomas',
  'Una',
  'Yusuf',
  'Zara',
  'Ned',
  'Ivy',
  'Hal',
];

const PATIENT = 'id';
const postcode = `'ZZ' || (1 + ${chance('person', 23, 9)}) || ' ' || ${chance('person', 24, 10)} || chr(65 + ${chance('person', 25, 26)}) || chr(65 + ${chance('person', 26, 26)})`;

/** One in twenty was a patient here before, and is one of another practice now. */
function peopleOf({ practice, people, first, size }: PracticeSize): string {
  return `
    select ${practice * 1_000_000 + 1} + range as id, range % 20 = 7 as moved,
           case when moved then ${chance(`range + ${first}`, 27, size.people)} else ${first} + range end as person
      from range(${people})`;
}

/** Most have an NHS number, one in fifty of those with a name has none. */
function patientRows(of: PracticeSize): string {
  const named = (sql: string) => `case when person < ${NUMBERED} then ${sql} end`;
  return `
    select id, case when hash(person, 1) % 50 <> 0 then number.nhs_number end as nhs_number,
           upper(substr(md5(person::varchar), 1, 16)) as sk_patient_id,
           ${named(pick('person', 2, ['Mr', 'Mrs', 'Ms', 'Mx', 'Dr']))} as title,
           ${named(`${pick('person', 3, FAMILY)} || ${pick('person', 4, NAMES)} || ${pick('person', 5, ['', 'ton', 'er', 's', 'by'])}`)} as family_name,
           ${named(`${pick('person', 6, GIVEN)} || ' ' || ${pick('person', 7, GIVEN)}`)} as given_names,
           ${pick('person', 8, ['male', 'female'])} as gender_code,
           ${named('born')} as birth_date, year(born) as birth_year, month(born) as birth_month,
           null as death_year, null as death_month,
           ${named(`(1 + ${chance('person', 9, 200)}) || ' ' || ${pick('person', 10, FAMILY)} || 'bank Road'`)} as address,
           ${named(postcode)} as postcode, 'ORG-${codeOf(of.practice)}' as registered_practice_id,
           false as is_spine_sensitive, false as is_confidential, false as is_dummy_patient
      from (select *, date '1926-11-01' + ${chance('person', 11, 36_000)} as born from (${peopleOf(of)})) as people
      left join nhs_number as number using (person)
     order by id`;
}

/** Makes the NHS numbers of the test range, in order, as the table `nhs_number (person, nhs_number)`. */
export async function makeNhsNumbers(duck: Duck): Promise<void> {
  const digits = (n: string) => `'999' || lpad((${n})::varchar, 6, '0')`;
  const weighted = Array.from({ length: 9 }, (_, at) => `${10 - at} * substr(nine, ${at + 1}, 1)::int`).join(
    ' + ',
  );
  await duck.run(
    `create or replace temp table nhs_number as
     select row_number() over (order by nine) - 1 as person, nine || last as nhs_number
       from (select nine, (11 - (${weighted}) % 11) % 11 as last from (select ${digits('range')} as nine from range(1000000)))
      where last < 10 qualify person < ${NUMBERED}`,
  );
}

function concept(number: string): string {
  return `(999000000000106 + (${number})::bigint * 1000)::varchar`;
}

function term(number: string): string {
  return `'Finding ' || (${number}) || ' of the ' || ${pick(number, 31, ['left arm', 'right arm', 'heart', 'lung, upper lobe', 'eye', 'blood', 'urine', 'skin'])}`;
}

function bnf(number: string): string {
  return `lpad(((${number}) % 15 + 1)::varchar, 2, '0') || lpad((${number})::varchar, 9, '0') || 'AAAA'`;
}

function medicine(number: string): string {
  return `'Medicine ' || (${number}) || ' ' || (5 * (1 + (${number}) % 100)) || 'mg ' || ${pick(number, 32, ['tablets', 'capsules', 'oral solution', 'modified-release tablets'])}`;
}

/**
 * SQL of the rows of each table of entries: patient after patient, as the borough's are. `one_in`: of so many rows one,
 * corrected or with an id of its own in turn.
 */
function entries(of: PracticeSize): Record<string, (oneIn?: number) => string> {
  const observations = Math.round(of.size.events * 0.8);
  const appointments = Math.round(of.size.events / 6);
  const rows = (each: number, oneIn: number | undefined, columns: string) => {
    const all = of.people * each;
    const numbers =
      oneIn === undefined
        ? `select range as n, '' as again, 0 as news from range(${all})`
        : `select range * ${oneIn} as n, case when range % 2 = 1 then '9' else '' end as again, 1 as news from range(${Math.floor(all / oneIn)})`;
    return `
      select patient::varchar || lpad((n % ${each})::varchar, 4, '0') || again as id, patient as patient_id, ${columns}
        from (select n, again, news, ${of.practice * 1_000_000 + 1} + n // ${each} as patient, ${of.practice}::bigint << 32 | n as seed
                from (${numbers}))`;
  };
  const skewed = (draw: number, end: number) =>
    `(pow(${chance('seed', draw, 1_000_000)} / 1e6, 4) * ${end})::integer`;
  const day = (draw: number) => `date '1996-01-01' + ${chance('seed', draw, 11_262)}`;
  return {
    observation: (oneIn) =>
      rows(
        observations,
        oneIn,
        `case when ${chance('seed', 1, 200)} <> 0 then ${day(2)} end as clinical_effective_date,
         ${concept(skewed(3, CODES))} as mapped_concept_code,
         case when ${chance('seed', 4, 25)} = 0 then ${term(skewed(3, CODES))} || ', as told' end as source_display,
         case when ${chance('seed', 5, 5)} < 2 then (${chance('seed', 6, 2000)} + news) / 10 end as result_value,
         case when ${chance('seed', 5, 5)} < 2 then ${pick('seed', 7, ['mmol/mol', 'mmHg', 'kg', 'mmol/L', '10*9/L'])} end as result_unit_code`,
      ),
    medication_order: (oneIn) =>
      rows(
        of.size.events - observations,
        oneIn,
        `${day(2)} as clinical_effective_date, ${bnf(skewed(3, CODES / 10))} as bnf_code,
         ${medicine(skewed(3, CODES / 10))} as medication_name,
         ${pick('seed', 4, ['Take one daily', 'Take one twice a day', 'Take two four times a day, as needed', 'As directed'])} as dose,
         28 * (1 + ${chance('seed', 5, 3)}) + news as quantity_value, ${pick('seed', 6, ['tablet', 'capsule', 'ml'])} as quantity_unit,
         28 as duration_days`,
      ),
    appointment: (oneIn) =>
      rows(
        appointments,
        oneIn,
        `(${day(2)} + to_minutes(480 + 10 * ${chance('seed', 3, 60)}))::timestamptz as start_date, 10 + news as planned_duration,
         ${pick('seed', 4, ['Attended', 'Attended', 'Attended', 'Did not attend', 'Cancelled'])} as appointment_status_display,
         ${pick('seed', 5, ['General Consultation Acute', 'General Consultation Routine', 'Planned Clinics', 'Clinical Triage'])} as national_slot_category_name,
         ${pick('seed', 6, ['Face-to-face', 'Telephone', 'Online'])} as contact_mode_display,
         (${day(2)} - ${chance('seed', 7, 30)} + to_minutes(480 + ${chance('seed', 8, 600)}))::timestamptz as date_time_booked,
         '${of.practice}-' || ${chance('seed', 9, 30)} as practitioner_in_role_id`,
      ),
  };
}
