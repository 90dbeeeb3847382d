import { beforeAll, describe, expect, test } from 'vitest';
import { useSite } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { addDays, londonDay } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';

// Whoever refers, somebody is referred to the team of their own neighbourhood, and its meeting that comes next.

const at = useTestBorough();
const site = useSite(at);
let lead: Actor;
let gp: Actor;
let teamName = '';
/** Somebody of the GP's practice. */
let person = { id: '', no: 0 };

const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;

beforeAll(async () => {
  lead = await persona(at.book, 'int_lead');
  gp = await persona(at.book, 'gp');
  [{ name: teamName }] = (await sql<{ name: string }>('select name from directory.team where team_id = $1', [
    lead.team,
  ])) as [{ name: string }];
  [person] = (await sql<{ id: string; no: number }>(
    `select p.public_id as id, p.person_no as no from register.person p
       join directory.place practice on practice.place_id = p.practice_id
      where practice.code = $1 and p.registered and not p.sensitive and p.death_date is null order by 2 limit 1`,
    [gp.organisation],
  )) as [{ id: string; no: number }];
});

async function setUp(name: string, days: number): Promise<string> {
  const visitor = await site.signedIn('int_lead');
  const [year = '', month = '', day = ''] = addDays(londonDay(new Date()), days).split('-');
  const set = await visitor.post('/mdt/new', {
    _csrf: await visitor.formToken(),
    name,
    cadence: 'weekly',
    time: '13:30',
    minutes: '60',
    place: 'Room 2',
    chair: lead.account,
    chairDiscipline: 'nursing',
    'starts-day': day,
    'starts-month': month,
    'starts-year': year,
  });
  return set.headers.location ?? '';
}

const referrals = () =>
  sql<{ title: string; owner: number; offered: number | null }>(
    `select title, owner_team as owner, offered_team as offered from work.item
      where kind = 'mdt_referral' and subject_id = $1 and closed_at is null order by item_id`,
    [person.no],
  );

describe('a referral', () => {
  test('says which team it goes to, and that it has no meeting and whom to ask; and waits with that team', async () => {
    const visitor = await site.signedIn('gp');
    const { body } = await visitor.get(`/people/${person.id}/mdt`);
    expect(body).toContain(`It goes to ${teamName}, which looks after this person’s neighbourhood`);
    expect(body).toContain(`Ask ${lead.name} to set one up`);
    const _csrf = await visitor.formToken();
    const sent = await visitor.post(`/people/${person.id}/mdt`, { _csrf, reason: 'Falls, and lives alone' });
    expect(sent.headers.location).toMatch(/^\/work\/\d+$/);
    expect(await referrals()).toMatchObject([{ title: 'Falls, and lives alone', offered: lead.team }]);
  });

  test('goes to the meeting of the person’s own team that is next, and not to one that the referrer belongs to', async () => {
    const next = await setUp('Next meeting', 2);
    const second = await setUp('Later meeting', 9);
    // Another team meets sooner, and the GP belongs to it.
    const [other] = await sql<{ team_id: number }>(
      "insert into directory.team (code, name, kind, place_id) values ('other', 'Another team', 'int', null) returning team_id",
    );
    const [mdt] = await sql<{ mdt_id: number }>(
      `insert into coordination.mdt (team_id, name, cadence, anchor_at, minutes, place, chair)
       select $1, 'Sooner meeting', cadence, anchor_at, minutes, place, chair from coordination.mdt limit 1 returning mdt_id`,
      [other?.team_id],
    );
    await sql(
      `insert into coordination.mdt_member (mdt_id, name, discipline, account) values ($1, $2, 'gp', $3)`,
      [mdt?.mdt_id, gp.name, gp.account],
    );
    await sql(
      `insert into coordination.meeting (mdt_id, starts_at, state) values ($1, now() + interval '1 day', 'planned')`,
      [mdt?.mdt_id],
    );
    const visitor = await site.signedIn('gp');
    expect((await visitor.get('/mdt')).body, 'to which the GP belongs').toContain('Sooner meeting');
    const { body } = await visitor.get(`/people/${person.id}/mdt`);
    expect(body).toContain(`It goes to ${teamName}: “Next meeting”`);
    const chair = await site.signedIn('int_lead');
    const _csrf = await chair.formToken();
    await chair.post(`${next}/agenda`, { _csrf });
    expect((await chair.get(next)).body).toContain('Falls, and lives alone');
    await chair.post(`${second}/agenda`, { _csrf });
    expect((await chair.get(second)).body, 'on one agenda').not.toContain('Falls, and lives alone');
    const referred = await chair.post(`/people/${person.id}/mdt`, { _csrf, reason: 'And her medicines' });
    expect(referred.headers.location, 'whoever belongs to it comes to it').toBe(next);
    expect(await referrals()).toMatchObject([
      { offered: lead.team },
      { title: 'And her medicines', owner: lead.team, offered: null },
    ]);
  });

  test('to a meeting whose day is over is told so; the meeting says what to do, and loses nobody', async () => {
    await sql(
      `update coordination.meeting set starts_at = starts_at - interval '4 days' where meeting_id in
         (select meeting_id from coordination.meeting join coordination.mdt using (mdt_id) where name = 'Next meeting')`,
    );
    await sql("update coordination.mdt set ended_at = now() where name = 'Later meeting'");
    const visitor = await site.signedIn('gp');
    expect((await visitor.get(`/people/${person.id}/mdt`)).body).toContain('has not been held yet');
    const chair = await site.signedIn('int_lead');
    const list = await chair.get('/mdt');
    const [, href = ''] = /<a href="(\/mdt\/\d+)">Next meeting<\/a>/.exec(list.body) ?? [];
    expect(list.body).toMatch(/Next meeting[\s\S]*?Not held[\s\S]*?Later meeting/);
    const page = await chair.get(href);
    for (const said of [
      'nobody began it',
      'nobody is lost',
      'Hold it now',
      'Move it to another day',
      'Say why it was not held',
    ])
      expect(page.body).toContain(said);
    const [, was = ''] = /name="was" value="([^"]+)"/.exec(page.body) ?? [];
    const _csrf = await chair.formToken();
    const unsaid = await chair.post(`${href}/not-held`, { _csrf, was, notHeldReason: '' });
    expect([unsaid.statusCode, unsaid.body.includes('Say why')]).toEqual([422, true]);
    const wrongDay = { 'starts-day': '31', 'starts-month': '2', 'starts-year': '2036', time: '25:00' };
    const wrong = await chair.post(`${href}/move`, { _csrf, was, moveReason: 'The room', ...wrongDay });
    expect([wrong.statusCode, wrong.body.includes('The room')], 'what was typed comes back').toEqual([
      422,
      true,
    ]);
    const sent = { _csrf, was, notHeldReason: 'The chair was ill' };
    expect((await chair.post(`${href}/not-held`, sent)).headers.location).toBe(href);
    expect((await chair.post(`${href}/not-held`, sent)).statusCode, 'sent twice').toBe(409);
    const now = (await chair.get(href)).body;
    expect(now).toContain('The chair was ill (');
    expect(now).toContain('Falls, and lives alone');
    expect(now).not.toContain('nobody began it');
    expect((await chair.get('/mdt')).body).toContain('Not held once before');
    expect((await chair.get(`${href}/minutes`)).body).toContain('The chair was ill (');
  });

  test('of somebody whose practice no team covers is not made, and says what to do instead', async () => {
    await sql("update directory.team set kind = 'was_int' where kind = 'int'");
    const visitor = await site.signedIn('gp');
    const { body } = await visitor.get(`/people/${person.id}/mdt`);
    expect(body).toContain('No neighbourhood team covers this person’s practice');
    expect(body).toContain('Ask for something');
    const _csrf = await visitor.formToken();
    const before = await referrals();
    const refused = await visitor.post(`/people/${person.id}/mdt`, { _csrf, reason: 'Once more' });
    expect(refused.statusCode).toBe(409);
    expect(refused.body, 'what was written is not lost').toContain('Once more');
    expect(await referrals()).toEqual(before);
  });
});
