import { fromEpochDay, type PlainDate } from '../../../kernel/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import { eventKinds } from '../intake/staging.ts';
import type { Concept, LakeAccess, OpenedLake, Whose } from '../lake/lake-access.ts';

export type TimelineKind = (typeof eventKinds)[number] | 'medicine' | 'appointment';

/** One entry of somebody's record, in the words of the practice that recorded it. */
export interface TimelineEntry {
  readonly kind: TimelineKind;
  /** Null when the practice gave no day. */
  readonly date: PlainDate | null;
  readonly precision: string | null;
  readonly what: string;
  readonly detail: string | null;
  readonly org: string;
}

/** Says which concepts are restricted content; who may not see them does not see that they are there. */
export type Restricted = (concept: Concept) => boolean;

interface EventRow extends Row {
  org: string;
  day: number | null;
  precision: string | null;
  code: number;
  value: number | null;
  unit: string | null;
  kind: number;
  term: string | null;
  note: string | null;
  confidential: boolean;
}

interface MedicineRow extends Row {
  org: string;
  day: number | null;
  code: number;
  term: string | null;
  dose: string | null;
  quantity: number | null;
  unit: string | null;
  confidential: boolean;
}

interface AppointmentRow extends Row {
  org: string;
  day: number;
  start_minute: number;
  minutes: number | null;
  status: string | null;
  category: string | null;
  mode: string | null;
}

/**
 * Everything in somebody's record, the latest first; entries without a day stand at the end, marked as such. Entries
 * that a practice marked confidential, and restricted content, are left out unless `everything`.
 */
export async function readTimeline(
  access: LakeAccess,
  { lake, dictionary }: OpenedLake,
  whose: Whose,
  shown: { readonly everything: boolean; readonly restricted: Restricted },
): Promise<TimelineEntry[]> {
  const [events, medicines, appointments] = await Promise.all([
    access.rowsOf<EventRow>(
      lake,
      'event',
      whose,
      'org, day, precision, code, value, unit, kind, term, note, confidential',
    ),
    access.rowsOf<MedicineRow>(
      lake,
      'medication',
      whose,
      'org, day, code, term, dose, quantity, unit, confidential',
    ),
    access.rowsOf<AppointmentRow>(
      lake,
      'appointment',
      whose,
      'org, day, start_minute, minutes, status, category, mode',
    ),
  ]);
  const conceptOf = (code: number) => dictionary.get(code) ?? UNKNOWN_CONCEPT;
  const mayShow = (row: { code: number; confidential: boolean }) =>
    shown.everything || !(row.confidential || shown.restricted(conceptOf(row.code)));
  const entries = [
    ...events.filter(mayShow).map((row) => eventEntry(row, conceptOf(row.code))),
    ...medicines.filter(mayShow).map((row) => medicineEntry(row, conceptOf(row.code))),
    ...appointments.map(appointmentEntry),
  ];
  return entries.sort(latestFirst);
}

const UNKNOWN_CONCEPT: Concept = { system: 'local', concept: '', bnf: null, display: null };

function eventEntry(row: EventRow, concept: Concept): TimelineEntry {
  const value =
    row.value === null ? null : [formatNumber(row.value), row.unit].filter((part) => part).join(' ');
  return {
    kind: eventKinds[row.kind] ?? 'observation',
    date: row.day === null ? null : fromEpochDay(row.day),
    precision: row.precision,
    what: row.term ?? concept.display ?? concept.concept,
    detail: [value, row.note].filter((part) => part).join('; ') || null,
    org: row.org,
  };
}

function medicineEntry(row: MedicineRow, concept: Concept): TimelineEntry {
  const amount =
    row.quantity === null ? null : [formatNumber(row.quantity), row.unit].filter((part) => part).join(' ');
  return {
    kind: 'medicine',
    date: row.day === null ? null : fromEpochDay(row.day),
    precision: null,
    what: row.term ?? concept.display ?? concept.concept,
    detail: [row.dose, amount].filter((part) => part).join('; ') || null,
    org: row.org,
  };
}

function appointmentEntry(row: AppointmentRow): TimelineEntry {
  const hour = String(Math.floor(row.start_minute / 60)).padStart(2, '0');
  const minute = String(row.start_minute % 60).padStart(2, '0');
  return {
    kind: 'appointment',
    date: fromEpochDay(row.day),
    precision: null,
    what: row.category ?? 'Appointment',
    detail: [`${hour}:${minute}`, row.mode, row.status].filter((part) => part).join(', '),
    org: row.org,
  };
}

function formatNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function latestFirst(a: TimelineEntry, b: TimelineEntry): number {
  if (a.date === b.date) return a.kind.localeCompare(b.kind) || a.what.localeCompare(b.what);
  if (a.date === null) return 1;
  if (b.date === null) return -1;
  return a.date < b.date ? 1 : -1;
}
