import { sql } from 'kysely';
import {
  formatDay,
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  type PlainDate,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import { lockLeads } from '../capacity.ts';
import type { CaseloadPathway } from '../caseload-pathway.ts';
import { takeOn } from '../change-caseload.ts';
import { readSetAside } from '../standing/read-decisions.ts';
import { sumOfMinutes } from './choose-list.ts';
import { readFormerLeads } from './former-leads.ts';
import { readSelected, type Selected } from './read-selected.ts';
import { type Head, lockDraft, writeVersion } from './selection.ts';
import { disciplineTitle, type SelectionContent } from './selection-content.ts';
import type { SelectionTables } from './selection-tables.ts';
import { inTurn, type Share, spreadDays } from './share-out.ts';
import { readTeamHours, roomOf, type TeamHours } from './weigh-people.ts';
import { mayExceedHours, maySelect } from './who-may.ts';

/** What became of a list that was accepted. */
export interface Accepted {
  readonly taken: number;
  /** With those who are not to be seen any more, whom the list can only count. */
  readonly leftOut: number;
}

interface Accepting {
  readonly by: Actor;
  readonly now: Date;
  readonly content: SelectionContent;
  readonly pathway: CaseloadPathway;
  readonly selection: number;
  /** The version that the page showed. */
  readonly seen: number;
  readonly shares: readonly Share[];
  readonly nextStep: string;
  /** The day from which the first steps are spread. */
  readonly from: PlainDate;
  /** Why all the same, where it takes more than there is of hours or of a lead's room. */
  readonly overBecause: string | null;
}

/**
 * Takes everybody on a draft on, each under a lead, all or none. Whoever died, went on a caseload, left or was set aside
 * since the list was made is left out, and the list says so.
 *
 * Throws NotPermitted, NotFound; InvalidInput (`shares`, `due`); Refusal `not_a_draft`, `changed_since`, `nobody_on_it`,
 * `over_hours` and `over_capacity`.
 */
export async function acceptList(tx: Tx, request: Accepting): Promise<Accepted> {
  const { by, now, selection } = request;
  const permission = maySelect(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  await lockHours(tx, by.team);
  const head = await lockDraft(tx, request);
  const on = (await readSelected(tx, selection)).filter(({ chosen }) => chosen);
  if (on.length === 0) throw nobodyOnIt();
  refuseWrongSum(request.shares, on.length);
  const beyond = await permitHours(tx, request, on);
  const leads = request.shares.filter(({ people }) => people > 0).map(({ account }) => account);
  await lockLeads(tx, leads);
  const whyNot = await readWhyNot(tx, on, { team: head.team, today: londonDay(request.now) });
  const can = on.filter(({ person }) => !whyNot.has(person));
  const former = await readFormerLeads(tx, { team: head.team, today: londonDay(now) }, request.content);
  const turns = inTurn(
    request.shares,
    can.map(({ person }) => former.get(person) ?? null),
  );
  const days = daysByLead(request, turns);
  let taken = 0;
  for (const [at, person] of can.entries()) {
    const lead = turns[at] ?? null;
    if (lead === null) continue;
    const outcome = await takeOnOne(tx, request, head, person, { lead, due: days[at] ?? request.from });
    if ('whyNot' in outcome) {
      whyNot.set(person.person, outcome.whyNot);
      continue;
    }
    taken += 1;
    await writeOutcome(tx, selection, person.person, outcome);
  }
  for (const [person, because] of whyNot) await writeOutcome(tx, selection, person, { whyNot: because });
  await writeVersion(tx, head, {
    state: 'accepted',
    settled_by: by.account,
    settled_at: now,
    over_because: beyond,
  });
  const leftOut = whyNot.size + head.chosen - on.length;
  await writeAudit(tx, {
    action: 'selection.accepted',
    purpose: permission.because,
    detail: {
      selection,
      taken,
      leftOut,
      beyondHours: beyond !== null,
      people: on.map(({ person }) => person),
    },
  });
  return { taken, leftOut };
}

/** Of two lists of a team that are accepted at once, the second is held against the hours that the first leaves. */
async function lockHours(tx: Tx, team: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`hours of team ${team}`}, 0))`.execute(tx);
}

/** A draft that nobody wants any more. It stays to be read. Throws as `lockDraft`, and NotPermitted. */
export async function discardList(
  tx: Tx,
  request: { readonly by: Actor; readonly now: Date; readonly selection: number; readonly seen: number },
): Promise<void> {
  const permission = maySelect(request.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const head = await lockDraft(tx, request);
  await writeVersion(tx, head, {
    state: 'discarded',
    settled_by: request.by.account,
    settled_at: request.now,
  });
  await writeAudit(tx, {
    action: 'selection.discarded',
    purpose: permission.because,
    detail: { selection: request.selection },
  });
}

/** A discipline of which a list takes more than is left, and by how many minutes over the period. */
export interface Over {
  readonly discipline: string;
  readonly minutes: number;
}

/** Where the people on a list take more than the hours that are left. */
export function overHours(hours: TeamHours, on: readonly Pick<Selected, 'minutes'>[]): Over[] {
  return roomOf(hours).flatMap(({ discipline, minutes }) => {
    const over = sumOfMinutes(on, discipline) - minutes;
    return over > 0 ? [{ discipline, minutes: over }] : [];
  });
}

/** Returns the reason for going beyond the hours, null where the list fits. */
async function permitHours(tx: Tx, request: Accepting, on: readonly Selected[]): Promise<string | null> {
  const { by, content, overBecause } = request;
  const publication = await readPublication(tx);
  if (!publication || by.team === null) throw new NotFound('Nobody’s need has been worked out here.');
  const over = overHours(await readTeamHours(tx, publication, content, by.team), on);
  if (over.length === 0) return null;
  const may = mayExceedHours(by);
  if (overBecause !== null) {
    if (!may.allowed) throw new NotPermitted(may.because);
    return overBecause;
  }
  throw new Refusal({
    code: 'over_hours',
    because: `The list takes more than there is: ${over.map((each) => overInWords(content, each)).join('; ')}.`,
    remedy: may.allowed
      ? 'Move somebody out, or say below why it should be accepted all the same.'
      : 'Move somebody out, or ask the INT lead to accept it.',
  });
}

/** "Care coordination by 1.5 hours a week". */
export function overInWords(content: SelectionContent, { discipline, minutes }: Over): string {
  const hours = Math.ceil((minutes / 60 / content.period_weeks) * 10) / 10;
  return `${disciplineTitle(content, discipline)} by ${hours} ${hours === 1 ? 'hour' : 'hours'} a week`;
}

function refuseWrongSum(shares: readonly Share[], people: number): void {
  const sum = shares.reduce((all, share) => all + share.people, 0);
  if (sum === people) return;
  throw new InvalidInput([
    {
      field: `share-${shares[0]?.account ?? ''}`,
      message: `${people} ${people === 1 ? 'person is' : 'people are'} on the list, and these numbers add up to ${sum}`,
    },
  ]);
}

/**
 * Who cannot be taken on any more, and why: since the list was made they died, left, went on a caseload, or were declined
 * or put off by the team.
 */
async function readWhyNot(
  tx: Tx,
  on: readonly Selected[],
  { team, today }: { readonly team: number; readonly today: PlainDate },
): Promise<Map<number, string>> {
  const { rows } = await sql<{
    person: number;
    died: boolean;
    registered: boolean;
  }>`
    select row.person as person, person.death_date is not null as died, person.registered
      from unnest(${on.map(({ person }) => person)}::int[]) as row(person)
      left join register.joined joined on joined.person_no = row.person
      cross join lateral (
        select p.death_date, p.registered from register.person p
         where p.person_no = case when joined.now_no is null then row.person else joined.now_no end limit 1) person`.execute(
    tx,
  );
  const setAside = await readSetAside(tx, team, today);
  const whyNot = new Map<number, string>();
  for (const { person, died, registered } of rows) {
    const byHand = on.find((each) => each.person === person)?.move?.way === 'in';
    if (died) whyNot.set(person, 'Has died');
    else if (!registered && !byHand) whyNot.set(person, 'Has left the list of their practice');
    else if (setAside.has(person) && !byHand) whyNot.set(person, 'Was declined or put off by the team');
  }
  return whyNot;
}

function daysByLead({ from, content }: Accepting, turns: readonly (string | null)[]): PlainDate[] {
  const counts = new Map<string | null, number>();
  for (const lead of turns) counts.set(lead, (counts.get(lead) ?? 0) + 1);
  const days = new Map(
    [...counts].map(([lead, count]) => [lead, spreadDays(from, count, content.first_step_over_weeks)]),
  );
  return turns.map((lead) => days.get(lead)?.shift() ?? from);
}

type Outcome = { readonly item: number } | { readonly whyNot: string };

/** Takes one person on. What the rules refuse of them alone leaves them out, and nothing of them is written. */
async function takeOnOne(
  tx: Tx,
  request: Accepting,
  head: Head,
  person: Selected,
  { lead, due }: { lead: string; due: PlainDate },
): Promise<Outcome> {
  const { by, now, pathway, nextStep, overBecause } = request;
  await sql`savepoint one_person`.execute(tx);
  try {
    const item = await takeOn(tx, {
      by,
      now,
      pathway,
      personId: person.publicId,
      lead,
      reason: reasonFor(head, person),
      nextStep,
      due,
      overrideReason: overBecause,
      evidence: {
        selection: head.selection,
        snapshot: head.snapshot,
        worth: person.worth,
        reasons: person.reasons,
        visits: person.visits,
      },
    });
    await sql`release savepoint one_person`.execute(tx);
    return { item };
  } catch (error) {
    const whyNot = ofThemAlone(error);
    if (whyNot === null) throw error;
    await sql`rollback to savepoint one_person`.execute(tx);
    return { whyNot };
  }
}

function ofThemAlone(error: unknown): string | null {
  if (error instanceof NotFound) return 'Is not yours to see any more';
  if (!(error instanceof Refusal)) return null;
  if (error.code === 'on_a_caseload') return 'Is on a caseload already';
  return error.code === 'has_died' ? 'Has died' : null;
}

function reasonFor(head: Head, { move, worth, reasons }: Selected): string {
  const list = `On the list that fits of ${formatDay(londonDay(head.madeAt))}`;
  const why = reasons.map(({ why: each }) => each).join('; ');
  const text =
    move?.way === 'in'
      ? `${list}, moved in by ${move.who}: ${move.reason}`
      : `${list}, ${worth} points: ${why}`;
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

async function writeOutcome(tx: Tx, selection: number, person: number, outcome: Outcome): Promise<void> {
  await tx
    .withTables<SelectionTables>()
    .updateTable('coordination.selection_person')
    .set('item' in outcome ? { item_id: outcome.item } : { left_out: outcome.whyNot })
    .where('selection_id', '=', selection)
    .where('person_no', '=', person)
    .execute();
}

function nobodyOnIt(): Refusal {
  return new Refusal({
    code: 'nobody_on_it',
    because: 'Nobody is on this list.',
    remedy: 'Move somebody in, or discard it.',
  });
}
