import type { EventKind } from '../../domains/register/index.ts';

// What is read of each type of resource, as data: which elements, and which of several counts first. Two readers go by
// it: the one that takes a resource apart in memory (`coded-entry.ts`) and the one that lets DuckDB read many lines at
// once (`regular-lines.ts`). A path names an element as FHIR does; `[0]` is the first of a list.

/** What is read of a type that becomes coded entries of a record. */
export interface EventType {
  readonly kind: EventKind;
  /** Whether the type brings the feed that registers ask about: conditions and nothing else say who has what. */
  readonly feed: 'events' | null;
  /** What FHIR calls the code and the date, for messages. */
  readonly called: { readonly code: string; readonly date: string };
  readonly unless: Unless;
  /** CodeableConcepts; the first that says something is the code. */
  readonly code: readonly [string, ...string[]];
  /** A Coding, where no concept says anything. */
  readonly coding?: string;
  readonly day: readonly string[];
  readonly note?: readonly NotePart[];
  /** Whether it has a value[x], and components that have one. */
  readonly isMeasured?: true;
  /** A further concept that comes as a part of the entry. */
  readonly part?: string;
}

/** Elements, and the codes of theirs with which a resource is no statement about the person that could be acted on. */
export type Unless = Readonly<Record<string, readonly string[]>>;

/** A piece of a note: a text, the words of a concept unless it has one of some codes, the day until when. */
export type NotePart =
  | { readonly text: string }
  | { readonly words: string; readonly except?: readonly string[] }
  | { readonly until: readonly string[] };

/** Which vaccination a vaccine was given in. Source: UK Core, Extension-UKCore-VaccinationProcedure. */
export const VACCINATION =
  'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure';

// R4 throughout. Senders of DSTU2, STU3 (as GP Connect) and R5 write some elements otherwise: where one of theirs says that
// something was not done, or on which day, it is read too; R4 has no element of these names.
export const eventTypes: Readonly<Record<string, EventType>> = {
  Condition: {
    kind: 'condition',
    feed: 'events',
    called: { code: 'code', date: 'onset[x] or recordedDate' },
    // Only what is confirmed, or stands unqualified, is a condition that the person has: FHIR defines unconfirmed,
    // provisional and differential as short of that.
    unless: { verificationStatus: ['refuted', 'unconfirmed', 'provisional', 'differential'] },
    code: ['code'],
    day: ['onsetDateTime', 'onsetPeriod', 'recordedDate', 'assertedDate'],
    note: [
      { text: 'onsetString' },
      { words: 'clinicalStatus', except: ['active'] },
      { until: ['abatementDateTime', 'abatementPeriod'] },
    ],
  },
  Observation: {
    kind: 'observation',
    feed: null,
    called: { code: 'code', date: 'effective[x]' },
    unless: { status: ['cancelled'] },
    code: ['code'],
    day: ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'effectiveTiming.event[0]', 'issued'],
    isMeasured: true,
  },
  Procedure: {
    kind: 'procedure',
    feed: null,
    called: { code: 'code', date: 'performed[x]' },
    unless: { status: ['not-done', 'preparation'], notDone: ['true'], notPerformed: ['true'] },
    code: ['code'],
    day: ['performedDateTime', 'performedPeriod', 'occurrenceDateTime', 'occurrencePeriod'],
    note: [{ text: 'performedString' }],
  },
  Immunization: {
    kind: 'immunisation',
    feed: null,
    called: { code: 'vaccineCode', date: 'occurrence[x]' },
    unless: { status: ['not-done'], notGiven: ['true'], wasNotGiven: ['true'] },
    code: ['vaccineCode', VACCINATION],
    day: ['occurrenceDateTime', 'date', 'recorded'],
    note: [{ text: 'occurrenceString' }],
    part: VACCINATION,
  },
  AllergyIntolerance: {
    kind: 'allergy',
    feed: null,
    called: { code: 'code', date: 'onset[x] or recordedDate' },
    // An allergy counts until it is refuted, confirmed or not: that is the safe side.
    unless: { verificationStatus: ['refuted'] },
    code: ['code', 'reaction[0].substance'],
    day: ['onsetDateTime', 'onsetPeriod', 'recordedDate', 'assertedDate', 'lastOccurrence'],
  },
  Encounter: {
    kind: 'encounter',
    feed: null,
    called: { code: 'type or class', date: 'period' },
    unless: { status: ['planned', 'cancelled'] },
    code: ['type[0]'],
    coding: 'class',
    day: ['period', 'actualPeriod'],
    note: [{ words: 'reasonCode[0]' }],
  },
};

/** What is read of a MedicationRequest. */
export const medicineFields = {
  // Proposals and options are not prescriptions; a plan is, as UK systems write authorised repeats.
  unless: { status: ['draft', 'cancelled'], intent: ['proposal', 'option'], doNotPerform: ['true'] },
  code: 'medicationCodeableConcept',
  day: ['authoredOn', 'dispenseRequest.validityPeriod'],
  dose: ['dosageInstruction[0].text', 'dosageInstruction[0].patientInstruction'],
  quantity: 'dispenseRequest.quantity',
  duration: 'dispenseRequest.expectedSupplyDuration',
} as const;

/** Durations that have a length in days; a month has none. */
export const daysOf: Readonly<Record<string, number>> = { d: 1, wk: 7 };

export const ENCOUNTER = 'Encounter';
export const MEDICINE = 'MedicationRequest';
export const PATIENT = 'Patient';

/** Every type that becomes more than a source record, in the order in which accounts show them. */
export const usedTypes: readonly string[] = [PATIENT, ...Object.keys(eventTypes), MEDICINE];

/** Whether a type becomes more than a source record. */
export function isUsed(type: string): boolean {
  return usedTypes.includes(type);
}
