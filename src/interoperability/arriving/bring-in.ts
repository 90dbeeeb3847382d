import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Duck, literal } from '../../platform/lake/index.ts';
import { type FileHead, readFileHead } from '../deliveries/file-head.ts';
import { documentText } from '../fhir/fhir-file.ts';
import type { XmlElements } from '../fhir/xml-elements.ts';
import { fhirXmlToJson, looksLikeFhirXml } from '../fhir/xml-to-json.ts';
import { cutShort, isPacked } from '../tabular/csv-records.ts';
import { type Encoding, encodingName, encodingOf, keepDay, utf16Of, writeAsUtf8 } from './encoding.ts';
import { csvOf, isWorkbook, readWorkbook } from './workbook.ts';
import { listZip, unpackZip } from './zip-archive.ts';

/** What it takes to bring files into a form that can be read. */
export interface BringingIn {
  readonly duck: Duck;
  /** A folder that is removed when the import ends. */
  readonly scratch: string;
  readonly xmlElements: XmlElements;
  say(what: string): void;
}

/** What a file was brought into: a file of UTF-8 text, a folder of what an archive held, or the sheets of a workbook. */
export type BroughtIn =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'sheets'; readonly paths: readonly string[] };

/**
 * Brings a file that is no UTF-8 text into a form that can be read: UTF-16 into UTF-8, archives and workbooks unpacked,
 * Parquet written as CSV, FHIR's XML turned into JSON. Null when there is nothing to be done or nothing that can be. Throws Refusal when it is
 * damaged.
 */
export async function bringIn(path: string, head: FileHead, way: BringingIn): Promise<BroughtIn | null> {
  const name = basename(path);
  const utf16 = utf16Of(head.bytes);
  if (utf16 !== null) return await converted(path, utf16, way);
  if (head.kind === 'text' && looksLikeFhirXml(head.text)) return await fromFhirXml(path, way);
  if (head.kind !== 'bytes') return null;
  const begins = head.bytes.subarray(0, 4).toString('latin1');
  if (begins === 'PAR1') return await fromParquet(path, way);
  if (begins !== 'PK\u0003\u0004' || isPacked(path)) return null;
  return isWorkbook(listZip(path, name)) ? fromWorkbook(path, way) : await fromArchive(path, way);
}

/** Brings a table of text that is not UTF-8 into UTF-8, where it is known how. Null when it may stay as it is. */
export async function bringIntoUtf8(path: string, way: BringingIn): Promise<BroughtIn | null> {
  const encoding: Encoding = await unpacking(path, () => encodingOf(path));
  return encoding === 'windows-1252' ? await converted(path, encoding, way) : null;
}

/**
 * A table of a practice extract as one of UTF-8: UTF-16 is found out by its beginning, another encoding has to be
 * declared, because a table of a hundred million rows is not read once more to find out. Returns the path of what is
 * to be read.
 */
export async function bringTableIn(
  path: string,
  declared: 'utf-8' | 'utf-16' | 'windows-1252',
  way: BringingIn,
): Promise<string> {
  if (/\.parquet$/i.test(path) || !statSync(path).isFile()) return path;
  const utf16 = utf16Of((await readFileHead(path)).bytes);
  const encoding = utf16 ?? (declared === 'windows-1252' ? declared : null);
  if (encoding === null) return path;
  const brought = await converted(path, encoding, way);
  return brought.path;
}

/** Does something that unpacks a file. Throws Refusal when the file cannot be unpacked to its end. */
async function unpacking<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch {
    throw cutShort(basename(path));
  }
}

let made = 0;

/** A new folder within the scratch folder. */
function newFolder({ scratch }: BringingIn): string {
  const folder = join(scratch, `brought-in-${++made}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function converted(
  path: string,
  encoding: keyof typeof encodingName,
  way: BringingIn,
): Promise<{ kind: 'file'; path: string }> {
  const to = join(newFolder(way), basename(path).replace(/\.gz$/i, ''));
  await unpacking(path, () => writeAsUtf8(path, to, encoding));
  way.say(`${basename(path)} is ${encodingName[encoding]} text; it was read as that and turned into UTF-8`);
  return { kind: 'file', path: to };
}

async function fromParquet(path: string, way: BringingIn): Promise<BroughtIn | null> {
  const to = join(newFolder(way), `${basename(path)}.csv`);
  const read = `copy (select * from read_parquet(${literal(path)})) to ${literal(to)} (format csv, header)`;
  const isWhole = await way.duck.run(read).then(
    () => true,
    () => false,
  );
  if (!isWhole) return null;
  keepDay(path, to);
  return { kind: 'file', path: to };
}

async function fromFhirXml(path: string, way: BringingIn): Promise<BroughtIn> {
  const name = basename(path).replace(/\.gz$/i, '');
  const to = join(newFolder(way), name);
  writeFileSync(to, fhirXmlToJson(await documentText(path), name, way.xmlElements));
  keepDay(path, to);
  return { kind: 'file', path: to };
}

function fromWorkbook(path: string, way: BringingIn): BroughtIn {
  const folder = newFolder(way);
  const paths = readWorkbook(path, basename(path)).flatMap(({ name, rows }) => {
    const csv = csvOf(rows);
    if (csv === '') return [];
    const to = join(folder, `${basename(path)} ${name.replace(/[/\\\0]/g, ' ')}.csv`);
    writeFileSync(to, csv);
    keepDay(path, to);
    return [to];
  });
  return { kind: 'sheets', paths };
}

async function fromArchive(path: string, way: BringingIn): Promise<BroughtIn> {
  const folder = join(newFolder(way), basename(path).replace(/\.zip$/i, ''));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = await unpackZip(path, basename(path), folder);
  way.say(`${basename(path)}: ${files.length} files were unpacked`);
  return { kind: 'folder', path: folder };
}
