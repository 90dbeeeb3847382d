import { basename } from 'node:path';
import { type Position, readMarkLine } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { anotherDelivery, rowWithoutNumber } from '../mended/unusable-rows.ts';
import { arrivalsOf } from './arrivals.ts';
import { entryLines } from './entry-lines.ts';
import { documentText, type FhirLayout, linesOf } from './fhir-file.ts';
import { isObject } from './json.ts';
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

/** A resource's place is one number: its file's place among the files, and its line or its place in the bundle. */
const PLACES_A_FILE = 2 ** 32;

/** Reads files of FHIR into a sorter and remembers where everything stood. */
export class ResourceReader {
  private readonly files: FhirFile[] = [];
  private readonly sorter: ResourceSorter;
  private readonly progress: (what: string) => void;
  private readonly again: ComingAgain | null;
  private readonly origins = new Map<number, number>();

  constructor(sorter: ResourceSorter, progress: (what: string) => void, again: ComingAgain | null = null) {
    this.sorter = sorter;
    this.progress = progress;
    this.again = again;
  }

  /** Reads one file. Throws Refusal when it is a document that is not whole JSON. */
  async read(file: FhirFile): Promise<void> {
    this.progress(`Reading ${basename(file.path)}`);
    if (file.layout === 'lines') await this.readLines(file.path);
    else await this.readDocument(file.path);
  }

  /** Where resources stand: their file, and the line on which each begins. */
  async positions(places: readonly number[]): Promise<Map<number, Position>> {
    const found = new Map<number, Position>();
    for (const [at, file] of this.files.entries()) {
      const mine = places.filter((place) => Math.floor(place / PLACES_A_FILE) === at);
      const inFile = new Set(mine.map((place) => place % PLACES_A_FILE));
      const lines = file.layout === 'lines' ? null : await documentLines(file.path, inFile);
      for (const place of mine) {
        const within = place % PLACES_A_FILE;
        found.set(place, {
          file: basename(file.path),
          line: lines === null ? within : (lines.get(within) ?? 1),
        });
      }
    }
    return found;
  }

  /** The number under which what stands in a place was put aside before. */
  originOf(place: number): number | undefined {
    return this.origins.get(place);
  }

  /** What stands in places, each as a line of NDJSON of its own. */
  async asSent(places: readonly number[]): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    for (const [at, file] of this.files.entries()) {
      const begin = at * PLACES_A_FILE;
      const wanted = new Set(places.filter((place) => Math.floor(place / PLACES_A_FILE) === at));
      if (wanted.size === 0) continue;
      if (file.layout === 'lines') {
        for await (const { number, shown } of linesOf(file.path))
          if (wanted.has(begin + number)) found.set(begin + number, shown());
      } else {
        for (const { place, alone } of arrivalsOf(JSON.parse(await documentText(file.path))))
          if (wanted.has(begin + place)) found.set(begin + place, alone());
      }
    }
    return found;
  }

  private begin(path: string, layout: FhirLayout): number {
    return (this.files.push({ path, layout }) - 1) * PLACES_A_FILE;
  }

  private async readLines(path: string): Promise<void> {
    const begin = this.begin(path, 'lines');
    let origin: number | null = null;
    for await (const { number, text, shown } of linesOf(path)) {
      const at = begin + number;
      const value = text === null ? undefined : parsed(text);
      if (this.again !== null) {
        const mark = readMarkLine(value);
        if (mark !== null) {
          if (mark.delivery !== this.again.delivery) throw anotherDelivery(basename(path), number);
          origin = mark.row;
          continue;
        }
        if (origin === null) throw rowWithoutNumber(basename(path), number);
        this.again.note(at, origin);
        this.origins.set(at, origin);
        origin = null;
      }
      if (isObject(value)) this.sorter.take(value, () => at);
      else {
        const reason = text === null ? 'wrong_encoding' : 'not_json';
        this.sorter.sorted.unusable.push({ type: null, reason, field: null, found: shown(), at });
      }
      if (number % 20_000 === 0) this.progress(`Reading ${basename(path)}, line ${number}`);
    }
  }

  private async readDocument(path: string): Promise<void> {
    const json = await documentText(path);
    const value = parsed(json);
    if (value === undefined && beginsWithLines(json)) return await this.readLines(path);
    if (!isObject(value)) throw notJson(basename(path), json);
    const begin = this.begin(path, 'document');
    this.sorter.take(value, (place) => begin + place);
  }
}

/** The value of a JSON text; undefined when it is none. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Whether the first line is a JSON object of its own and more follows: lines, under a name that does not say so. */
function beginsWithLines(json: string): boolean {
  const end = json.indexOf('\n');
  return end !== -1 && json.slice(end).trim() !== '' && isObject(parsed(json.slice(0, end)));
}

async function documentLines(path: string, places: ReadonlySet<number>): Promise<Map<number, number>> {
  return places.size === 0 ? new Map() : entryLines(await documentText(path), places);
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
