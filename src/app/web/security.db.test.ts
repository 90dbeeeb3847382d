import { describe, expect, test } from 'vitest';
import { useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import type { AuditTables } from '../../platform/audit/index.ts';
import type { Web } from '../../platform/web/index.ts';

// What holds for every route, taken from the table of routes: whoever adds one is held to it without writing a test.

const at = useTestBorough();
const site = useSite(at);

/** An address of a route, with something in the place of every parameter. */
function addressOf({ url }: Web['routes'][number]): string {
  return url.replace(/:(\w+)/g, (_, name: string) =>
    name === 'person' || name === 'id' ? '00000000-0000-4000-8000-000000000000' : '1',
  );
}

const guarded = () => site.web.routes.filter(({ access }) => 'may' in access);
const ROLES = [
  'int_lead',
  'care_coordinator',
  'gp',
  'practice_nurse',
  'practice_manager',
  'pcn_manager',
  'analyst',
  'commissioner',
  'ig_lead',
  'patient',
  'carer',
];

describe('who may come', () => {
  test('is open for signing in, and for who watches the server; for nothing else', () => {
    const open = site.web.routes.flatMap(({ method, url, access }) =>
      'everybody' in access ? [[`${method} ${url}`, access.everybody]] : [],
    );
    expect(open.map(([route]) => route).sort()).toEqual([
      'GET /health',
      'GET /metrics',
      'GET /ready',
      'GET /sign-in',
      'GET /sign-in/callback',
      'GET /sign-in/provider',
      'POST /sign-in/demo',
      'POST /sign-out',
    ]);
    for (const [, why] of open) expect(why).toMatch(/\w+ \w+ \w+/);
    expect(guarded().length).toBeGreaterThan(20);
  });

  test('is said by every route that fastify knows, beside the built files', async () => {
    await site.web.fastify.ready();
    const known = site.web.fastify
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .flatMap((line) => {
        const found = /(\S*) \(([A-Z, ]+)\)/.exec(line) ?? [];
        return (found[2] ?? '').split(', ').map((method) => [method, found[1] ?? '']);
      })
      .filter(([method, url]) => method !== '' && method !== 'HEAD' && url !== '*');
    // The tree shows the end of an address; the number of routes is what matters.
    expect(known.length).toBe(site.web.routes.length);
  });

  test('is asked of a route without an answer: the server does not start with it', async () => {
    const { openSite } = await import('../../../test/support/site.ts');
    const { web } = await openSite(at);
    expect(() => web.fastify.get('/forgotten', async () => 'everything')).toThrow(
      'The route GET /forgotten does not say who may come to it',
    );
    await web.fastify.close();
  });

  test('of nobody: every other route sends who has no session to sign in, and shows nothing', async () => {
    for (const route of guarded()) {
      const visitor = site.visitor();
      visitor.cookies.set('neighbourhold', 'made-up');
      const address = addressOf(route);
      const answer = await (route.method === 'GET' ? visitor.get(address) : visitor.post(address));
      const where = `${route.method} ${address}`;
      expect(answer.statusCode, where).toBe(303);
      const next = route.method === 'GET' && address !== '/' ? `?next=${encodeURIComponent(address)}` : '';
      expect(answer.headers.location, where).toBe(`/sign-in${next}`);
      expect(answer.body, where).toBe('');
    }
  });

  test.each(ROLES)('of %s is what the table says, and a refusal is audited', async (key) => {
    const by = await persona(at.book, key);
    const visitor = await site.signedIn(key);
    const before = await refusals(by.account);
    let refused = 0;
    for (const route of guarded()) {
      if (route.method !== 'GET' || 'everybody' in route.access) continue;
      const may = route.access.may(by).allowed;
      if (!may) refused++;
      const { statusCode } = await visitor.get(addressOf(route));
      if (may) expect([200, 303, 404, 409, 422], route.url).toContain(statusCode);
      else expect(statusCode, route.url).toBe(403);
    }
    expect((await refusals(by.account)) - before).toBe(refused);
  });

  async function refusals(account: string): Promise<number> {
    const { n } = await at.book
      .as('batch')
      .withTables<AuditTables>()
      .selectFrom('audit.entry')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('action', '=', 'route.refused')
      .where('account', '=', account)
      .executeTakeFirstOrThrow();
    return n;
  }
});

/** Routes that take files, and read the form themselves. */
const UPLOADS = new Set(['/imports', '/codelists/loads']);

describe('forms', () => {
  test('without the token of this session, with a made-up one or with another session’s are refused', async () => {
    const visitor = await site.signedIn('analyst');
    const own = await visitor.formToken();
    const others = await (await site.signedIn('analyst')).formToken();
    expect(own).not.toBe(others);
    const posts = site.web.routes.filter(({ method, url }) => method === 'POST' && url !== '/sign-in/demo');
    expect(posts.length).toBeGreaterThan(4);
    for (const route of posts) {
      const address = addressOf(route);
      for (const forged of [{}, { _csrf: '' }, { _csrf: 'x'.repeat(own.length) }, { _csrf: others }]) {
        const answer = UPLOADS.has(route.url)
          ? await visitor.upload(address, [
              ...Object.entries(forged).map(([name, content]) => ({ name, content })),
              { name: 'files', filename: 'patient.csv', content: 'id\n' },
            ])
          : await visitor.post(address, forged);
        expect([answer.statusCode, address]).toEqual([403, address]);
        expect(answer.body, address).toMatch(/not from a page of this session/);
      }
    }
    expect((await visitor.get('/quality')).statusCode).toBe(200);
    expect(site.queued).toEqual([]);
  });
});

test('a request that never ends arriving is ended: slow senders do not hold connections for ever', () => {
  const { requestTimeout, headersTimeout } = site.web.fastify.server;
  expect([requestTimeout > 0, requestTimeout <= 3_600_000, headersTimeout > 0]).toEqual([true, true, true]);
});

describe('every answer', () => {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  const strange = [
    '/nowhere',
    '/%',
    '/%E0%A4%A',
    '/people/%00',
    `/people/${'x'.repeat(500)}`,
    '//evil.example',
    '/..%2f..%2fetc',
  ];

  test('has a strict policy and is kept by no cache: pages, refusals, redirects and what cannot be read', async () => {
    const lead = await site.signedIn('int_lead');
    const asset = /href="(\/assets\/[^"]+\.css)"/.exec((await lead.get('/')).body)?.[1] ?? '';
    const answers = [
      await lead.get('/'),
      await lead.get('/audit'),
      await lead.post('/sign-out'),
      await site.visitor().get('/people'),
      await site.visitor().get('/sign-in'),
      await site.visitor().get('/health'),
      await site.visitor().get(asset),
      await site.visitor().get('/assets/nothing.css'),
      await lead.post('/caseload', { a: 'x'.repeat(300_000) }),
      await lead.post('/sign-out', {}, { 'content-type': 'application/json' }),
      ...(await Promise.all(strange.map((url) => lead.get(url)))),
    ];
    for (const [number, { headers, statusCode }] of answers.entries()) {
      const which = `answer ${number}, ${statusCode}`;
      expect(String(headers['content-security-policy']).split(';').sort(), which).toEqual([...policy].sort());
      expect(headers, which).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=()',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers, which).not.toHaveProperty('x-powered-by');
      expect(headers['cache-control'], which).toMatch(
        statusCode === 200 && number === 6 ? /immutable/ : /no-store/,
      );
    }
  });

  test('that is an error is a page with a next step, and shows nothing of the inside', async () => {
    const lead = await site.signedIn('int_lead');
    for (const url of [...strange, '/audit', '/people/00000000-0000-4000-8000-000000000000']) {
      const { statusCode, body, headers } = await lead.get(url);
      expect(statusCode, url).toBeGreaterThanOrEqual(400);
      expect(statusCode, url).toBeLessThan(500);
      expect(headers['content-type'], url).toMatch('text/html');
      expect(body, url).toMatch(/<h1[^>]*>[^<]+/);
      expect(body, url).toContain('<a href="/">');
      expect(body, url).not.toMatch(/\.ts:|node_modules|\bat \w+ \(|kysely|select /i);
    }
  });

  test('of a page has no script, style or address of elsewhere in it', async () => {
    const lead = await site.signedIn('int_lead');
    for (const url of ['/', '/places', '/people', '/caseload', '/imports', '/definitions']) {
      const { body } = await lead.get(url);
      expect(body, url).not.toMatch(
        /<script(?![^>]*\bsrc="\/assets\/)|\son\w+="|\sstyle="|<style|javascript:/,
      );
      expect(body.match(/(?:src|href|action)="(?!\/|#|\?|data:,)[^"]*"/g) ?? [], url).toEqual([]);
    }
  });
});

describe('what somebody types into an address', () => {
  const values = [
    '%00',
    "'--",
    '-1',
    '1e999',
    '99999999999999999999',
    'NaN',
    '%F0%9F%98%80',
    'x'.repeat(3000),
    '%5B%5D',
    '',
  ];
  const names = [
    'q',
    'name',
    'place',
    'condition',
    'in',
    'frailty',
    'age',
    'age_from',
    'age_to',
    'percentile',
    'sort',
    'page',
    'person',
    'number',
    'from',
    'to',
    'who',
    'action',
    'next',
    'mine',
    'team',
  ];

  test('never breaks a page', async () => {
    const broken: string[] = [];
    for (const key of ['int_lead', 'ig_lead']) {
      const visitor = await site.signedIn(key);
      const routes = guarded().filter(({ method }) => method === 'GET');
      for (const route of routes) {
        for (const value of values) {
          const queries = [
            names.map((name) => `${name}=${value}`).join('&'),
            ...(['/people', '/places', '/audit', '/caseload'].includes(route.url) && value.startsWith('%')
              ? names.map((name) => `${name}=${value}&${name}=${value}`)
              : []),
          ];
          for (const query of queries) {
            const { statusCode } = await visitor.get(`${addressOf(route)}?${query}`);
            if (statusCode >= 500) broken.push(`${route.url}?${query}`.slice(0, 120));
          }
        }
        if (route.url.includes(':')) {
          for (const value of values.slice(0, 7)) {
            const url = route.url.replace(/:\w+/g, value);
            if ((await visitor.get(url)).statusCode >= 500) broken.push(url);
          }
        }
      }
    }
    expect(broken).toEqual([]);
  });
});
