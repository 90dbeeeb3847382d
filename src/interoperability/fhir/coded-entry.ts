import { type Coded, coded, fromCoding, hasCode, words } from './coding.ts';
import { type DayOf, dayOf, firstDay } from './fhir-date.ts';
import { isObject, type JsonObject, object, objects, text } from './json.ts';

/** What a resource says as an entry of a record: one code on one day, and what else belongs to it. */
export interface CodedEntry {
  readonly code: Coded;
  readonly day: DayOf | null;
  readonly value?: string | null;
  readonly unit?: string | null;
  readonly note?: string | null;
  /** Further entries that are part of this one, such as the two pressures of a blood pressure; null holds a place. */
  readonly parts?: readonly (EntryPart | null)[];
}

export interface EntryPart {
  readonly code: Coded;
  readonly value: string | null;
  readonly unit: string | null;
  readonly note: string | null;
}

/**
 * Each maps a resource of its type, or returns null when the resource is no statement about the person that could be
 * acted on (refuted, never done, without a code). Then it is kept as it came.
 */
export type ToEntry = (resource: JsonObject) => CodedEntry | null;

/**
 * Only what is confirmed, or stands unqualified, is a condition that the person has: FHIR defines unconfirmed,
 * provisional and differential as short of that.
 */
export const conditionEntry: ToEntry = (resource) => {
  const { verificationStatus, clinicalStatus, onsetDateTime, onsetPeriod, onsetString, recordedDate } =
    resource;
  if (hasCode(verificationStatus, ['refuted', 'unconfirmed', 'provisional', 'differential'])) return null;
  const code = coded(resource.code);
  if (code === null) return null;
  const state = hasCode(clinicalStatus, ['active']) ? null : words(clinicalStatus);
  const until = dayOf(resource.abatementDateTime) ?? firstDay(resource.abatementPeriod);
  return {
    code,
    day: firstDay(onsetDateTime, onsetPeriod, recordedDate),
    note: said(text(onsetString), state, until && `until ${until.date}`),
  };
};

export const procedureEntry: ToEntry = (resource) => {
  if (resource.status === 'not-done' || resource.status === 'preparation') return null;
  const code = coded(resource.code);
  const { performedDateTime, performedPeriod, performedString } = resource;
  return code && { code, day: firstDay(performedDateTime, performedPeriod), note: text(performedString) };
};

const VACCINATION = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure';

/** The vaccine given; where UK Core's extension says which vaccination that was, its code comes as a part. */
export const immunisationEntry: ToEntry = (resource) => {
  if (resource.status === 'not-done') return null;
  const done = objects(resource.extension).find(({ url }) => url === VACCINATION);
  const procedure = coded(done?.valueCodeableConcept);
  const code = coded(resource.vaccineCode) ?? procedure;
  if (code === null) return null;
  const parts = procedure === null ? [] : [{ code: procedure, value: null, unit: null, note: null }];
  const { occurrenceDateTime, occurrenceString, recorded } = resource;
  return { code, day: firstDay(occurrenceDateTime, recorded), note: text(occurrenceString), parts };
};

/** An allergy counts until it is refuted, confirmed or not: that is the safe side. */
export const allergyEntry: ToEntry = (resource) => {
  if (hasCode(resource.verificationStatus, ['refuted'])) return null;
  const code = coded(resource.code) ?? coded(objects(resource.reaction)[0]?.substance);
  const { onsetDateTime, onsetPeriod, recordedDate, lastOccurrence } = resource;
  return code && { code, day: firstDay(onsetDateTime, onsetPeriod, recordedDate, lastOccurrence) };
};

export const encounterEntry: ToEntry = (resource) => {
  if (resource.status === 'planned' || resource.status === 'cancelled') return null;
  const type = coded(objects(resource.type)[0]);
  const code = type ?? (isObject(resource.class) ? fromCoding(resource.class) : null);
  return code && { code, day: firstDay(resource.period), note: words(objects(resource.reasonCode)[0]) };
};

/** The parts of a note that are there, as one. */
export function said(...notes: readonly (string | null | undefined)[]): string | null {
  return notes.filter((note) => note).join('; ') || null;
}

/** A Quantity as value, unit and a note: the UCUM code if it is one, else the unit in words. */
export function quantity(element: unknown): {
  value: string | null;
  unit: string | null;
  note: string | null;
} {
  const { value, unit, code, system, comparator } = object(element);
  const number = text(value);
  const ucum = system === 'http://unitsofmeasure.org' ? text(code) : null;
  const measured = ucum ?? text(unit) ?? text(code);
  // A bound is kept as the number that it is, because the latest ">90" must not give way to an older 55; the note
  // says that it is a bound.
  const bound = text(comparator);
  return {
    value: number,
    unit: measured,
    note: bound && [bound, number, measured].filter(Boolean).join(' '),
  };
}
