import type { Tx } from '../database/index.ts';
import type { AuditTables } from './tables.ts';

/** One look at, or change of, something that matters. Who and from where is added by the database. */
export interface AuditEntry {
  /** Room and verb: `person.opened`, `caseload.handed_over`. */
  readonly action: string;
  readonly subject?: { readonly kind: string; readonly id: string | number };
  /** Why: the care relationship, or the reason that the person gave. */
  readonly purpose: string;
  readonly outcome?: 'done' | 'refused';
  /** Counts, filters, ids. Never a name, a number or a text about a person. */
  readonly detail?: Record<string, unknown>;
}

/**
 * Writes an audit entry in the act's own transaction: if it cannot be written, the act does not happen.
 * Rule: NHS England, DCB1596 and the Caldicott principles ask that every access to a person can be accounted for.
 */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .withTables<AuditTables>()
    .insertInto('audit.entry')
    .values({
      action: entry.action,
      subject_kind: entry.subject?.kind ?? null,
      subject_id: entry.subject === undefined ? null : String(entry.subject.id),
      purpose: entry.purpose,
      outcome: entry.outcome ?? 'done',
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
