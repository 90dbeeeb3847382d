import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  cellAsItWas,
  headingAsItWas,
  headOfLines,
  type MendedLayout,
  type UnreadableRow,
} from '../../domains/register/index.ts';
import { type Duck, identifier } from '../../platform/lake/index.ts';
import type { BringingIn } from '../arriving/bring-in.ts';
import { readCsvHead } from '../tabular/csv-head.ts';
import { openTabularFile, type TabularFile } from '../tabular/tabular-file.ts';
import { notARow, rowWithoutNumber } from './unusable-rows.ts';

/** What the column of numbers is called while a file is read. */
const NUMBER = 'neighbourhold_row';
const ORIGIN = `try_cast(ltrim(${NUMBER}, '''') as bigint)`;

/**
 * Opens a file of rows that come again as the table that they first came in: without the column of numbers, and with
 * every cell as it was. Throws Refusal when a line is no row or does not say which row it is.
 */
export async function openMendedTable(
  path: string,
  layout: MendedLayout,
  way: BringingIn,
): Promise<TabularFile> {
  const file = await openTabularFile(way.duck, path, basename(path));
  await readToItsEnd(way.duck, file);
  const [broken] = await file.unreadable();
  if (broken) throw notARow(file.name, broken.line);
  const rows = withoutNumber(file, (column) => cellAsItWas(identifier(column)), headingAsItWas);
  await refuseUnnumbered(way.duck, rows);
  return layout === 'rows' ? rows : await openLines(rows, way);
}

async function readToItsEnd(duck: Duck, { relation }: TabularFile): Promise<void> {
  await duck.run(`select bit_xor(hash(source)) from ${relation} as source`);
}

/** The file with its first column as the number of the row; `cell` is SQL of the others, `called` their names. */
function withoutNumber(
  file: TabularFile,
  cell: (column: string) => string,
  called: (column: string) => string = (column) => column,
): TabularFile {
  const [number = '', ...names] = file.columns.keys();
  const cells = names.map((column) => `${cell(column)} as ${identifier(called(column))}`);
  const select = [`${identifier(number)} as ${NUMBER}`, ...cells].join(', ');
  return {
    ...file,
    columns: new Map(names.map((column) => [called(column), 'VARCHAR'])),
    relation: `(select ${select} from ${file.relation})`,
    again: `(select ${select} from ${file.again})`,
    origin: ORIGIN,
  };
}

async function refuseUnnumbered(
  duck: Duck,
  { name, again, rowNumber, positions }: TabularFile,
): Promise<void> {
  const [first] = await duck.rows<{ n: number }>(
    `select n from (select ${rowNumber} as n, ${ORIGIN} as origin from ${again}) where origin is null order by n limit 1`,
  );
  if (!first) return;
  throw rowWithoutNumber(name, (await positions([first.n])).get(first.n)?.line ?? 0);
}

/**
 * Lines that could not be read as rows, opened as the file that they make under their line of column names, each with
 * its number before it.
 */
async function openLines(rows: TabularFile, { duck, scratch }: BringingIn): Promise<TabularFile> {
  const [column = ''] = rows.columns.keys();
  const head = headOfLines(column);
  const lines = await duck.rows<{ origin: number; line: string | null }>(
    `select ${ORIGIN} as origin, ${identifier(column)} as line from ${rows.again}`,
  );
  const folder = join(scratch, `lines-${++opened}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lines.csv');
  writeFileSync(path, `${head}\n`);
  const { delimiter } = await readCsvHead(path, rows.name);
  const numbered = lines.map(({ origin, line }) => `${origin}${delimiter}${line ?? ''}`);
  writeFileSync(path, `${[`${NUMBER}${delimiter}${head}`, ...numbered].join('\n')}\n`);
  const file = withoutNumber(await openTabularFile(duck, path, rows.name), identifier);
  await refuseUnnumbered(duck, file);
  const unreadable = async () => (await file.unreadable()).map((row) => lineAgain(row, head, delimiter));
  return { ...file, unreadable };
}

let opened = 0;

function lineAgain(row: UnreadableRow, head: string, delimiter: string): UnreadableRow {
  const [origin = ''] = row.text.split(delimiter, 1);
  return { ...row, text: row.text.slice(origin.length + 1), head, origin: Number(origin) };
}
