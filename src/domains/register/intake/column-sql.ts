import type { ColumnType, StagedColumn } from './staging.ts';

const SEX_WORDS = {
  male: ['1', 'm', 'male', '248153007'],
  female: ['2', 'f', 'female', '248152002'],
  other: ['9', 'i', 'other', 'indeterminate', 'not specified', '32570681000036106'],
  unknown: ['0', 'x', 'u', 'unknown', 'not known', '184115007'],
} as const;

/** Words and the ADMISSION METHOD codes of the NHS Data Dictionary. 98 and 99 say that there is none, or that it is not known. */
const ADMISSION_METHODS = {
  emergency: ['emergency', '21', '22', '23', '24', '25', '28', '2a', '2b', '2c', '2d'],
  elective: ['elective', '11', '12', '13'],
  maternity: ['maternity', '31', '32'],
  other: ['other', '81', '82', '83', '84', '89', '98', '99'],
} as const;

const inWords = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');

const dateSql = (text: string) =>
  `coalesce(try_cast(${text} as date), try_cast(left(${text}, 10) as date),` +
  ` try_cast(try_strptime(${text}, ['%d/%m/%Y', '%d%b%Y', '%d-%b-%Y', '%Y%m%d']) as date))`;

const instantSql = (text: string) =>
  `coalesce(try_cast(${text} as timestamptz), try_strptime(${text}, ['%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S', '%d/%m/%Y'])::timestamptz)`;

/** What a text is first read as, where its value is made of that: what is made of it names it more than once. */
const FIRST: Partial<Record<ColumnType, (text: string) => string>> = {
  date: dateSql,
  timestamp: instantSql,
  local_time: instantSql,
};

/**
 * SQL of what is a date or an instant, given its name, where it is of a year that PostgreSQL knows too. DuckDB takes the word
 * `infinity` for one, and years before Christ and after 9999.
 */
const ofAYear = (name: string, value = name) =>
  `case when ${name} >= '0001-01-02' and ${name} < '9999-12-31' then ${value} end`;

/** SQL of the value of a type that a text says, null when it says none; given the text, or what it is first read as. */
const PARSE: Record<ColumnType, (text: string) => string> = {
  text: (text) => text,
  date: (date) => ofAYear(date),
  timestamp: (instant) => ofAYear(instant),
  local_time: (instant) => ofAYear(instant, londonTimeSql(instant)),
  number: (text) => `case when isfinite(try_cast(${text} as double)) then try_cast(${text} as double) end`,
  whole_number: (text) => `try_cast(try_cast(${text} as double) as integer)`,
  // What is nearly always said, as it is nearly always spelt, first.
  boolean: (text) =>
    `case when ${text} = 'false' then false when ${text} = 'true' then true when lower(${text}) in ('true', 't', '1', 'y', 'yes') then true` +
    ` when lower(${text}) in ('false', 'f', '0', 'n', 'no') then false end`,
  year: (text) =>
    `case when try_cast(${text} as int) between 1850 and 2200 then try_cast(${text} as int) end`,
  month: (text) => `case when try_cast(${text} as int) between 1 and 12 then try_cast(${text} as int) end`,
  sex: (text) => wordSql(SEX_WORDS, text),
  nhs_number: (text) => nhsNumberSql(text),
  admission_method: (text) => wordSql(ADMISSION_METHODS, text),
  diagnoses: (text) => diagnosesSql(text),
};

/** The years in which summer time began and ended as it does now: on the last Sundays of March and October, at 01:00 UTC. */
const SUMMERS = Array.from({ length: 2037 - 1996 + 1 }, (_, at) => 1996 + at);
const SUMMERS_FROM = Date.UTC(1996, 0, 1);
const SUMMERS_TO = Date.UTC(2038, 0, 1);
const MEAN_YEAR_MS = 365.25 * 86_400_000;

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * 86_400_000;
}

/**
 * SQL of the time that it was in London, as a timestamp without zone, given the name of an instant. The same as `at time zone 'Europe/London'`, which
 * asks a calendar for every row and takes seven times as long; a test holds the two together. Source of the rule:
 * The Summer Time Order 2002, and the EU directives before it.
 */
export function londonTimeSql(instant: string): string {
  const micros = `epoch_us(${instant})`;
  // Near New Year the mean year may be the wrong one; neither has summer there.
  const year = `(${micros} - ${SUMMERS_FROM}000) // ${MEAN_YEAR_MS}000 + 1`;
  const inSummer = (month: number) =>
    `[${SUMMERS.map((each) => `${lastSunday(each, month)}000`).join(', ')}][${year}]`;
  return `case when ${micros} >= ${SUMMERS_FROM}000 and ${micros} < ${SUMMERS_TO}000
               then make_timestamp(${micros} + case when ${micros} >= ${inSummer(2)} and ${micros} < ${inSummer(9)} then 3600000000 else 0 end)
               else ${instant} at time zone 'Europe/London' end`;
}

/** The word under whose spellings a text is. */
function wordSql(spellings: Record<string, readonly string[]>, text: string): string {
  const branches = Object.entries(spellings).map(
    ([word, each]) => `when lower(${text}) in (${inWords(each)}) then '${word}'`,
  );
  return `case ${branches.join(' ')} end`;
}

/**
 * ICD-10 codes with a ; between them, in one spelling: capitals, no dots, no marks of dagger and asterisk, no X that
 * only fills the fourth place. None when one of them is no code.
 */
function diagnosesSql(text: string): string {
  const code = "regexp_replace(regexp_replace(part, '[\\s.†‡*+]', '', 'g'), '^(...)X$', '\\1')";
  return `(select case when len(codes) > 0
                        and len([code for code in codes if not regexp_full_match(code, '[A-Z][0-9]{2}[0-9A-Z]{0,3}')]) = 0
                       then array_to_string(codes, ';') end
             from (select [${code} for part in string_split(upper(${text}), ';') if trim(part) <> ''] as codes) as listed)`;
}

/** The same rule as `parseNhsNumber` of the kernel, for a column; a test holds the two together. */
function nhsNumberSql(text: string): string {
  const digits = `regexp_replace(${text}, '[\\s-]', '', 'g')`;
  const weighted = Array.from({ length: 9 }, (_, at) => `${10 - at} * substr(d, ${at + 1}, 1)::int`).join(
    ' + ',
  );
  return `(select case
      when not regexp_full_match(d, '\\d{10}') then null
      when d = repeat(left(d, 1), 10) then null
      when (11 - (${weighted}) % 11) % 11 = substr(d, 10, 1)::int then d
    end from (select ${digits} as d) as candidate)`;
}

/** The type that a parsed column has in DuckDB. */
export const duckTypes: Record<ColumnType, string> = {
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  local_time: 'TIMESTAMP',
  number: 'DOUBLE',
  whole_number: 'INTEGER',
  boolean: 'BOOLEAN',
  year: 'INTEGER',
  month: 'INTEGER',
  sex: 'VARCHAR',
  nhs_number: 'VARCHAR',
  admission_method: 'VARCHAR',
  diagnoses: 'VARCHAR',
};

/** The reason that a filled text which is not of the type is quarantined with. */
const NOT_ONE: Record<Exclude<ColumnType, 'text'>, string> = {
  date: 'not_a_date',
  timestamp: 'not_a_timestamp',
  local_time: 'not_a_timestamp',
  number: 'not_a_number',
  whole_number: 'not_a_number',
  boolean: 'not_a_boolean',
  year: 'not_a_year',
  month: 'not_a_month',
  sex: 'not_a_sex',
  nhs_number: 'nhs_number_invalid',
  admission_method: 'not_an_admission_method',
  diagnoses: 'not_icd10',
};

/** SQL of what the raw value of a column is first read as; null where its parsed value is made of the raw one at once. */
export function firstSql({ type, native }: StagedColumn, raw: string): string | null {
  return native ? null : (FIRST[type]?.(raw) ?? null);
}

/** SQL of the parsed value, given the name of the raw one, or of what it was first read as. */
export function parsedSql({ type, native }: StagedColumn, name: string): string {
  if (!native) return PARSE[type](name);
  return isOfAYear(type) ? ofAYear(name) : name;
}

function isOfAYear(type: ColumnType): boolean {
  return FIRST[type] !== undefined;
}

/** SQL branches `when ... then 'reason|field'` for one column, given its raw and parsed names. */
export function faultBranches(column: StagedColumn, raw: string, parsed: string): string[] {
  const field = column.called.replaceAll("'", "''");
  const branches: string[] = [];
  if (column.required) branches.push(`when ${raw} is null then 'required|${field}'`);
  if (column.type !== 'text' && (!column.native || isOfAYear(column.type))) {
    branches.push(`when ${raw} is not null and ${parsed} is null then '${NOT_ONE[column.type]}|${field}'`);
  }
  return branches;
}
