import { type Coded, coded, fromCoding, hasCode, words } from './coding.ts';
import { type DayOf, firstDayAt } from './fhir-date.ts';
import { elementAt, isObject, type JsonObject, text } from './json.ts';
import { isModified } from './modified.ts';
import { type EntryPart, readMeasured } from './observation.ts';
import type { EventType, NotePart, Unless } from './used-types.ts';

/** What a resource says as an entry of a record: one code on one day, and what else belongs to it. */
export interface CodedEntry {
  readonly code: Coded;
  readonly day: DayOf | null;
  readonly value: string | null;
  readonly unit: string | null;
  readonly note: string | null;
  /** Further entries that are part of this one, such as the two pressures of a blood pressure; null holds a place. */
  readonly parts: readonly (EntryPart | null)[];
}

/**
 * Reads a resource of a type. Null when it is no statement about the person that could be acted on (refuted, never
 * done, without a code). Then it is kept as it came.
 */
export function codedEntry(resource: JsonObject, type: EventType): CodedEntry | null {
  if (isRuledOut(resource, type.unless)) return null;
  const code = codeOf(resource, type);
  if (code === null) return null;
  const measured = type.isMeasured
    ? readMeasured(resource)
    : { value: null, unit: null, notes: [], parts: [] };
  const part = type.part === undefined ? null : coded(elementAt(resource, type.part));
  return {
    code,
    day: firstDayAt(resource, type.day),
    value: measured.value,
    unit: measured.unit,
    note: said(...(type.note ?? []).map((piece) => noteOf(resource, piece)), ...measured.notes),
    parts: part === null ? measured.parts : [{ code: part, value: null, unit: null, note: null }],
  };
}

/** Whether one of the elements has one of the codes, as a code or in a CodeableConcept; or whether the resource is modified. */
export function isRuledOut(resource: JsonObject, unless: Unless): boolean {
  if (isModified(resource)) return true;
  return Object.entries(unless).some(([element, codes]) => {
    const value = resource[element];
    return codes.includes(text(value) ?? '') || hasCode(value, codes);
  });
}

function codeOf(resource: JsonObject, type: EventType): Coded | null {
  const concept = type.code.flatMap((path) => coded(elementAt(resource, path)) ?? [])[0];
  const coding = type.coding === undefined ? undefined : elementAt(resource, type.coding);
  return concept ?? (isObject(coding) ? fromCoding(coding) : null);
}

function noteOf(resource: JsonObject, piece: NotePart): string | null {
  if ('text' in piece) return text(elementAt(resource, piece.text));
  if ('until' in piece) {
    const day = firstDayAt(resource, piece.until);
    return day && `until ${day.date}`;
  }
  const concept = elementAt(resource, piece.words);
  return hasCode(concept, piece.except ?? []) ? null : words(concept);
}

/** The parts of a note that are there, as one. */
export function said(...notes: readonly (string | null | undefined)[]): string | null {
  return notes.filter((note) => note).join('; ') || null;
}
