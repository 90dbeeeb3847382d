import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type {
  DirectoryFile,
  OpenedDeliveries,
  Opening,
  RefusedDelivery,
  SourceDelivery,
} from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { Duck } from '../../platform/lake/index.ts';
import type { BringingIn } from '../arriving/bring-in.ts';
import { readFhir } from '../fhir/read-fhir.ts';
import { readXmlElements } from '../fhir/xml-elements.ts';
import { type AdtFormat, readAdtFormat } from '../hl7/adt-format.ts';
import { readAdt } from '../hl7/read-adt.ts';
import { type FoundMended, openMended } from '../mended/open-mended.ts';
import { readFileDescriptions } from '../national/description.ts';
import { nationalFile } from '../national/national-file.ts';
import { readOdsFormats } from '../ods/recognise-ods.ts';
import type { HowToTake } from '../ods/take-vintage.ts';
import { readExtractFormat } from '../practice-extract/format.ts';
import { isTableFile, readExtract } from '../practice-extract/read-practice-extract.ts';
import { type Formats, type Found, findDeliveries, type KeptTable } from './find-deliveries.ts';
import { unknownFile } from './unknown-file.ts';

/** What each kind is called in accounts. */
const FORMAT = {
  'practice-extract': 'practice-extract',
  'hospital-activity': 'hospital-activity',
  fhir: 'fhir-r4',
  hl7: 'hl7-adt',
  directory: 'directory',
  national: 'national',
  refused: 'unknown',
  unknown: 'unknown',
} as const;

interface HowToOpen extends HowToTake {
  /** The paths are folders that uploads were received into: their names say nothing. */
  readonly uploaded: boolean;
}

/**
 * Opens everything that can be imported in what somebody pointed at. One delivery that cannot be opened does not hold
 * up the others; a file of no known kind is refused by itself, with what comes nearest.
 *
 * Differences that a national file makes to the directory wait to be decided on; with `apply` they are carried out.
 * Throws Refusal when a path does not exist.
 */
export async function openDeliveries(
  duck: Duck,
  paths: readonly string[],
  content: string,
  opening: Opening,
  { apply = false, uploaded = false }: Partial<HowToOpen> = {},
): Promise<OpenedDeliveries> {
  const adt = readAdtFormat(content);
  const formats: Formats = {
    extract: readExtractFormat(content, 'practice-extract'),
    hospital: readExtractFormat(content, 'hospital-activity'),
    ods: readOdsFormats(content),
    national: readFileDescriptions(content),
  };
  const way = {
    duck,
    scratch: opening.scratch,
    xmlElements: readXmlElements(content),
    say: opening.say,
  };
  const given = paths.map((path) => resolve(path));
  for (const path of given) if (!existsSync(path)) throw noSuchPath(path);
  const deliveries: SourceDelivery[] = [];
  const directory: DirectoryFile[] = [];
  const refused: RefusedDelivery[] = [];
  const mended: FoundMended[] = [];
  const take = async (found: Found, ahead: OneAhead) => {
    if (found.kind === 'beside') {
      opening.say(`Left aside ${basename(found.path)}, which stands beside data and is none`);
      return;
    }
    if (found.kind === 'mended') {
      mended.push(found);
      return;
    }
    try {
      if (found.kind === 'directory')
        directory.push(await withRows(await found.open({ apply }), found.kept, opening));
      else if (found.kind === 'national')
        directory.push(await nationalFile(found.path, found.rows, opening.say));
      else {
        // What an upload was received into has a name that says nothing.
        const called = uploaded ? `delivery ${deliveries.length + refused.length + 1}` : basename(found.path);
        opening.progress(`Opening ${called}`);
        const delivery = await ahead.open(found);
        deliveries.push(uploaded ? { ...delivery, name: nameOfUpload(found, delivery.publisher) } : delivery);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const delivery = refusedDelivery(found, error);
      refused.push(uploaded ? { ...delivery, name: nameOfUpload(found) } : delivery);
    }
  };
  for (const path of given) {
    const all = await findDeliveries(path, formats, way);
    const ahead = oneAhead(all, opening.say, (each, say) =>
      openDelivery({ ...way, say }, each, { ...formats, adt }, { ...opening, say }),
    );
    try {
      for (const found of all) await take(found, ahead);
    } finally {
      // Nobody may be at work any more with what the caller closes and clears away.
      await ahead.ended();
    }
  }
  for (const each of await openMended(mended, formats, way, opening)) {
    if ('refusal' in each) refused.push(each);
    else deliveries.push(each);
  }
  return { deliveries, refused, directory };
}

type Delivery = Extract<
  Found,
  { kind: 'practice-extract' | 'hospital-activity' | 'fhir' | 'hl7' | 'unknown' | 'refused' }
>;

interface OneAhead {
  /** Opens a delivery, or waits for what was begun; what there was to say of it is said, and what went wrong thrown. */
  open(found: Delivery): Promise<SourceDelivery>;
  /** Waits for what was begun and nobody asks for any more. */
  ended(): Promise<void>;
}

/** A delivery that is being opened; `tell` says what there was to say of it, and what there will be. */
interface Begun {
  readonly opened: Promise<SourceDelivery>;
  tell(): void;
}

/**
 * Opens deliveries in their order, and while one extract is opened the one after it too: their text is looked through and
 * unpacked then, which takes less long for two together. Of one that nobody asked for yet nothing is said.
 */
function oneAhead(
  all: readonly Found[],
  say: Opening['say'],
  open: (found: Delivery, say: Opening['say']) => Promise<SourceDelivery>,
): OneAhead {
  const begun = new Map<Found, Begun>();
  const begin = (found: Delivery): Begun => {
    const unsaid: string[] = [];
    let asked = false;
    const opened = open(found, (what) => (asked ? say(what) : unsaid.push(what)));
    // It is thrown when the delivery is asked for, if ever.
    opened.catch(() => {});
    const its = {
      opened,
      tell: () => {
        asked = true;
        for (const what of unsaid.splice(0)) say(what);
      },
    };
    begun.set(found, its);
    return its;
  };
  return {
    open: async (found) => {
      const { opened, tell } = begun.get(found) ?? begin(found);
      tell();
      const next = all[all.indexOf(found) + 1];
      if (next && isExtract(found) && isExtract(next)) begin(next);
      return await opened;
    },
    ended: async () => {
      await Promise.allSettled([...begun.values()].map(({ opened }) => opened));
    },
  };
}

async function openDelivery(
  way: BringingIn,
  found: Delivery,
  formats: Formats & { readonly adt: AdtFormat },
  opening: Opening,
): Promise<SourceDelivery> {
  const { duck } = way;
  switch (found.kind) {
    case 'practice-extract':
      return await readExtract(duck, found.path, formats.extract, way);
    case 'hospital-activity':
      return await readExtract(duck, found.path, formats.hospital, way);
    case 'fhir':
      return await readFhir(duck, found.path, found.files, opening);
    case 'hl7':
      return await readAdt(duck, found.path, found.files, formats.adt, opening);
    case 'unknown':
      throw unknownFile(found.path, found.head, formats);
    case 'refused':
      throw found.refusal;
  }
}

/** A file of the directory whose rows are kept too: columns that the directory does not ask for are of use elsewhere. */
async function withRows(
  file: DirectoryFile,
  tables: readonly KeptTable[],
  opening: Opening,
): Promise<DirectoryFile> {
  const kept: DirectoryFile[] = [];
  for (const { path, rows } of tables) kept.push(await nationalFile(path, rows, opening.say));
  return {
    ...file,
    unusable: new Map([file, ...kept].flatMap(({ unusable }) => [...(unusable ?? [])])),
    async load(...load) {
      const accounts = [...(await file.load(...load))];
      for (const each of kept) accounts.push(...(await each.load(...load)));
      return accounts;
    },
  };
}

function refusedDelivery(
  { kind, path }: Exclude<Found, { kind: 'beside' | 'mended' }>,
  { code, message, remedy }: Refusal,
): RefusedDelivery {
  return { name: basename(path), format: FORMAT[kind], refusal: { code, because: message, remedy } };
}

/**
 * What is shown of an upload: its files by their own names, which are the sender's; those of an extract, which are called
 * the same in all of them, with whose it is.
 */
function nameOfUpload(
  found: Exclude<Found, { kind: 'beside' | 'mended' }>,
  publisher: string | null = null,
): string {
  const [first = found.path, ...others] = filesOf(found);
  const files = others.length === 0 ? basename(first) : `${basename(first)} and ${others.length} more`;
  return publisher !== null && isExtract(found) ? `${publisher}: ${files}` : files;
}

function isExtract(
  found: Found,
): found is Extract<Found, { kind: 'practice-extract' | 'hospital-activity' }> {
  return found.kind === 'practice-extract' || found.kind === 'hospital-activity';
}

function filesOf(found: Exclude<Found, { kind: 'beside' | 'mended' }>): readonly string[] {
  if (found.kind === 'fhir') return found.files.map(({ path }) => path);
  if (found.kind === 'hl7') return found.files;
  if (!isExtract(found)) return [];
  return readdirSync(found.path).filter(isTableFile).sort();
}

function noSuchPath(path: string): Refusal {
  return new Refusal({
    code: 'no_such_path',
    because: `There is no file or folder ${basename(path)} at the place that was given.`,
    remedy: 'Check the path; it is taken from the folder that you are in.',
  });
}
