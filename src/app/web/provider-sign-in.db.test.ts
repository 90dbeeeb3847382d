import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OUR_ADDRESS, useOpenIdProvider } from '../../../test/support/openid-provider.ts';
import { openSite, useSite } from '../../../test/support/site.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { changeStaff } from '../../domains/directory/index.ts';
import type { AuditTables } from '../../platform/audit/index.ts';
import { type AuthTables, changeAccount } from '../../platform/auth/index.ts';

const at = useTestBook();
const provider = useOpenIdProvider();
const settings = () => ({
  PUBLIC_URL: OUR_ADDRESS,
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.client.id,
  OIDC_CLIENT_SECRET: provider.client.secret,
  OIDC_NAME: 'Test Trust',
});
const site = useSite(at, () => ({ settings: settings(), purpose: 'live' }));

const KNOWN = 'smartcard-555000111';
let account = '';

beforeAll(async () => {
  await at.book
    .as('batch')
    .transaction()
    .execute(async (tx) => {
      account = await changeAccount(tx, {
        name: 'Imelda Rookwater',
        issuer: provider.issuer,
        subject: KNOWN,
      });
      await changeStaff(tx, { account, role: 'ig_lead', organisation: null, teamId: null, capacity: null });
    });
});
beforeEach(() => {
  Object.assign(provider, { subject: KNOWN, claims: null, forgesSignature: false });
});

/** Presses the button, signs in with the provider, and gives the address that the provider sends the browser to. */
async function comeBack(visitor: ReturnType<typeof site.visitor>, next = '/'): Promise<string> {
  const begun = await visitor.get(`/sign-in/provider?next=${encodeURIComponent(next)}`);
  expect(begun.statusCode).toBe(303);
  return await provider.signIn(begun.headers.location ?? '');
}

const isSignedIn = async (visitor: ReturnType<typeof site.visitor>) =>
  (await visitor.get('/')).statusCode === 200;

describe('signing in with a provider', () => {
  test('is the only way into a live installation', async () => {
    const { body } = await site.visitor().get('/sign-in?next=/audit');
    expect(body).toContain('Sign in with Test Trust');
    expect(body).toContain('href="/sign-in/provider?next=%2Faudit"');
    expect(body).not.toMatch(/Choose who to be|Demonstration/);
    const forced = await site.visitor().post('/sign-in/demo', { persona: 'ig_lead' });
    expect([forced.statusCode, forced.cookies]).toEqual([403, []]);
  });

  test('asks for a code with PKCE, state and nonce, and tells the provider nothing else', async () => {
    const { headers, cookies } = await site.visitor().get('/sign-in/provider');
    const address = new URL(headers.location ?? '');
    expect(address.origin).toBe(provider.issuer);
    const { code_challenge, state, nonce, ...asked } = Object.fromEntries(address.searchParams);
    expect(asked).toEqual({
      client_id: provider.client.id,
      response_type: 'code',
      redirect_uri: `${OUR_ADDRESS}/sign-in/callback`,
      scope: 'openid profile',
      code_challenge_method: 'S256',
    });
    for (const value of [code_challenge, state, nonce]) expect(value).toMatch(/^[\w-]{43}$/);
    expect(new Set([code_challenge, state, nonce]).size).toBe(3);
    expect(cookies).toMatchObject([{ name: 'neighbourhold-sign-in', httpOnly: true, sameSite: 'Lax' }]);
  });

  test('opens the page that was asked for, as the person whom the provider vouches for', async () => {
    const visitor = site.visitor();
    const answer = await visitor.get(await comeBack(visitor, '/audit?page=1'));
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/audit?page=1']);
    expect([...visitor.cookies.keys()]).toEqual(['neighbourhold']);
    const page = await visitor.get('/audit');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Imelda Rookwater');
    const entry = await at.book
      .as('batch')
      .withTables<AuditTables>()
      .selectFrom('audit.entry')
      .select(['action', 'account', 'role'])
      .orderBy('id', 'desc')
      .where('action', '=', 'session.begun')
      .executeTakeFirst();
    expect(entry).toEqual({ action: 'session.begun', account, role: 'ig_lead' });
  });

  test('never leads away from us', async () => {
    const visitor = site.visitor();
    expect((await visitor.get(await comeBack(visitor, '//evil.example'))).headers.location).toBe('/');
  });

  test.each(['stranger', `${KNOWN} `, ''])(
    'of somebody who has no account (%j) says whom to ask',
    async (subject) => {
      const visitor = site.visitor();
      const back = await comeBack(visitor);
      provider.claims = (told) => ({ ...told, sub: subject });
      const answer = await visitor.get(back);
      expect(answer.statusCode).toBe(403);
      expect(answer.body).toMatch(/Ask whoever runs Neighbourhold|Begin again/);
      expect(await isSignedIn(visitor)).toBe(false);
    },
  );

  test('ends with the account', async () => {
    const change = (active: boolean) =>
      at.book
        .as('batch')
        .withTables<AuthTables>()
        .updateTable('auth.account')
        .set({ active })
        .where('account', '=', account)
        .execute();
    await change(false);
    const visitor = site.visitor();
    expect((await visitor.get(await comeBack(visitor))).statusCode).toBe(403);
    await change(true);
  });
});

describe('an answer that is not the provider’s answer to this browser', () => {
  const refused = async (visitor: ReturnType<typeof site.visitor>, callback: string) => {
    const answer = await visitor.get(callback);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('Begin again at the sign-in page.');
    expect(answer.cookies.filter(({ name }) => name === 'neighbourhold')).toEqual([]);
    expect(await isSignedIn(visitor)).toBe(false);
  };

  test.each<[string, (address: string) => string]>([
    ['another state', (address) => address.replace(/state=[^&]+/, `state=${'x'.repeat(43)}`)],
    ['no state', (address) => address.replace(/&?state=[^&]+/, '')],
    ['another code', (address) => address.replace(/code=[^&]+/, 'code=made-up')],
    [
      'another issuer',
      (address) => address.replace(/iss=[^&]+/, `iss=${encodeURIComponent('https://evil.example')}`),
    ],
    ['a refusal', (address) => address.replace(/code=[^&]+/, 'error=access_denied')],
    ['nothing', () => '/sign-in/callback'],
  ])('with %s is refused', async (_, change) => {
    const visitor = site.visitor();
    await refused(visitor, change(await comeBack(visitor)));
  });

  test('that another browser began is refused, and is used up', async () => {
    const attacker = site.visitor();
    const callback = await comeBack(attacker);
    const victim = site.visitor();
    await victim.get('/sign-in/provider');
    await refused(victim, callback);
    await refused(attacker, callback);
  });

  test('works once', async () => {
    const visitor = site.visitor();
    const callback = await comeBack(visitor);
    const kept = new Map(visitor.cookies);
    expect((await visitor.get(callback)).statusCode).toBe(303);
    const again = site.visitor();
    for (const [name, value] of kept) again.cookies.set(name, value);
    await refused(again, callback);
  });

  test('that comes too late is refused', async () => {
    const visitor = site.visitor();
    const callback = await comeBack(visitor);
    const ends_at = new Date(Date.now() - 1000);
    await at.book.as('app').withTables<AuthTables>().updateTable('auth.sign_in').set({ ends_at }).execute();
    await refused(visitor, callback);
  });

  const now = () => Math.floor(Date.now() / 1000);

  test.each<[string, Partial<typeof provider>]>([
    ['another nonce', { claims: (told) => ({ ...told, nonce: 'x'.repeat(43) }) }],
    ['no nonce', { claims: ({ nonce, ...told }) => told }],
    ['another audience', { claims: (told) => ({ ...told, aud: 'somebody-else' }) }],
    ['another issuer', { claims: (told) => ({ ...told, iss: 'https://evil.example' }) }],
    ['a time that is over', { claims: (told) => ({ ...told, iat: now() - 7200, exp: now() - 3600 }) }],
    ['no subject', { claims: ({ sub, ...told }) => told }],
    ['a signature of somebody else', { forgesSignature: true }],
  ])('with an identity token that has %s is refused', async (_, lie) => {
    const visitor = site.visitor();
    const callback = await comeBack(visitor);
    Object.assign(provider, lie);
    await refused(visitor, callback);
  });
});

describe('a provider that is away', () => {
  test('is a page that says to try again, not a stack; we serve, and ask again next time', async () => {
    const away = { ...settings(), OIDC_ISSUER: 'http://localhost:9' };
    const lonely = await openSite(at, { settings: away, purpose: 'live' });
    expect((await lonely.visitor().get('/sign-in')).statusCode).toBe(200);
    const { statusCode, body } = await lonely.visitor().get('/sign-in/provider');
    expect(statusCode).toBe(500);
    expect(body).toContain('Try again in a few minutes');
    expect(body).not.toMatch(/ECONNREFUSED|localhost:9|\bat \w+ \(/);
    await lonely.web.fastify.close();
  });
});
