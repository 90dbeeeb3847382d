import { sql } from 'kysely';
import { InvalidInput, NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { dataTeam } from '../../directory/index.ts';
import { endWorkOn, openWork, type ReviewPathway, reviewClock } from '../../work/index.ts';
import type { Definition } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { compareVersions } from '../language/versions.ts';
import type { DraftAction, NeedTables } from '../tables.ts';
import { mayCheckDefinition, mayWriteDefinitions } from '../who-may.ts';
import { checkDraft, whyNotReady } from './check-draft.ts';
import { definitionCheckStates } from './definition-check.ts';
import { draftActions, needAction } from './draft-states.ts';
import { publishedText } from './draft-text.ts';
import { type Draft, readDraft } from './read-drafts.ts';
import { ChangedSince } from './save-draft.ts';

interface Act {
  readonly by: Actor;
  readonly at: Date;
  readonly draftId: number;
  /** The number of the version that was on the page. */
  readonly seen: number;
  readonly reason?: string | undefined;
}

/**
 * Asks for a check: from now on nobody changes the draft until it is sent back, withdrawn or published. It is work of the
 * data team; a GP may do it as well. Throws `not_ready` where it cannot be used, or where its cases do not come out;
 * NotPermitted, ChangedSince, `not_now`.
 */
export async function askForCheck(
  tx: Tx,
  act: Act & { readonly library: Library; readonly pathway: ReviewPathway },
): Promise<void> {
  const draft = await begin(tx, act, 'ask');
  permitWriting(act.by);
  const definition = ready(act.library, draft);
  await refuseTakenVersion(tx, act.library, definition, draft);
  await finish(tx, act, draft, 'ask', { id: definition.id, version: definition.version });
  await openWork(tx, {
    table: definitionCheckStates,
    subject: { kind: 'draft', id: draft.draftId },
    team: await dataTeam(tx),
    owner: null,
    clock: reviewClock(act.at, act.pathway),
    note: `${definition.id} ${definition.version}`,
    by: act.by,
    at: act.at,
  });
}

/** The author takes a draft back to go on with it. */
export async function withdrawFromCheck(tx: Tx, act: Act): Promise<void> {
  const draft = await begin(tx, act, 'withdraw');
  permitWriting(act.by);
  await finish(tx, act, draft, 'withdraw');
  await endCheck(tx, act, 'withdraw');
}

/** The checker sends a draft back, with what is wrong with it. */
export async function sendBack(tx: Tx, act: Act): Promise<void> {
  const draft = await begin(tx, act, 'send_back');
  permitChecking(act.by, draft);
  await finish(tx, act, draft, 'send_back');
  await endCheck(tx, act, 'send_back');
}

/**
 * Publishes a draft that somebody else wrote: it is in effect from the next refresh on. Who wrote and who checked it is
 * written into its text. Throws NotPermitted for whoever saved any version of it, `not_ready`, `version_taken`.
 */
export async function publishDraft(
  tx: Tx,
  act: Act & { readonly library: Library; readonly status: 'verified' | 'unverified' },
): Promise<void> {
  const draft = await begin(tx, act, 'publish');
  permitChecking(act.by, draft);
  const definition = ready(act.library, draft);
  await refuseTakenVersion(tx, act.library, definition, draft);
  const author = await authorOf(tx, draft);
  await tx
    .withTables<NeedTables>()
    .insertInto('need.authored_definition')
    .values({
      id: definition.id,
      version: definition.version,
      draft_id: draft.draftId,
      version_no: draft.version,
      definition: publishedText(draft.definition, {
        author: author.name,
        checker: act.by.name,
        status: act.status,
      }),
      cases: draft.cases,
      author: author.account,
      checker: act.by.account,
      reason: reasonOf(act, 'publish') ?? '',
      retired_at: null,
      retired_by: null,
      retired_reason: null,
    })
    .execute();
  await finish(tx, act, draft, 'publish', { id: definition.id, version: definition.version });
  await endCheck(tx, act, 'publish');
}

/** Takes a published definition back: from the next refresh on an earlier version is in effect, or none. */
export async function retireDefinition(tx: Tx, act: Act): Promise<void> {
  const draft = await begin(tx, act, 'retire');
  permitWriting(act.by);
  await tx
    .withTables<NeedTables>()
    .updateTable('need.authored_definition')
    .set({ retired_at: sql`now()`, retired_by: act.by.account, retired_reason: reasonOf(act, 'retire') })
    .where('draft_id', '=', draft.draftId)
    .execute();
  await finish(tx, act, draft, 'retire');
}

/** Lays a draft aside; it can be taken up again. */
export async function discardDraft(tx: Tx, act: Act): Promise<void> {
  const draft = await begin(tx, act, 'discard');
  permitWriting(act.by);
  await finish(tx, act, draft, 'discard');
}

/** Takes a draft up again that was laid aside. */
export async function resumeDraft(tx: Tx, act: Act): Promise<void> {
  const draft = await begin(tx, act, 'resume');
  permitWriting(act.by);
  await finish(tx, act, draft, 'resume');
}

async function endCheck(tx: Tx, act: Act, action: 'withdraw' | 'send_back' | 'publish'): Promise<void> {
  const note = reasonOf(act, action);
  await endWorkOn(tx, {
    table: definitionCheckStates,
    subject: { kind: 'draft', id: act.draftId },
    action,
    outcome: action,
    by: act.by,
    at: act.at,
    ...(note === null ? {} : { note }),
  });
}

async function begin(tx: Tx, act: Act, action: DraftAction): Promise<Draft> {
  const draft = await readDraft(tx, act.draftId, { lock: true });
  needAction(draft.state, action);
  if (draft.version !== act.seen) throw new ChangedSince(draft);
  reasonOf(act, action);
  return draft;
}

/** The reason that was given. Throws InvalidInput where one is needed. */
function reasonOf({ reason = '' }: Act, action: DraftAction): string | null {
  const given = reason.trim();
  if (given.length > 500)
    throw new InvalidInput([{ field: 'reason', message: 'Write the reason in at most 500 characters' }]);
  if (given === '' && draftActions[action].reason)
    throw new InvalidInput([{ field: 'reason', message: 'Write why' }]);
  return given === '' ? null : given;
}

async function finish(
  tx: Tx,
  act: Act,
  draft: Draft,
  action: DraftAction,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const db = tx.withTables<NeedTables>();
  await db
    .updateTable('need.draft')
    .set({ state: draftActions[action].to })
    .where('draft_id', '=', draft.draftId)
    .execute();
  await db
    .insertInto('need.draft_event')
    .values({
      draft_id: draft.draftId,
      version_no: draft.version,
      action,
      reason: reasonOf(act, action),
      acted_by: act.by.account,
    })
    .execute();
  await writeAudit(tx, {
    action: `definition.${AUDITED[action]}`,
    subject: { kind: 'draft', id: draft.draftId },
    purpose: reasonOf(act, action) ?? 'writes definitions',
    detail: { version: draft.version, ...detail },
  });
}

const AUDITED: Record<DraftAction, string> = {
  ask: 'asked',
  withdraw: 'withdrawn',
  send_back: 'sent_back',
  publish: 'published',
  retire: 'retired',
  discard: 'discarded',
  resume: 'resumed',
};

function ready(library: Library, draft: Draft): Definition {
  const checked = checkDraft(library, draft.definition, draft.cases);
  const [first] = whyNotReady(checked);
  if (first === undefined && checked.definition) return checked.definition;
  throw new Refusal({
    code: 'not_ready',
    because: first ?? 'The definition cannot be used.',
    remedy: 'Mend it, and see to it that a case is in, a case is out, and all come out as they expect.',
  });
}

/**
 * A version is given once, and every later one is higher, wherever it was written. What governs everybody's data is not
 * changed here: objections decide who is in any planning figure.
 */
async function refuseTakenVersion(
  tx: Tx,
  library: Library,
  { id, version, kind }: Definition,
  draft: Draft,
): Promise<void> {
  const used = await tx
    .withTables<NeedTables>()
    .selectFrom('need.authored_definition')
    .select('version')
    .where('id', '=', id)
    .where('draft_id', '<>', draft.draftId)
    .execute();
  const current = library.definitions.find((each) => each.id === id);
  if (current && (current.kind !== kind || current.group === 'record'))
    throw new Refusal({
      code: 'not_to_replace',
      because:
        current.kind === kind
          ? `${id} says how people’s data may be used, which is not decided here.`
          : `${id} is a ${current.kind}, and this is a ${kind}.`,
      remedy: 'Give it another id.',
    });
  const versions = [...used.map((each) => each.version), ...(current ? [current.version] : [])];
  const highest = versions.sort(compareVersions).at(-1);
  if (highest === undefined || compareVersions(version, highest) > 0) return;
  throw new Refusal({
    code: 'version_taken',
    because: `There is ${id} ${highest} already, and this is ${version}.`,
    remedy: 'Give it a higher version: a change of meaning gets a new one.',
  });
}

async function authorOf(tx: Tx, draft: Draft): Promise<{ account: string; name: string }> {
  const { rows } = await sql<{ account: string; name: string }>`
    select a.account, a.name from need.draft_version v join auth.account a on a.account = v.saved_by
     where v.draft_id = ${draft.draftId} and v.version_no = ${draft.version}`.execute(tx);
  const [author] = rows;
  if (!author) throw new Error('a version has nobody who saved it');
  return author;
}

function permitWriting(by: Actor): void {
  const permission = mayWriteDefinitions(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
}

function permitChecking(by: Actor, draft: Draft): void {
  const permission = mayCheckDefinition(by, draft.authors);
  if (!permission.allowed) throw new NotPermitted(permission.because);
}
