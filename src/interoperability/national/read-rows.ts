import type { Reason } from '../../domains/register/index.ts';
import type { TextRecord, TextTable } from '../tabular/text-table.ts';
import { periodIn } from './period.ts';
import type { RecognisedTable } from './recognise.ts';
import { TableEnd } from './table-end.ts';
import { readValue, type Value, type ValueType } from './value.ts';

/** A row of a national file, checked: its key and its values by the names of the description. */
export interface NationalRow {
  readonly line: number;
  readonly key: string;
  readonly values: Readonly<Record<string, Value | null>>;
  /** The columns in which a mark stands for a number that is kept back. They are null. */
  readonly suppressed: readonly string[];
}

/** A row that is not taken, and why. */
export interface PutAsideRow {
  readonly line: number;
  readonly text: string;
  readonly reason: Reason;
  readonly field: string | null;
}

/** All rows of a file: read = taken + put aside + repeats. */
export interface ReadRows {
  readonly read: number;
  /** Records that say nothing (a spreadsheet writes `,,,`), which are no rows. */
  readonly blank: number;
  /** What notes below the table say, in their own words. */
  readonly notes: readonly string[];
  readonly taken: readonly NationalRow[];
  readonly putAside: readonly PutAsideRow[];
  /** Rows that say once more what another row of the file says. */
  readonly repeats: number;
  /** Of when the file is, where its name or its title lines have to say that; null where they do not. */
  readonly period: string | null;
  /** How many values stand as suppressed, by column. */
  readonly suppressed: ReadonlyMap<string, number>;
}

/**
 * Reads every row of a recognised table. Blank, a word for nothing and a suppression mark are null, and never zero.
 * `called` is the name of the file: it may say of which period it is.
 */
export function readRows(table: TextTable, recognised: RecognisedTable, called: string): ReadRows {
  const { description, titles } = recognised;
  const period = periodIn([called, ...titles].join(' '), description.period);
  const rows = new RowsByKey(description.same_key === 'several rows');
  const putAside: PutAsideRow[] = [];
  const typed = withTypesFound(table, recognised);
  const ending = new TableEnd<TextRecord>(recognised.width);
  let read = 0;
  for (const seen of rowsOf(table, recognised))
    for (const record of ending.pass(seen)) {
      read++;
      const row = readRow(record, typed, period);
      if ('reason' in row) putAside.push(row);
      else rows.add(row, record);
    }
  return {
    read,
    blank: ending.blank,
    notes: ending.notes().map(({ fields }) => fields.find((field) => field !== '') ?? ''),
    taken: rows.taken(),
    putAside: [...putAside, ...rows.conflicting()].sort((a, b) => a.line - b.line),
    repeats: rows.repeats,
    period,
    suppressed: countSuppressed(rows.taken()),
  };
}

function* rowsOf(table: TextTable, { above }: RecognisedTable): Generator<TextRecord> {
  let at = 0;
  for (const record of table.records()) if (at++ >= above) yield record;
}

/**
 * A recognised table whose columns that no description names have the types that their values have: text where most
 * values are none of the type that such columns should have. A vintage with a new column of words is read like another.
 */
function withTypesFound(table: TextTable, recognised: RecognisedTable): RecognisedTable {
  const { description, columns } = recognised;
  const unnamed = columns.filter(({ name }) => !(name in description.columns));
  if (description.others === 'text' || unnamed.length === 0) return recognised;
  const surplus = new Map(unnamed.map(({ at }) => [at, 0]));
  for (const { fields } of rowsOf(table, recognised))
    for (const { at, type } of unnamed) {
      const field = fields[at] ?? '';
      if (field === '' || description.suppressed.includes(field) || description.null_words.includes(field))
        continue;
      // 007 is a code: as a number it would lose its noughts.
      const fits = !/^0\d/.test(field) && readValue(field, type, description.dates) !== null;
      surplus.set(at, (surplus.get(at) ?? 0) + (fits ? -1 : 1));
    }
  const isText = (at: number) => (surplus.get(at) ?? 0) > 0;
  return {
    ...recognised,
    columns: columns.map((column) => (isText(column.at) ? { ...column, type: 'text' } : column)),
  };
}

/** Whether a mark stands where something should. One like <5 is a mark among numbers, and among words an age. */
function isKeptBack(field: string, type: ValueType, marks: readonly string[]): boolean {
  return marks.includes(field) && (NUMBERS.includes(type) || !/[\p{L}\p{N}]/u.test(field));
}

const NUMBERS: readonly ValueType[] = ['whole_number', 'number', 'money'];

function readRow(
  { line, text, fields }: TextRecord,
  { description, width, columns }: RecognisedTable,
  period: string | null,
): NationalRow | PutAsideRow {
  const aside = (reason: Reason, field: string | null = null) => ({ line, text, reason, field });
  if (fields.length !== width) return aside('unreadable_row');
  // A byte that is not UTF-8 has become this sign on the way.
  if (text.includes('\uFFFD')) return aside('wrong_encoding');
  const values: Record<string, Value | null> = description.key.includes('period') ? { period } : {};
  const suppressed: string[] = [];
  for (const column of columns) {
    const field = fields[column.at] ?? '';
    const isMark = isKeptBack(field, column.type, description.suppressed);
    const isNothing = field === '' || description.null_words.includes(field);
    // In a column of words or days a dash says nothing, and keeps no number back.
    if (isMark && NUMBERS.includes(column.type)) suppressed.push(column.name);
    const value = isMark || isNothing ? null : readValue(field, column.type, description.dates);
    if (value === null && !isMark && !isNothing) return aside(NOT_ONE[column.type], column.called);
    if (value === null && column.required) return aside('required', column.called);
    // A column without a name and without a value is an empty one that a spreadsheet left behind.
    if (value !== null || column.called !== '') values[column.name] = value;
  }
  return { line, key: keyOf(values, description.key), values, suppressed };
}

function keyOf(values: Readonly<Record<string, Value | null>>, key: readonly string[]): string {
  return JSON.stringify(key.map((name) => values[name] ?? null));
}

const NOT_ONE: Record<ValueType, Reason> = {
  text: 'unreadable_row',
  ods_code: 'not_an_ods_code',
  lsoa: 'not_an_lsoa',
  whole_number: 'not_a_number',
  number: 'not_a_number',
  money: 'not_a_number',
  date: 'not_a_date',
  month: 'not_a_month_of_a_year',
  year: 'not_a_year',
  yes_no: 'not_a_boolean',
};

interface Held {
  readonly row: NationalRow;
  readonly says: string;
  readonly text: string;
}

/** Rows by key: what says the same again is a repeat; of rows that say different things of one key none is taken. */
class RowsByKey {
  repeats = 0;
  private readonly held = new Map<string, Held>();
  private readonly counts = new Map<string, number>();
  private readonly atOdds = new Map<string, PutAsideRow[]>();
  private readonly several: boolean;

  constructor(several: boolean) {
    this.several = several;
  }

  add(row: NationalRow, { text }: TextRecord): void {
    if (this.several) {
      this.addNumbered(row, text);
      return;
    }
    const says = JSON.stringify(row.values);
    const known = this.held.get(row.key);
    if (!known) this.held.set(row.key, { row, says, text });
    else if (known.says === says) this.repeats++;
    else {
      const others = this.atOdds.get(row.key) ?? [conflict(known.row.line, known.text)];
      this.atOdds.set(row.key, [...others, conflict(row.line, text)]);
    }
  }

  /** Rows that have no number of their own are numbered in the order of the file. */
  private addNumbered(row: NationalRow, text: string): void {
    const count = (this.counts.get(row.key) ?? 0) + 1;
    this.counts.set(row.key, count);
    const key = `${row.key}#${count}`;
    this.held.set(key, { row: { ...row, key }, says: '', text });
  }

  taken(): NationalRow[] {
    return [...this.held].filter(([key]) => !this.atOdds.has(key)).map(([, { row }]) => row);
  }

  conflicting(): PutAsideRow[] {
    return [...this.atOdds.values()].flat();
  }
}

function conflict(line: number, text: string): PutAsideRow {
  return { line, text, reason: 'conflicting_version', field: 'key' };
}

function countSuppressed(rows: readonly NationalRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { suppressed } of rows)
    for (const name of suppressed) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
