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

/** What practices send that definitions read. */
export const feeds = ['events', 'medicines', 'appointments'] as const;
export type Feed = (typeof feeds)[number];

/** What a practice has sent of one feed: all of it, from a day on, or nothing. */
export type Coverage = 'all' | { readonly from: number } | 'missing';

/** All that an evaluation looks at for one person, from all of their patient records. */
export interface PersonRecord {
  readonly born: PlainDate | null;
  readonly sex: 'female' | 'male' | 'other' | 'unknown';
  /** The tenth of deprivation of where they live, 1 the most deprived; null when it is not known. */
  readonly imdDecile: number | null;
  /** The first day on the list that they are on now; null when it is not known. */
  readonly registeredFrom: number | null;
  readonly events: readonly RecordedEvent[];
  readonly medicines: readonly RecordedMedicine[];
  readonly appointments: readonly RecordedAppointment[];
  readonly coverage: Readonly<Record<Feed, Coverage>>;
}
