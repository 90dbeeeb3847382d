import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { actAs, asBatch } from '../../../test/support/drawn-team.ts';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import {
  declinePerson,
  deferPerson,
  mayVisit,
  openDueVisits,
  readCaseloadPathway,
  readInReachPathway,
  readPlanContent,
  startPlan,
  takeOn,
  visitStates,
} from '../../domains/coordination/index.ts';
import { readPlaces } from '../../domains/directory/index.ts';
import { visiblePractices } from '../../domains/register/index.ts';
import { escalateBreaches } from '../../domains/work/index.ts';
import { addDays, londonDay } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { afterRefresh } from '../after-refresh.ts';

// Given a team at work: every number and every bar of every dashboard is followed, as everybody who sees people, and what
// it opens is counted, over all pages of the list. Charts mark their numbers themselves (`counted`), so that a new one is
// walked without being named here.

const at = useTestBorough();
const site = useSite(at);

const BOROUGH = 'LEWISHAM-SYNTHETIC';

/** A number on a page: how many it says that it counts, and where it leads or why nowhere. */
interface Marked {
  readonly count: number | null;
  readonly href: string | null;
  readonly closed: string | null;
}

/** Every marked number of a page. The link is the mark itself or stands in it, before anything else is marked. */
function markedIn(html: string): Marked[] {
  return html
    .split(/(?=<[a-z]+ [^>]*data-count=)/)
    .filter((part) => /^<[a-z]+ [^>]*data-count=/.test(part))
    .map((part) => {
      const tag = /^<[^>]*>/.exec(part)?.[0] ?? '';
      const [, count = ''] = /data-count="([^"]*)"/.exec(tag) ?? [];
      const closed = /data-closed="([^"]*)"/.exec(tag)?.[1] ?? null;
      const own =
        /href="([^"]*)"/.exec(tag)?.[1] ??
        (tag.startsWith('<li') && closed === null
          ? /href="([^"]*)"/.exec(part.split('</li>', 1)[0] ?? '')?.[1]
          : undefined);
      return {
        count: /^\d+$/.test(count) ? Number(count) : null,
        href: own?.replaceAll('&amp;', '&') ?? null,
        closed,
      };
    });
}

/** Numbers of a page that nobody marked, with the words around them; days are no numbers. */
function unmarkedIn(html: string): string[] {
  const words = html
    .replaceAll(/<(a|span)[^>]*data-count=[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<option[\s\S]*?<\/option>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\d{1,2} [A-Z][a-z]+ \d{4}/g, ' ');
  return words.match(/.{0,30}\b\d+\b.{0,30}/g) ?? [];
}

/** How many rows a list shows on one page, how many it says that it has, and where its next page is. */
function listIn(html: string): { rows: number; total: number | null; next: string | null } {
  const table = /<table[^>]*data-total="(\d+)"[\s\S]*?<\/table>/.exec(html);
  const body = /<tbody[\s\S]*<\/tbody>/.exec(table?.[0] ?? '')?.[0] ?? '';
  const next = /<a href="([^"]*)" class="nhsuk-pagination__next"/.exec(html)?.[1];
  return {
    rows: (body.match(/<tr class="nhsuk-table__row"/g) ?? []).length,
    total: table ? Number(table[1]) : null,
    next: next?.replaceAll('&amp;', '&') ?? null,
  };
}

/** Longer lists are counted by their file, which has every row, and by their first page. */
const WALKED = 200;

async function rowsBehind(visitor: Visitor, href: string): Promise<{ total: number | null; rows: number }> {
  const [address = ''] = href.split('#');
  const first = await visitor.get(address);
  expect([href, first.statusCode]).toEqual([href, 200]);
  const { total, ...page } = listIn(first.body);
  // Whom a route counts has no file: a place's people are few, and are walked.
  if (total !== null && total > WALKED && !address.startsWith('/in-reach/')) {
    const file = await visitor.get(address.replace(/^(\/\w+)/, '$1.csv'));
    expect([href, file.statusCode]).toEqual([href, 200]);
    return { total, rows: file.body.trimEnd().split('\n').length - 1 };
  }
  let { rows, next } = page;
  while (next !== null) {
    const answer = listIn((await visitor.get(next)).body);
    expect([next, answer.total]).toEqual([next, total]);
    rows += answer.rows;
    next = answer.next;
  }
  return { total, rows };
}

const DAY = londonDay(new Date());

async function planted(): Promise<void> {
  const lead = await persona(at.book, 'int_lead');
  const pathway = readCaseloadPathway('content');
  const people = await at.book
    .pool('batch')
    .query(`select p.public_id as id, p.person_no as no from need.person_fact f join register.person p using (person_no)
             where f.need_before < 900 and not p.sensitive and p.death_date is null order by f.need_rank limit 30`);
  const ids: string[] = people.rows.map(({ id }) => id);
  const leads = [
    lead,
    await persona(at.book, 'care_coordinator'),
    await persona(at.book, 'care_coordinator_2'),
  ];
  const now = new Date();
  const act = <Result>(work: Parameters<typeof actAs<Result>>[2]) => actAs(at.book, lead, work);
  for (const [n, personId] of ids.entries()) {
    const of = { by: lead, now, personId, reason: 'Planted' };
    if (n < 12)
      await act((tx) =>
        takeOn(tx, {
          ...of,
          pathway,
          lead: leads[n % 3]?.account ?? '',
          nextStep: 'Ring them',
          due: addDays(DAY, n % 3 === 0 ? 0 : n),
          overrideReason: null,
          evidence: {},
        }),
      );
    else if (n < 17) await act((tx) => deferPerson(tx, { ...of, until: addDays(DAY, 9) }));
    else if (n < 20) await act((tx) => declinePerson(tx, of));
    if (n < 5)
      await act((tx) => startPlan(tx, { by: lead, now, content: readPlanContent('content'), personId }));
  }
  // More late work than a page holds, of several kinds, with and without an owner; and steps and reviews that are late.
  const owner = at.book.pool('owner');
  await owner.query(
    `insert into work.item (kind, subject_kind, subject_id, owner_team, owner_account, state, opened_at, due_at, breach_at, title)
     select (array['task', 'mdt_action', 'mdt_referral', 'alert'])[1 + n % 4], 'person', ($2::int[])[1 + n % 30], $1,
            case n % 3 when 0 then $3::uuid end, case n % 3 when 0 then 'in_hand' else 'waiting' end, now(),
            now() + (n % 5 - 3) * interval '1 day', now() + interval '30 days', 'Planted ' || n
       from generate_series(1, 260) n`,
    [lead.team, people.rows.map(({ no }) => no), lead.account],
  );
  await owner.query(
    `insert into work.transition (item_id, at, action, to_state, account, owner_team, owner_account)
     select item_id, opened_at, 'open', state, $1, owner_team, owner_account from work.item where title like 'Planted %'`,
    [lead.account],
  );
  await owner.query(
    `update coordination.caseload_entry set next_step_due = next_step_due - 5 where item_id % 3 = 0`,
  );
  await owner.query(
    `update coordination.care_plan set state = 'active', agreed_on = current_date - 360, review_on = current_date + (plan_id % 4 - 1) * 20
      where plan_id % 2 = 0`,
  );
}

/** Visits that are due, late, missed and made today; SMI checks as the record has them; and a meeting with an agenda. */
async function plantedCare(): Promise<void> {
  const operator = anActor('operator');
  const now = new Date();
  await afterRefresh({ book: at.book, home: at.home, content: 'content', operator }, now);
  const owner = at.book.pool('owner');
  await owner.query(
    `update coordination.in_reach set next_day = current_date - person_no % 3 where person_no % 4 = 0 and ended_at is null`,
  );
  const batch = <Result>(work: (tx: Tx) => Promise<Result>) => asBatch(at.book, work);
  await batch((tx) => openDueVisits(tx, { by: operator, now, pathway: readInReachPathway('content') }));
  // In two days the earliest of them will have been missed, and the others not yet.
  const then = new Date(now.getTime() + 2 * 86_400_000);
  await batch((tx) => escalateBreaches(tx, visitStates, operator, then));
  const lead = await persona(at.book, 'int_lead');
  await owner.query(
    `insert into coordination.in_reach_visit (person_no, item_id, planned_day, visited_on, outcome, account, at)
     select person_no, item_id, next_day, $2::date, 'seen', $1, now() from coordination.in_reach
      where item_id is not null and person_no % 8 = 0`,
    [lead.account, DAY],
  );
  const visitor = await site.signedIn('int_lead');
  const _csrf = await visitor.formToken();
  const [year = '', month = '', of = ''] = addDays(DAY, 1).split('-');
  const set = await visitor.post('/mdt/new', {
    _csrf,
    name: 'Meeting',
    cadence: 'weekly',
    time: '13:30',
    minutes: '60',
    place: 'Room 2',
    chair: lead.account,
    chairDiscipline: 'nursing',
    'starts-day': of,
    'starts-month': month,
    'starts-year': year,
  });
  await visitor.post(`${set.headers.location}/agenda`, { _csrf });
}

/** The dashboards of everybody, and of those who see people. A practice is the reader's own. */
async function dashboardsOf(by: Actor): Promise<string[]> {
  const places = await readPlaces(at.book.as('app'));
  const borough = places.all.find(({ kind }) => kind === 'borough')?.code ?? BOROUGH;
  const neighbourhood = places.all.find(({ kind }) => kind === 'neighbourhood')?.code ?? '';
  const pcn = places.all.find(({ kind }) => kind === 'pcn')?.code ?? '';
  const practice =
    by.team === null
      ? (by.organisation ?? '')
      : (places.all.find(({ kind }) => kind === 'practice')?.code ?? '');
  const ofPlaces = [borough, ...(by.role === 'int_lead' ? [neighbourhood, pcn] : []), practice].flatMap(
    (code) => [`/places/${code}`, `/places/${code}/profile`, `/equity?place=${code}`],
  );
  const team =
    by.team === null ? [] : ['/team', `/team?place=${neighbourhood}`, '/caseload?of=team', '/caseload?of=me'];
  const plans = by.role === 'practice_manager' ? [] : ['/plans'];
  const ahead = await at.book
    .pool('owner')
    .query<{ day: string }>(
      'select min(next_day)::text as day from coordination.in_reach where next_day > current_date',
    );
  const visits = mayVisit(by).allowed
    ? ['/in-reach', '/in-reach?setting=care_home', `/in-reach?day=${ahead.rows[0]?.day}`]
    : [];
  return [
    '/',
    ...team,
    ...visits,
    '/smi',
    '/outreach',
    '/mdt',
    '/work?of=team',
    '/work?of=me',
    ...plans,
    ...(['gp', 'practice_manager'].includes(by.role) ? ['/named-gps'] : []),
    ...(by.role === 'care_coordinator' ? [] : ['/projection', '/need/calibration', ...ofPlaces]),
  ];
}

/** Whether somebody may see everybody whom the numbers of a page count: then none may be closed as published. */
async function seesAll(by: Actor, address: string): Promise<boolean> {
  const code = /(?:\/places\/|place=)([^/&]+)/.exec(address)?.[1] ?? by.organisation;
  return await actAs(at.book, by, async (tx) => {
    const places = await readPlaces(tx);
    const place = places.all.find((each) => each.code === code);
    const visible = new Set(await visiblePractices(tx, by));
    return place !== undefined && places.practices(place).every(({ id }) => visible.has(id));
  });
}

const WHO_SEES_PEOPLE = ['int_lead', 'care_coordinator', 'gp', 'practice_nurse', 'practice_manager'] as const;

describe('every number of every dashboard', () => {
  beforeAll(async () => {
    await planted();
    await plantedCare();
  }, 240_000);

  test.each(WHO_SEES_PEOPLE)(
    'opens exactly the rows that it counts, as %s',
    async (key) => {
      const by = await persona(at.book, key);
      const visitor = await site.signedIn(key);
      const known = new Map<string, { total: number | null; rows: number }>();
      let followed = 0;
      for (const address of await dashboardsOf(by)) {
        const page = await visitor.get(address);
        expect([address, page.statusCode]).toEqual([address, 200]);
        const all = await seesAll(by, address);
        for (const { count, href, closed } of markedIn(page.body)) {
          const where = `${address}: ${count} ${href ?? closed}`;
          if (href === null) {
            expect(closed, `${where} opens nothing, and does not say why`).not.toBeNull();
            if (closed === 'nobody') expect(count ?? 0, where).toBe(0);
            if (closed === 'published')
              expect(all, `${where} is shut to somebody who sees them all`).toBe(false);
            continue;
          }
          expect(count, `${where} opens a list, and does not say how many`).not.toBeNull();
          if (!known.has(href)) known.set(href, await rowsBehind(visitor, href));
          expect({ where, ...known.get(href) }).toEqual({ where, total: count, rows: count });
          followed += 1;
        }
      }
      expect(followed, 'there was something to follow').toBeGreaterThan(10);
    },
    600_000,
  );

  test.each([
    ['int_lead', 'team'],
    ['care_coordinator', 'me'],
  ])('of the caseload on the home page of the %s opens something', async (key, of) => {
    const home = (await (await site.signedIn(key)).get('/')).body;
    const opened = markedIn(home).map(({ href }) => href);
    expect(opened).toContain(`/caseload?of=${of}`);
    expect(opened).toContain(`/caseload?of=${of}&due=week`);
    const section = /caseload<\/h2>[\s\S]*?<table/.exec(home)?.[0] ?? '';
    expect(section.replaceAll(/<li[\s\S]*?<\/li>/g, ''), 'a number outside of them').not.toMatch(/>[^<]*\d/);
  });

  test.each([
    ['int_lead', '/', 'Visits and checks'],
    ['int_lead', '/', 'Your team’s caseload'],
    ['int_lead', '/in-reach', 'Visits today'],
    ['int_lead', '/smi', 'Physical health checks'],
    ['int_lead', '/caseload?of=team', 'Room in the team'],
    ['ig_lead', '/', 'The last 24 hours'],
  ])('stands marked: for the %s on %s below “%s” none is without', async (key, address, heading) => {
    const { body } = await (await site.signedIn(key)).get(address);
    const below = body.split(new RegExp(`${heading}</h[12]>`))[1] ?? '';
    // Down to the next heading, or to the rows of a list: days and addresses count nobody.
    const part = below.split(/<h2|<table[^>]*data-total|Due next|Where to visit/)[0] ?? '';
    expect(markedIn(part).length, 'there are numbers').toBeGreaterThan(0);
    expect(unmarkedIn(part)).toEqual([]);
  });

  test('the four standings add up to everybody in the greatest need', async () => {
    const visitor = await site.signedIn('int_lead');
    const { body } = await visitor.get('/team');
    const everybody = (await rowsBehind(visitor, '/people?top=9')).rows;
    const four = markedIn(body).filter(({ href, closed }, n) => n < 4 && (href ?? closed));
    expect(four.map(({ count }) => count)).toEqual([everybody - 20, 5, 3, 12]);
  });

  test('is one that the walk can find wanting', () => {
    expect(
      markedIn(
        '<a href="/people?top=9&amp;care=open" data-count="3">3</a><span data-count="0" data-closed="nobody">0</span><div class="x" data-count="4">4</div>',
      ),
    ).toEqual([
      { count: 3, href: '/people?top=9&care=open', closed: null },
      { count: 0, href: null, closed: 'nobody' },
      { count: 4, href: null, closed: null },
    ]);
  });
});

describe('from the borough to a person', () => {
  test.each(['int_lead', 'gp'])('are three clicks at most, as %s', async (key) => {
    const by = await persona(at.book, key);
    const visitor = await site.signedIn(key);
    const places = await readPlaces(at.book.as('app'));
    const borough = places.all.find(({ kind }) => kind === 'borough')?.code ?? BOROUGH;
    const links = async (address: string) => {
      const answer = await visitor.get(address);
      expect([address, answer.statusCode]).toEqual([address, 200]);
      const main = /<main[\s\S]*<\/main>/.exec(answer.body)?.[0] ?? '';
      return [...main.matchAll(/<a [^>]*?href="(\/[^"#]*)"/g)].map((match) =>
        (match[1] ?? '').replaceAll('&amp;', '&'),
      );
    };
    const isPerson = (href: string) => /^\/people\/[0-9a-f-]{36}$/.test(href);
    let reached: string[] = [`/places/${borough}`];
    const seen = new Set(reached);
    for (let clicks = 1; clicks <= 3; clicks += 1) {
      const found = (await Promise.all(reached.map(links))).flat();
      const person = found.find(isPerson);
      if (person !== undefined) {
        expect((await visitor.get(person)).statusCode).toBe(200);
        return;
      }
      // On the way down: places, and the lists that numbers open; of each a few.
      const next = [...new Set(found)].filter((href) => !seen.has(href));
      const own = places.all
        .filter(({ code }) => code === by.organisation)
        .map(({ code }) => `/places/${code}`);
      reached = [
        ...next.filter((href) => href.startsWith('/people?')).slice(0, 1),
        ...next.filter((href) => own.includes(href)),
      ];
      for (const href of reached) seen.add(href);
    }
    expect.unreachable('three clicks led to nobody');
  });
});
