import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { fhirLayout } from '../fhir/fhir-file.ts';
import type { FhirFile } from '../fhir/read-resources.ts';
import { type OdsFormats, recogniseOds, recogniseOdsWorkbook } from '../ods/recognise-ods.ts';
import type { HowToTake } from '../ods/take-vintage.ts';
import { placePackFile } from '../place-pack/import-place-pack.ts';
import type { PracticeExtractFormat } from '../practice-extract/format.ts';
import { isPracticeExtract, isTableFile } from '../practice-extract/read-practice-extract.ts';
import { type FileHead, readFileHead } from './file-head.ts';
import { isBeside } from './unknown-file.ts';

/** Something that was found in what somebody pointed at. */
export type Found =
  | { readonly kind: 'practice-extract'; readonly path: string }
  | { readonly kind: 'fhir'; readonly path: string; readonly files: readonly FhirFile[] }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly open: (how: HowToTake) => Promise<DirectoryFile>;
    }
  | { readonly kind: 'beside'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string; readonly head: FileHead };

export interface Formats {
  readonly extract: PracticeExtractFormat;
  readonly ods: OdsFormats;
}

/**
 * Finds what can be imported in a file or a folder, by what files hold. The FHIR files of one folder are one
 * delivery, the tables of a practice extract too; folders are searched. Nothing is passed over: what is of no kind is
 * found as `unknown`, and what people put beside data as `beside`.
 */
export async function findDeliveries(path: string, formats: Formats): Promise<Found[]> {
  if (statSync(path).isDirectory()) return await inFolder(path, formats);
  const found = await inFile(path, formats);
  // A file that was named itself was meant: it is not left aside in silence.
  const { kind } = found;
  return [
    kind === 'beside'
      ? { kind: 'unknown', path, head: await readFileHead(path) }
      : kind === 'fhir'
        ? { ...found, path }
        : found,
  ];
}

const NOTE = 'delivery.json';

async function inFolder(folder: string, formats: Formats): Promise<Found[]> {
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
  const isFolder = (name: string) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folders = names.filter(isFolder);
  const isExtract = isPracticeExtract(folder, formats.extract);
  const files = names.filter((name) => !folders.includes(name) && !(isExtract && isTableFile(name)));
  const found: Found[] = isExtract ? [{ kind: 'practice-extract', path: folder }] : [];
  const each: Found[] = [];
  for (const name of files) if (name !== NOTE) each.push(await inFile(join(folder, name), formats));
  const fhir = each.flatMap((one) => (one.kind === 'fhir' ? one.files : []));
  if (fhir.length > 0) found.push({ kind: 'fhir', path: folder, files: fhir });
  found.push(...each.filter(({ kind }) => kind !== 'fhir'));
  // A note without a delivery: what it speaks of is missing.
  if (files.includes(NOTE) && !isExtract && fhir.length === 0) {
    found.push({ kind: 'unknown', path: join(folder, NOTE), head: await readFileHead(join(folder, NOTE)) });
  }
  for (const name of folders) found.push(...(await inFolder(join(folder, name), formats)));
  return found;
}

async function inFile(path: string, { ods }: Formats): Promise<Found> {
  const head = await readFileHead(path);
  const open =
    head.kind === 'text'
      ? (placePack(path, head) ?? odsFile(path, head, ods))
      : recogniseOdsWorkbook(path, head.bytes, ods);
  if (open) return { kind: 'directory', path, open };
  const layout = head.kind === 'text' ? fhirLayout(path, head.text) : null;
  if (layout) return { kind: 'fhir', path, files: [{ path, layout }] };
  return isBeside(path) ? { kind: 'beside', path } : { kind: 'unknown', path, head };
}

/** A place pack is a YAML file of any name that says so in its first lines. */
function placePack(path: string, { text }: FileHead): (() => Promise<DirectoryFile>) | null {
  const isPack = /\.ya?ml$/.test(basename(path)) && /^layout: place-pack$/m.test(text.slice(0, 2000));
  return isPack ? async () => placePackFile(path) : null;
}

function odsFile(
  path: string,
  { firstLine }: FileHead,
  formats: OdsFormats,
): ((how: HowToTake) => Promise<DirectoryFile>) | null {
  const open = recogniseOds(firstLine, formats);
  return open && ((how) => open(path, how));
}
