import { NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { NeedTables } from '../tables.ts';
import { mayWriteDefinitions } from '../who-may.ts';
import { notNow } from './draft-states.ts';
import { type Draft, readDraft } from './read-drafts.ts';

/** What a version holds: the definition and its cases, word for word. */
export interface DraftContent {
  readonly definition: string;
  readonly cases: string;
}

/** Begins a draft with its first version. Returns its number. */
export async function beginDraft(
  tx: Tx,
  begun: { readonly by: Actor; readonly basedOn: string | null; readonly content: DraftContent },
): Promise<number> {
  const purpose = permit(begun.by);
  const { draft_id } = await tx
    .withTables<NeedTables>()
    .insertInto('need.draft')
    .values({ state: 'draft', based_on: begun.basedOn, begun_by: begun.by.account })
    .returning('draft_id')
    .executeTakeFirstOrThrow();
  const what = begun.basedOn === null ? 'Begun' : `Begun as a copy of ${begun.basedOn}`;
  await insertVersion(tx, draft_id, { ...begun.content, version: 1, before: null, what, by: begun.by });
  await writeAudit(tx, {
    action: 'definition.begun',
    subject: { kind: 'draft', id: draft_id },
    purpose,
    detail: { basedOn: begun.basedOn },
  });
  return draft_id;
}

/** A save: what was seen, and what it is to be now. */
export interface DraftSave {
  readonly by: Actor;
  readonly draftId: number;
  /** The number of the version that the author had before them. */
  readonly seen: number;
  /** What was done, in a few words, for the history. */
  what(draft: Draft): string;
  change(draft: Draft): DraftContent;
}

/** Somebody, perhaps in another tab, has saved since: what the author wrote is kept for them to decide about. */
export class ChangedSince extends Refusal {
  readonly draft: Draft;

  constructor(draft: Draft) {
    super({
      code: 'changed_since',
      because: `${draft.savedBy} has saved version ${draft.version} since you began.`,
      remedy: 'Compare the two and save again, or go on from theirs.',
    });
    this.name = 'ChangedSince';
    this.draft = draft;
  }
}

/**
 * Saves a draft as a new version; no version ever changes. Returns its number, which is the old one where nothing changed.
 * Throws ChangedSince where another version came between, NotPermitted, NotFound, and Refusal `not_now` for a draft that
 * is being checked or is no longer one.
 */
export async function saveDraft(tx: Tx, save: DraftSave): Promise<number> {
  permit(save.by);
  const draft = await readDraft(tx, save.draftId, { lock: true });
  if (draft.state !== 'draft') throw notNow(draft.state);
  if (draft.version !== save.seen) throw new ChangedSince(draft);
  const content = save.change(draft);
  if (content.definition === draft.definition && content.cases === draft.cases) return draft.version;
  const version = draft.version + 1;
  await insertVersion(tx, save.draftId, {
    ...content,
    version,
    before: draft.version,
    what: save.what(draft),
    by: save.by,
  });
  return version;
}

/**
 * Undoes the last step: a new version that says what the one before said. Undone again it goes a step further back.
 * Throws as saveDraft, and Refusal `nothing_to_undo`.
 */
export async function undoStep(
  tx: Tx,
  undo: { readonly by: Actor; readonly draftId: number; readonly seen: number },
): Promise<number> {
  permit(undo.by);
  const draft = await readDraft(tx, undo.draftId, { lock: true });
  if (draft.state !== 'draft') throw notNow(draft.state);
  if (draft.version !== undo.seen) throw new ChangedSince(draft);
  if (draft.before === null)
    throw new Refusal({
      code: 'nothing_to_undo',
      because: 'This is how the draft began.',
      remedy: 'Every version stands in its history.',
    });
  return await goBack(tx, draft, draft.before, undo.by, `Undone: back to version ${draft.before}`);
}

/** Takes an earlier version up again, as a new one. Throws as saveDraft, NotFound where there is no such version. */
export async function restoreVersion(
  tx: Tx,
  restore: { readonly by: Actor; readonly draftId: number; readonly seen: number; readonly version: number },
): Promise<number> {
  permit(restore.by);
  const draft = await readDraft(tx, restore.draftId, { lock: true });
  if (draft.state !== 'draft') throw notNow(draft.state);
  if (draft.version !== restore.seen) throw new ChangedSince(draft);
  const version = draft.version + 1;
  const { definition, cases } = await versionOf(tx, draft.draftId, restore.version);
  const what = `Version ${restore.version} taken up again`;
  await insertVersion(tx, draft.draftId, {
    definition,
    cases,
    version,
    before: draft.version,
    what,
    by: restore.by,
  });
  return version;
}

async function goBack(tx: Tx, draft: Draft, to: number, by: Actor, what: string): Promise<number> {
  const { definition, cases, before_no } = await versionOf(tx, draft.draftId, to);
  const version = draft.version + 1;
  await insertVersion(tx, draft.draftId, { definition, cases, version, before: before_no, what, by });
  return version;
}

async function versionOf(tx: Tx, draftId: number, version: number) {
  return await tx
    .withTables<NeedTables>()
    .selectFrom('need.draft_version')
    .selectAll()
    .where('draft_id', '=', draftId)
    .where('version_no', '=', version)
    .executeTakeFirstOrThrow();
}

async function insertVersion(
  tx: Tx,
  draftId: number,
  version: DraftContent & {
    readonly version: number;
    readonly before: number | null;
    readonly what: string;
    readonly by: Actor;
  },
): Promise<void> {
  await tx
    .withTables<NeedTables>()
    .insertInto('need.draft_version')
    .values({
      draft_id: draftId,
      version_no: version.version,
      before_no: version.before,
      definition: version.definition,
      cases: version.cases,
      what: version.what.slice(0, 500),
      saved_by: version.by.account,
    })
    .execute();
}

function permit(by: Actor): string {
  const permission = mayWriteDefinitions(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  return permission.because;
}
