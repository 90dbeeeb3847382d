import { Refusal } from '../../kernel/index.ts';
import { readXml } from './xml.ts';
import { listZip, readZipEntry, type ZipEntry } from './zip-archive.ts';

// Reads the sheets of an Excel workbook (ECMA-376, SpreadsheetML) as text: what a cell says, not how it looks. Days are
// numbers in a workbook, and only their format says that they are days.

/** A sheet: what it is called, and its rows with their numbers. A cell that says nothing is an empty text. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly SheetRow[];
}

export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const LARGEST = 400_000_000;
/** The rows and columns that a sheet of Excel can have; and the cells that we read of one, empty ones between included. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const MOST_CELLS = 30_000_000;

/** Whether the files of an archive are those of a workbook. */
export function isWorkbook(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name }) => name === 'xl/workbook.xml');
}

/** Reads every sheet. Throws Refusal when the workbook is damaged or too large. */
export function readWorkbook(file: string, name: string): Sheet[] {
  const entries = new Map(listZip(file, name).map((entry) => [entry.name, entry]));
  const part = (path: string): string => {
    const entry = entries.get(path);
    if (entry && entry.size > LARGEST) throw tooLarge(name);
    return entry ? readZipEntry(file, entry).toString('utf8') : '';
  };
  const workbook = part('xl/workbook.xml');
  const targets = relationTargets(part('xl/_rels/workbook.xml.rels'), name);
  const cells: CellReading = {
    shared: sharedStrings(part('xl/sharedStrings.xml'), name),
    dateStyles: dateStyles(part('xl/styles.xml'), name),
    dayZero: /<workbookPr[^>]*\bdate1904="(1|true)"/.test(workbook)
      ? Date.UTC(1904, 0, 1)
      : Date.UTC(1899, 11, 30),
  };
  return sheetsOf(workbook, name).flatMap(({ title, relation }) => {
    const path = targets.get(relation);
    const xml = path === undefined ? '' : part(path);
    if (xml === '') return [];
    const rows = sheetRows(xml, cells, `${name}, sheet ${title}`);
    // A few cells far out make a sheet of empty ones that no memory holds.
    const width = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
    if (width * (rows.at(-1)?.line ?? 0) > MOST_CELLS) throw tooManyCells(name);
    return [{ name: title, rows }];
  });
}

function sheetsOf(xml: string, file: string): { title: string; relation: string }[] {
  const sheets: { title: string; relation: string }[] = [];
  for (const event of readXml(xml, file)) {
    if (event.kind !== 'open' || event.name !== 'sheet') continue;
    const relation = [...event.attributes].find(([name]) => name.endsWith(':id'))?.[1];
    sheets.push({ title: event.attributes.get('name') ?? '', relation: relation ?? '' });
  }
  return sheets;
}

/** Where the parts of the workbook are, by the id of their relation. */
function relationTargets(xml: string, file: string): Map<string, string> {
  const targets = new Map<string, string>();
  if (xml === '') return targets;
  for (const event of readXml(xml, file)) {
    if (event.kind !== 'open' || event.name !== 'Relationship') continue;
    const target = event.attributes.get('Target') ?? '';
    targets.set(
      event.attributes.get('Id') ?? '',
      target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`,
    );
  }
  return targets;
}

/** The texts that cells share. How something is pronounced (rPh) is not what it says. */
function sharedStrings(xml: string, file: string): string[] {
  const strings: string[] = [];
  if (xml === '') return strings;
  let inText = false;
  let reading: string | null = null;
  let spoken = false;
  for (const event of readXml(xml, file)) {
    if (event.kind === 'text') {
      if (inText && !spoken && reading !== null) reading += event.text;
    } else if (event.name === 'rPh') spoken = event.kind === 'open';
    else if (event.name === 't') inText = event.kind === 'open';
    else if (event.name === 'si' && event.kind === 'open') reading = '';
    else if (event.name === 'si') {
      strings.push(unmasked(reading ?? ''));
      reading = null;
    }
  }
  return strings;
}

/** Signs that XML cannot hold stand as _x000D_ in a workbook. */
function unmasked(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** The numbers of the built-in formats that show a day (ECMA-376 part 1, 18.8.30). */
const DAY_FORMATS = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58];

/** The styles, by their place, that show a number as a day. */
function dateStyles(xml: string, file: string): Set<number> {
  const styles = new Set<number>();
  if (xml === '') return styles;
  const days = new Set(DAY_FORMATS);
  let inCells = false;
  let style = 0;
  for (const event of readXml(xml, file)) {
    if (event.kind === 'text') continue;
    const said = (name: string) => (event.kind === 'open' ? (event.attributes.get(name) ?? '') : '');
    if (event.name === 'numFmt' && event.kind === 'open' && showsDay(said('formatCode')))
      days.add(Number(said('numFmtId')));
    if (event.name === 'cellXfs') inCells = event.kind === 'open';
    if (event.name !== 'xf' || event.kind !== 'open' || !inCells) continue;
    if (days.has(Number(said('numFmtId')))) styles.add(style);
    style++;
  }
  return styles;
}

function showsDay(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  return /[dy]/i.test(bare) || /mmm/i.test(bare);
}

interface CellReading {
  readonly shared: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  /** The day before the first, in milliseconds. */
  readonly dayZero: number;
}

function sheetRows(xml: string, reading: CellReading, file: string): SheetRow[] {
  const rows: { line: number; cells: string[] }[] = [];
  let row: string[] = [];
  let number = 0;
  let cell: { at: number; type: string; style: number; text: string } | null = null;
  let inValue = false;
  for (const event of readXml(xml, file)) {
    if (event.kind === 'text') {
      if (cell && inValue) cell.text += event.text;
    } else if (event.name === 'row' && event.kind === 'open') {
      number = Number(event.attributes.get('r') ?? number + 1);
      if (!(number >= 1 && number <= MOST_ROWS)) throw tooManyCells(file);
      row = [];
      rows.push({ line: number, cells: row });
    } else if (event.name === 'c' && event.kind === 'open') {
      const { attributes } = event;
      const at = columnOf(attributes.get('r')) ?? row.length;
      if (at >= MOST_COLUMNS) throw tooManyCells(file);
      cell = { at, type: attributes.get('t') ?? 'n', style: Number(attributes.get('s') ?? -1), text: '' };
    } else if (event.name === 'c' && cell) {
      row[cell.at] = said(cell, reading);
      cell = null;
    } else if (event.name === 'v' || event.name === 't') inValue = event.kind === 'open';
  }
  // Cells between two that are there may be missing altogether.
  return rows.map(({ line, cells }) => ({ line, cells: Array.from(cells, (text) => text ?? '') }));
}

/** `AB12` is in column 27, counted from 0. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]+/.exec(reference ?? '')?.[0];
  if (letters === undefined) return null;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function said(cell: { type: string; style: number; text: string }, reading: CellReading): string {
  const { type, text } = cell;
  if (type === 's') return reading.shared[Number(text)] ?? '';
  if (type === 'inlineStr' || type === 'str') return unmasked(text);
  if (type === 'b') return text === '1' ? 'true' : 'false';
  if (type === 'e') return '';
  if (!reading.dateStyles.has(cell.style) || text === '') return text;
  const instant = new Date(reading.dayZero + Math.round(Number(text) * 86_400) * 1000);
  if (Number.isNaN(instant.getTime())) return text;
  const iso = instant.toISOString();
  return Number.isInteger(Number(text)) ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** Rows as CSV, each on the line of its number and of one width; a row without a word is an empty line. */
export function csvOf(rows: readonly SheetRow[]): string {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const width = filled.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const byNumber = new Map(filled.map(({ line, cells }) => [line, cells]));
  const lines = Array.from({ length: filled.at(-1)?.line ?? 0 }, (_, at) => {
    const cells = byNumber.get(at + 1);
    return cells ? Array.from({ length: width }, (_, column) => csvField(cells[column] ?? '')).join(',') : '';
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function csvField(cell: string): string {
  const text = cell.replace(/\s*[\r\n]+\s*/g, ' ').trim();
  return /[",]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

function tooLarge(name: string): Refusal {
  return new Refusal({
    code: 'too_large',
    because: `${name} has a sheet of more than 400 MB.`,
    remedy: 'Save the sheet as “CSV UTF-8” and send that.',
  });
}

function tooManyCells(name: string): Refusal {
  return new Refusal({
    code: 'too_large',
    because: `${name} has a sheet that is larger than can be read: cells far below or beside the others count too.`,
    remedy: 'Delete the rows and columns that are empty, or save the sheet as “CSV UTF-8” and send that.',
  });
}
