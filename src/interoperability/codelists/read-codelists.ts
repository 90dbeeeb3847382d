import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CodelistTable, UnusableFile } from '../../domains/need/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Encoding, encodingOf, utf16Of, writeAsUtf8 } from '../arriving/encoding.ts';
import { csvOf, isWorkbook, readWorkbook } from '../arriving/workbook.ts';
import { listZip, unpackZip } from '../arriving/zip-archive.ts';
import { readFileHead } from '../deliveries/file-head.ts';
import { isBeside } from '../deliveries/unknown-file.ts';
import { cutShort } from '../tabular/csv-records.ts';
import { openTextTable } from '../tabular/text-table.ts';
import { readCodelistFormat } from './description.ts';
import { readCodelistTable, refuseOneNameForSeveral, type Said } from './read-table.ts';

export interface ReadingCodelists {
  readonly content: string;
  /** A folder that is removed when the work ends. */
  readonly scratch: string;
  readonly said?: Said;
  say?(what: string): void;
}

/** What became of the files that somebody pointed at: tables of lists, and files that are none. */
export interface ReadCodelists {
  readonly tables: readonly CodelistTable[];
  readonly unusable: readonly UnusableFile[];
  /** Files that stand beside data: notes, licences. */
  readonly aside: readonly string[];
}

/**
 * Reads the lists of codes in files, folders, archives and workbooks: text of any usual encoding and separator, with
 * or without a line of column names. A file that cannot be used does not hold up the others. Throws Refusal when a
 * path does not exist.
 */
export async function readCodelists(
  paths: readonly string[],
  reading: ReadingCodelists,
): Promise<ReadCodelists> {
  const format = readCodelistFormat(reading.content);
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new Refusal({
      code: 'no_such_path',
      because: `There is no file ${missing}.`,
      remedy: 'Check the path.',
    });
  const tables: CodelistTable[] = [];
  const unusable: UnusableFile[] = [];
  const aside: string[] = [];
  for (const file of paths.flatMap(filesIn)) {
    if (isBeside(file) && !/\.txt$/i.test(file)) {
      aside.push(basename(file));
      continue;
    }
    reading.say?.(`Reading ${basename(file)}`);
    const hash = await hashOf(file);
    const name = basename(file);
    const before = tables.length;
    const refusals: { name: string; sheet: boolean; error: Refusal }[] = [];
    try {
      for (const part of await partsOf(file, reading.scratch)) {
        try {
          const records = [...(await openTextTable(part.path)).records()];
          const table = readCodelistTable({ name: part.name, hash, records }, format, reading.said);
          refuseOneNameForSeveral(table, reading.said ?? {});
          tables.push(table);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          refusals.push({ name: part.name, sheet: part.sheet, error });
        }
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push({ name, sheet: false, error });
    }
    if (tables.length === before && refusals.length === 0)
      refusals.push({ name, sheet: false, error: noTable(name) });
    // The notes and cover sheets of a workbook that has lists are no fault.
    const faults = tables.length > before ? refusals.filter(({ sheet }) => !sheet) : refusals;
    unusable.push(
      ...faults.map(({ name: called, error: { code, message, remedy } }) => ({
        name: called,
        hash,
        refusal: { code, because: message, remedy },
      })),
    );
  }
  return { tables, unusable, aside };
}

function noTable(name: string): Refusal {
  return new Refusal({ code: 'empty_file', because: `${name} holds no table.`, remedy: 'Export it again.' });
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile() && !basename(file).startsWith('.'))
    .sort();
}

interface Part {
  readonly name: string;
  /** Of a workbook: most have a sheet that explains the others. */
  readonly sheet: boolean;
  readonly path: string;
}

let made = 0;

function newFolder(scratch: string): string {
  const folder = join(scratch, `codelists-${process.pid}-${++made}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The tables of a file as UTF-8 text: itself, the sheets of a workbook, or the files of an archive. */
async function partsOf(path: string, scratch: string): Promise<Part[]> {
  const name = basename(path);
  const head = await readFileHead(path);
  if (head.kind === 'nothing')
    throw new Refusal({ code: 'empty_file', because: `${name} is empty.`, remedy: 'Export it again.' });
  if (head.kind === 'unpackable') throw cutShort(name);
  const bytes = 'bytes' in head ? head.bytes : Buffer.from('');
  if (head.kind === 'bytes' && bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    return isWorkbook(listZip(path, name))
      ? sheetsOf(path, newFolder(scratch))
      : await unpacked(path, scratch);
  }
  const encoding = utf16Of(bytes) ?? (await encodingOfWhole(path, name));
  if (encoding === 'utf-8' || encoding === 'mixed') return [{ name, path, sheet: false }];
  const to = join(newFolder(scratch), name.replace(/\.gz$/i, ''));
  await writeAsUtf8(path, to, encoding);
  return [{ name, path: to, sheet: false }];
}

/** Throws Refusal where the file cannot be unpacked to its end. */
async function encodingOfWhole(path: string, name: string): Promise<Encoding> {
  try {
    return await encodingOf(path);
  } catch {
    throw cutShort(name);
  }
}

function sheetsOf(path: string, folder: string): Part[] {
  const name = basename(path);
  const sheets = readWorkbook(path, name).map((sheet) => ({ title: sheet.name, csv: csvOf(sheet.rows) }));
  const filled = sheets.filter(({ csv }) => csv !== '');
  return filled.map(({ title, csv }, at) => {
    const to = join(folder, `sheet-${at + 1}.csv`);
    writeFileSync(to, csv);
    // One sheet is the file; of several each is called by its own name, which is that of its list.
    return { name: filled.length === 1 ? name : `${name} ${title}`, path: to, sheet: true };
  });
}

async function unpacked(path: string, scratch: string): Promise<Part[]> {
  const folder = newFolder(scratch);
  const files = await unpackZip(path, basename(path), folder);
  const parts: Part[] = [];
  for (const file of files) {
    if (isBeside(file) && !/\.txt$/i.test(file)) continue;
    parts.push(...(await partsOf(file, scratch)));
  }
  return parts;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
