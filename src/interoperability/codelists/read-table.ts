import type {
  CodelistTable,
  LoadableKind,
  ReadList,
  RefusedRow,
  RowReason,
} from '../../domains/need/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { bareName } from '../national/column-names.ts';
import type { TextRecord } from '../tabular/text-table.ts';
import { readCode, withoutMarks } from './code-form.ts';
import { type CodelistFormat, columnAt } from './description.ts';
import { type FoundColumns, findColumns } from './found-columns.ts';
import { GatheredLists, type GatheredRow } from './gathered-lists.ts';
import { guessKind } from './guess-kind.ts';
import { dayIn, listId, namedList } from './list-names.ts';
import { kindUnclear, noCodes } from './unusable-table.ts';

/** What the reader of a file says of it himself, in the place of what the file says. */
export interface Said {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly kind?: LoadableKind | undefined;
  readonly source?: string | undefined;
  readonly released?: string | undefined;
}

/** A table as it came: the name of its file, with the sheet's where there are several, and its rows. */
export interface RawTable {
  readonly name: string;
  readonly hash: string;
  readonly records: readonly TextRecord[];
}

/** Lines above the column names are titles; further down nobody looks for them. */
const MOST_TITLES = 40;

/**
 * Reads the lists of a table. Every row that says something is counted: read = codes + refused + duplicates. Throws
 * Refusal when it has no column of codes, or when nobody can tell of which kind they are.
 */
export function readCodelistTable(table: RawTable, format: CodelistFormat, said: Said = {}): CodelistTable {
  const { columns: named, above } = columnsOf(table, format, said);
  refuseWhatIsNoList(table.name, named, format);
  const rows = table.records.slice(above);
  const filled = rows.filter(({ fields }) => fields.some((field) => field !== ''));
  const columns = withDecisions(named, filled, format);
  const kind =
    said.kind ?? columns.kind ?? (columns.system === null ? kindOf(filled, columns, table.name) : null);
  if (isByItsNameAlone(columns, said) && filled.filter(isCode(columns, kind)).length < filled.length / 2)
    throw noCodes(table.name, table.records.slice(0, MOST_TITLES), format);
  const called = namedList(table.name, format);
  const lists = new GatheredLists();
  const refused: RefusedRow[] = [];
  const latest = columns.isRf2 ? latestOfEach(filled, columns) : null;
  for (const record of filled) {
    if (latest && !latest.has(record)) {
      lists.duplicates++;
      continue;
    }
    const row = readRow(record, columns, kind, format);
    const problem = 'reason' in row ? row : lists.add(row);
    if (problem) refused.push({ line: record.line, ...problem });
  }
  return {
    name: table.name,
    hash: table.hash,
    source: said.source ?? called.source ?? 'Not said; loaded from a file',
    released: said.released ?? releasedOf(filled, columns) ?? called.released,
    read: filled.length,
    lists: withNames(lists, { ...called, ...(said.id ? { id: listId(said.id) } : {}) }, said.title),
    refused,
    duplicates: lists.duplicates,
    notes: [
      ...notesOn(above, rows.length - filled.length, columns, lists),
      ...(latest ? earlierRows(filled.length - latest.size) : []),
    ],
  };
}

function columnsOf(
  { records, name }: RawTable,
  format: CodelistFormat,
  said: Said,
): { columns: FoundColumns; above: number } {
  const heads = records.slice(0, MOST_TITLES).flatMap(({ fields }, at) => {
    const columns = findColumns(fields, format);
    return columns ? [{ columns, above: at + 1, known: knownColumns(columns) }] : [];
  });
  // A title may speak of SNOMED CT too: the line that names the most columns is the one.
  const [best] = heads.sort((a, b) => b.known - a.known || a.above - b.above);
  if (best) return best;
  const code = unnamedCodes(records.slice(0, MOST_TITLES), said.kind);
  if (code === null) throw noCodes(name, records.slice(0, MOST_TITLES), format);
  const width = records[0]?.fields.length ?? 1;
  const none = { list: null, listTitle: null, category: null, system: null, member: null, released: null };
  const plain = { ...none, notMembers: [], isRf2: false };
  return {
    columns: { ...plain, names: [], code, kind: null, term: width > 1 ? (code === 0 ? 1 : 0) : null },
    above: 0,
  };
}

/** Throws Refusal for tables of codes that are no lists, and for a part of a list that looks like the whole. */
function refuseWhatIsNoList(
  name: string,
  { names, isRf2 }: FoundColumns,
  { not_lists }: CodelistFormat,
): void {
  const there = new Set(names.map(bareName));
  const other = not_lists.find(({ columns }) => columns.some((column) => there.has(bareName(column))));
  if (other)
    throw new Refusal({ code: 'not_a_list', because: `${name} is ${other.is}.`, remedy: other.remedy });
  if (isRf2 && /delta/i.test(name))
    throw new Refusal({
      code: 'part_of_a_list',
      because: `${name} is a delta: it has only what changed since the release before, and every other code would be missing.`,
      remedy: 'Send the Snapshot or the Full file of the same release.',
    });
}

/** With the column in which a builder of lists says of each code whether it is on the list, where there is one. */
function withDecisions(
  columns: FoundColumns,
  rows: readonly TextRecord[],
  { decided }: CodelistFormat,
): FoundColumns {
  const at = columns.member === null ? columnAt(columns.names, decided) : null;
  const words = new Set([...decided.yes, ...decided.no]);
  if (at === null || !rows.every(({ fields }) => words.has(fields[at] ?? ''))) return columns;
  return { ...columns, member: at, notMembers: decided.no };
}

/** Of the rows that say of one code at several times whether it is on one list: the latest of each. */
function latestOfEach(rows: readonly TextRecord[], { code, list, released }: FoundColumns): Set<TextRecord> {
  const latest = new Map<string, TextRecord>();
  const at = (row: TextRecord, place: number | null) => (place === null ? '' : (row.fields[place] ?? ''));
  for (const row of rows) {
    const key = `${at(row, list)} ${at(row, code)}`;
    const known = latest.get(key);
    if (!known || at(known, released) <= at(row, released)) latest.set(key, row);
  }
  return new Set(latest.values());
}

/** A column called “Read” may be about anything that is read. */
function isByItsNameAlone({ kind }: FoundColumns, said: Said): boolean {
  return said.kind === undefined && (kind === 'read' || kind === 'ctv3');
}

function isCode({ code }: FoundColumns, kind: LoadableKind | null) {
  return ({ fields }: TextRecord) => kind !== null && 'code' in readCode(kind, fields[code] ?? '');
}

function knownColumns(columns: FoundColumns): number {
  return Object.values(columns).filter((at) => typeof at === 'number').length;
}

/** The column whose fields are nearly all codes, in a table without a line of names. */
function unnamedCodes(records: readonly TextRecord[], kind: LoadableKind | undefined): number | null {
  const width = Math.max(0, ...records.map(({ fields }) => fields.length));
  for (let at = 0; at < width; at++) {
    const values = records.map(({ fields }) => fields[at] ?? '');
    const codes = values.filter((value) =>
      [kind ?? 'snomed', kind ?? 'icd10'].some((each) => 'code' in readCode(each, value)),
    );
    if (values.length > 0 && codes.length / values.length >= 0.8) return at;
  }
  return null;
}

function kindOf(rows: readonly TextRecord[], { code, names }: FoundColumns, name: string): LoadableKind {
  const codes = rows
    .map(({ fields }) => {
      const fromTheRight = fields[code + Math.max(0, fields.length - names.length)] ?? '';
      return (
        [fields[code] ?? '', names.length > 0 ? fromTheRight : ''].find((text) => !/\s/.test(text)) ?? ''
      );
    })
    .map(withoutMarks)
    .filter((text) => text !== '');
  const kind = guessKind(codes, name);
  if (kind === null) throw kindUnclear(name, codes);
  return kind;
}

type Problem = Omit<RefusedRow, 'line'>;

function readRow(
  { fields }: TextRecord,
  columns: FoundColumns,
  kind: LoadableKind | null,
  format: CodelistFormat,
): GatheredRow | Problem {
  const at = (place: number | null) => (place === null ? '' : (fields[place] ?? ''));
  const problem = (place: number | null, reason: RowReason, saying?: string): Problem => ({
    column: (place === null ? undefined : columns.names[place]) || 'code',
    said: (saying ?? at(place)).slice(0, 200),
    reason,
  });
  const list = columns.list === null ? null : at(columns.list);
  const system = kind ?? systemOf(at(columns.system), format);
  if (at(columns.code) === '' && fields.length <= columns.names.length)
    return problem(columns.code, 'no_code');
  if (list === '') return problem(columns.list, 'no_list', '');
  if (system === null) return problem(columns.system, 'unknown_system');
  if (columns.member !== null && columns.notMembers.includes(at(columns.member).toLowerCase()))
    return problem(columns.code, 'left_the_list');
  const { read, shift } = codeIn(fields, columns, system);
  if ('reason' in read) return problem(columns.code, read.reason);
  return {
    list,
    listTitle: columns.listTitle === null ? null : at(columns.listTitle),
    kind: system,
    code: read.code,
    term: termIn(fields, columns, shift),
    category: at(columns.category) || null,
    column: columns.names[columns.code] || 'code',
  };
}

function systemOf(word: string, { systems }: CodelistFormat): LoadableKind | null {
  const found = Object.entries(systems).find(([, words]) => words.map(bareName).includes(bareName(word)));
  return found ? (found[0] as LoadableKind) : null;
}

/**
 * The code of a row. A comma in an unquoted text makes fields more than there are columns: then the code is looked for
 * from the left, and from the right.
 */
function codeIn(fields: readonly string[], { code, names }: FoundColumns, kind: LoadableKind) {
  const read = readCode(kind, fields[code] ?? '');
  const shift = fields.length - names.length;
  if ('code' in read || shift <= 0 || names.length === 0) return { read, shift: 0 };
  const fromTheRight = readCode(kind, fields[code + shift] ?? '');
  return 'code' in fromTheRight ? { read: fromTheRight, shift } : { read, shift: 0 };
}

function termIn(fields: readonly string[], { term, names, code }: FoundColumns, shift: number): string {
  if (term === null) return '';
  const surplus = names.length === 0 ? 0 : Math.max(0, fields.length - names.length);
  const isSplit = surplus > 0 && (shift > 0 ? term < code : term === names.length - 1);
  const parts = isSplit ? fields.slice(term, term + surplus + 1) : [fields[term] ?? ''];
  return parts.join(', ').replace(/\s+/g, ' ').trim();
}

function releasedOf(rows: readonly TextRecord[], { released }: FoundColumns): string | null {
  if (released === null) return null;
  const days = rows.flatMap(({ fields }) => dayIn(fields[released] ?? '') ?? []);
  return days.sort().at(-1) ?? null;
}

/** Ids and titles: as the rows say, else as the file is called. Of two kinds in one list the lesser gets an id of its own. */
function withNames(
  lists: GatheredLists,
  named: { readonly id: string; readonly title: string },
  title: string | undefined,
): ReadList[] {
  const ids = new Set<string>();
  return lists.largestFirst().map(({ list, listTitle, kind, codes }) => {
    const wanted = list === null ? named.id : /^\d+$/.test(list) ? `REFSET_${list}` : listId(list);
    const id = ids.has(wanted) ? listId(`${wanted}_${kind}`) : wanted;
    ids.add(id);
    const called = (list === null && title) || listTitle || (list ?? named.title);
    return { id, title: called, kind, codes };
  });
}

function notesOn(above: number, blank: number, { names }: FoundColumns, lists: GatheredLists): string[] {
  return [
    ...(names.length === 0
      ? ['It has no line of column names; the columns were told by what they hold']
      : []),
    ...(above > 1
      ? [`${above - 1} ${above === 2 ? 'line' : 'lines'} above the column names were left aside`]
      : []),
    ...(blank > 0 ? [`${blank} empty ${blank === 1 ? 'row was' : 'rows were'} passed over`] : []),
    ...(lists.someWithoutTerm > 0 ? [`${lists.someWithoutTerm} codes have no words`] : []),
  ];
}

function earlierRows(count: number): string[] {
  return count > 0
    ? [`${count} rows of earlier releases were passed over: the latest of each code counts`]
    : [];
}

/** Throws Refusal where somebody names one list, and the table has several. */
export function refuseOneNameForSeveral({ name, lists }: CodelistTable, said: Said): void {
  if (said.id === undefined || lists.length <= 1) return;
  throw new Refusal({
    code: 'several_lists',
    because: `${name} has ${lists.length} lists, and one id was given for them.`,
    remedy: 'Leave the id out: each list is called as the file calls it.',
  });
}
