import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../test/support/actors.ts';
import { actAs } from '../../test/support/drawn-team.ts';
import { useSite } from '../../test/support/site.ts';
import { persona } from '../../test/support/small-borough.ts';
import { useTestBorough } from '../../test/support/test-book.ts';
import { readOutreachPathway, startOutreach } from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { finishWork, stopWork } from '../domains/work/index.ts';
import { addDays, londonDay } from '../kernel/index.ts';
import type { Actor } from '../platform/auth/index.ts';
import { afterRefresh } from './after-refresh.ts';
import { workKinds } from './work-kinds.ts';

const at = useTestBorough();
const site = useSite(at);
const now = new Date();
const kinds = workKinds('content', readDefectKinds('content'));
const pathway = readOutreachPathway('content');
const operator = anActor('operator');
const follow = () => afterRefresh({ book: at.book, home: at.home, content: 'content', operator }, now);
const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;

interface Found {
  readonly no: number;
  readonly id: string;
}
let lead: Actor;
let gp: Actor;
let nurse: Actor;
/** Numbers of the definitions in the facts, and their snapshot. */
let facts: { snapshot: number; register: number; seen: number };
/** Of the practice of the GP and the nurse, who is not seen, in the order of need. */
let people: Found[];

beforeAll(async () => {
  lead = await persona(at.book, 'int_lead');
  gp = await persona(at.book, 'gp');
  nurse = await persona(at.book, 'practice_nurse');
  const [found] = await sql<{ snapshot: number; register: number; seen: number }>(
    `select snapshot_id as snapshot, max((d ->> 'no')::int) filter (where d ->> 'id' = 'not-seen') as register,
            max((d ->> 'no')::int) filter (where d ->> 'id' = 'seen-in-practice') as seen
       from need.publication, jsonb_array_elements(definitions) d group by 1 order by 1 desc limit 1`,
  );
  if (!found) throw new Error('nothing is published');
  facts = found;
  // Who is not seen is few in a small borough: so many of the practice are made to be.
  await sql(
    `update need.person_fact f set in_ids = array_append(array_remove(array_remove(in_ids, $3), $2), $2),
            unknown_ids = array_remove(unknown_ids, $2)
      where snapshot_id = $1 and person_no in (
        select p.person_no from register.person p
         where p.registered and p.death_date is null and not p.sensitive and not p.confidential
           and p.practice_id in (select practice_id from register.care_relationship where account = $4)
         order by p.person_no limit 12)`,
    [facts.snapshot, facts.register, facts.seen, gp.account],
  );
  people = await sql<Found>(
    `select p.person_no as no, p.public_id as id from need.person_fact f join register.person p using (person_no)
      where f.snapshot_id = $1 and $2 = any (in_ids) and p.registered and p.death_date is null
        and p.practice_id in (select practice_id from register.care_relationship where account = $3)
      order by f.need_rank nulls last, f.name_order`,
    [facts.snapshot, facts.register, gp.account],
  );
  expect(people.length).toBeGreaterThanOrEqual(12);
});

/** Each test has people of its own. */
const somebody = () => {
  const found = people.pop();
  if (!found) throw new Error('nobody is left');
  return found;
};
const start = (by: Actor, person: string, decision?: Parameters<typeof startOutreach>[2]) =>
  actAs(at.book, by, (tx) => startOutreach(tx, { by, now, kinds, pathway, person }, decision));
const finish = (by: Actor, item: number, outcome: string) =>
  actAs(at.book, by, (tx) => finishWork(tx, { by, now, kinds, item, outcome, note: null }));
const itemsOf = (no: number) =>
  sql<{ item: number; outcome: string | null; state: string; owner: string; due: string }>(
    `select item_id as item, outcome, state, owner_account as owner, due_at::date::text as due from work.item
      where kind = 'outreach' and subject_id = $1 order by item_id`,
    [no],
  );
const openOf = async (no: number) => (await itemsOf(no)).filter(({ outcome }) => outcome === null);
/** As the next facts would have it: they came to an appointment. */
const comesToAppointment = (no: number, seen = true) =>
  sql(
    `update need.person_fact set in_ids = array_remove(in_ids, $3) || case when $5 then array[$4::int] else '{}' end
      where snapshot_id = $1 and person_no = $2`,
    [facts.snapshot, no, facts.register, facts.seen, seen],
  );
const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
const visit = async (who: string, url: string) => (await (await site.signedIn(who)).get(url)).body;
const totalOf = (body: string) =>
  Number(/<strong>(\d[\d,]*) (?:person|people)</.exec(body)?.[1]?.replace(',', ''));
/** Every number of the figures with where it leads. */
const numbersIn = (body: string) =>
  [...body.matchAll(/href="(\/outreach[^"]*)#people" data-count="(\d+)"/g)].map(([, href = '', n]) => ({
    href: href.replaceAll('&amp;', '&'),
    n: Number(n),
  }));

describe('beginning', () => {
  test('takes it on for the own team: it is work of whoever pressed, until a day, and the row says so', async () => {
    const visitor = await site.signedIn('gp');
    const { no, id } = somebody();
    const page = (await visitor.get('/outreach')).body;
    expect(page).toContain(`/people/${id}/outreach/take`);
    expect(page).toContain('Nobody in the last 12 months');
    const answer = await visitor.post(`/people/${id}/outreach/take?from=outreach`, { _csrf: tokenIn(page) });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toMatch(/^\/outreach\?done=\d+$/);
    const after = (await visitor.get('/outreach')).body;
    expect(after).toContain(gp.name);
    expect(after).not.toContain(`/people/${id}/outreach/take`);
    expect(await itemsOf(no)).toMatchObject([{ state: 'in_hand', owner: gp.account }]);
    const again = await visitor.post(`/people/${id}/outreach/take?from=outreach`, { _csrf: tokenIn(page) });
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('reaches out to this person');
    expect(await itemsOf(no)).toHaveLength(1);
  });

  test('of many who press at once one has it, and the others are told who', async () => {
    const { no, id } = somebody();
    const pressed = await Promise.allSettled([gp, nurse, lead, gp, nurse].map((by) => start(by, id)));
    const refused = pressed.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(4);
    for (const { reason } of refused) {
      expect(reason.code).toBe('begun_already');
      expect(reason.message).toMatch(new RegExp(`${gp.name}|${nurse.name}|${lead.name}`));
    }
    expect(await openOf(no)).toHaveLength(1);
    const second = sql(
      `insert into work.item (kind, subject_kind, subject_id, owner_team, state, opened_at, due_at, breach_at)
       select kind, subject_kind, subject_id, owner_team, 'waiting', now(), now(), now() from work.item
        where kind = 'outreach' and subject_id = $1`,
      [no],
    );
    await expect(second, 'however it is written').rejects.toMatchObject({
      code: '23505',
      constraint: 'one_open_outreach',
    });
  });

  test('is put off until a day, or declined, with the reason: whoever looks reads it', async () => {
    const [later, never] = [somebody(), somebody()];
    const yesterday = addDays(londonDay(now), -1);
    await expect(
      start(nurse, later.id, { act: 'defer', due: yesterday, reason: 'Too late' }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await itemsOf(later.no)).toEqual([]);
    const due = addDays(londonDay(now), 20);
    await start(nurse, later.id, { act: 'defer', due, reason: 'Abroad for three weeks' });
    // A clock that ends with a day is midnight of the next one.
    expect(await itemsOf(later.no)).toMatchObject([{ outcome: null, owner: nurse.account }]);
    await start(gp, never.id, { act: 'decline', reason: 'Their daughter is a nurse' });
    expect(await itemsOf(never.no)).toMatchObject([{ outcome: 'not_needed' }]);
    const page = await visit('practice_nurse', '/outreach');
    expect(page).toContain('“Abroad for three weeks”');
    expect(page).toContain(`Declined by ${gp.name}: “Their daughter is a nurse”`);
    await start(gp, never.id);
    expect(await openOf(never.no), 'what was declined can be taken on').toHaveLength(1);
  });

  test('the forms open in the row; without a reason they come back filled, and who is listed and changed is in the audit', async () => {
    const visitor = await site.signedIn('gp');
    const { no, id } = somebody();
    const day = { 'due-day': '3', 'due-month': '12', 'due-year': '2031' };
    for (const act of ['defer', 'decline'] as const) {
      const form = (await visitor.get(`/outreach?act=begin-${act}&row=${no}`)).body;
      expect(form).toContain(`action="/people/${id}/outreach/${act}?from=outreach"`);
      const send = (reason: string) =>
        visitor.post(`/people/${id}/outreach/${act}?from=outreach`, {
          _csrf: tokenIn(form),
          ...(act === 'defer' ? day : {}),
          reason,
        });
      const refused = await send(' ');
      expect(refused.statusCode).toBe(422);
      expect(refused.body).toContain('Say why');
      if (act === 'defer') expect(refused.body).toContain('value="2031"');
      expect((await send(`Because of ${act}`)).statusCode).toBe(303);
      expect((await visitor.get('/outreach')).body).toContain(`“Because of ${act}”`);
      const [audited] = await sql<{ listed: boolean; changed: number }>(
        `select (select detail -> 'people' @> to_jsonb($2::int) from audit.entry
                  where action = 'outreach.listed' order by id desc limit 1) as listed,
                (select count(*)::int from audit.entry
                  where action = $1 and subject_kind = 'person' and subject_id = $2::int::text) as changed`,
        [`outreach.${act}`, no],
      );
      expect(audited).toEqual({ listed: true, changed: 1 });
      const [open] = await openOf(no);
      if (open) await finish(gp, open.item, 'no_answer');
    }
  });

  test('is refused for who has been seen, who is not to be seen by the reader, and for those of counts', async () => {
    const came = somebody();
    await comesToAppointment(came.no);
    await expect(start(gp, came.id)).rejects.toMatchObject({ code: 'not_on_the_list' });
    const [other] = await sql<{ id: string }>(
      `select p.public_id as id from register.person p where p.registered and p.practice_id not in (
         select practice_id from register.care_relationship where account = $1 and practice_id is not null) limit 1`,
      [gp.account],
    );
    await expect(start(gp, other?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(start(await persona(at.book, 'analyst'), came.id)).rejects.toMatchObject({
      code: 'not_permitted',
    });
    const analyst = await site.signedIn('analyst');
    expect((await analyst.get('/outreach')).statusCode).toBe(403);
  });
});

describe('ending', () => {
  test('with a reason of its own list, and none of other tasks; the row and the page of the work say it', async () => {
    const { no, id } = somebody();
    const item = await start(gp, id);
    await expect(finish(gp, item, 'done')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(finish(gp, item, 'seen'), 'that is found by itself').rejects.toMatchObject({
      code: 'invalid_input',
    });
    const visitor = await site.signedIn('gp');
    const form = (await visitor.get(`/outreach?act=finish&row=${item}`)).body;
    for (const { title } of pathway.outcomes) expect(form).toContain(title);
    expect(form).not.toContain('Done in part');
    const seen = /name="seen" value="(\d+)"/.exec(form)?.[1] ?? '';
    const fields = { _csrf: tokenIn(form), seen, outcome: 'keeps_language', note: 'Asked for Tamil' };
    const answer = await visitor.post(`/work/${item}/finish?from=outreach`, fields);
    expect(answer.statusCode).toBe(303);
    expect(await itemsOf(no)).toMatchObject([{ outcome: 'keeps_language' }]);
    expect((await visitor.get('/outreach')).body).toContain('Kept away by language or reading, ');
    expect((await visitor.get(`/work/${item}`)).body).toContain('Kept away by language or reading');
    await start(gp, id);
    expect(await openOf(no), 'can be begun again').toHaveLength(1);
  });

  test('by itself, once the record says that they were seen, left or died; again changes nothing', async () => {
    const [came, off, died, stays] = [somebody(), somebody(), somebody(), somebody()];
    const all = [came, off, died, stays];
    for (const { id } of all) await start(nurse, id);
    expect((await follow()).outreach, 'nothing has changed').toEqual({ ended: 0 });
    await comesToAppointment(came.no);
    await comesToAppointment(off.no, false);
    await sql('update register.person set death_date = $1 where person_no = $2', ['2026-11-20', died.no]);
    await sql(
      'update need.person_fact set in_ids = array_remove(in_ids, $3), unknown_ids = unknown_ids || $3 where snapshot_id = $1 and person_no = $2',
      [facts.snapshot, stays.no, facts.register],
    );
    expect((await follow()).outreach).toEqual({ ended: 3 });
    expect((await follow()).outreach).toEqual({ ended: 0 });
    const outcomes = [];
    for (const { no } of all) outcomes.push((await itemsOf(no)).map(({ outcome }) => outcome));
    expect(outcomes).toEqual([['seen'], ['off_register'], ['left'], [null]]);
    const list = await visit('gp', '/outreach');
    expect(list, 'who has died is not on the list').not.toContain(`/people/${died.id}/outreach/`);
    const gone = await visit('gp', '/outreach?outcome=left');
    expect(gone, 'the figures have them').toContain(died.id);
    expect(gone).toContain('Died 20 November 2026');
  });
});

describe('the figures', () => {
  test('open exactly the people whom they count, for who sees a practice and who sees a neighbourhood', async () => {
    for (const who of ['gp', 'int_lead']) {
      const page = await visit(who, '/outreach');
      const numbers = numbersIn(page);
      expect(numbers.length).toBeGreaterThan(5);
      for (const { href, n } of numbers) expect([href, totalOf(await visit(who, href))]).toEqual([href, n]);
      if (who === 'gp') {
        const of = (query: string) => numbers.find(({ href }) => href === `/outreach?${query}`)?.n;
        expect(of('outcome=seen')).toBe(1);
        expect(of('outcome=seen&seen=yes')).toBe(1);
        expect(of('outcome=gone')).toBe(2);
        expect(of('outcome=any&seen=yes'), 'the one who came').toBe(1);
        expect(of('outcome=not_done'), 'another that was declined was begun again').toBe(1);
        const all = Number(of('outcome=any'));
        const parts = ['in_hand', 'reached', 'not_reached', 'gone', 'not_done'].map(
          (group) => of(`outcome=${group}`) ?? 0,
        );
        expect(parts.reduce((sum, n) => sum + n, 0)).toBe(all);
      }
    }
  });

  test('hold a year: what ended before it is not in them, and can be begun anew', async () => {
    const { no, id } = somebody();
    const item = await start(gp, id);
    await finish(gp, item, 'no_answer');
    const not = 'href="/outreach?outcome=no_answer#people"';
    expect(await visit('gp', '/outreach')).toContain(not);
    await sql(
      "update work.item set opened_at = opened_at - interval '13 months', closed_at = closed_at - interval '13 months' where subject_id = $1 and kind = 'outreach'",
      [no],
    );
    const page = await visit('gp', '/outreach');
    expect(page).not.toContain(not);
    expect(page).toContain(`/people/${id}/outreach/take`);
  });

  test('say what they mean, of which day they are, and that they show no cause', async () => {
    const page = await visit('int_lead', '/outreach');
    expect(page).toContain('Seen since');
    expect(page).toContain('some would have come anyway');
    expect(page).toContain('1 November 2026');
  });
});

test('what was stopped is not counted as reached, nor as seen since', async () => {
  const { no, id } = somebody();
  const item = await start(gp, id);
  await actAs(at.book, gp, (tx) =>
    stopWork(tx, { by: gp, now, kinds, item, outcome: 'cannot_be_done', reason: 'No interpreter' }),
  );
  await comesToAppointment(no);
  expect(await visit('gp', '/outreach?outcome=not_done')).toContain(id);
  expect(await visit('gp', '/outreach?outcome=any&seen=yes')).not.toContain(id);
});

test('the list of the register leads here, and so does the home page of the team', async () => {
  expect(await visit('int_lead', '/people?condition=not-seen')).toContain('href="/outreach"');
  expect(await visit('int_lead', '/people?condition=diabetes')).not.toContain('record why they do not come');
  expect(await visit('int_lead', '/')).toContain('Reach out to them');
});

test('each act is in the audit', async () => {
  const actions = await sql<{ action: string }>(
    "select distinct action from audit.entry where action like 'outreach.%' order by 1",
  );
  expect(actions.map(({ action }) => action)).toEqual([
    'outreach.decline',
    'outreach.defer',
    'outreach.listed',
    'outreach.take',
  ]);
});
