import type { PlainDate } from '../../../kernel/index.ts';
import type { KindId } from '../defect-kinds.ts';

/** The kinds that are about single rows: each row of them is counted, and some are kept as examples. */
export const rowKinds = [
  'unit-error',
  'implausible-value',
  'future-date',
  'before-birth',
  'after-death',
] as const satisfies readonly KindId[];
export type RowKind = (typeof rowKinds)[number];

/** A share of something: so many of so many. */
export interface Part {
  readonly rows: number;
  readonly of: number;
}

/** A row that is wrong, or a code or slot type that is not mapped: what a page shows of a defect. */
export interface Example {
  readonly table: string;
  readonly rowId: string | null;
  /** The person's number, for those who may see people. */
  readonly person: number | null;
  readonly day: PlainDate | null;
  readonly term: string;
  readonly value: number | null;
  readonly unit: string | null;
  /** For codes and slot types: how often it occurs. */
  readonly times: number | null;
}

/** What was found about one practice, before anybody decides whether it is a defect. Pure numbers. */
export interface Measured {
  /** The practice's code. */
  readonly practice: string;
  /** People registered with it on the snapshot's day. */
  readonly list: number;
  /** Each feed that it has ever sent, and when it last came; null where nobody can say. */
  readonly feeds: readonly { readonly feed: string; readonly lastCame: PlainDate | null }[];
  /** Entries and prescriptions of all its records. */
  readonly rows: number;
  /** By kind: how many rows, and a mark that changes when other rows are meant. */
  readonly faults: Readonly<Partial<Record<RowKind, { readonly rows: number; readonly mark: string }>>>;
  readonly codes: Part;
  readonly slots: Part;
  /** People who are on its list twice, or on another's too. */
  readonly twice: Part & { readonly with: string | null };
  /** For each pair of medicine and condition: people without a code, of those with the medicine. */
  readonly pairs: readonly Part[];
  readonly examples: Readonly<Partial<Record<KindId, readonly Example[]>>>;
}
