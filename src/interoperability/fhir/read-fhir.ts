import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Opening, SourceDelivery } from '../../domains/register/index.ts';
import { type PlainDate, parseOdsCode, Refusal } from '../../kernel/index.ts';
import type { Duck } from '../../platform/lake/index.ts';
import { type DeliveryNote, readDeliveryNote } from '../practice-extract/delivery-note.ts';
import { idsOfKept, sortDeletions } from './deletions.ts';
import { fhirTables } from './fhir-tables.ts';
import { prepareLookups } from './lookups.ts';
import { Piles } from './piles.ts';
import { type FhirFile, ResourceReader } from './read-resources.ts';
import { RegularRows } from './regular-rows.ts';
import { ScratchRows } from './scratch-rows.ts';
import { ResourceSorter, type Sorted } from './sort-resources.ts';

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
  const note = noteOf(path);
  const publisher = (note.publisher ?? PUBLISHER).toUpperCase();
  const folder = join(opening.scratch, `fhir-${++opened}`);
  const scratch = new ScratchRows(folder);
  const isDated = note.extracted_at !== undefined;
  const sorter = new ResourceSorter(publisher, (name, row) => scratch.write(name, row), { isDated });
  const regular = new RegularRows(duck, folder, { publisher, isDated });
  const reader = new ResourceReader(duck, folder, { regular, sorter, progress: opening.progress });
  await reader.read(files);
  const { sorted } = sorter;
  for (const [type, rows] of await regular.count())
    sorted.read.set(type, (sorted.read.get(type) ?? 0) + rows);
  refuseEmpty(path, sorted);
  refuseWrongCounts(note, sorted);
  const piles = new Piles(scratch, regular);
  const about = { piles, sorted, publisher, base: opening.base };
  const keptIds = await idsOfKept(duck, about);
  await sortDeletions(duck, about, keptIds);
  const lookups = await prepareLookups(duck, about);
  return {
    name: basename(path),
    format: 'fhir-r4',
    publisher,
    extractedAt: note.extracted_at === undefined ? null : new Date(note.extracted_at),
    full: false,
    covers: new Map(Object.entries(note.covers).map(([table, { from }]) => [table, from as PlainDate])),
    tables: fhirTables({ piles, sorted, lookups, reader, keptIds }),
  };
}

function noteOf(path: string): DeliveryNote {
  // A note beside a single file is that of the folder, of which this file alone is not the delivery.
  if (!statSync(path).isDirectory()) return NO_NOTE;
  const note = readDeliveryNote(path);
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
