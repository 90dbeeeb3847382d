import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type KeptDelivery,
  type Lake,
  liveRows,
  type Opening,
  type SourceDelivery,
  type SourceTable,
} from '../../domains/register/index.ts';
import { type PlainDate, parseOdsCode, Refusal } from '../../kernel/index.ts';
import { type Duck, literal } from '../../platform/lake/index.ts';
import { type DeliveryNote, readDeliveryNote } from '../practice-extract/delivery-note.ts';
import { moveVisits } from '../visits/moved-visits.ts';
import { idsOfKept, sortDeletions } from './deletions.ts';
import { fhirTables, visitRows } from './fhir-tables.ts';
import { object, text } from './json.ts';
import { prepareLookups } from './lookups.ts';
import { Piles } from './piles.ts';
import { type FhirFile, ResourceReader } from './read-resources.ts';
import { RegularRows } from './regular-rows.ts';
import { type ScratchRow, ScratchRows } from './scratch-rows.ts';
import { pile, ResourceSorter, type Sorted } from './sort-resources.ts';

/** Whose rows these are when nobody says: a sender of FHIR is usually no practice. */
const PUBLISHER = 'FHIR';

const NO_NOTE: DeliveryNote = { full: false, encoding: 'utf-8', tables: {}, covers: {} };

let opened = 0;

/**
 * Reads the FHIR files of one folder, or one file, as one delivery. Everything is read here, into scratch space; the
 * register takes it from there.
 *
 * Row ids are `Type/id`, because ids are only unique within a type. They and the ids of patients are the publisher's,
 * which is `FHIR` unless a delivery.json in the folder names another: senders whose ids could be the same have to be
 * told apart there.
 *
 * Throws Refusal when a bundle is not whole JSON, a file cannot be read, or delivery.json does not fit.
 */
export async function readFhir(
  duck: Duck,
  path: string,
  files: readonly FhirFile[],
  opening: Opening,
): Promise<SourceDelivery> {
  const note = noteOf(path, opening.say);
  const publisher = (note.publisher ?? PUBLISHER).toUpperCase();
  const reading = beginReading(duck, publisher, note.extracted_at !== undefined, opening);
  const reader = new ResourceReader(duck, reading.folder, {
    ...reading,
    progress: opening.progress,
    say: opening.say,
  });
  await reader.read(files);
  const sorted = await everythingRead(reading);
  refuseEmpty(path, sorted);
  refuseWrongCounts(note, sorted);
  return {
    name: basename(path),
    format: 'fhir-r4',
    publisher,
    extractedAt: note.extracted_at === undefined ? null : new Date(note.extracted_at),
    full: false,
    covers: new Map(Object.entries(note.covers).map(([table, { from }]) => [table, from as PlainDate])),
    tables: await sortedTables(duck, { ...reading, sorted, publisher, base: opening.base, reader }),
  };
}

/**
 * Reads resources that come again: files of NDJSON in which a line before each resource says under which number it was
 * put aside. They are of the sender and the time of the delivery that they first came with.
 */
export async function readFhirAgain(
  duck: Duck,
  mends: KeptDelivery,
  paths: readonly string[],
  opening: Opening,
): Promise<SourceTable[]> {
  const publisher = mends.publisher ?? PUBLISHER;
  const reading = beginReading(duck, publisher, mends.extractedAt !== null, opening);
  const { piles, sorter } = reading;
  const note = (n: number, row: number) => piles.write(pile.again, { n, row: String(row) });
  const again = { delivery: mends.id, note };
  const reader = new ResourceReader(duck, reading.folder, {
    ...reading,
    progress: opening.progress,
    say: opening.say,
    again,
  });
  await reader.read(paths.map((path) => ({ path, layout: 'lines' })));
  const sorted = await everythingRead(reading);
  if (opening.base !== null) await noteKept(duck, { sorter, publisher, base: opening.base });
  const numbers = `fhir_again_${opened}`;
  await duck.run(
    `create temp table ${numbers} as select n, row::bigint as row from ${piles.sql(pile.again, 'again')}`,
  );
  const origin = `(select min(known.row) from ${numbers} as known where known.n = source.n)`;
  return await sortedTables(duck, { ...reading, sorted, publisher, base: opening.base, reader, origin });
}

function beginReading(duck: Duck, publisher: string, isDated: boolean, opening: Opening) {
  const folder = join(opening.scratch, `fhir-${++opened}`);
  const scratch = new ScratchRows(folder);
  const write = (name: string, row: ScratchRow) => scratch.write(name, row);
  const sorter = new ResourceSorter(publisher, write, { isDated });
  const regular = new RegularRows(duck, folder, { publisher, isDated });
  return { folder, sorter, regular, piles: new Piles(scratch, regular) };
}

/** What was sorted, with what DuckDB read by itself among what was taken in hand. */
async function everythingRead({
  sorter: { sorted },
  regular,
}: {
  sorter: ResourceSorter;
  regular: RegularRows;
}): Promise<Sorted> {
  for (const [type, rows] of await regular.count())
    sorted.read.set(type, (sorted.read.get(type) ?? 0) + rows);
  return sorted;
}

async function sortedTables(
  duck: Duck,
  about: {
    readonly piles: Piles;
    readonly sorted: Sorted;
    readonly publisher: string;
    readonly base: Lake | null;
    readonly reader: ResourceReader;
    readonly origin?: string;
  },
): Promise<SourceTable[]> {
  const keptIds = await idsOfKept(duck, about);
  await sortDeletions(duck, about, keptIds);
  const lookups = await prepareLookups(duck, about);
  const tables = fhirTables({ ...about, lookups, keptIds });
  const whose = (stage: 'admission' | 'attendance') => {
    const numbered = lookups.numbers(about.piles.sql(pile.numbered(stage), 'visit'));
    const all = [visitRows({ ...about, lookups }, stage), numbered].flatMap((rows) => rows ?? []);
    const columns = `${literal(about.publisher)} as org, row_id, patient_id, version, deleted`;
    return all.map((rows) => `select ${columns} from ${rows}`).join(' union all ');
  };
  const rows = { admission: whose('admission'), attendance: whose('attendance') };
  return [...tables, ...(await moveVisits(duck, { rows, base: about.base }))];
}

/** A resource that comes again may refer to organisations and medicines that came with it then, and are kept now. */
async function noteKept(
  duck: Duck,
  { sorter, publisher, base }: { sorter: ResourceSorter; publisher: string; base: Lake },
): Promise<void> {
  const { waits } = sorter.sorted;
  const types = [
    ...(waits.organisations ? ['Organization'] : []),
    ...(waits.medicines ? ['Medication'] : []),
  ];
  const kept = liveRows(base, 'source_record');
  if (kept === null) return;
  for (const type of types) {
    const rows = await duck.rows<{ record: string }>(
      `select record from ${kept} where org = $1 and starts_with(row_id, $2)`,
      [publisher, `${publisher}:${type}/`],
    );
    for (const { record } of rows) {
      const resource = object(JSON.parse(record));
      sorter.noteLookups(type, text(resource.id) ?? '', resource);
    }
  }
}

function noteOf(path: string, say: (what: string) => void): DeliveryNote {
  // A note beside a single file is that of the folder, of which this file alone is not the delivery.
  if (!statSync(path).isDirectory()) return NO_NOTE;
  const note = readDeliveryNote(path, say);
  if (note.full) {
    throw new Refusal({
      code: 'full_not_possible',
      because:
        'delivery.json says that this FHIR delivery is full, and FHIR deletes by saying so, not by silence.',
      remedy: 'Leave "full" out, and send deletions as entries with the method DELETE.',
    });
  }
  if (note.publisher !== undefined && parseOdsCode(note.publisher) === null) {
    throw new Refusal({
      code: 'bad_delivery_note',
      because: `delivery.json names the publisher ${note.publisher}, which is no code.`,
      remedy: 'Use three to ten letters and digits: the ODS code of the sender, or a code of your own.',
    });
  }
  return note;
}

function refuseEmpty(path: string, { read, unusable }: Sorted): void {
  if (read.size > 0 || unusable.length > 0) return;
  throw new Refusal({
    code: 'empty_file',
    because: `${basename(path)} has no resources in it.`,
    remedy: 'Export it again, or leave it out.',
  });
}

function refuseWrongCounts({ tables }: DeliveryNote, { read }: Sorted): void {
  for (const [type, { rows }] of Object.entries(tables)) {
    const found = read.get(type) ?? 0;
    if (rows === undefined || rows === found) continue;
    throw new Refusal({
      code: 'wrong_row_count',
      because: `There are ${found} resources of type ${type}, and delivery.json says ${rows}: something may be missing.`,
      remedy: 'Send the delivery again.',
    });
  }
}
