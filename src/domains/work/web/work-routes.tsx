import type { VNode } from 'preact';
import { z } from 'zod';
import { type FieldError, NotFound, type PlainDate } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  nothingTyped,
  rowNumber,
  statusOf,
  type Typed,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { readTeams } from '../../directory/index.ts';
import { listName, mayOpenPerson, openPerson, personHref } from '../../register/index.ts';
import { assignMany, readBulk, undoAssignment } from '../assign-many.ts';
import {
  deferWork,
  finishWork,
  handOverWork,
  type OfTask,
  putBackWork,
  stopWork,
  takeWork,
} from '../change-work.ts';
import { endAway, readAway, setAway } from '../cover.ts';
import { type Desk, readDesk, readMembers, type TeamMember } from '../desk.ts';
import {
  countInbox,
  type InboxRow,
  ROWS_A_PAGE,
  readInbox,
  readLinked,
  readWork,
  readWorkHistory,
} from '../read-inbox.ts';
import { acceptWork, declineWork, offerWork, openTask, type TaskFor, withdrawWork } from '../send-work.ts';
import { maySeeInbox } from '../who-may.ts';
import type { WorkKinds } from '../work-kind.ts';
import { actsInRows, afterAct, canBeDone, type OpenedRow } from './acts-in-rows.tsx';
import { AwayPage } from './away-page.tsx';
import { InboxPage } from './inbox-page.tsx';
import { countOf, filterOf, type InboxQuery, inboxHref, inboxOf, inboxQuery } from './inbox-query.ts';
import { ActPage, AskPage, ItemPage } from './item-page.tsx';
import { aboutWhom, stateInWords, workHref } from './words.tsx';
import { actForms, askForm, assignForm, awayForm, type FormAct, formActs } from './work-forms.ts';

const itemParam = z.object({ item: rowNumber });
const seenForm = z.object({ seen: rowNumber.optional() });

/** Work: the inbox of a person and of a team, one piece of it, and what can be done with it. */
export function workRoutes(web: Web, kinds: WorkKinds): void {
  inboxRoutes(web, kinds);
  manyRoutes(web, kinds);
  awayRoutes(web);
  askRoutes(web, kinds);
  itemRoutes(web, kinds);
}

function inboxRoutes(web: Web, kinds: WorkKinds): void {
  web.route({
    method: 'GET',
    url: '/work',
    may: maySeeInbox,
    query: inboxQuery,
    handle: async (visit) => ({ page: await inboxPage(visit, kinds, visit.query) }),
  });
  web.route({
    method: 'GET',
    url: '/work.csv',
    may: maySeeInbox,
    query: inboxQuery,
    handle: async (visit) => {
      const desk = await readDesk(visit.tx, visit.by, visit.now);
      const { of } = inboxOf(desk, visit.query);
      const filter = { ...filterOf(visit.query), hidden: kinds.hiddenFrom(visit.by) };
      const rows = await readInbox(visit.tx, of, filter, {
        now: visit.now,
        page: 1,
        rows: 100_000,
      });
      await auditShown(visit, 'work.exported', rows);
      const said = await describe(visit.tx, kinds, rows);
      return {
        download: 'work.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['Kind', 'What', 'About', 'State', 'Due', 'To accept by', 'Late', 'With', 'Team', 'Asked for by'],
          rows.map((row) => [
            kinds.kind(row.kind).title,
            row.title ?? said.get(row.item) ?? null,
            aboutWhom(row),
            stateInWords(kinds, row.kind, row.state),
            row.dueAt.toISOString(),
            row.acceptBy?.toISOString() ?? null,
            row.closedAt === null && row.deskDue < visit.now ? 'yes' : 'no',
            row.ownerName,
            row.teamName,
            row.senderTeamName,
          ]),
        ),
      };
    },
  });
}

async function inboxPage(
  visit: Visit,
  kinds: WorkKinds,
  asked: InboxQuery,
  errors: readonly FieldError[] = [],
  opened: OpenedRow | null = null,
): Promise<VNode> {
  const { tx, by, now } = visit;
  const desk = await readDesk(tx, by, now);
  const { view, of, team } = inboxOf(desk, asked);
  const hidden = kinds.hiddenFrom(by);
  const counts = await countInbox(tx, of, now, hidden);
  // The rows of the last page may have been dealt with: its place is taken by the one before.
  const pages = view === 'sent' ? asked.page : Math.ceil(countOf(counts, filterOf(asked)) / ROWS_A_PAGE);
  const query = { ...asked, page: Math.max(1, Math.min(asked.page, pages)) };
  const rows = await readInbox(tx, of, { ...filterOf(query), hidden }, { now, page: query.page });
  await auditShown(visit, 'work.listed', rows);
  const acting = await actsInRows(visit, kinds, desk, query, rows, opened);
  return (
    <InboxPage
      visit={visit}
      kinds={kinds}
      desk={desk}
      view={view}
      team={team}
      query={query}
      counts={counts}
      {...(view === 'sent' ? {} : acting)}
      rows={rows}
      said={await describe(tx, kinds, rows)}
      members={team === null || view !== 'team' ? [] : await readMembers(tx, team, now)}
      bulk={query.bulk === undefined ? null : await readBulk(tx, by, query.bulk)}
      errors={[...errors, ...(opened?.typed.errors ?? [])]}
    />
  );
}

/** What rows without words of their own are about, as their kinds say. */
export async function describe(
  tx: Tx,
  kinds: WorkKinds,
  rows: readonly InboxRow[],
): Promise<Map<number, string>> {
  const said = new Map<number, string>();
  for (const kind of kinds.all) {
    const own = rows.filter((row) => row.kind === kind.states.kind && row.title === null);
    if (own.length === 0 || !kind.describe) continue;
    for (const [item, words] of await kind.describe(tx, own)) said.set(item, words);
  }
  return said;
}

/** Being shown in a list is being looked at. */
async function auditShown(visit: Visit, action: string, rows: readonly InboxRow[]): Promise<void> {
  const people = rows.flatMap((row) => (row.personId === null ? [] : [row.subjectId]));
  if (people.length === 0) return;
  await writeAudit(visit.tx, { action, purpose: visit.because, detail: { people: [...new Set(people)] } });
}

function manyRoutes(web: Web, kinds: WorkKinds): void {
  web.route({
    method: 'POST',
    url: '/work/assign',
    may: maySeeInbox,
    query: inboxQuery,
    body: assignForm,
    handle: async ({ tx, by, now, body, query }) => {
      const { token } = await assignMany(tx, { by, now, kinds, items: body.item, to: body.to });
      return { redirect: inboxHref(query, { page: query.page, ...(token === null ? {} : { bulk: token }) }) };
    },
    again: async (visit, { errors }) => ({
      page: await inboxPage(visit, kinds, visit.query, errors),
      status: 422,
    }),
  });
  web.route({
    method: 'POST',
    url: '/work/undo',
    may: maySeeInbox,
    query: inboxQuery,
    body: z.object({ token: z.uuid() }),
    handle: async ({ tx, by, now, body, query }) => {
      await undoAssignment(tx, { by, now, token: body.token });
      return { redirect: inboxHref(query, { page: query.page, bulk: body.token }) };
    },
  });
}

function awayRoutes(web: Web): void {
  const page = async (visit: Visit, typed: Typed) => {
    const { tx, by, now } = visit;
    const desk = await readDesk(tx, by, now);
    const away = await readAway(tx, by, now);
    const members = await membersOf(tx, desk, now);
    return {
      page: <AwayPage visit={visit} away={away} members={members} typed={typed} />,
      ...statusOf(typed),
    };
  };
  web.route({
    method: 'GET',
    url: '/work/away',
    may: maySeeInbox,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/work/away',
    may: maySeeInbox,
    body: awayForm,
    handle: async ({ tx, by, now, body }) => {
      const { account, coveredBy, from, until } = body;
      if (from === undefined || until === undefined) throw new Error('the form asks for both days');
      await setAway(tx, { by, now, account, coveredBy, from, until });
      return { redirect: '/work/away' };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/work/away/:item/end',
    may: maySeeInbox,
    params: itemParam,
    handle: async ({ tx, by, now, params }) => {
      await endAway(tx, { by, now, away: params.item });
      return { redirect: '/work/away' };
    },
  });
}

function askRoutes(web: Web, kinds: WorkKinds): void {
  const page = async (visit: Visit<{ id: string }>, typed: Typed) => {
    const { tx, by, now } = visit;
    const { person } = await openPerson(visit, visit.params.id, 'person.opened');
    const desk = await readDesk(tx, by, now);
    const members: (TeamMember & { team: number })[] = [];
    for (const { team } of desk.teams)
      for (const member of await readMembers(tx, team, now)) members.push({ ...member, team });
    const asked = (
      <AskPage
        visit={visit}
        person={{
          id: person.public_id,
          href: personHref(person.public_id),
          name: listName({ familyName: person.family_name, givenNames: person.given_names }),
        }}
        members={members}
        own={desk.teams}
        teams={await readTeams(tx)}
        typed={typed}
      />
    );
    return { page: asked, ...statusOf(typed) };
  };
  const params = z.object({ id: z.uuid() });
  web.route({
    method: 'GET',
    url: '/people/:id/ask',
    may: mayOpenPerson,
    params,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/people/:id/ask',
    may: mayOpenPerson,
    params,
    body: askForm,
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      const { person } = await openPerson(visit, visit.params.id, 'person.opened');
      const item = await openTask(tx, {
        by,
        now,
        kinds,
        kind: 'task',
        subject: { kind: 'person', id: person.person_no },
        title: body.title,
        note: body.note ?? '',
        for: body.for,
        due: body.due,
      });
      return { redirect: workHref(item) };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}

function itemRoutes(web: Web, kinds: WorkKinds): void {
  web.route({
    method: 'GET',
    url: '/work/:item',
    may: maySeeInbox,
    params: itemParam,
    handle: async (visit) => {
      const { tx } = visit;
      const row = await rowOf(visit, visit.params.item);
      const { href } = kinds.kind(row.kind);
      if (href) return { redirect: href(row) };
      await auditLook(visit, row);
      const history = await readWorkHistory(tx, row.item);
      const linked = await readLinked(tx, row.item);
      const { can, whyNot } = await whatCanBeDone(visit, kinds, row);
      return {
        page: (
          <ItemPage
            visit={visit}
            kinds={kinds}
            row={row}
            can={can}
            whyNot={whyNot}
            history={history}
            linked={linked}
          />
        ),
      };
    },
  });
  const atOnce = { take: takeWork, accept: acceptWork } as const;
  for (const act of ['take', 'accept'] as const) {
    web.route({
      method: 'POST',
      url: `/work/:item/${act}`,
      may: maySeeInbox,
      params: itemParam,
      body: seenForm,
      query: inboxQuery,
      handle: async ({ tx, by, now, params, body, query }) => {
        await atOnce[act](tx, { by, now, kinds, item: params.item, seen: body.seen });
        return { redirect: afterAct(query, params.item) };
      },
      again: async (visit, refused) => {
        // A button has no form that could come back: what was refused stands above the list, or the work.
        const typed = { fields: {}, ...refused };
        if (visit.query.from !== 'list') throw refused.refusal;
        return {
          page: await inboxPage(visit, kinds, visit.query, [], { row: visit.params.item, act: null, typed }),
          ...statusOf(typed),
        };
      },
    });
  }
  for (const act of formActs) formRoutes(web, kinds, act);
}

function formRoutes(web: Web, kinds: WorkKinds, act: FormAct): void {
  const page = async (visit: Visit<{ item: number }>, typed: Typed) => {
    const { tx, now } = visit;
    const row = await rowOf(visit, visit.params.item);
    kinds.task(row.kind);
    await auditLook(visit, row);
    const members = await readMembers(tx, row.team, now);
    const teams = await readTeams(tx);
    const made = (
      <ActPage
        visit={visit}
        kinds={kinds}
        row={row}
        act={act}
        typed={typed}
        members={members}
        teams={teams}
      />
    );
    return { page: made, ...statusOf(typed) };
  };
  const url = `/work/:item/${act}`;
  web.route({
    method: 'GET',
    url,
    may: maySeeInbox,
    params: itemParam,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url,
    may: maySeeInbox,
    params: itemParam,
    query: inboxQuery,
    body: actForms[act],
    handle: async ({ tx, by, now, params, body, query }) => {
      await doAct(tx, act, { by, now, kinds, item: params.item, seen: body.seen }, body);
      return { redirect: afterAct(query, params.item) };
    },
    again: async (visit, refused) => {
      const typed = { fields: visit.body, ...refused };
      if (visit.query.from !== 'list') return await page(visit, typed);
      return {
        page: await inboxPage(visit, kinds, visit.query, [], { row: visit.params.item, act, typed }),
        ...statusOf(typed),
      };
    },
  });
}

/** What the forms of acts send, each of them some of it. */
interface ActBody {
  readonly note?: string | null;
  readonly reason?: string;
  readonly outcome?: string;
  readonly to?: string | TaskFor;
  readonly due?: PlainDate;
}

/** The command of each act that has a form. What a form must send, its schema has made sure of. */
async function doAct(tx: Tx, act: FormAct, of: OfTask, body: ActBody): Promise<void> {
  const { note = null, reason = '', outcome = '', to, due } = body;
  switch (act) {
    case 'put-back':
      return await putBackWork(tx, { ...of, note });
    case 'hand-over':
      return await handOverWork(tx, { ...of, note, to: typeof to === 'string' ? to : '' });
    case 'offer':
      if (typeof to !== 'object') throw new Error('the form asks for a team');
      return await offerWork(tx, { ...of, note, to });
    case 'decline':
      return await declineWork(tx, { ...of, reason });
    case 'withdraw':
      return await withdrawWork(tx, { ...of, reason });
    case 'defer':
      if (due === undefined) throw new Error('the form asks for a day');
      return await deferWork(tx, { ...of, reason, due });
    case 'finish':
      return await finishWork(tx, { ...of, note, outcome });
    case 'stop':
      return await stopWork(tx, { ...of, reason, outcome });
  }
}

async function whatCanBeDone(visit: Visit, kinds: WorkKinds, row: InboxRow) {
  return canBeDone(await readDesk(visit.tx, visit.by, visit.now), kinds, row);
}

async function rowOf(visit: Visit, item: number): Promise<InboxRow> {
  const row = await readWork(visit.tx, item);
  if (row) return row;
  throw new NotFound('There is no such piece of work, or it is not yours to see.', 'Go back to your work.');
}

async function auditLook(visit: Visit, row: InboxRow): Promise<void> {
  if (row.personId === null) return;
  await writeAudit(visit.tx, {
    action: 'work.opened_page',
    subject: { kind: 'person', id: row.subjectId },
    purpose: visit.because,
    detail: { item: row.item },
  });
}

async function membersOf(tx: Tx, desk: Desk, now: Date): Promise<TeamMember[]> {
  const members = new Map<string, TeamMember>();
  for (const { team } of desk.teams)
    for (const member of await readMembers(tx, team, now)) members.set(member.account, member);
  return [...members.values()];
}

/** What the rules refused is 409, what was typed wrong 422. */
