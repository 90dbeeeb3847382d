import { NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { auditPlan, openForChange, type PlanChange, type Revision, writeVersion } from './change-plan.ts';
import { compareVersions } from './compare-versions.ts';
import { neverBroughtBack } from './plan-parts.ts';
import { followStep } from './plan-step.ts';
import { readEntries } from './read-plan.ts';
import { mayWorkOnPlans } from './who-may.ts';

/**
 * Brings back what the plan said in an earlier version, as a new version: nothing that came since is lost. Decisions
 * about sharing and copies of what is signed elsewhere stay as they are. `seen` is the plan's version that the reader
 * saw. Returns the new version, or the old one when there is nothing to bring back.
 */
export async function bringBack(
  tx: Tx,
  change: PlanChange & { readonly version: number; readonly seen: number },
): Promise<number> {
  const permission = mayWorkOnPlans(change.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const head = await openForChange(tx, change);
  if (change.version < 1 || change.version > head.version)
    throw new NotFound('The plan has no such version.', 'Choose one from the list of versions.');
  if (change.seen !== head.version) throw changedSince();
  const now = await readEntries(tx, head.id);
  const then = await readEntries(tx, head.id, change.version);
  const differing = new Set(
    compareVersions(now, then)
      .filter(({ section }) => !neverBroughtBack.has(section))
      .map(({ entry }) => entry),
  );
  if (differing.size === 0) return head.version;
  const revisions = [...differing].map((entry): Revision => {
    const [was, is] = [now, then].map((entries) => entries.find((each) => each.entry === entry));
    const section = (is ?? was)?.section;
    if (!section) throw new Error(`${entry} is in neither version`);
    const said = is ?? { content: {}, authors: {} };
    return { entry, section, content: said.content, authors: said.authors, removed: is === undefined };
  });
  const version = await writeVersion(tx, change, head, revisions, change.version);
  for (const { entry, section, content, removed } of revisions) {
    if (section !== 'action') continue;
    const was = now.find((each) => each.entry === entry) ?? null;
    await followStep(tx, change, head, { entry, was, is: removed ? null : content });
  }
  await auditPlan(tx, head, {
    action: 'plan.brought_back',
    purpose: permission.because,
    detail: { version, from: change.version, parts: revisions.length },
  });
  return version;
}

function changedSince(): Refusal {
  return new Refusal({
    code: 'changed_meanwhile',
    because: 'The plan was changed after this page was opened.',
    remedy: 'Nothing was brought back. Compare the versions again, and decide.',
  });
}
