import { writeAudit } from '../../../platform/audit/index.ts';
import type { Visit } from '../../../platform/web/index.ts';
import type { InboxRow } from '../read-inbox.ts';

/** Whoever rows of work name has been looked at: one entry names them all. Rows without people leave none. */
export async function auditShown(visit: Visit, action: string, rows: readonly InboxRow[]): Promise<void> {
  const people = rows.flatMap((row) => (row.personId === null ? [] : [row.subjectId]));
  if (people.length === 0) return;
  await writeAudit(visit.tx, { action, purpose: visit.because, detail: { people: [...new Set(people)] } });
}
