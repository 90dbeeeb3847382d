import { isRuledOut } from './coded-entry.ts';
import { type Coded, coded } from './coding.ts';
import { type DayOf, firstDayAt } from './fhir-date.ts';
import { elementAt, type JsonObject, object, objects, text } from './json.ts';
import { quantity } from './quantity.ts';
import { type Surroundings, targetOf } from './reference.ts';
import { daysOf, medicineFields as fields } from './used-types.ts';

/** What a MedicationRequest says as a medicine of a record. */
export interface MedicineEntry {
  /** Null when the medicine is a resource of its own, which `medicine` names. */
  readonly code: Coded | null;
  readonly medicine: string | null;
  readonly bnf: string | null;
  readonly day: DayOf | null;
  readonly dose: string | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly days: string | null;
}

/** Maps a MedicationRequest. Null when nothing was prescribed or it does not say what. */
export function medicineEntry(resource: JsonObject, around: Surroundings): MedicineEntry | null {
  if (isRuledOut(resource, fields.unless)) return null;
  const what = whichMedicine(resource, around);
  if (what === null) return null;
  const { value, unit } = quantity(elementAt(resource, fields.quantity));
  return {
    ...what,
    day: firstDayAt(resource, fields.day),
    dose: fields.dose.flatMap((path) => text(elementAt(resource, path)) ?? [])[0] ?? null,
    quantity: value,
    unit,
    days: inDays(elementAt(resource, fields.duration)),
  };
}

function whichMedicine(resource: JsonObject, around: Surroundings) {
  // R5 has both in one element, as a CodeableReference.
  const either = object(resource.medication);
  const reference = object(resource.medicationReference ?? either.reference);
  const concept = elementAt(resource, fields.code) ?? either.concept ?? containedMedicine(reference, around);
  const code = coded(concept);
  if (code) return { code, bnf: bnfCode(concept), medicine: null };
  const target = targetOf(reference, around);
  const named = coded({ text: reference.display });
  // Words beside the reference are a last resort: they stand until the resource is found.
  if (target) return { code: named, bnf: null, medicine: target.id };
  return named && { code: named, bnf: null, medicine: null };
}

function containedMedicine({ reference }: JsonObject, { contained }: Surroundings): unknown {
  const said = text(reference);
  return said?.startsWith('#') ? contained.find(({ id }) => id === said.slice(1))?.code : undefined;
}

/** The BNF code that stands beside other codings of a medicine. */
export function bnfCode(concept: unknown): string | null {
  const bnf = objects(object(concept).coding).find(({ system }) => /\bbnf\b/i.test(text(system) ?? ''));
  return bnf ? text(bnf.code) : null;
}

/** A duration in days, where it is one of days or weeks; a month has no length in days. */
function inDays(duration: unknown): string | null {
  const { value, unit } = quantity(duration);
  const days = daysOf[unit ?? ''];
  return value === null || days === undefined ? null : String(Number(value) * days);
}
