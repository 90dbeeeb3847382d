import type { EventKind } from '../../domains/register/index.ts';
import {
  allergyEntry,
  conditionEntry,
  encounterEntry,
  immunisationEntry,
  procedureEntry,
  type ToEntry,
} from './coded-entry.ts';
import { observationEntry } from './observation.ts';

/** A type of resource that becomes coded entries of a record. */
export interface EventType {
  readonly kind: EventKind;
  readonly toEntry: ToEntry;
  /** What FHIR calls the code and the date, for messages. */
  readonly code: string;
  readonly date: string;
  /** Whether the type brings the feed that registers ask about: conditions and nothing else say who has what. */
  readonly feed: 'events' | null;
}

export const eventTypes: Readonly<Record<string, EventType>> = {
  Condition: {
    kind: 'condition',
    toEntry: conditionEntry,
    code: 'code',
    date: 'onset[x] or recordedDate',
    feed: 'events',
  },
  Observation: {
    kind: 'observation',
    toEntry: observationEntry,
    code: 'code',
    date: 'effective[x]',
    feed: null,
  },
  Procedure: { kind: 'procedure', toEntry: procedureEntry, code: 'code', date: 'performed[x]', feed: null },
  Immunization: {
    kind: 'immunisation',
    toEntry: immunisationEntry,
    code: 'vaccineCode',
    date: 'occurrence[x]',
    feed: null,
  },
  AllergyIntolerance: {
    kind: 'allergy',
    toEntry: allergyEntry,
    code: 'code',
    date: 'onset[x] or recordedDate',
    feed: null,
  },
  Encounter: {
    kind: 'encounter',
    toEntry: encounterEntry,
    code: 'type or class',
    date: 'period',
    feed: null,
  },
};

export const MEDICINE = 'MedicationRequest';
export const PATIENT = 'Patient';

/** Every type that becomes more than a source record, in the order in which accounts show them. */
export const usedTypes: readonly string[] = [PATIENT, ...Object.keys(eventTypes), MEDICINE];

/** Whether a type becomes more than a source record. */
export function isUsed(type: string): boolean {
  return usedTypes.includes(type);
}
