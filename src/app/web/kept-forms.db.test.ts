import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { actAs } from '../../../test/support/drawn-team.ts';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { readCaseloadPathway, takeOn } from '../../domains/coordination/index.ts';
import { addDays, londonDay } from '../../kernel/index.ts';
import { type AuthTables, readKept } from '../../platform/auth/index.ts';
import { afterRefresh } from '../after-refresh.ts';

// Whoever writes in a form whose session has ended finds it again after signing in: filled as it was, in its own form,
// wherever in the product it stands. What becomes of the parts of a plan is in plan-pages.db.test.

const at = useTestBorough();
const site = useSite(at);

const WORDS = 'She fell in the bath again, and her daughter leaves on Friday';
const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';

/** The people, work and meetings that the forms are about. */
const about = { person: '', other: '', item: 0, meeting: '', round: '', visited: '' };

beforeAll(async () => {
  const lead = await persona(at.book, 'int_lead');
  const gp = await persona(at.book, 'gp');
  const found = await at.book.pool('batch').query<{ id: string }>(
    `select p.public_id as id from need.person_fact f join register.person p using (person_no)
        where f.need_before < 900 and not p.sensitive and p.death_date is null order by f.need_rank limit 2`,
  );
  about.person = found.rows[0]?.id ?? '';
  about.other = found.rows[1]?.id ?? '';
  const now = new Date();
  await actAs(at.book, lead, (tx) =>
    takeOn(tx, {
      by: lead,
      now,
      personId: about.person,
      reason: 'Planted',
      pathway: readCaseloadPathway('content'),
      lead: lead.account,
      nextStep: 'Ring them',
      due: addDays(londonDay(now), 1),
      overrideReason: null,
      evidence: {},
    }),
  );
  const items = await at.book.pool('owner').query<{ item_id: number }>('select item_id from work.item');
  about.item = items.rows[0]?.item_id ?? 0;
  await afterRefresh(
    { book: at.book, home: at.home, content: 'content', operator: anActor('operator') },
    now,
  );
  const visits = await at.book.pool('owner').query<{ site: number; id: string; day: string }>(
    `select i.site_id as site, p.public_id as id, i.next_day::text as day from coordination.in_reach i join register.person p using (person_no)
       join directory.place practice on practice.place_id = p.practice_id
      where i.ended_at is null and not p.sensitive and practice.code = $1 
      order by i.next_day, i.person_no limit 1`,
    [gp.organisation],
  );
  const [visit] = visits.rows;
  const isToday = (visit?.day ?? '') <= londonDay(now);
  about.round = `/in-reach/sites/${visit?.site}${isToday ? '' : `?day=${visit?.day}`}`;
  about.visited = visit?.id ?? '';
  about.meeting = await meetingWithSomebody();
}, 120_000);

/** Sets up a meeting and refers somebody to it; the address of that person in it. */
async function meetingWithSomebody(): Promise<string> {
  const visitor = await site.signedIn('int_lead');
  const lead = await persona(at.book, 'int_lead');
  const _csrf = await visitor.formToken();
  const day = addDays(londonDay(new Date()), 1);
  const [year = '', month = '', of = ''] = day.split('-');
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
  const meeting = set.headers.location ?? '';
  await visitor.post(`/people/${about.person}/mdt`, { _csrf, reason: 'Three teams' });
  const { body } = await visitor.get(meeting);
  return /href="(\/mdt\/\d+\/people\/\d+)"/.exec(body)?.[1] ?? '';
}

interface WrittenForm {
  readonly who: string;
  /** The page on which the form stands, and to where it is sent. */
  page(): string;
  action(): string;
  readonly fields: Readonly<Record<string, string>>;
  /** The field in which somebody wrote. */
  readonly written: string;
}

const forms: readonly [string, WrittenForm][] = [
  [
    'a person in a meeting',
    {
      who: 'int_lead',
      page: () => about.meeting,
      action: () => about.meeting,
      fields: { action: 'Order a rail', complexity: 'high', stability: 'changing' },
      written: 'discussion',
    },
  ],
  [
    'a referral to a meeting',
    {
      who: 'int_lead',
      page: () => `/people/${about.other}/mdt`,
      action: () => `/people/${about.other}/mdt`,
      fields: {},
      written: 'reason',
    },
  ],
  [
    'the next step of a caseload entry',
    {
      who: 'int_lead',
      page: () => `/caseload/${about.item}`,
      action: () => `/caseload/${about.item}/next-step`,
      fields: { 'due-day': '1', 'due-month': '12', 'due-year': '2026' },
      written: 'nextStep',
    },
  ],
  [
    'declining somebody in the row of a list',
    {
      who: 'int_lead',
      page: () => `/people?top=9&act=decline&row=${about.other}`,
      action: () => `/people/${about.other}/decline?top=9&from=list`,
      fields: { seen: '0' },
      written: 'reason',
    },
  ],
  [
    'the round of a care home',
    {
      who: 'gp',
      page: () => about.round,
      action: () => about.round,
      fields: {},
      written: 'note',
    },
  ],
  [
    'how often somebody is visited',
    {
      who: 'gp',
      page: () => `/people/${about.visited}/visits`,
      action: () => `/people/${about.visited}/visits`,
      fields: { every: '14' },
      written: 'reason',
    },
  ],
  [
    'an emergency access',
    {
      who: 'gp',
      page: () => '/emergency-access',
      action: () => '/emergency-access',
      fields: { nhs_number: '999 000 0018' },
      written: 'said',
    },
  ],
];

const nextOf = (location: unknown) =>
  new URL(String(location), 'https://here.example').searchParams.get('next') ?? '';

async function endSession(visitor: Visitor, token: string): Promise<void> {
  await visitor.post('/sign-out', { _csrf: token });
}

describe('a session that ended while somebody wrote', () => {
  test.each(forms)('%s', async (_, { who, page, action, fields, written }) => {
    const visitor = await site.signedIn(who);
    const opened = await visitor.get(page());
    expect([page(), opened.statusCode]).toEqual([page(), 200]);
    const _csrf = tokenIn(opened.body);
    const name =
      written === 'note' ? (/name="(note-[0-9a-f-]{36})"/.exec(opened.body)?.[1] ?? 'none') : written;
    await endSession(visitor, _csrf);
    const answer = await visitor.post(action(), { ...fields, _csrf, [name]: WORDS });
    const kept = nextOf(answer.headers.location);
    expect([answer.statusCode, kept]).toEqual([303, expect.stringMatching(/^\/kept\//)]);

    const stranger = await site.signedIn(who === 'gp' ? 'int_lead' : 'gp');
    expect((await stranger.get(kept)).statusCode, 'it is nobody else’s').toBe(404);
    const back = await site.signedIn(who);
    expect((await back.get('/')).body, 'the home page says it').toContain(`href="${kept}"`);
    const given = await back.get(kept);
    expect(given.statusCode).toBe(200);
    expect(given.body).toContain('You typed this before your session ended. It is not saved yet.');
    // It stands in its own form, and so does everything that was chosen beside it.
    const form = [...given.body.matchAll(/<form[\s\S]*?<\/form>/g)]
      .map(([text]) => text)
      .find((text) => text.includes(WORDS) && text.includes(`name="${name}"`));
    expect(form, 'the form with the words').toBeDefined();
    expect(form?.replaceAll('&amp;', '&')).toContain(`action="${action()}"`);
    for (const value of Object.values(fields).filter((said) => said !== ''))
      expect(form).toMatch(new RegExp(`value="${value}"`));
    await back.post(`${kept}/throw-away`, { _csrf: tokenIn(given.body) });
    expect((await back.get(kept)).statusCode).toBe(404);
  });

  test('what was kept is sent from there, and then not kept any more', async () => {
    const visitor = await site.signedIn('int_lead');
    const _csrf = tokenIn((await visitor.get(about.meeting)).body);
    await endSession(visitor, _csrf);
    const answer = await visitor.post(about.meeting, { _csrf, discussion: WORDS, 'base-discussion': '0' });
    const back = await site.signedIn('int_lead');
    const given = (await back.get(nextOf(answer.headers.location))).body;
    const saved = await back.post(about.meeting, {
      _csrf: tokenIn(given),
      discussion: WORDS,
      'base-discussion': '0',
    });
    expect(saved.headers.location).toBe(about.meeting);
    expect((await back.get(about.meeting)).body).toContain(WORDS);
    const lead = await persona(at.book, 'int_lead');
    expect(await actAs(at.book, lead, (tx) => readKept(tx, lead))).toEqual([]);
  });

  test('what was written about somebody who is not theirs to see any more is given back as words alone', async () => {
    const visitor = await site.signedIn('int_lead');
    const _csrf = tokenIn((await visitor.get(`/people/${about.other}/mdt`)).body);
    await at.book
      .as('app')
      .withTables<AuthTables>()
      .updateTable('auth.session')
      .set({ ends_at: new Date(Date.now() - 60_000) })
      .execute();
    const nobody = `/people/0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5b01/mdt`;
    const answer = await visitor.post(nobody, { _csrf, reason: WORDS });
    const back = await site.signedIn('int_lead');
    const given = await back.get(nextOf(answer.headers.location));
    expect(given.body).toContain('Your text was not saved');
    expect(given.body).toContain(WORDS);
    // The same where the session is whole: the words come back, and the refusal keeps its status.
    const refused = await back.post(nobody, { _csrf: tokenIn(given.body), reason: WORDS });
    expect(refused.statusCode).toBe(404);
    expect(refused.body).toContain(WORDS);
  });
});

test('two tabs of one form keep two texts while they are typed; what is saved is kept no more', async () => {
  const lead = await persona(at.book, 'int_lead');
  const visitor = await site.signedIn('int_lead');
  const { body } = await visitor.get(about.meeting);
  const _csrf = tokenIn(body);
  const [one, two] = ['0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5b01', '0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5b02'];
  const stood = { discussion: WORDS, 'base-discussion': '1' };
  const keep = (fields: Record<string, string>) =>
    visitor.post(`${about.meeting}/keep`, { _csrf, ...stood, ...fields });
  const keptNow = async () =>
    (await actAs(at.book, lead, (tx) => readKept(tx, lead, about.meeting)))
      .map(({ why, fields: { summary, action } }) => [why, summary, action])
      .sort();
  expect((await keep({ form: one, summary: 'Lives al', action: '' })).statusCode).toBe(204);
  await keep({ form: one, summary: 'Lives alone', action: '' });
  await keep({ form: two, summary: '', action: 'Ring the daughter' });
  expect(await keptNow()).toEqual([
    ['typing', '', 'Ring the daughter'],
    ['typing', 'Lives alone', ''],
  ]);
  const page = (await visitor.get(about.meeting)).body;
  expect(page.match(/href="\/kept\//g)).toHaveLength(2);
  await visitor.post(about.meeting, {
    _csrf,
    form: one,
    ...stood,
    summary: 'Lives alone',
    'base-summary': '0',
  });
  expect(await keptNow()).toEqual([['typing', '', 'Ring the daughter']]);
  // Typed back to what stands: there is nothing that is not saved.
  await keep({ form: two, summary: 'Lives alone', action: '' });
  expect(await keptNow()).toEqual([]);
});
