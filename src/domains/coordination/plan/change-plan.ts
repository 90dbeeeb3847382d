import { Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import { type Actor, roles } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type PlanContent, partOf } from './plan-content.ts';
import type { Author, Content } from './plan-document.ts';
import type { SectionId } from './plan-parts.ts';
import { isOpen, type PlanState, stateInWords } from './plan-states.ts';
import type { PlanTables } from './plan-tables.ts';
import { type PlanHead, readHead } from './read-plan.ts';
import { voiceOf } from './who-may.ts';

/** What every change of a plan comes with. */
export interface PlanChange {
  readonly by: Actor;
  readonly now: Date;
  readonly content: PlanContent;
  /** The plan's public id. */
  readonly plan: string;
}

/** The plan that is to be changed, held until the transaction ends. Throws NotFound, and Refusal `is_over`. */
export async function openForChange(tx: Tx, { plan }: Pick<PlanChange, 'plan'>): Promise<PlanHead> {
  const head = await readHead(tx, plan, true);
  if (isOpen(head.state)) return head;
  throw new Refusal({
    code: 'is_over',
    because: `This plan has ${stateInWords(head.state) === 'ended' ? 'ended' : 'been replaced by a newer one'}, so nothing can be written in it.`,
    remedy: 'Nothing of yours has been saved. Open the person’s page for the plan that is in use.',
  });
}

export function authorOf({ by, now }: Pick<PlanChange, 'by' | 'now'>): Author {
  const voice = voiceOf(by);
  return {
    voice,
    name: voice === 'staff' ? `${by.name} (${roles[by.role]})` : by.name,
    at: now.toISOString(),
  };
}

/** What one entry says from the new version on. */
export interface Revision {
  readonly entry: string;
  readonly section: SectionId;
  readonly content: Content;
  readonly authors: Readonly<Record<string, Author>>;
  readonly removed: boolean;
}

/** Writes the next version of a plan: one number for all that changes in one act. Returns it. */
export async function writeVersion(
  tx: Tx,
  change: PlanChange,
  head: PlanHead,
  revisions: readonly Revision[],
  bringsBack: number | null = null,
): Promise<number> {
  const db = tx.withTables<PlanTables>();
  const version = head.version + 1;
  const rows = revisions.map(({ entry, section, content, authors, removed }) => ({
    plan_id: head.id,
    version,
    entry,
    section,
    part: partOf(change.content, section),
    content: JSON.stringify(content),
    authors: JSON.stringify(authors),
    removed,
    account: change.by.account,
    author: authorOf(change).name,
    voice: voiceOf(change.by),
    at: change.now,
    brings_back: bringsBack,
  }));
  // The number and what it stands for in one statement: they wait for the server once.
  const numbered = db.with('written', (query) => query.insertInto('coordination.plan_revision').values(rows));
  await numbered
    .updateTable('coordination.care_plan')
    .set({ version })
    .where('plan_id', '=', head.id)
    .execute();
  return version;
}

/** Notes what happened to a plan as a whole. */
export async function noteEvent(
  tx: Tx,
  change: PlanChange,
  head: PlanHead,
  event: { act: string; to: PlanState; detail?: Record<string, unknown> },
): Promise<void> {
  await tx
    .withTables<PlanTables>()
    .insertInto('coordination.plan_event')
    .values({
      plan_id: head.id,
      at: change.now,
      act: event.act,
      from_state: head.state,
      to_state: event.to,
      version: head.version,
      account: change.by.account,
      author: authorOf(change).name,
      voice: voiceOf(change.by),
      detail: JSON.stringify(event.detail ?? {}),
    })
    .execute();
}

/** The audit of a change: which plan, which version, which part; never what it says. */
export async function auditPlan(
  tx: Tx,
  head: Pick<PlanHead, 'id' | 'personNo'>,
  entry: { action: string; purpose: string; detail?: Record<string, unknown> },
): Promise<void> {
  await writeAudit(tx, {
    action: entry.action,
    subject: { kind: 'person', id: head.personNo },
    purpose: entry.purpose,
    detail: { plan: head.id, ...entry.detail },
  });
}
