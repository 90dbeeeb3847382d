import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openSite, useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { ABSOLUTE_HOURS, type AuthTables, IDLE_MINUTES } from '../../platform/auth/index.ts';
import { allow } from '../../platform/web/index.ts';

const at = useTestBorough();
const site = useSite(at);
const secure = useSite(at, () => ({ settings: { PUBLIC_URL: 'https://neighbourhold.example' } }));

const sessions = () => at.book.as('app').withTables<AuthTables>();
const hashOf = (token = '') => createHash('sha256').update(token).digest();

async function sessionOf(token: string | undefined) {
  return await sessions()
    .selectFrom('auth.session')
    .selectAll()
    .where('token_hash', '=', hashOf(token))
    .executeTakeFirst();
}

/** Its row stays for a day, for what was typed in its pages; it opens nothing. */
async function isOver(token: string | undefined): Promise<boolean> {
  const row = await sessionOf(token);
  return row === undefined || row.ends_at <= new Date();
}

async function cookieAfterSignIn(from: typeof site) {
  const answer = await from.visitor().post('/sign-in/demo', { persona: 'gp' });
  return answer.cookies[0];
}

describe('the cookie of a session', () => {
  test('is out of reach of scripts and other sites, and ends with the session', async () => {
    expect(await cookieAfterSignIn(site)).toEqual({
      name: 'neighbourhold',
      value: expect.stringMatching(/^[\w-]{43}$/),
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      maxAge: ABSOLUTE_HOURS * 3600,
    });
  });

  test('is secure, and bound to our address, where the public address is https', async () => {
    expect(await cookieAfterSignIn(secure)).toMatchObject({
      name: '__Host-neighbourhold',
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: true,
    });
    const { headers } = await secure.visitor().get('/sign-in');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
  });

  test('holds the only copy of its token: the book has a hash', async () => {
    const visitor = await site.signedIn('gp');
    const token = visitor.cookies.get('neighbourhold');
    const row = await sessionOf(token);
    expect(row).toBeDefined();
    expect(JSON.stringify(row)).not.toContain(token);
  });
});

describe('a session', () => {
  test('is a new one at every sign-in: a token that somebody planted is worth nothing', async () => {
    const visitor = site.visitor();
    visitor.cookies.set('neighbourhold', 'planted-by-somebody-else');
    await visitor.post('/sign-in/demo', { persona: 'gp' });
    const first = visitor.cookies.get('neighbourhold');
    expect(first).not.toBe('planted-by-somebody-else');
    await visitor.post('/sign-in/demo', { persona: 'int_lead' });
    expect(visitor.cookies.get('neighbourhold')).not.toBe(first);
    // Who signs in as somebody else in the same browser is no longer who they were.
    expect(await isOver(first)).toBe(true);
  });

  test('ends with signing out, in the book too: a copy of the cookie opens nothing', async () => {
    const visitor = await site.signedIn('gp');
    const thief = site.visitor();
    for (const [name, value] of visitor.cookies) thief.cookies.set(name, value);
    expect((await thief.get('/')).statusCode).toBe(200);
    const answer = await visitor.post('/sign-out', { _csrf: await visitor.formToken() });
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
    expect(visitor.cookies.size).toBe(0);
    expect((await thief.get('/')).statusCode).toBe(303);
    expect(await isOver(thief.cookies.get('neighbourhold'))).toBe(true);
    const ended = await at.book
      .pool('batch')
      .query(`select role, purpose from audit.entry where action = 'session.ended'`);
    expect(ended.rows).toEqual([{ role: 'gp', purpose: 'signed out' }]);
  });

  test('is not ended by a form of another site, which comes without the cookie', async () => {
    const answer = await site.visitor().post('/sign-out');
    expect([answer.statusCode, answer.cookies]).toEqual([303, []]);
  });

  const minutes = (many: number) => new Date(Date.now() - many * 60_000);

  test.each([
    ['lives while it is used', () => ({ seen_at: minutes(IDLE_MINUTES - 1) }), 200],
    ['ends when nobody used it for a while', () => ({ seen_at: minutes(IDLE_MINUTES + 1) }), 303],
    ['ends after its time, used or not', () => ({ ends_at: minutes(1) }), 303],
  ])('%s', async (_, change, statusCode) => {
    const visitor = await site.signedIn('gp');
    const token = visitor.cookies.get('neighbourhold');
    await sessions()
      .updateTable('auth.session')
      // Counted from now: the file may have begun minutes ago.
      .set(change())
      .where('token_hash', '=', hashOf(token))
      .execute();
    expect((await visitor.get('/')).statusCode).toBe(statusCode);
  });

  test('ends with the account, in the middle of the day', async () => {
    const visitor = await site.signedIn('care_coordinator_2');
    const { account } = await persona(at.book, 'care_coordinator_2');
    const change = (active: boolean) =>
      at.book
        .as('batch')
        .withTables<AuthTables>()
        .updateTable('auth.account')
        .set({ active })
        .where('account', '=', account)
        .execute();
    await change(false);
    expect((await visitor.get('/')).statusCode).toBe(303);
    expect((await site.visitor().post('/sign-in/demo', { persona: 'care_coordinator_2' })).statusCode).toBe(
      403,
    );
    await change(true);
  });
});

describe('after signing in', () => {
  test.each([
    ['/places', '/places'],
    ['/people?place=lewisham-n1&page=2', '/people?place=lewisham-n1&page=2'],
    ['', '/'],
    ['places', '/'],
    ['https://evil.example/', '/'],
    ['https:evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['//evil.example', '/'],
    ['///evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    [' //evil.example', '/'],
    ['/\u0000/evil.example', '/'],
    ['/places\r\nset-cookie: a=b', '/'],
    ['/Łódź', '/'],
    ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ])('asked for %j goes to %j', async (next, location) => {
    const answer = await site.visitor().post('/sign-in/demo', { persona: 'gp', next });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, location]);
    const shown = await site.visitor().get(`/sign-in?next=${encodeURIComponent(next)}`);
    if (!next.includes('\u0000'))
      expect(shown.body).toContain(`name="next" value="${location.replace('&', '&amp;')}"`);
  });
});

describe('the demonstration’s people', () => {
  test('are offered by a demo only, whatever somebody sends', async () => {
    const live = await openSite(at, { purpose: 'live' });
    const page = await live.visitor().get('/sign-in');
    expect(page.body).not.toMatch(/Choose who to be|made up|persona/);
    expect(page.body).toContain('Nobody can sign in yet');
    await live.web.fastify.close();
  });

  test.each([['nobody'], ['operator'], [''], ['__proto__']])('do not include %j', async (key) => {
    const answer = await site.visitor().post('/sign-in/demo', { persona: key });
    expect(answer.statusCode).toBe(403);
    expect(answer.cookies).toEqual([]);
  });
});

describe('guessing', () => {
  test('is slow: thirty attempts a minute from one address, then a page that says to wait', async () => {
    const fresh = await openSite(at);
    const statuses: number[] = [];
    let last = '';
    const guesser = fresh.visitor();
    for (let attempt = 0; attempt < 31; attempt++) {
      // Saying that one is somebody else does not help.
      const from = { 'x-forwarded-for': `203.0.113.${attempt}` };
      const answer = await guesser.post('/sign-in/demo', { persona: `guess-${attempt}` }, from);
      statuses.push(answer.statusCode);
      last = answer.body;
    }
    expect(statuses).toEqual([...Array(30).fill(403), 429]);
    expect(last).toMatch(/Too many attempts.*Wait a minute and try again/s);
    expect((await guesser.post('/sign-in/demo', { persona: 'gp' })).statusCode).toBe(429);
    expect((await guesser.get('/sign-in')).statusCode).toBe(200);
    expect((await fresh.visitor().post('/sign-in/demo', { persona: 'gp' })).statusCode).toBe(303);
    await fresh.web.fastify.close();
  });
});

describe('the log', () => {
  test('tells of requests by pattern, and nothing by which a person could be known', async () => {
    const watched = await openSite(at);
    watched.web.route({
      method: 'GET',
      url: '/broken/:number',
      may: () => allow('a test breaks it'),
      handle: async (visit) => {
        await sql`select ${`${visit.url} Larkmoor`}::int`.execute(visit.tx);
        return { redirect: '/' };
      },
    });
    const gp = await watched.signedIn('gp');
    await gp.get('/people?q=Larkmoor&name=Larkmoor');
    await gp.get('/people/9990000018');
    await gp.get('/nowhere/Larkmoor?nhs_number=9990000018');
    await gp.post('/people', { q: 'Larkmoor' });
    const failed = await gp.get('/broken/9990000018');
    expect(failed.statusCode).toBe(500);
    expect(failed.body).not.toMatch(/9990000018|Larkmoor|integer/);

    const lines = watched.logged.map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => msg === 'request').map(({ route }) => route)).toEqual(
      expect.arrayContaining(['/sign-in/demo', '/people', 'no route', '/broken/:number']),
    );
    const fault = lines.find(({ msg }) => msg === 'request failed');
    expect(fault).toMatchObject({ route: '/broken/:number', err: { code: '22P02' } });
    // The page gives the number under which the log has it.
    expect(failed.body).toContain(fault.requestId);
    const personas = ['Kestrelmarsh', 'Larkmoor', '9990000018', ...gp.cookies.values()];
    for (const word of personas) expect(watched.logged.join('')).not.toContain(word);
    await watched.web.fastify.close();
  });
});
