import {
  type Arrival,
  type Arriving,
  arrivalsOf,
  arrivalsOfEntry,
  isArrival,
  type NoResource,
} from './arrivals.ts';
import { type CodedEntry, codedEntry } from './coded-entry.ts';
import { coded, hasCode } from './coding.ts';
import type { DayOf } from './fhir-date.ts';
import { hospitalVisit } from './hospital-visit.ts';
import { type JsonObject, object, objects, text } from './json.ts';
import { bnfCode, medicineEntry } from './medication-request.ts';
import type { EntryPart } from './observation.ts';
import { odsCode, patientEntry } from './patient.ts';
import {
  BY_IDENTIFIER,
  BY_NHS_NUMBER,
  type FullUrls,
  type Surroundings,
  surroundingsOf,
  targetOf,
} from './reference.ts';
import type { ScratchRow } from './scratch-rows.ts';
import { ENCOUNTER, type EventType, eventTypes, MEDICINE, PATIENT } from './used-types.ts';

/** The names of the piles into which resources are sorted. */
export const pile = {
  /** What the register takes as rows of the type's own stage. */
  rows: (type: string) => `rows ${type}`,
  /** Readings of a panel, by the type of the whole. */
  parts: (type: string) => `parts ${type}`,
  /** Resources kept whole, by type. */
  kept: (type: string) => `kept ${type}`,
  /** Deletions of what was a row before and is now kept whole. */
  withdrawn: (stage: 'event' | 'medication') => `withdrawn ${stage}`,
  /** What encounters say of stays and attendances, beside being entries. */
  visits: (stage: 'admission' | 'attendance') => `visits ${stage}`,
  /** The same of people whom the sender names by NHS number: they are nothing else beside. */
  numbered: (stage: 'admission' | 'attendance') => `numbered ${stage}`,
  /** What is to be deleted, until it is known where it is and whose. */
  deletions: 'deletions',
  /** What references are looked up in: identifiers of patients, codes of organisations, codes of medicines. */
  identifiers: 'identifiers',
  organisations: 'organisations',
  medicines: 'medicines',
  /** Rows that come again: under which number each was put aside. */
  again: 'again',
} as const;

/** Something that was read and cannot be taken as a resource: what it was, and where it stood. */
export interface Unusable extends Omit<NoResource, 'reason'> {
  readonly reason: NoResource['reason'] | 'not_json' | 'wrong_encoding';
  readonly at: number;
}

/** What is in the piles beside rows. */
export interface Sorted {
  readonly unusable: Unusable[];
  /** Which lookups rows are waiting for. */
  readonly waits: { identifiers: boolean; organisations: boolean; medicines: boolean };
  /** Everything that was taken in hand, by type; what has no type is not among it. */
  readonly read: Map<string, number>;
}

/** Sorts resources into piles of rows as they come. Every resource makes exactly one row that is counted. */
export class ResourceSorter {
  readonly sorted: Sorted = {
    unusable: [],
    waits: { identifiers: false, organisations: false, medicines: false },
    read: new Map(),
  };
  private readonly publisher: string;
  private readonly write: (pile: string, row: ScratchRow) => void;

  private readonly isDated: boolean;

  /**
   * `publisher` keeps apart what different senders call practitioners and the like. A delivery that is dated orders
   * versions that have no time of their own; without a date their count does (`meta.versionId`).
   */
  constructor(
    publisher: string,
    write: (pile: string, row: ScratchRow) => void,
    { isDated = false }: { readonly isDated?: boolean } = {},
  ) {
    this.publisher = publisher;
    this.write = write;
    this.isDated = isDated;
  }

  /**
   * Takes a JSON value: a bundle or a resource. `at` says where an entry stands, given its place among others. `record`
   * is the resource as it is to be kept whole; without it, it is written anew.
   */
  take(value: unknown, at: (place: number) => number, record?: string): void {
    for (const { place, ...arriving } of arrivalsOf(value))
      this.takeArrival(arriving, at(place), { of: value, record });
  }

  /** Takes one entry of a bundle whose entries have these names for each other. `record` is that of its resource. */
  takeEntry(entry: JsonObject, fullUrls: FullUrls, at: number, record?: string): void {
    for (const arriving of arrivalsOfEntry(entry, fullUrls))
      this.takeArrival(arriving, at, { of: entry.resource, record });
  }

  private takeArrival({ found, alone }: Arriving, at: number, { of, record }: Written): void {
    if (found.type !== null) this.sorted.read.set(found.type, (this.sorted.read.get(found.type) ?? 0) + 1);
    // Of a bundle within, the record is not that of what it holds.
    if (isArrival(found)) this.sort(this.versioned(found), at, found.resource === of ? record : undefined);
    else this.sorted.unusable.push({ ...found, found: alone(), at });
  }

  /** The Personal Demographics Service counts its versions and does not date them: the count stands for seconds. */
  private versioned(arrival: Arrival): Arrival {
    const count = Number(text(object(arrival.resource?.meta).versionId) ?? Number.NaN);
    const isCounted = Number.isInteger(count) && count > 0 && count < 1e9;
    if (arrival.version !== null || this.isDated || !isCounted) return arrival;
    return { ...arrival, version: new Date(count * 1000).toISOString() };
  }

  private sort(arrival: Arrival, at: number, record: string | undefined): void {
    const { type, resource, fullUrls, version } = arrival;
    if (resource === null) this.delete(arrival, null, at);
    else if (arrival.deleted) this.sortDeleted(arrival, resource, record, at);
    else if (type === PATIENT) this.sortPatient(arrival, resource, at);
    else
      this.sortAbout(
        { type, version, n: at, id: arrival.id },
        { ...surroundingsOf(resource, fullUrls), resource, record },
      );
  }

  private sortDeleted(arrival: Arrival, resource: JsonObject, record: string | undefined, at: number): void {
    const around = { ...surroundingsOf(resource, arrival.fullUrls), resource, record };
    const whose = this.whose(resource, around);
    const key = { n: at, row_id: '', patient_id: whose, version: arrival.version };
    if (arrival.type === ENCOUNTER && this.sortVisit(arrival.id, key, around, 'true')) return;
    this.delete(arrival, whose, at);
  }

  /** Where it is that is to be deleted, and whose, is found when everything is read: here or in an earlier delivery. */
  private delete({ type, id, version }: Arrival, whose: string | null, at: number): void {
    this.write(pile.deletions, { n: at, type, id, version, patient_id: whose });
  }

  private sortPatient({ id, version, fullUrls }: Arrival, resource: JsonObject, at: number): void {
    const entry = patientEntry(resource, surroundingsOf(resource, fullUrls));
    if (entry.practice_ref) this.sorted.waits.organisations = true;
    const sensitive = isRestricted(resource) ? 'true' : undefined;
    this.write(pile.rows(PATIENT), { n: at, patient_id: id, version, ...entry, sensitive });
    for (const { system, value } of objects(resource.identifier)) {
      const said = text(value);
      if (said) this.write(pile.identifiers, { patient_id: id, system: text(system) ?? '', value: said });
    }
  }

  private sortAbout(
    { type, id, version, n }: { type: string; id: string; version: string | null; n: number },
    whole: Whole,
  ): void {
    const { resource } = whole;
    const whose = this.whose(resource, whole);
    const key: Key = { n, row_id: `${type}/${id}`, patient_id: whose, version };
    const eventType = eventTypes[type];
    if (type === ENCOUNTER && this.sortVisit(id, key, whole)) return;
    if (whose !== null && eventType) this.sortEvent(type, eventType, key, whole);
    else if (whose !== null && type === MEDICINE) this.sortMedicine(key, whole);
    else this.keep(type, id, key, whole);
  }

  private sortEvent(type: string, eventType: EventType, key: Key, whole: Whole): void {
    const { resource } = whole;
    const entry = codedEntry(resource, eventType);
    if (entry === null) {
      this.keepInstead(type, 'event', key, whole);
      return;
    }
    const common = { ...key, day: entry.day, confidential: isRestricted(resource) ? 'true' : undefined };
    this.write(pile.rows(type), eventRow(common, key.row_id, entry));
    entry.parts.forEach((part, at) => {
      if (part !== null) this.write(pile.parts(type), eventRow(common, `${key.row_id}#${at + 1}`, part));
    });
  }

  /**
   * An encounter of a hospital is a stay or an attendance beside being an entry, and comes and goes with it. Where the
   * sender names the person by NHS number it is nothing else, as the sender has no patient for an entry: then true.
   */
  private sortVisit(id: string, key: Key, { resource }: Whole, deleted?: 'true'): boolean {
    const visit = key.patient_id === null ? null : hospitalVisit(resource, id);
    if (visit === null) return false;
    const { columns, stage } = visit;
    const confidential = isRestricted(resource) ? 'true' : undefined;
    const isNumbered = key.patient_id?.startsWith(BY_NHS_NUMBER) ?? false;
    const to = isNumbered ? pile.numbered(stage) : pile.visits(stage);
    this.write(to, { ...key, confidential, ...columns, deleted: deleted ?? columns.deleted });
    return isNumbered;
  }

  private sortMedicine(key: Key, whole: Whole): void {
    const { resource } = whole;
    const entry = medicineEntry(resource, whole);
    if (entry === null) {
      this.keepInstead(MEDICINE, 'medication', key, whole);
      return;
    }
    if (entry.medicine !== null) this.sorted.waits.medicines = true;
    const { code, day, medicine, bnf, dose, quantity, unit, days } = entry;
    const confidential = isRestricted(resource) ? 'true' : undefined;
    const columns = {
      date: day?.date,
      medicine,
      bnf,
      dose,
      quantity,
      unit,
      duration_days: days,
      confidential,
    };
    this.write(pile.rows(MEDICINE), { ...key, ...code, ...columns });
  }

  /** Keeps a resource whole that would have been a row, and may have been one before. */
  private keepInstead(type: string, stage: 'event' | 'medication', key: Key, whole: Whole): void {
    this.keep(type, key.row_id.slice(type.length + 1), key, whole);
    this.write(pile.withdrawn(stage), { ...key, deleted: 'true' });
  }

  /** Keeps a resource whole. What belongs to no patient carries its sender's name, as nothing else tells it apart. */
  private keep(type: string, id: string, key: Key, { resource, record }: Whole): void {
    const row_id = key.patient_id === null ? `${this.publisher}:${key.row_id}` : key.row_id;
    this.write(pile.kept(type), { ...key, row_id, record: record ?? JSON.stringify(resource) });
    this.noteLookups(type, id, resource);
  }

  /** Notes what others refer to, of a resource of this delivery or, where rows come again, of the one that is kept. */
  noteLookups(type: string, id: string, resource: JsonObject): void {
    if (type === 'Organization') {
      const code = objects(resource.identifier).flatMap((identifier) => odsCode(identifier) ?? [])[0];
      if (code) this.write(pile.organisations, { id, code });
    } else if (type === 'Medication') {
      const code = coded(resource.code);
      if (code) this.write(pile.medicines, { id, ...code, bnf: bnfCode(resource.code) });
    }
  }

  /** The patient that a resource is about: an id, or an identifier to be looked up; null when it is about none. */
  private whose(resource: JsonObject, around: Surroundings): string | null {
    for (const reference of patientReferences(resource)) {
      const target = targetOf(reference, around);
      if (target === null || (target.type !== null && target.type !== PATIENT)) continue;
      if (target.id.startsWith(BY_IDENTIFIER)) this.sorted.waits.identifiers = true;
      return target.id;
    }
    return null;
  }
}

/** A resource as it is kept, where that is known, and what surrounds it. */
interface Whole extends Surroundings {
  readonly resource: JsonObject;
  readonly record: string | undefined;
}

interface Written {
  readonly of: unknown;
  readonly record: string | undefined;
}

/** What identifies a row and orders its versions. */
interface Key {
  readonly n: number;
  readonly row_id: string;
  readonly patient_id: string | null;
  readonly version: string | null;
}

/** Where the types of FHIR say which patient they are about, the plainest first. */
function patientReferences(resource: JsonObject): unknown[] {
  const { patient, subject, beneficiary, participant } = resource;
  const actors = objects(participant).map(({ actor }) => actor);
  return [patient, ...(Array.isArray(subject) ? subject : [subject]), beneficiary, resource.for, ...actors];
}

interface Common extends Key {
  readonly day: DayOf | null;
  readonly confidential: string | undefined;
}

/** A row of an entry or a part of one. Written out, because there are many and all of one shape are read fastest. */
function eventRow(
  common: Common,
  rowId: string,
  { code, value, unit, note }: CodedEntry | EntryPart,
): ScratchRow {
  return {
    n: common.n,
    row_id: rowId,
    patient_id: common.patient_id,
    version: common.version ?? undefined,
    code: code.code,
    system: code.system,
    display: code.display,
    source_term: code.source_term ?? undefined,
    date: common.day?.date,
    precision: common.day?.precision ?? undefined,
    value: value ?? undefined,
    unit: unit ?? undefined,
    text: note ?? undefined,
    confidential: common.confidential,
  };
}

/** Restricted and very restricted, in HL7's code system of confidentiality. */
function isRestricted(resource: JsonObject): boolean {
  return hasCode({ coding: object(resource.meta).security }, ['R', 'V']);
}
