import { basename } from 'node:path';
import { type Position, readMarkLine } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { Duck } from '../../platform/lake/index.ts';
import { anotherDelivery, rowWithoutNumber } from '../mended/unusable-rows.ts';
import { isPacked } from '../tabular/csv-records.ts';
import { aloneIn, entryAlone } from './arrivals.ts';
import { cutEntries } from './cut-entries.ts';
import { bundlesToSort, namesOfEntries } from './entry-names.ts';
import { EntryPieces } from './entry-pieces.ts';
import { countLines, documentText, type FhirLayout, linesOf } from './fhir-file.ts';
import { isObject, object, parsed } from './json.ts';
import { missingPages, type Page, pageOf } from './pages.ts';
import { PLACES_A_FILE } from './places.ts';
import type { FullUrls } from './reference.ts';
import { type ReadLines, type RegularRows, rowsOf } from './regular-rows.ts';
import type { ResourceSorter } from './sort-resources.ts';

export interface FhirFile {
  readonly path: string;
  readonly layout: FhirLayout;
}

/** The delivery whose resources come again, and who is told under which number each of them was put aside. */
export interface ComingAgain {
  readonly delivery: number;
  note(at: number, row: number): void;
}

/** A file as it was read: line by line, as a bundle that was cut into entries, or in one piece. */
interface ReadFile {
  readonly path: string;
  readonly layout: 'lines' | 'entries' | 'whole';
}

const NO_NAMES: FullUrls = new Map();

/**
 * Reads files of FHIR and remembers where everything stood. Lines, and the entries of bundles as lines, are read by
 * DuckDB where they are regular, and go to the sorter where they are not.
 */
export class ResourceReader {
  private readonly files: ReadFile[] = [];
  private readonly duck: Duck;
  private readonly regular: RegularRows;
  private readonly sorter: ResourceSorter;
  private readonly progress: (what: string) => void;
  private readonly say: (what: string) => void;
  private readonly again: ComingAgain | null;
  private readonly origins = new Map<number, number>();
  private readonly pages: Page[] = [];
  private readonly folder: string;
  /** The entries of bundles as DuckDB read them, those of one bundle behind each other. */
  private entries: readonly ReadLines[] = [];

  /** `folder` is scratch space. */
  constructor(
    duck: Duck,
    folder: string,
    to: {
      regular: RegularRows;
      sorter: ResourceSorter;
      progress: (what: string) => void;
      say: (what: string) => void;
      again?: ComingAgain;
    },
  ) {
    this.duck = duck;
    this.regular = to.regular;
    this.sorter = to.sorter;
    this.progress = to.progress;
    this.say = to.say;
    this.again = to.again ?? null;
    this.folder = folder;
  }

  /** Reads all files. Throws Refusal when one is a document that is not whole JSON. */
  async read(files: readonly FhirFile[]): Promise<void> {
    // Entries are read beside everything else that is asked of DuckDB, while more of them are cut out.
    const beside = await this.duck.another();
    const about = { kind: 'entry', before: 0, name: 'A bundle' } as const;
    const pieces = new EntryPieces(this.folder, (path, counted) =>
      this.regular.read(path, about, counted, beside),
    );
    try {
      for (const { path, layout } of files) {
        this.progress(`Reading ${basename(path)}`);
        if (layout === 'lines') await this.readLines(path);
        else await this.readDocument(path, pieces);
      }
      this.entries = await pieces.end();
    } finally {
      await pieces.close();
      beside.close();
    }
    await this.sortEntries();
    for (const missing of missingPages(this.pages)) this.say(missing);
  }

  /** Where resources stand: their file, and the line on which each begins. */
  async positions(places: readonly number[]): Promise<Map<number, Position>> {
    const found = new Map<number, Position>();
    for (const { path, layout, begin, wanted } of this.filesOf(places)) {
      const lines =
        layout === 'lines'
          ? await numbersOfLines(path, begin, wanted)
          : await linesOfEntries(path, begin, wanted);
      for (const place of wanted) found.set(place, { file: basename(path), line: lines.get(place) ?? 1 });
    }
    return found;
  }

  /** What stands in places, each as a line of NDJSON of its own. */
  async asSent(places: readonly number[]): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    const entries = new Set<number>();
    for (const { path, layout, begin, wanted } of this.filesOf(places)) {
      if (layout === 'lines') {
        for await (const { ordinal, shown } of linesFrom(path))
          if (wanted.has(begin + ordinal)) found.set(begin + ordinal, shown());
      } else if (layout === 'entries') for (const place of wanted) entries.add(place);
      else {
        const alone = aloneIn(parsed(await documentText(path)));
        for (const place of wanted) found.set(place, alone(place - begin));
      }
    }
    for await (const { place, alone } of this.entriesAsSent(entries)) found.set(place, alone);
    return found;
  }

  /** Entries that were cut out of bundles. They are still in scratch space. */
  private async *entriesAsSent(
    wanted: ReadonlySet<number>,
  ): AsyncGenerator<{ place: number; alone: string }> {
    if (wanted.size === 0) return;
    let bundle = -1;
    let names = NO_NAMES;
    for (const { path } of this.entries) {
      for await (const { text } of linesFrom(path)) {
        const place = Number(PLACE_OF_ENTRY.exec(text ?? '')?.[1]);
        if (!wanted.has(place)) continue;
        if (Math.floor(place / PLACES_A_FILE) !== bundle) {
          bundle = Math.floor(place / PLACES_A_FILE);
          names = await this.namesIn(bundle);
        }
        yield { place, alone: entryAlone(object(parsed(text ?? '')).entry, names) };
      }
    }
  }

  /** What all entries of one bundle call each other. */
  private async namesIn(bundle: number): Promise<FullUrls> {
    const from = bundle * PLACES_A_FILE;
    const group = { from, to: from + PLACES_A_FILE - 1 };
    const names = await namesOfEntries(this.duck, rowsOf(this.entries), group, 'all');
    return names.get(bundle) ?? NO_NAMES;
  }

  /** The number under which what stands in a place was put aside before. */
  originOf(place: number): number | undefined {
    return this.origins.get(place);
  }

  /** The files in which some of the places are, and where each begins. */
  private *filesOf(
    places: readonly number[],
  ): Generator<ReadFile & { begin: number; wanted: ReadonlySet<number> }> {
    for (const [at, file] of this.files.entries()) {
      const wanted = new Set(places.filter((place) => Math.floor(place / PLACES_A_FILE) === at));
      if (wanted.size > 0) yield { ...file, begin: at * PLACES_A_FILE, wanted };
    }
  }

  /** The place before the first of a file. */
  private begin(path: string, layout: ReadFile['layout']): number {
    return (this.files.push({ path, layout }) - 1) * PLACES_A_FILE;
  }

  private async readLines(path: string): Promise<void> {
    const before = this.begin(path, 'lines');
    if (this.again !== null) await this.noteOrigins(path, before, this.again);
    const counting = countLines(path);
    // What is packed may unpack to more than there is room for: that is found before anything of it is written.
    if (isPacked(path)) await counting;
    const about = { kind: 'resource', before, name: basename(path) } as const;
    const read = await this.regular.readBeside(path, about, counting);
    if (read === null) {
      for await (const line of linesFrom(path)) this.sortLine(line, before + line.ordinal);
      return;
    }
    await this.regular.keep([read]);
    for await (const { place, whole, record } of this.regular.toSort([read])) {
      this.sortLine({ text: whole, shown: () => whole }, place, record);
    }
    const broken = await this.regular.broken(read);
    if (broken.size === 0) return;
    for await (const line of linesFrom(path))
      if (broken.has(line.ordinal)) this.sortLine(line, before + line.ordinal);
  }

  /** Notes which lines were put aside before. Throws Refusal when a resource has no line before it that says so. */
  private async noteOrigins(path: string, before: number, again: ComingAgain): Promise<void> {
    let origin: number | null = null;
    for await (const { ordinal, number, text } of linesFrom(path)) {
      const mark = readMarkLine(parsed(text ?? ''));
      if (mark !== null) {
        if (mark.delivery !== again.delivery) throw anotherDelivery(basename(path), number);
        origin = mark.row;
        continue;
      }
      if (origin === null) throw rowWithoutNumber(basename(path), number);
      again.note(before + ordinal, origin);
      this.origins.set(before + ordinal, origin);
      origin = null;
    }
  }

  private sortLine({ text, shown }: Pick<NumberedLine, 'text' | 'shown'>, at: number, record?: string): void {
    const value = text === null ? undefined : parsed(text);
    if (this.again !== null && readMarkLine(value) !== null) return;
    if (isObject(value)) this.sorter.take(value, () => at, record);
    else {
      const reason = text === null ? 'wrong_encoding' : 'not_json';
      this.sorter.sorted.unusable.push({ type: null, reason, field: null, found: shown(), at });
    }
  }

  /** A bundle is cut into its entries, which are sorted when all are together; anything else is read whole. */
  private async readDocument(path: string, pieces: EntryPieces<ReadLines>): Promise<void> {
    const entries = await pieces.cut(path, this.begin(path, 'entries'));
    if (entries !== null) this.pages.push(pageOf(basename(path), entries.around));
    else {
      this.files.pop();
      await this.readWhole(path);
    }
  }

  private async readWhole(path: string): Promise<void> {
    const json = await documentText(path);
    const value = parsed(json);
    if (value === undefined && beginsWithLines(json)) return await this.readLines(path);
    if (!isObject(value)) throw notJson(basename(path), json);
    if (value.resourceType === 'Bundle') this.pages.push(pageOf(basename(path), value));
    const begin = this.begin(path, 'whole');
    this.sorter.take(value, (place) => begin + place, json);
  }

  private async sortEntries(): Promise<void> {
    const { entries } = this;
    if (entries.length === 0) return;
    await this.regular.keep(entries);
    for (const group of await bundlesToSort(this.duck, rowsOf(entries))) {
      const names = await namesOfEntries(this.duck, rowsOf(entries), group);
      for await (const { place, whole, record } of this.regular.toSort(entries, group.from, group.to)) {
        const entry = parsed(whole);
        if (entry === undefined) throw await this.notWhole(place);
        this.sorter.takeEntry(
          object(entry),
          names.get(Math.floor(place / PLACES_A_FILE)) ?? NO_NAMES,
          place,
          record,
        );
      }
    }
    for (const piece of entries) await this.sortBroken(piece);
  }

  /** Sorts the entries that are no JSON to DuckDB. Throws Refusal when one is none at all: then its bundle is not whole. */
  private async sortBroken(read: ReadLines): Promise<void> {
    const broken = await this.regular.broken(read);
    if (broken.size === 0) return;
    for await (const { ordinal, text, shown } of linesFrom(read.path)) {
      if (!broken.has(ordinal)) continue;
      const { place, entry } = object(text === null ? undefined : parsed(text));
      if (typeof place !== 'number') throw await this.notWhole(Number(/\d+/.exec(shown())));
      const names = await this.namesIn(Math.floor(place / PLACES_A_FILE));
      this.sorter.takeEntry(object(entry), names, place);
    }
  }

  /** Why the document is not whole that has an entry in this place. */
  private async notWhole(place: number): Promise<Refusal> {
    const { path } = this.files[Math.floor(place / PLACES_A_FILE)] ?? { path: '' };
    return notJson(basename(path), await documentText(path));
  }
}

interface NumberedLine {
  /** Its place among the lines that are not blank, from 1. */
  readonly ordinal: number;
  readonly number: number;
  readonly text: string | null;
  readonly shown: () => string;
}

async function* linesFrom(path: string): AsyncGenerator<NumberedLine> {
  let ordinal = 0;
  for await (const line of linesOf(path)) yield { ...line, ordinal: ++ordinal };
}

/** The numbers of lines, by their places. */
async function numbersOfLines(
  path: string,
  before: number,
  wanted: ReadonlySet<number>,
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for await (const { ordinal, number } of linesFrom(path)) {
    if (wanted.has(before + ordinal)) found.set(before + ordinal, number);
  }
  return found;
}

/** The lines on which entries of a bundle begin, by their places. */
async function linesOfEntries(
  path: string,
  first: number,
  wanted: ReadonlySet<number>,
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  await cutEntries(path, first, { entry: (place, line) => wanted.has(place) && found.set(place, line) });
  return found;
}

/** How a line of a cut entry begins; see `cutEntries`. */
const PLACE_OF_ENTRY = /^\{"place":(\d+),/;

/** Whether the first line is a JSON object of its own and more follows: lines, under a name that does not say so. */
function beginsWithLines(json: string): boolean {
  const end = json.indexOf('\n');
  return end !== -1 && json.slice(end).trim() !== '' && isObject(parsed(json.slice(0, end)));
}

function notJson(name: string, json: string): Refusal {
  const at = brokenAt(json);
  const before = json.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  const how =
    at >= json.length
      ? `breaks off at line ${line}, column ${column}, which is its end`
      : `breaks at line ${line}, column ${column}`;
  return new Refusal({
    code: 'not_json',
    because: `${name} is not whole JSON: it ${how}.`,
    remedy:
      'It may have been cut short on its way: compare its size with the sender’s and send it again. Nothing of this delivery was taken in.',
  });
}

/** The place at which a JSON text stops being one, from 0; its length when it only ends too early. */
function brokenAt(json: string): number {
  try {
    JSON.parse(json);
    return 0;
  } catch (error) {
    // V8 names the place for everything but an early end.
    const [, place] = /position (\d+)/.exec(String(error)) ?? [];
    return place === undefined ? json.length : Number(place);
  }
}
