import { sql } from 'kysely';
import { InvalidInput, NotPermitted } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { auditPlan, authorOf, openForChange, type PlanChange, writeVersion } from './change-plan.ts';
import { onlyEntryId } from './only-entry.ts';
import { entriesOf } from './plan-document.ts';
import { type Audience, audiences } from './plan-parts.ts';
import { readEntries } from './read-plan.ts';
import { mayDecide, voiceOf } from './who-may.ts';

/**
 * The person says with whom the plan is shared, or staff note what the person said (`how`). It counts from the next
 * statement on: whoever is left out does not find the plan any more, nor who noted it for them.
 *
 * Rule: explicit consent and objection to sharing a plan; an objection is acted on without a reason being asked for.
 * Throws NotFound, NotPermitted, InvalidInput.
 */
export async function sharePlan(
  tx: Tx,
  change: PlanChange & { readonly withheld: readonly Audience[]; readonly how: string },
): Promise<void> {
  const permission = mayDecide(change.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const how = change.how.trim() || (voiceOf(change.by) === 'person' ? 'On my own page' : '');
  if (how === '')
    throw new InvalidInput([{ field: 'how', message: 'Say how the person was asked, and what they said' }]);
  const head = await openForChange(tx, change);
  const before = entriesOf({ entries: await readEntries(tx, head.id) }, 'sharing')[0];
  const said = Object.fromEntries(
    audiences.map((audience) => [audience, change.withheld.includes(audience) ? 'withhold' : 'share']),
  );
  const author = authorOf(change);
  const content: Record<string, string> = { ...said, how };
  const authors = Object.fromEntries(
    Object.keys(content).map((field) => [
      field,
      before?.content[field] === content[field] ? (before?.authors[field] ?? author) : author,
    ]),
  );
  const version = await writeVersion(tx, change, head, [
    {
      entry: onlyEntryId(head, 'sharing'),
      section: 'sharing',
      content,
      authors,
      removed: false,
    },
  ]);
  await auditPlan(tx, head, {
    action: 'plan.sharing_decided',
    purpose: permission.because,
    detail: { version, withheld: change.withheld },
  });
  // Last: afterwards this transaction may not see the plan itself.
  await sql`select coordination.withhold_plan(${head.id}, ${[...change.withheld]}::text[])`.execute(tx);
}
