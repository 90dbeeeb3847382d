import { sql } from 'kysely';
import { InvalidInput, londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openTask, type TaskFor, type WorkKinds } from '../../work/index.ts';
import { audit, caseOf, changeable } from './change-agenda.ts';
import {
  type Complexity,
  complexities,
  type MdtPathway,
  nextReview,
  type Stability,
  stabilities,
} from './mdt-pathway.ts';
import { type MdtTables, type TextField, textFields } from './mdt-tables.ts';
import type { Meeting } from './meeting.ts';

interface OfCase {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
  readonly meeting: number;
  readonly case: number;
}

/** A text as somebody sends it: what they wrote, and the version that they began with (0: there was none). */
export interface SentText {
  readonly field: TextField;
  readonly base: number;
  readonly text: string;
}

/** A text that two people changed at once: what is there now, by whom, and what was sent. Neither is lost. */
export interface TextConflict {
  readonly field: TextField;
  readonly mine: string;
  readonly theirs: string;
  readonly who: string;
  readonly at: Date;
  readonly version: number;
}

export interface CaseText {
  readonly field: TextField;
  readonly version: number;
  readonly text: string;
  readonly who: string;
  readonly at: Date;
}

/**
 * Writes what was typed about a case. Each text that nobody else changed meanwhile is kept; of one that somebody did,
 * both stand in the answer, and what was sent is not written over theirs. Several who type at once in one case are
 * served one after the other.
 *
 * Throws NotFound, NotPermitted, InvalidInput and Refusal `meeting_closed`.
 */
export async function writeCase(
  tx: Tx,
  request: OfCase & { readonly texts: readonly SentText[] },
): Promise<TextConflict[]> {
  const meeting = await changeable(tx, request);
  const row = await caseOf(tx, meeting, request.case);
  const now = await readTexts(tx, row.case_id);
  const conflicts: TextConflict[] = [];
  const written: TextField[] = [];
  for (const sent of request.texts) {
    const text = sent.text.trim();
    const current = now.find(({ field }) => field === sent.field);
    if (text === (current?.text ?? '')) continue;
    if ((current?.version ?? 0) !== sent.base) {
      // Who did not touch a text sends what it was: that is no change, and theirs stands.
      if (text === (await textAt(tx, row.case_id, sent.field, sent.base))) continue;
      if (current)
        conflicts.push({
          field: sent.field,
          mine: text,
          theirs: current.text,
          who: current.who,
          at: current.at,
          version: current.version,
        });
      continue;
    }
    if (sent.field === 'rating') await rate(tx, meeting, request, text);
    await tx
      .withTables<MdtTables>()
      .insertInto('coordination.meeting_text')
      .values({
        case_id: row.case_id,
        field: sent.field,
        version: sent.base + 1,
        text,
        account: request.by.account,
        at: request.now,
      })
      .execute();
    written.push(sent.field);
  }
  if (written.length > 0)
    await audit(tx, 'mdt.wrote', row.person_no, 'takes part in the meeting', {
      meeting: meeting.meeting,
      written,
    });
  return conflicts;
}

/** Whether texts of a case, as a form sends them, say no more than what stands there for this reader. */
export async function isWritten(tx: Tx, id: number, texts: readonly SentText[]): Promise<boolean> {
  const now = await readTexts(tx, id);
  return texts.every(
    (sent) => sent.text.trim() === (now.find(({ field }) => field === sent.field)?.text ?? ''),
  );
}

/** Says how complex and how stable things are, as `medium/stable`: the next review follows from it. */
async function rate(tx: Tx, meeting: Meeting, { pathway, case: id }: OfCase, rating: string): Promise<void> {
  const [complexity, stability] = rating.split('/') as [Complexity, Stability];
  const known = complexities.includes(complexity) && stabilities.includes(stability);
  if (rating !== '' && !known)
    throw new InvalidInput([{ field: 'complexity', message: 'Say how complex and how stable things are' }]);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting_case')
    .set(
      known
        ? {
            complexity,
            stability,
            next_review: nextReview(pathway, londonDay(meeting.startsAt), complexity, stability),
          }
        : { complexity: null, stability: null, next_review: null },
    )
    .where('case_id', '=', id)
    .execute();
}

/**
 * A decision, typed once: it is work from this moment, with whoever is to do it, in whichever team, and a day.
 * Returns its number. Throws what `openTask` throws.
 */
export async function decide(
  tx: Tx,
  request: OfCase & {
    readonly kinds: WorkKinds;
    readonly title: string;
    readonly for: TaskFor;
    readonly due: PlainDate;
  },
): Promise<number> {
  const meeting = await changeable(tx, request);
  const row = await caseOf(tx, meeting, request.case);
  if (request.due < londonDay(request.now))
    throw new InvalidInput([{ field: 'due', message: 'The action must be due today or later' }]);
  const referral = await sql<{ item_id: number }>`
    select item_id from work.item
     where kind = 'mdt_referral' and subject_kind = 'person' and subject_id = ${row.person_no}
       and owner_team = ${meeting.team} and closed_at is null order by item_id limit 1`.execute(tx);
  const item = await openTask(tx, {
    by: request.by,
    now: request.now,
    kinds: request.kinds,
    kind: 'mdt_action',
    subject: { kind: 'person', id: row.person_no },
    title: request.title,
    note: `Decided in ${meeting.name}`,
    for: request.for,
    due: request.due,
    from: referral.rows[0]?.item_id,
    once: true,
  });
  await tx
    .withTables<MdtTables>()
    .insertInto('coordination.meeting_action')
    .values({ item_id: item, case_id: row.case_id })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await audit(tx, 'mdt.decided', row.person_no, 'takes part in the meeting', {
    meeting: meeting.meeting,
    item,
  });
  return item;
}

/** Somebody was not reached: they are on the next agenda, with the reason. Null: they were, after all. */
export async function carryOver(tx: Tx, request: OfCase & { readonly reason: string | null }): Promise<void> {
  const meeting = await changeable(tx, request);
  const row = await caseOf(tx, meeting, request.case);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting_case')
    .set({ carried_because: request.reason })
    .where('case_id', '=', row.case_id)
    .execute();
  await audit(tx, 'mdt.carried_over', row.person_no, request.reason ?? 'they were reached', {
    meeting: meeting.meeting,
  });
}

/** The texts of a case as they are now. */
export async function readTexts(tx: Tx, id: number): Promise<CaseText[]> {
  const found = await sql<CaseText>`
    select distinct on (t.field) t.field, t.version, t.text, who.name as who, t.at
      from coordination.meeting_text t join auth.account who using (account)
     where t.case_id = ${id} order by t.field, t.version desc`.execute(tx);
  return textFields.flatMap((field) => found.rows.filter((row) => row.field === field));
}

/** Every version of the texts of a case, the latest first. */
export async function readTextHistory(tx: Tx, id: number): Promise<CaseText[]> {
  const found = await sql<CaseText>`
    select t.field, t.version, t.text, who.name as who, t.at
      from coordination.meeting_text t join auth.account who using (account)
     where t.case_id = ${id} order by t.at desc, t.version desc`.execute(tx);
  return found.rows;
}

async function textAt(tx: Tx, id: number, field: TextField, version: number): Promise<string> {
  if (version === 0) return '';
  const found = await sql<{ text: string }>`
    select text from coordination.meeting_text
     where case_id = ${id} and field = ${field} and version = ${version}`.execute(tx);
  return found.rows[0]?.text ?? '';
}
