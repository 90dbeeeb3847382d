import type { PlainDate } from '../../../kernel/index.ts';

/** One coded entry of a person's record. Days are epoch days; null means that the entry has no date. */
export interface RecordedEvent {
  readonly system: string;
  readonly concept: string;
  readonly display: string | null;
  readonly day: number | null;
  readonly value: number | null;
  readonly unit: string | null;
  /** The practice that recorded it, and its row there: where a reader can check it. */
  readonly org: string;
  readonly row: string;
  /** The practice marked it: it decides like any other, and is shown to the person's own doctors only. */
  readonly confidential?: boolean;
}

/** One issue of a medicine. */
export interface RecordedMedicine {
  /** For how many days it was issued, where the practice says so. */
  readonly days: number | null;
  /** Its code as it came, nearly always dm+d. */
  readonly system: string | null;
  readonly concept: string | null;
  readonly bnf: string | null;
  readonly display: string | null;
  readonly day: number | null;
  readonly org: string;
  readonly row: string;
  readonly confidential?: boolean;
}

/** One appointment; its status is in the words of the practice's system. */
export interface RecordedAppointment {
  readonly status: string | null;
  readonly day: number;
  readonly org: string;
  readonly row: string;
}

/** One stay in a hospital. */
export interface RecordedAdmission {
  readonly day: number;
  /** Null: still there. */
  readonly dischargeDay: number | null;
  readonly method: 'emergency' | 'elective' | 'maternity' | 'other';
  /** ICD-10 without dots, the primary diagnosis first. */
  readonly diagnoses: readonly string[];
  readonly destination: string | null;
  readonly specialty: string | null;
  /** The hospital that it was in, and its row at the sender. */
  readonly org: string;
  readonly row: string;
  readonly confidential?: boolean;
}

/** One attendance of an emergency department. */
export interface RecordedAttendance {
  readonly day: number;
  /** 1 to 5, as the Emergency Care Data Set has them; 1 is an emergency department with consultants. */
  readonly department: number | null;
  readonly ambulance: boolean | null;
  readonly outcome: string | null;
  /** The chief complaint, SNOMED CT. */
  readonly complaint: string | null;
  readonly diagnoses: readonly string[];
  readonly org: string;
  readonly row: string;
  readonly confidential?: boolean;
}

/** What is sent that definitions read: by the practice; `hospital` of the whole place, admissions and attendances both. */
export const feeds = ['events', 'medicines', 'appointments', 'hospital'] as const;
export type Feed = (typeof feeds)[number];

/** What a practice has sent of one feed: all of it, from a day on, or nothing. */
export type Coverage = 'all' | { readonly from: number } | 'missing';

/** All that an evaluation looks at for one person, from all of their patient records. */
export interface PersonRecord {
  readonly born: PlainDate | null;
  readonly sex: 'female' | 'male' | 'other' | 'unknown';
  /** The tenth of deprivation of where they live, 1 the most deprived; null when it is not known. */
  readonly imdDecile: number | null;
  /** The small area that they live in (LSOA), and the practice whose list they are on; null where not known. */
  readonly lsoa: string | null;
  readonly practice: string | null;
  /** The first day on the list that they are on now; null when it is not known. */
  readonly registeredFrom: number | null;
  readonly events: readonly RecordedEvent[];
  readonly medicines: readonly RecordedMedicine[];
  readonly appointments: readonly RecordedAppointment[];
  readonly admissions: readonly RecordedAdmission[];
  readonly attendances: readonly RecordedAttendance[];
  readonly coverage: Readonly<Record<Feed, Coverage>>;
}
