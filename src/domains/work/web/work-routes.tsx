import type { VNode } from 'preact';
import { z } from 'zod';
import { NotFound, type PlainDate } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  askedByAddress,
  formRoutes,
  nothingTyped,
  parseForm,
  rowNumber,
  statusOf,
  type Typed,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { readTeams } from '../../directory/index.ts';
import { listName, mayOpenPerson, openPerson, personHref } from '../../register/index.ts';
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
import { actOnMany, type ManyAct } from '../many-acts.ts';
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
import { readBulk, undoMany } from '../undo-many.ts';
import { maySeeInbox } from '../who-may.ts';
import type { WorkKinds } from '../work-kind.ts';
import { actsInRows, canBeDone } from './acts-in-rows.tsx';
import { auditShown } from './audit-shown.ts';
import { AwayPage } from './away-page.tsx';
import { InboxPage } from './inbox-page.tsx';
import { countOf, filterOf, type InboxQuery, inboxHref, inboxOf, inboxQuery } from './inbox-query.ts';
import { ActPage, AskPage, ItemPage } from './item-page.tsx';
import { type OpenedRow, rowAddresses, sentFrom, type WorkList } from './row-addresses.ts';
import { aboutWhom, stateInWords, workHref } from './words.tsx';
import { actForms, askForm, awayForm, type FormAct, formActs, manyForm, manyForms } from './work-forms.ts';

const itemParam = z.object({ item: rowNumber });
const seenForm = z.object({ seen: rowNumber.optional() });

/** Work: the inbox of a person and of a team, one piece of it, and what can be done with it; also in other `lists`. */
export function workRoutes(web: Web, kinds: WorkKinds, others: readonly WorkList[] = []): void {
  const lists = [inboxList(kinds), ...others];
  inboxRoutes(web, kinds);
  manyRoutes(web, kinds);
  awayRoutes(web);
  askRoutes(web, kinds);
  itemRoutes(web, kinds, lists);
}

/** The inbox, as a list in whose rows work is acted on. */
function inboxList(kinds: WorkKinds): WorkList {
  return {
    name: 'list',
    path: '/work',
    again: async (visit, opened) => {
      const query = askedByAddress(visit.url, inboxQuery);
      return { page: await inboxPage(visit, kinds, query, nothingTyped, opened), ...statusOf(opened.typed) };
    },
  };
}

/** The list that a form was sent from; undefined where it stood on a page of its own. */
function listOf(lists: readonly WorkList[], visit: Visit): WorkList | undefined {
  const name = sentFrom(visit.url);
  return lists.find((list) => list.name === name);
}

/** Where somebody is after an act: in the list where they were, or on the page of the work. */
function afterAct(lists: readonly WorkList[], visit: Visit, item: number): string {
  const list = listOf(lists, visit);
  return list ? rowAddresses(visit.url, list).after(item) : workHref(item);
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
  many: Typed = nothingTyped,
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
  const at = rowAddresses(visit.url, { name: 'list', path: '/work' });
  const acting = await actsInRows(visit, kinds, desk, at, rows, opened);
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
      many={many}
      errors={[...many.errors, ...(opened?.typed.errors ?? [])]}
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

function manyRoutes(web: Web, kinds: WorkKinds): void {
  web.route({
    method: 'POST',
    url: '/work/assign',
    may: maySeeInbox,
    query: inboxQuery,
    body: manyForm,
    handle: async ({ tx, by, now, body, query }) => {
      const { item: items, ...typed } = parseForm(manyForms[body.do], body);
      const { token } = await actOnMany(tx, { by, now, kinds, items }, { do: body.do, ...typed } as ManyAct);
      return { redirect: inboxHref(query, { page: query.page, ...(token === null ? {} : { bulk: token }) }) };
    },
    again: async (visit, refused) => {
      const typed = { fields: visit.body, ...refused };
      return { page: await inboxPage(visit, kinds, visit.query, typed), ...statusOf(typed) };
    },
  });
  web.route({
    method: 'POST',
    url: '/work/undo',
    may: maySeeInbox,
    query: inboxQuery,
    body: z.object({ token: z.uuid() }),
    handle: async ({ tx, by, now, body, query }) => {
      await undoMany(tx, { by, now, token: body.token });
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
  formRoutes(web, {
    url: '/work/away',
    may: maySeeInbox,
    page,
    body: awayForm,
    handle: async ({ tx, by, now, body }) => {
      const { account, coveredBy, from, until } = body;
      if (from === undefined || until === undefined) throw new Error('the form asks for both days');
      await setAway(tx, { by, now, account, coveredBy, from, until });
      return { redirect: '/work/away' };
    },
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
  formRoutes(web, {
    url: '/people/:id/ask',
    may: mayOpenPerson,
    params,
    page,
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
        once: true,
      });
      return { redirect: workHref(item) };
    },
  });
}

/** Where somebody reads of work whose own page is not for them: on the page of whom it is about. */
function placeOf({ personId }: InboxRow): string {
  if (personId !== null) return personHref(personId);
  throw new NotFound('This work is done by others, on a page of theirs.', 'Go back to your own work.');
}

function itemRoutes(web: Web, kinds: WorkKinds, lists: readonly WorkList[]): void {
  web.route({
    method: 'GET',
    url: '/work/:item',
    may: maySeeInbox,
    params: itemParam,
    handle: async (visit) => {
      const { tx } = visit;
      const row = await rowOf(visit, visit.params.item);
      const { href } = kinds.kind(row.kind);
      if (href) return { redirect: href(row, visit.by) ?? placeOf(row) };
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
      handle: async (visit) => {
        const { tx, by, now, params, body } = visit;
        await atOnce[act](tx, { by, now, kinds, item: params.item, seen: body.seen });
        return { redirect: afterAct(lists, visit, params.item) };
      },
      again: async (visit, refused) => {
        // A button has no form that could come back: what was refused stands above the list, or the work.
        const typed = { fields: {}, ...refused };
        const list = listOf(lists, visit);
        if (!list) throw refused.refusal;
        return await list.again(visit, { row: visit.params.item, act: null, typed });
      },
    });
  }
  for (const act of formActs) actRoutes(web, kinds, lists, act);
  ownActRoutes(web, kinds, lists);
}

/** Acts of kinds with rules of their own, done in the row of a list. */
function ownActRoutes(web: Web, kinds: WorkKinds, lists: readonly WorkList[]): void {
  web.route({
    method: 'POST',
    url: '/work/:item/do/:act',
    may: maySeeInbox,
    params: itemParam.extend({ act: z.string().regex(/^[a-z-]{1,20}$/) }),
    body: z.record(z.string().max(60), z.string().max(5000, 'Keep this to 5,000 characters')),
    handle: async (visit) => {
      const { item, act } = visit.params;
      const row = await rowOf(visit, item);
      const own = kinds.kind(row.kind).acts?.find((each) => each.act === act);
      if (!own) throw new NotFound('This work has no such act.', 'Go back to your work.');
      await own.do(visit, row, visit.body);
      return { redirect: afterAct(lists, visit, item) };
    },
    again: async (visit, refused) => {
      const { item: row, act } = visit.params;
      const list = listOf(lists, visit) ?? inboxList(kinds);
      return await list.again(visit, { row, act, typed: { fields: visit.body, ...refused } });
    },
  });
}

function actRoutes(web: Web, kinds: WorkKinds, lists: readonly WorkList[], act: FormAct): void {
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
  formRoutes(web, {
    url,
    may: maySeeInbox,
    params: itemParam,
    page,
    body: actForms[act],
    handle: async (visit) => {
      const { tx, by, now, params, body } = visit;
      await doAct(tx, act, { by, now, kinds, item: params.item, seen: body.seen }, body);
      return { redirect: afterAct(lists, visit, params.item) };
    },
    again: (visit, typed) =>
      listOf(lists, visit)?.again(visit, { row: visit.params.item, act, typed }) ?? null,
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
