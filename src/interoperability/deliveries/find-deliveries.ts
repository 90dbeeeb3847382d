import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type BringingIn, type BroughtIn, bringIn, bringIntoUtf8 } from '../arriving/bring-in.ts';
import { fhirLayout } from '../fhir/fhir-file.ts';
import type { FhirFile } from '../fhir/read-resources.ts';
import { looksLikeHl7 } from '../hl7/framing.ts';
import { type MendedFile, recogniseMended } from '../mended/recognise-mended.ts';
import type { FileDescription } from '../national/description.ts';
import { type RecognisedTable, recogniseTable } from '../national/recognise.ts';
import { type OdsFormats, recogniseOds, recogniseOdsWorkbook } from '../ods/recognise-ods.ts';
import type { HowToTake } from '../ods/take-vintage.ts';
import { placePackFile } from '../place-pack/import-place-pack.ts';
import type { ExtractFormat } from '../practice-extract/format.ts';
import { isExtract, isTableFile } from '../practice-extract/read-practice-extract.ts';
import { firstRecords } from '../tabular/text-table.ts';
import { type FileHead, readFileHead } from './file-head.ts';
import { comesNear, isBeside } from './unknown-file.ts';

/** A table of a described kind, as UTF-8 text. */
export interface KeptTable {
  readonly path: string;
  readonly rows: RecognisedTable;
}

/** Something that was found in what somebody pointed at. */
export type Found =
  | { readonly kind: 'practice-extract' | 'hospital-activity'; readonly path: string }
  | { readonly kind: 'fhir'; readonly path: string; readonly files: readonly FhirFile[] }
  /** Messages of HL7 version 2. */
  | { readonly kind: 'hl7'; readonly path: string; readonly files: readonly string[] }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly open: (how: HowToTake) => Promise<DirectoryFile>;
      /** The tables whose rows are kept besides: of a workbook there may be several. */
      readonly kept: readonly KeptTable[];
    }
  | { readonly kind: 'national'; readonly path: string; readonly rows: RecognisedTable }
  /** Rows that were put aside and come again. */
  | { readonly kind: 'mended'; readonly path: string; readonly mended: MendedFile }
  /** A file that is damaged in a way that keeps anybody from knowing what it is. */
  | { readonly kind: 'refused'; readonly path: string; readonly refusal: Refusal }
  | { readonly kind: 'beside'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string; readonly head: FileHead };

export interface Formats {
  readonly extract: ExtractFormat;
  readonly hospital: ExtractFormat;
  readonly ods: OdsFormats;
  readonly national: readonly FileDescription[];
}

/**
 * Finds what can be imported in a file or a folder, by what files hold. The FHIR files of one folder are one
 * delivery, its files of HL7 messages another, the tables of a practice extract too; folders are searched. Nothing is passed over: what is of no kind is
 * found as `unknown`, and what people put beside data as `beside`. With a `way` to do so archives and workbooks are
 * unpacked, and text in other encodings is turned into UTF-8.
 */
export async function findDeliveries(
  path: string,
  formats: Formats,
  way: BringingIn | null = null,
): Promise<Found[]> {
  if (statSync(path).isDirectory()) return await inFolder(path, formats, way);
  const found = await inFile(path, formats, way);
  // A file that was named itself was meant: it is not left aside in silence.
  return await Promise.all(
    found.map(async (one) =>
      one.kind === 'beside' && one.path === path
        ? { kind: 'unknown' as const, path, head: await readFileHead(path) }
        : (one.kind === 'fhir' || one.kind === 'hl7') && found.length === 1
          ? { ...one, path }
          : one,
    ),
  );
}

const NOTE = 'delivery.json';

async function inFolder(folder: string, formats: Formats, way: BringingIn | null): Promise<Found[]> {
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
  const isFolder = (name: string) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folders = names.filter(isFolder);
  // Mended rows may have the name of their table: they are no extract.
  const mended = await mendedFiles(folder, names);
  const layout = layoutOf(folder, formats, mended);
  const files = names.filter((name) => !folders.includes(name) && !(layout !== null && isTableFile(name)));
  const found: Found[] = layout === null ? [] : [{ kind: layout, path: folder }];
  const each: Found[] = [];
  for (const name of files) if (name !== NOTE) each.push(...(await inFile(join(folder, name), formats, way)));
  const fhir = each.flatMap((one) => (one.kind === 'fhir' ? one.files : []));
  if (fhir.length > 0) found.push({ kind: 'fhir', path: folder, files: fhir });
  const hl7 = each.flatMap((one) => (one.kind === 'hl7' ? one.files : []));
  if (hl7.length > 0) found.push({ kind: 'hl7', path: folder, files: hl7 });
  found.push(...each.filter(({ kind }) => kind !== 'fhir' && kind !== 'hl7'));
  // A note without a delivery: what it speaks of is missing.
  if (files.includes(NOTE) && layout === null && fhir.length === 0 && hl7.length === 0) {
    found.push({ kind: 'unknown', path: join(folder, NOTE), head: await readFileHead(join(folder, NOTE)) });
  }
  for (const name of folders) found.push(...(await inFolder(join(folder, name), formats, way)));
  return found;
}

async function mendedFiles(folder: string, names: readonly string[]): Promise<Set<string>> {
  const mended = new Set<string>();
  for (const name of names.filter((name) => name.endsWith('.csv'))) {
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() && recogniseMended(await readFileHead(path)))
      mended.add(name);
  }
  return mended;
}

/** The layout that a folder's tables are of, by their names; mended rows are of none. */
function layoutOf(folder: string, { extract, hospital }: Formats, mended: ReadonlySet<string>) {
  if (isExtract(folder, extract, mended)) return 'practice-extract';
  return isExtract(folder, hospital, mended) ? 'hospital-activity' : null;
}

async function inFile(path: string, formats: Formats, way: BringingIn | null): Promise<Found[]> {
  const head = await readFileHead(path);
  try {
    const workbook = recogniseOdsWorkbook(path, head.bytes, formats.ods);
    const brought = way && (await bringIn(path, head, way));
    if (workbook) {
      const sheets = way && brought ? await inBrought(path, brought, formats, way) : [];
      const kept = sheets.flatMap((sheet) =>
        sheet.kind === 'national' ? [sheet] : sheet.kind === 'directory' ? sheet.kept : [],
      );
      return [{ kind: 'directory', path, open: workbook, kept }];
    }
    if (way && brought) return await inBrought(path, brought, formats, way);
    return await inText(path, head, formats, way);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ kind: 'refused', path, refusal: error }];
  }
}

async function inBrought(
  path: string,
  brought: BroughtIn,
  formats: Formats,
  way: BringingIn,
): Promise<Found[]> {
  if (brought.kind === 'folder') return await inFolder(brought.path, formats, way);
  if (brought.kind === 'file')
    return await inText(brought.path, await readFileHead(brought.path), formats, way);
  const sheets: Found[] = [];
  for (const sheet of brought.paths)
    sheets.push(...(await inText(sheet, await readFileHead(sheet), formats, way)));
  const known = sheets.filter(({ kind }) => kind !== 'unknown' && kind !== 'beside');
  // A workbook has sheets of notes and contents beside its tables. When no sheet is known, one is told about.
  if (known.length > 0)
    return sheets.map((one) => (one.kind === 'unknown' ? { kind: 'beside', path: one.path } : one));
  const unknown = sheets.flatMap((one) => (one.kind === 'unknown' ? [one] : []));
  const nearest = unknown.find(({ head }) => comesNear(head, formats.national)) ?? unknown[0];
  return nearest ? [nearest] : [{ kind: 'unknown', path, head: await readFileHead(path) }];
}

async function inText(
  path: string,
  head: FileHead,
  formats: Formats,
  way: BringingIn | null,
): Promise<Found[]> {
  const isText = head.kind === 'text';
  const mended = isText ? recogniseMended(head) : null;
  if (mended) {
    const turned = way && mended.layout !== 'resources' && (await bringIntoUtf8(path, way));
    if (way && turned) return await inBrought(path, turned, formats, way);
    return [{ kind: 'mended', path, mended }];
  }
  if (isText && looksLikeHl7(head.text)) {
    const turned = way && (await bringIntoUtf8(path, way));
    return [{ kind: 'hl7', path, files: [turned?.kind === 'file' ? turned.path : path] }];
  }
  const pack = isText ? placePack(path, head) : null;
  if (pack) return [{ kind: 'directory', path, open: pack, kept: [] }];
  const layout = isText ? fhirLayout(path, head.text) : null;
  if (layout) return [{ kind: 'fhir', path, files: [{ path, layout }] }];
  const rows = isText ? recogniseTable(firstRecords(head.text), formats.national) : null;
  if (rows) {
    const turned = way && (await bringIntoUtf8(path, way));
    if (way && turned) return await inBrought(path, turned, formats, way);
    return [tableOf(path, rows, formats.ods)];
  }
  return [isBeside(path) ? { kind: 'beside', path } : { kind: 'unknown', path, head }];
}

/** A table of a described kind; the directory reads some of them too. */
function tableOf(path: string, rows: RecognisedTable, ods: OdsFormats): Found {
  const open = recogniseOds(rows, ods);
  if (open) return { kind: 'directory', path, open: (how) => open(path, how), kept: [{ path, rows }] };
  return { kind: 'national', path, rows };
}

/** A place pack is a YAML file of any name that says so in its first lines. */
function placePack(path: string, { text }: FileHead): (() => Promise<DirectoryFile>) | null {
  const isPack = /\.ya?ml$/.test(basename(path)) && /^layout: place-pack$/m.test(text.slice(0, 2000));
  return isPack ? async () => placePackFile(path) : null;
}
