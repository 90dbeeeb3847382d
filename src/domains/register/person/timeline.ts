import { formatDay, fromEpochDay, type PlainDate } from '../../../kernel/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import { eventKinds } from '../intake/staging.ts';
import type { Concept, LakeAccess, OpenedLake, Whose } from '../lake/lake-access.ts';

export type TimelineKind =
  | (typeof eventKinds)[number]
  | 'medicine'
  | 'appointment'
  | 'admission'
  | 'attendance';

/** One entry of somebody's record, in the words of the practice or hospital that recorded it. */
export interface TimelineEntry {
  readonly kind: TimelineKind;
  /** Null when the practice gave no day. */
  readonly date: PlainDate | null;
  readonly precision: string | null;
  readonly what: string;
  readonly detail: string | null;
  /** The code of who recorded it; of a hospital its name, where that was sent. */
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

interface HospitalRow extends Row {
  org: string;
  day: number;
  start_minute: number;
  diagnoses: string | null;
  term: string | null;
  provider: string;
  provider_name: string | null;
  confidential: boolean;
}

interface AdmissionRow extends HospitalRow {
  discharge_day: number | null;
  method: string;
  destination: string | null;
  specialty: string | null;
}

interface AttendanceRow extends HospitalRow {
  department: number | null;
  ambulance: boolean | null;
  outcome: string | null;
  complaint: string | null;
}

/**
 * Everything in somebody's record, the latest first; entries without a day stand at the end, marked as such. Entries
 * that a practice marked confidential, and restricted content, are left out unless `everything`: a hospital stay whose
 * first diagnosis or complaint is restricted, and of other stays the diagnoses that are.
 */
export async function readTimeline(
  access: LakeAccess,
  { lake, dictionary }: OpenedLake,
  whose: Whose,
  shown: { readonly everything: boolean; readonly restricted: Restricted },
): Promise<TimelineEntry[]> {
  const [events, medicines, appointments, admissions, attendances] = await Promise.all([
    access.recordOf<EventRow>(lake, 'event', whose),
    access.recordOf<MedicineRow>(lake, 'medication', whose),
    access.recordOf<AppointmentRow>(lake, 'appointment', whose),
    access.recordOf<AdmissionRow>(lake, 'admission', whose),
    access.recordOf<AttendanceRow>(lake, 'attendance', whose),
  ]);
  const conceptOf = (code: number) => dictionary.get(code) ?? UNKNOWN_CONCEPT;
  const mayShow = (row: { code: number; confidential: boolean }) =>
    shown.everything || !(row.confidential || shown.restricted(conceptOf(row.code)));
  const entries = [
    ...events.filter(mayShow).map((row) => eventEntry(row, conceptOf(row.code))),
    ...medicines.filter(mayShow).map((row) => medicineEntry(row, conceptOf(row.code))),
    ...appointments.map(appointmentEntry),
    ...admissions.flatMap((row) => {
      const diagnoses = diagnosesShown(row, null, shown);
      return diagnoses === null ? [] : [admissionEntry(row, diagnoses)];
    }),
    ...attendances.flatMap((row) => {
      const diagnoses = diagnosesShown(row, row.complaint, shown);
      return diagnoses === null ? [] : [attendanceEntry(row, diagnoses)];
    }),
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
  return {
    kind: 'appointment',
    date: fromEpochDay(row.day),
    precision: null,
    what: row.category ?? 'Appointment',
    detail: [timeText(row.start_minute), row.mode, row.status].filter((part) => part).join(', '),
    org: row.org,
  };
}

/** The diagnoses of a hospital row that may be shown; null when it may not be known that there is such a row. */
function diagnosesShown(
  row: HospitalRow,
  complaint: string | null,
  shown: { readonly everything: boolean; readonly restricted: Restricted },
): string[] | null {
  const codes = row.diagnoses?.split(';') ?? [];
  if (shown.everything) return codes;
  const isRestricted = (system: string, concept: string) =>
    shown.restricted({ system, concept, bnf: null, display: null });
  const [first] = codes;
  const tellsAll =
    row.confidential ||
    (first !== undefined && isRestricted('icd10', first)) ||
    (complaint !== null && isRestricted('snomed', complaint));
  return tellsAll ? null : codes.filter((code) => !isRestricted('icd10', code));
}

const METHOD_WORDS: Record<string, string> = {
  emergency: 'Emergency admission',
  elective: 'Planned admission',
  maternity: 'Maternity admission',
};

function admissionEntry(row: AdmissionRow, diagnoses: readonly string[]): TimelineEntry {
  const left =
    row.discharge_day === null
      ? 'not discharged yet'
      : ['discharged', formatDay(fromEpochDay(row.discharge_day)), destinationText(row.destination)]
          .filter((part) => part)
          .join(' ');
  return {
    ...hospitalEntry(row),
    kind: 'admission',
    what: [METHOD_WORDS[row.method] ?? 'Admission', row.term].filter((part) => part).join(': '),
    detail: [left, row.specialty, diagnosesText(diagnoses)].filter((part) => part).join('; '),
  };
}

function destinationText(destination: string | null): string | null {
  if (destination === null) return null;
  return destination === 'died' ? '(died)' : `to ${destination}`;
}

/** Department types of the Emergency Care Data Set. */
const DEPARTMENT_WORDS = [
  'Attendance',
  'A&E attendance',
  'Attendance of a specialty’s emergency department',
  'Urgent treatment centre attendance',
  'Walk-in centre attendance',
  'Same day emergency care',
];

function attendanceEntry(row: AttendanceRow, diagnoses: readonly string[]): TimelineEntry {
  const what = DEPARTMENT_WORDS[row.department ?? 0] ?? 'Attendance';
  const ambulance = row.ambulance === true ? 'came by ambulance' : null;
  return {
    ...hospitalEntry(row),
    kind: 'attendance',
    what: [what, row.term].filter((part) => part).join(': '),
    detail:
      [timeText(row.start_minute), ambulance, row.outcome, diagnosesText(diagnoses)]
        .filter((part) => part)
        .join('; ') || null,
  };
}

function hospitalEntry(row: HospitalRow) {
  return { date: fromEpochDay(row.day), precision: null, org: row.provider_name ?? row.provider };
}

/** ICD-10 codes as people write them, with the dot. */
function diagnosesText(codes: readonly string[]): string | null {
  if (codes.length === 0) return null;
  const dotted = codes.map((code) => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code));
  return `ICD-10 ${dotted.join(', ')}`;
}

function timeText(minuteOfDay: number): string {
  const hour = String(Math.floor(minuteOfDay / 60)).padStart(2, '0');
  return `${hour}:${String(minuteOfDay % 60).padStart(2, '0')}`;
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
