import { afterEach, beforeAll, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';

// Given something that holds the book up: what somebody sees whose statement was ended, as after a minute it is.

const at = useTestBorough();
const site = useSite(at);
let visitor: Visitor;
let token: string;
let person: string;
let letGo = async () => {};

beforeAll(async () => {
  visitor = await site.signedIn('int_lead');
  token = await visitor.formToken();
  person = /href="(\/people\/[0-9a-f-]{36})"/.exec((await visitor.get('/people')).body)?.[1] ?? '';
  // A fifth of a second in place of a minute; that it is a minute, limits.db.test says.
  at.book
    .pool('app')
    .on('acquire', (client) => void client.query("set statement_timeout = '200ms'").catch(() => {}));
});
afterEach(() => letGo());

/** Holds a table, as maintenance does that somebody began in the middle of the day. */
async function hold(table: string): Promise<void> {
  const holder = await at.book.pool('owner').connect();
  await holder.query('begin');
  await holder.query(`lock table ${table} in access exclusive mode`);
  letGo = async () => {
    letGo = async () => {};
    await holder.query('rollback');
    holder.release();
  };
}

test('a page says that it took too long and what to do, with its menu; later it is there again', async () => {
  await hold('need.person_fact');
  const answer = await visitor.get('/people');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['content-type']).toContain('text/html');
  expect(answer.body).toContain('That took too long');
  expect(answer.body).toContain('Try again in a minute, or ask for less');
  expect(answer.body).toContain('href="/team"');
  expect(answer.body).not.toMatch(/statement timeout|person_fact|\bat \w+ \(/);
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  const logged = site.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request failed');
  expect(logged).toMatchObject([{ route: '/people', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
  await letGo();
  expect((await visitor.get('/people')).statusCode).toBe(200);
});

test('of an act nothing is kept, and it can be sent again', async () => {
  const due = new Date(Date.now() + 7 * 86_400_000);
  const form = await visitor.get(`${person}/take-on`);
  const fields = {
    _csrf: token,
    lead: /name="lead"[^>]*value="([^"]+)"/.exec(form.body)?.[1] ?? '',
    reason: 'Falls, twice',
    nextStep: 'Ring them',
    'due-day': String(due.getUTCDate()),
    'due-month': String(due.getUTCMonth() + 1),
    'due-year': String(due.getUTCFullYear()),
  };
  const work = async () =>
    (await at.book.pool('owner').query("select count(*)::int as n from work.item where kind = 'caseload'"))
      .rows[0].n;
  // The item is written before its first transition, which waits.
  const before = await work();
  await hold('work.transition');
  const answer = await visitor.post(`${person}/take-on`, fields);
  expect([answer.statusCode, await work()]).toEqual([503, before]);
  expect(answer.body).toContain('Nothing of this was kept');
  await letGo();
  expect((await visitor.post(`${person}/take-on`, fields)).statusCode).toBe(303);
  expect(await work()).toBe(before + 1);
});
