import { sql } from 'kysely';
import { NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endWorkOn } from '../../work/index.ts';
import type { Library } from '../language/library.ts';
import { codelistCheckStates } from './codelist-check.ts';
import type { CodelistTables } from './codelist-tables.ts';
import { type CodelistDecision, decisionInEffect, readLoadedLists } from './in-effect.ts';
import { readCheck } from './read-check.ts';
import { definitionsUsing } from './used-by.ts';
import { mayPublishCodelists } from './who-may.ts';
import { whyNotInPlaceOf } from './with-codelists.ts';

interface Deciding {
  readonly by: Actor;
  readonly list: string;
  /** The last decision about the list that the page showed; 0 for none. */
  readonly seen: number;
  readonly reason: string;
  readonly now: Date;
}

/**
 * Puts a version of a list in effect at the next refresh. Whoever loaded it cannot; and whom it would move has been worked
 * out, against what is in effect now, where any definition uses the list.
 *
 * Throws NotPermitted, NotFound, and Refusal: `own_version`, `in_effect_already`, `decided_meanwhile`,
 * `not_in_its_place`, `movers_unknown`.
 */
export async function publishCodelist(
  tx: Tx,
  deciding: Deciding & { readonly number: number; readonly library: Library },
): Promise<void> {
  const { by, list, number, library } = deciding;
  const permission = mayPublishCodelists(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const decisions = await decisionsOf(tx, deciding);
  const version = await tx
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_version')
    .select(['version_no', 'loaded_by'])
    .where('codelist_id', '=', list)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!version) throw new NotFound('There is no such version of the list.');
  if (version.loaded_by === by.account) throw ownVersion();
  if (decisionInEffect(decisions)?.versionNo === version.version_no) throw inEffectAlready(number);
  await refuseUnlikeContent(tx, version.version_no, library);
  const check = await readCheck(tx, version.version_no);
  const isUsed = definitionsUsing(library, list).length > 0;
  if (isUsed && (check?.state !== 'done' || check.isOld)) throw moversUnknown();
  await writeDecision(tx, deciding, {
    version_no: version.version_no,
    undoes: null,
    check_id: check?.id ?? null,
  });
  // Whoever is in no team that sees the work does not see it end: what follows the refresh ends it for them.
  await endWorkOn(tx, {
    table: codelistCheckStates,
    subject: { kind: 'codelist_version', id: version.version_no },
    action: 'publish',
    outcome: 'publish',
    note: deciding.reason,
    by,
    at: deciding.now,
  });
  const detail = { version: number };
  const subject = { kind: 'codelist', id: list };
  await writeAudit(tx, { action: 'codelist.published', subject, purpose: permission.because, detail });
}

/**
 * Takes the last publication of a list back: what was in effect before it is in effect again at the next refresh, another
 * version or what content says. That was looked at when it was published, so that anybody who publishes may do it.
 *
 * Throws NotPermitted, and Refusal: `nothing_published`, `decided_meanwhile`.
 */
export async function takeBackCodelist(tx: Tx, deciding: Deciding): Promise<void> {
  const permission = mayPublishCodelists(deciding.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const last = decisionInEffect(await decisionsOf(tx, deciding));
  if (!last) throw nothingPublished();
  await writeDecision(tx, deciding, { version_no: null, undoes: last.id, check_id: null });
  const subject = { kind: 'codelist', id: deciding.list };
  await writeAudit(tx, { action: 'codelist.taken_back', subject, purpose: permission.because });
}

/** What was decided about the list so far, in order; one who decides waits for the other. Throws Refusal when somebody decided since the page was opened. */
async function decisionsOf(tx: Tx, { list, seen }: Deciding): Promise<CodelistDecision[]> {
  await sql`select pg_advisory_xact_lock(hashtext(${`need.codelist ${list}`}))`.execute(tx);
  const rows = await tx
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_decision')
    .select(['decision_id', 'version_no', 'undoes'])
    .where('codelist_id', '=', list)
    .orderBy('decision_id')
    .execute();
  const decisions = rows.map((row) => ({
    id: row.decision_id,
    versionNo: row.version_no,
    undoes: row.undoes,
  }));
  if ((decisions.at(-1)?.id ?? 0) !== seen) throw decidedMeanwhile();
  return decisions;
}

async function writeDecision(
  tx: Tx,
  { by, list, reason, now }: Deciding,
  what: { version_no: number | null; undoes: number | null; check_id: number | null },
): Promise<void> {
  await tx
    .withTables<CodelistTables>()
    .insertInto('need.codelist_decision')
    .values({ ...what, codelist_id: list, reason, decided_by: by.account, decided_at: now })
    .execute();
}

async function refuseUnlikeContent(tx: Tx, versionNo: number, library: Library): Promise<void> {
  const [list] = await readLoadedLists(tx, [versionNo]);
  const before = list && library.codelists.get(list.id);
  const because = list && before ? whyNotInPlaceOf(before, list) : null;
  if (because === null) return;
  throw new Refusal({
    code: 'not_in_its_place',
    because: `This version cannot be used: ${because}.`,
    remedy: 'Load a file of the same kind of codes, or load this one under an id of its own.',
  });
}

function ownVersion(): Refusal {
  return new Refusal({
    code: 'own_version',
    because: 'You loaded this version, so somebody else publishes it.',
    remedy: 'Ask a GP, or another analyst, to look at what it changes and to publish it.',
  });
}

function inEffectAlready(number: number): Refusal {
  return new Refusal({
    code: 'in_effect_already',
    because: `Version ${number} is in effect already.`,
    remedy: 'Load the page again.',
  });
}

function decidedMeanwhile(): Refusal {
  return new Refusal({
    code: 'decided_meanwhile',
    because: 'Somebody has decided about this list since you opened the page.',
    remedy: 'Load the page again, look at what is in effect now, and decide then.',
  });
}

function moversUnknown(): Refusal {
  return new Refusal({
    code: 'movers_unknown',
    because: 'Whom this version would move has not been worked out against what is in effect now.',
    remedy: 'Choose “Work out who would move”, look at the answer, and publish then.',
  });
}

function nothingPublished(): Refusal {
  return new Refusal({
    code: 'nothing_published',
    because: 'No loaded version of this list is in effect, so that there is nothing to take back.',
    remedy: 'Load the page again.',
  });
}
