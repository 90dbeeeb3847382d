import type { Duck } from '../../../platform/lake/index.ts';
import { emptyRelation, referenceColumns, referenceTable } from '../lake/lake-columns.ts';
import type { Lake, LakeFile, LakeTable, ReferenceTable } from '../lake/manifest.ts';
import type { TableInHand } from './check-table.ts';
import type { Reason } from './reasons.ts';
import type { SourceDelivery } from './staging.ts';

/** What happened to the rows of one table of one delivery. `read = loaded + quarantined + duplicate`, always. */
export interface TableAccount {
  readonly table: string;
  readonly read: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly duplicate: number;
  /** Rows that a full delivery no longer has. They were not read, and stand outside the sum. */
  readonly removed: number;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
}

/** An import while it runs: what it has read, and the files that it has written. Nothing of it is visible yet. */
export interface ImportInHand {
  readonly duck: Duck;
  readonly deliveries: readonly SourceDelivery[];
  /** The snapshot that this one is built on. */
  readonly base: Lake | null;
  readonly folder: string;
  readonly buckets: number;
  /** Begins the name of every file that is written: later imports have greater names. */
  readonly name: string;
  /** Scratch space, removed at the end. */
  readonly scratch: string;
  readonly files: Map<LakeTable, LakeFile[]>;
  /** Outcomes by table number. */
  readonly inHand: Map<number, Outcome>;
  /** Says what is being done, and how far it is: shown to people who wait. */
  progress(what: string): void;
}

export interface Outcome {
  readonly table: TableInHand;
  loaded: number;
  duplicate: number;
  removed: number;
}

/** SQL of a reference table of the base snapshot, empty where there is none. */
export function baseTable(hand: ImportInHand, table: ReferenceTable): string {
  return hand.base === null ? emptyRelation(referenceColumns[table]) : referenceTable(hand.base, table);
}

/** Begins the outcome of a table that was read. */
export function beginOutcome(hand: ImportInHand, table: TableInHand): Outcome {
  const outcome: Outcome = { table, loaded: 0, duplicate: 0, removed: 0 };
  hand.inHand.set(table.table, outcome);
  return outcome;
}

/**
 * Whether a full table may seem to lack a row that it has: one that could not be used, and that may be any row of anybody.
 * A row of somebody unknown is none of those that are known.
 */
export function mayHaveMore({ faults }: TableInHand): boolean {
  return [...faults.keys()].some((reason) => reason !== 'unknown_person' && reason !== 'conflicting_version');
}

export function addFault(table: TableInHand, reason: Reason, rows: number): void {
  if (rows > 0) table.faults.set(reason, (table.faults.get(reason) ?? 0) + rows);
}

/** Two accounts of one name as one: a sender's table may be kept in more than one table of the lake. */
export function addAccounts(one: TableAccount, other: TableAccount): TableAccount {
  const reasons = { ...one.reasons };
  for (const [reason, rows] of Object.entries(other.reasons) as [Reason, number][]) {
    reasons[reason] = (reasons[reason] ?? 0) + rows;
  }
  return {
    table: one.table,
    read: one.read + other.read,
    loaded: one.loaded + other.loaded,
    quarantined: one.quarantined + other.quarantined,
    duplicate: one.duplicate + other.duplicate,
    removed: one.removed + other.removed,
    reasons,
  };
}

/**
 * Closes the account of a table. Throws when a row is unaccounted for: then the import has a fault of its own, and
 * nothing of it may become visible.
 */
export function tableAccount(outcome: Outcome): TableAccount {
  const { table, loaded, duplicate, removed } = outcome;
  const reasons = Object.fromEntries([...table.faults].sort(([a], [b]) => a.localeCompare(b)));
  const quarantined = [...table.faults.values()].reduce((sum, rows) => sum + rows, 0);
  if (table.read !== loaded + quarantined + duplicate) {
    throw new Error(
      `${table.source.name}: ${table.read} rows read, but ${loaded} loaded, ${quarantined} quarantined and ${duplicate} duplicate`,
    );
  }
  return { table: table.source.name, read: table.read, loaded, quarantined, duplicate, removed, reasons };
}
