import { NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeams } from '../../directory/index.ts';
import { readPerson } from '../../register/index.ts';
import {
  type BeginDecision,
  begunAlready,
  decideOnBegun,
  openMany,
  readDesk,
  taskClock,
  type WorkKinds,
} from '../../work/index.ts';
import { OUTREACH, type OutreachPathway } from './outreach-pathway.ts';
import { isOnRegister, readOutreachFacts } from './read-outreach.ts';
import { maySeeOutreach } from './who-may.ts';

/**
 * Takes it on, for the own team, to reach out to somebody who does not come; or puts that off until a day, or declines it,
 * with the reason. It is work from then on, and ends with what came of it. Somebody is reached out to by one: of two who
 * press at once the second is told who was first. Returns the piece of work.
 *
 * Throws NotFound, NotPermitted, InvalidInput, and Refusal `not_on_the_list` or `begun_already`.
 */
export async function startOutreach(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly pathway: OutreachPathway;
    /** The public id of the person. */
    readonly person: string;
  },
  decision: BeginDecision = { act: 'take' },
): Promise<number> {
  const { by, now, kinds, pathway } = request;
  const permission = maySeeOutreach(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const { person_no: person } = await readPerson(tx, request.person);
  // The team of a practice is made when it is first needed, which may be now.
  await readTeams(tx);
  const [home] = (await readDesk(tx, by, now)).teams;
  if (!home)
    throw new NotPermitted('You are in no team that could own this.', 'Ask your lead to add you to one.');
  const facts = await readOutreachFacts(tx, pathway);
  if (facts === null || !(await isOnRegister(tx, facts, person))) throw notOnTheList();
  const { states: table } = kinds.task(OUTREACH);
  const clock = taskClock(kinds.pathway, OUTREACH, { now });
  const works = [{ person, team: home.team, clock, title: TITLE }];
  const opened = await openMany(tx, { table, by, at: now, note: 'From the list of people not seen', works });
  const item = opened.get(person);
  if (item === undefined) throw await begunAlready(tx, OUTREACH, person, 'reaches out to this person');
  await decideOnBegun(tx, { by, now, kinds, item }, decision);
  await writeAudit(tx, {
    action: `outreach.${decision.act}`,
    subject: { kind: 'person', id: person },
    purpose: permission.because,
    detail: { item, team: home.team },
  });
  return item;
}

/** What outreach says it is, in an inbox. */
const TITLE = 'Ask how they are, and why they have not come';

function notOnTheList(): Refusal {
  return new Refusal({
    code: 'not_on_the_list',
    because: 'This person is not on the list of people who have not been seen.',
    remedy: 'Load the list again: they may have come since.',
  });
}
