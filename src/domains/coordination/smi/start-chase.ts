import { sql } from 'kysely';
import { formatInstant, NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeams } from '../../directory/index.ts';
import { readPerson } from '../../register/index.ts';
import {
  type BeginDecision,
  decideOnBegun,
  openMany,
  readDesk,
  taskClock,
  type WorkKinds,
} from '../../work/index.ts';
import { TITLE } from './keep-smi.ts';
import { readSmiPerson } from './read-smi.ts';
import { CHASE, type SmiPathway } from './smi-pathway.ts';
import { mayChase } from './who-may.ts';

/**
 * Takes it on, for the own team, to make sure that somebody's checks are done. One team does for each person: of two who
 * press at once the first has it, and the second is told who. Or puts it off, or declines it, with the reason: what was
 * declined is not begun again by the record for a while. Handing over is the work room's. Returns the piece of work.
 *
 * Throws NotFound, NotPermitted, and Refusal `not_on_the_register`, `nothing_to_chase`, `chased_already`.
 */
export async function startChase(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly pathway: SmiPathway;
    /** The public id of the person. */
    readonly person: string;
  },
  decision: BeginDecision = { act: 'take' },
): Promise<number> {
  const { by, now, kinds, pathway } = request;
  // The team of a practice is made when it is first needed, which may be now.
  await readTeams(tx);
  const desk = await readDesk(tx, by, now);
  const home = desk.teams.find(({ kind }) => mayChase(by, kind, pathway.mental_health_team_kind).allowed);
  const permission = mayChase(by, home?.kind ?? null, pathway.mental_health_team_kind);
  if (!permission.allowed || !home) throw new NotPermitted(permission.because, 'Ask them.');
  const { person_no } = await readPerson(tx, request.person);
  const person = await readSmiPerson(tx, pathway, person_no);
  if (person === null) throw notOnTheRegister();
  if (!person.checks.some(({ status }) => status === 'overdue' || status === 'due')) throw nothingToChase();
  const { states: table } = kinds.task(CHASE);
  const opened = await openMany(tx, {
    table,
    by,
    at: now,
    note: 'Taken on',
    works: [
      { person: person_no, team: home.team, clock: taskClock(kinds.pathway, CHASE, { now }), title: TITLE },
    ],
  });
  const item = opened.get(person_no);
  if (item === undefined) throw await chasedAlready(tx, person_no);
  await decideOnBegun(tx, { by, now, kinds, item }, decision);
  await writeAudit(tx, {
    action: decision.act === 'take' ? 'smi.chase_started' : `smi.chase_${decision.act}`,
    subject: { kind: 'person', id: person_no },
    purpose: permission.because,
    detail: { item, team: home.team },
  });
  return item;
}

async function chasedAlready(tx: Tx, person: number): Promise<Refusal> {
  const { rows } = await sql<{ team: string; owner: string | null; at: Date }>`
    select team.name as team, who.name as owner, item.opened_at as at
      from work.item item join directory.team team on team.team_id = item.owner_team
      left join auth.account who on who.account = item.owner_account
     where item.kind = ${CHASE} and item.closed_at is null and item.subject_kind = 'person'
       and item.subject_id = ${person}`.execute(tx);
  const [chase] = rows;
  // It ended in this moment: whoever loads the page again can take it on.
  if (!chase)
    return new Refusal({
      code: 'chased_already',
      because: 'Somebody chased these checks until now.',
      remedy: 'Press again.',
    });
  const who = chase.owner === null ? chase.team : `${chase.owner}, ${chase.team},`;
  return new Refusal({
    code: 'chased_already',
    because: `${who} makes sure of these checks since ${formatInstant(chase.at)}.`,
    remedy: 'Nobody is chased by two. If it should be your team, ask them to hand it over.',
  });
}

function notOnTheRegister(): NotFound {
  return new NotFound('This person is not on the register of these checks.', 'Go back to the register.');
}

function nothingToChase(): Refusal {
  return new Refusal({
    code: 'nothing_to_chase',
    because: 'No check of this person is overdue or due soon.',
    remedy: 'Nothing has to be done now.',
  });
}
