import { sql } from 'kysely';
import { NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeam } from '../../directory/index.ts';
import { readGrants } from './carer-grants.ts';
import {
  auditPlan,
  authorOf,
  openForChange,
  type PlanChange,
  type Revision,
  writeVersion,
} from './change-plan.ts';
import { checkPart } from './check-part.ts';
import { type FieldConflict, mergeFields, nothingSaid, type Said } from './merge-fields.ts';
import { onlyEntryId } from './only-entry.ts';
import { type Content, entriesOf, type Plan, type PlanEntry } from './plan-document.ts';
import { planSections, type SectionId } from './plan-parts.ts';
import { followStep } from './plan-step.ts';
import { type PlanHead, readEntries } from './read-plan.ts';
import { mayWrite, voiceOf } from './who-may.ts';

/** Two people wrote different texts in one field at once. Nothing was saved; both texts are here. */
export class PlanConflict extends Refusal {
  readonly conflicts: readonly FieldConflict[];
  /** The version against which the form is to be sent again. */
  readonly version: number;

  /** What the form is filled with when it comes back. */
  readonly offered: Content;

  constructor(conflicts: readonly FieldConflict[], version: number, offered: Content) {
    super({
      code: 'changed_meanwhile',
      because:
        'Somebody else saved this part after you opened it, and wrote something else in the same place.',
      remedy: 'Both texts are below. Make yours say what is right, and save again.',
    });
    this.name = 'PlanConflict';
    this.conflicts = conflicts;
    this.version = version;
    this.offered = offered;
  }
}

/** A part that is to be written: which, and the version of it that the writer saw (0: it was new). */
export interface PartChange extends PlanChange {
  readonly section: SectionId;
  readonly entry: string;
  readonly seen: number;
}

/**
 * Saves what somebody typed in one part. What others saved meanwhile in other fields stays; the same field is a
 * conflict. A form that is sent twice is saved once. Returns the plan's version, and whether it is a new one.
 *
 * Throws NotFound, NotPermitted, InvalidInput, PlanConflict, and Refusal `is_over`.
 */
export async function savePart(
  tx: Tx,
  change: PartChange & { readonly typed: Content },
): Promise<{ readonly version: number; readonly isNew: boolean }> {
  const head = await openForChange(tx, change);
  const history = await readSaid(tx, head, change);
  // The whole plan is read where a part points at others: a step at its goal and its piece of work.
  const entries = pointsAtOthers(change.section) ? await readEntries(tx, head.id) : [];
  const stood = entries.find(({ entry }) => entry === change.entry) ?? history.stood;
  const permission = await permitPart(tx, change, head, stood);
  const choosable = await choosableIn(tx, change, head, entries);
  const typed = checkPart(change.section, ownWords(change, stood), change.content, choosable);
  const merged = mergeFields(history.base, history.now, typed, authorOf(change));
  if ('conflicts' in merged) {
    throw new PlanConflict(merged.conflicts, history.version, merged.offered);
  }
  if (!merged.changed) return { version: head.version, isNew: false };
  const revision: Revision = { entry: change.entry, section: change.section, ...merged.said };
  const version = await writeVersion(tx, change, head, [revision]);
  if (change.section === 'action') {
    await followStep(tx, change, head, { entry: change.entry, was: stood, is: merged.said.content });
  }
  await auditPlan(tx, head, {
    action: 'plan.part_saved',
    purpose: permission,
    detail: { version, section: change.section },
  });
  return { version, isNew: true };
}

/** Takes an entry off the plan; it stays in the versions. One that somebody changed since is a conflict. */
export async function removePart(tx: Tx, change: PartChange): Promise<number> {
  const head = await openForChange(tx, change);
  const entries = await readEntries(tx, head.id);
  const stood = entries.find(({ entry }) => entry === change.entry);
  if (!stood) return head.version;
  const permission = await permitPart(tx, change, head, stood);
  if (stood.version !== change.seen) {
    const { base } = await readSaid(tx, head, change);
    const conflicts = Object.entries(stood.content).flatMap(([field, theirs]) =>
      theirs === base.content[field]
        ? []
        : [
            {
              field,
              before: base.content[field] ?? '',
              theirs,
              mine: '',
              author: stood.authors[field] ?? null,
            },
          ],
    );
    throw new PlanConflict(conflicts, stood.version, stood.content);
  }
  const revision = { entry: stood.entry, section: stood.section, content: {}, authors: {}, removed: true };
  const version = await writeVersion(tx, change, head, [revision]);
  if (stood.section === 'action')
    await followStep(tx, change, head, { entry: stood.entry, was: stood, is: null });
  await auditPlan(tx, head, {
    action: 'plan.part_removed',
    purpose: permission,
    detail: { version, section: stood.section },
  });
  return version;
}

/** What the person or carer says is theirs by being said; their own steps are for themselves. */
function ownWords(change: PartChange & { typed: Content }, stood: PlanEntry | null): Content {
  const voice = voiceOf(change.by);
  if (voice === 'staff') return change.typed;
  if (change.section === 'goal') return { ...change.typed, whose: stood?.content.whose ?? voice };
  if (change.section === 'action')
    return { ...change.typed, owner: change.typed.owner || stood?.content.owner || voice };
  return change.typed;
}

async function permitPart(
  tx: Tx,
  change: PartChange,
  head: PlanHead,
  stood: PlanEntry | null,
): Promise<string> {
  const grants = change.by.role === 'carer' ? await readGrants(tx, change.by, head.personNo) : [];
  const permission = mayWrite(change.by, change.section, change.content, grants);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask for a change on the plan’s page.');
  const isAnother = change.entry !== onlyEntryId(head, change.section);
  if (!planSections[change.section].many && isAnother) throw noSuchPart();
  if (stood?.work && voiceOf(change.by) !== 'staff')
    throw new NotPermitted('Your team does this step.', 'Ask for a change on the plan’s page.');
  return permission.because;
}

/** What the form was written against, and what stands now with the version it is from. */
async function readSaid(
  tx: Tx,
  head: PlanHead,
  { entry, section, seen }: PartChange,
): Promise<{ base: Said; now: Said; version: number; stood: PlanEntry | null }> {
  // A form cannot have been written against more than there was: a version in between is the one before it.
  const { rows } = await sql<Said & { version: number; section: SectionId }>`
    (select version, section, content, authors, removed from coordination.plan_revision
      where plan_id = ${head.id} and entry = ${entry} order by version desc limit 1)
    union all
    (select version, section, content, authors, removed from coordination.plan_revision
      where plan_id = ${head.id} and entry = ${entry} and version <= ${seen} order by version desc limit 1)`.execute(
    tx,
  );
  const [now, base] = rows;
  const stood = now && !now.removed ? { entry, ...now } : null;
  if (now && now.section !== section) throw noSuchPart();
  return { base: base ?? nothingSaid, now: now ?? nothingSaid, version: now?.version ?? 0, stood };
}

/** An address that no page of ours leads to. */
function noSuchPart(): NotFound {
  return new NotFound('The plan has no such part.', 'Go back to the plan, and follow the link again.');
}

/** Whether a part has fields that name other parts, or a piece of work. */
function pointsAtOthers(section: SectionId): boolean {
  return Object.values(planSections[section].fields).some((kind) => kind === 'goal' || kind === 'owner');
}

/** What steps and notes may point at: this plan's goals, and who can be asked. */
async function choosableIn(
  tx: Tx,
  change: Pick<PartChange, 'by' | 'section'>,
  head: PlanHead,
  entries: Plan['entries'],
): Promise<{ goals: string[]; owners: string[] }> {
  const goals = entriesOf({ entries }, 'goal').map(({ entry }) => entry);
  const own = ['person', 'carer'];
  if (voiceOf(change.by) !== 'staff' || change.section !== 'action') return { goals, owners: own };
  const team = await readTeam(tx, head.ownerTeam);
  return { goals, owners: [...own, 'other', change.by.account, ...team.map(({ account }) => account)] };
}
