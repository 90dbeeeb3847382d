import { parseOdsCode, parsePlainDate } from '../../kernel/index.ts';

/** The types of a column of a national file. `money` is in pounds. */
export const valueTypes = [
  'text',
  'ods_code',
  'lsoa',
  'whole_number',
  'number',
  'money',
  'date',
  'month',
  'year',
  'yes_no',
] as const;
export type ValueType = (typeof valueTypes)[number];

/** The ways in which national files write days. */
export const dateForms = ['yyyy-mm-dd', 'dd/mm/yyyy', 'ddMMMyyyy', 'ddMMMyy', 'yyyymmdd'] as const;
export type DateForm = (typeof dateForms)[number];

export type Value = string | number | boolean;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The number of a month given as `3`, `03`, `MAR` or `March`, in two digits; null when it is none. */
export function monthNumber(text: string): string | null {
  const word = MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : word;
  return number >= 1 && number <= 12 ? String(number).padStart(2, '0') : null;
}

/** A day in one of the forms, as YYYY-MM-DD; null when it is none. A time of day behind it is left off. */
export function readDay(written: string, forms: readonly DateForm[]): string | null {
  const text = written.replace(/[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/, '');
  for (const form of forms) {
    const parts = FORM[form].exec(text)?.groups;
    const month = monthNumber(parts?.month ?? '');
    if (parts && month)
      return parsePlainDate(`${wholeYear(parts.year)}-${month}-${parts.day?.padStart(2, '0')}`);
  }
  return null;
}

/** Two digits are a year from 1969 to 2068 (POSIX strptime), because spreadsheets write 01-Apr-74 and 01-Oct-24. */
function wholeYear(written = ''): string {
  return written.length === 2 ? `${Number(written) < 69 ? 20 : 19}${written}` : written;
}

const FORM: Record<DateForm, RegExp> = {
  'yyyy-mm-dd': /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
  'dd/mm/yyyy': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})$/,
  ddMMMyyyy: /^(?<day>\d{1,2})[- ]?(?<month>[a-z]{3,9})[- ]?(?<year>\d{4})$/i,
  ddMMMyy: /^(?<day>\d{1,2})[- ]?(?<month>[a-z]{3,9})[- ]?(?<year>\d{2})$/i,
  yyyymmdd: /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
};

/** `2017_09`, `201709`, `2022-10`, `Oct-22`, `October 2022` or a day as YYYY-MM; null when it is no month. */
function readMonth(text: string, forms: readonly DateForm[]): string | null {
  const day = readDay(text, forms);
  if (day !== null) return day.slice(0, 7);
  const found =
    /^(?<year>\d{4})[-_/ ]?(?<month>\d{2})$/.exec(text) ??
    /^(?<month>[a-z]{3,9})[-_/ ]?(?<year>\d{4}|\d{2})$/i.exec(text) ??
    /^(?<month>\d{1,2})\/(?<year>\d{4})$/.exec(text);
  const month = monthNumber(found?.groups?.month ?? '');
  const year = found?.groups?.year ?? '';
  return month === null ? null : `${year.length === 2 ? `20${year}` : year}-${month}`;
}

/** `1,234.50`, `£1,234`, `-£5`, `(5)` (less than nothing, as accountants write it) or `4.0E2`; null for anything else. */
function readNumber(written: string): number | null {
  const bracketed = /^\((.*)\)$/.exec(written);
  const text = (bracketed?.[1] ?? written).replace(/^(-?)£\s?/, '$1').replace(/(?<=\d),(?=\d{3}(\D|$))/g, '');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return null;
  return bracketed ? -number : number;
}

function readYear(text: string): string | null {
  const year = /^(\d{4})(\.0+)?$/.exec(text)?.[1];
  return year !== undefined && year >= '1850' && year <= '2200' ? year : null;
}

function readYesNo(text: string): boolean | null {
  if (/^(y|yes|true|1)$/i.test(text)) return true;
  return /^(n|no|false|0)$/i.test(text) ? false : null;
}

/** Reads a filled field as a value of a type. Null when it is none. */
export function readValue(text: string, type: ValueType, forms: readonly DateForm[]): Value | null {
  switch (type) {
    case 'text':
      return text;
    case 'ods_code':
      return parseOdsCode(text);
    case 'lsoa':
      return /^[EW]01\d{6}$/i.test(text) ? text.toUpperCase() : null;
    case 'whole_number': {
      const number = readNumber(text);
      return number !== null && Number.isInteger(number) ? number : null;
    }
    case 'number':
    case 'money':
      return readNumber(text);
    case 'date':
      return readDay(text, forms);
    case 'month':
      return readMonth(text, forms);
    case 'year':
      return readYear(text);
    case 'yes_no':
      return readYesNo(text);
  }
}
