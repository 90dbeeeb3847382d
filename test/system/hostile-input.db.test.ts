import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Chance,
  chanceFrom,
  ESCAPED_NOT,
  hostileFields,
  hostileHeaders,
  hostileText,
  SCRIPTS,
  wellFormed,
} from '../support/hostile-requests.ts';
import { useSite, type Visitor } from '../support/site.ts';
import { useTestBorough } from '../support/test-book.ts';

// Malformed requests to every route, by everybody: addresses, forms, files, header fields. None may bring a page down,
// show the inside, run as a script, or leave memory behind. Fewer, or others: HOSTILE_REQUESTS=500 HOSTILE_SEED=1.

const REQUESTS = Number(process.env.HOSTILE_REQUESTS ?? 20_000);
const SEED = Number(process.env.HOSTILE_SEED ?? 20261122);
/** What memory may grow by between the first quarter and the end: caches settle, leaks do not. */
const BOUND = 64 * 1024 * 1024;
/** No request of a well-meaning reader takes a tenth of this. */
const HANGS = 60_000;

const at = useTestBorough();
// Small, so that files that are too large are quickly made.
const site = useSite(at, () => ({ largestUpload: 200_000 }));

const PEOPLE = [
  'int_lead',
  'gp',
  'practice_manager',
  'analyst',
  'commissioner',
  'ig_lead',
  'patient',
  'carer',
];
const INSIDE = /\.tsx?:\d|node_modules|\bat \w+ \(|kysely|PostgresError|syntax error at or near/i;

describe('hostile requests', () => {
  const known: { publicIds: string[]; items: string[] } = { publicIds: [], items: [] };
  let names: string[] = [];
  const visitors = new Map<string, { visitor: Visitor; token: string }>();

  async function signIn(key: string) {
    const visitor = await site.signedIn(key);
    const signed = { visitor, token: await visitor.formToken() };
    visitors.set(key, signed);
    return signed;
  }

  beforeAll(async () => {
    const ids = await at.book
      .pool('batch')
      .query('select public_id from register.person where registered order by 1 limit 20');
    known.publicIds = ids.rows.map(({ public_id }) => public_id);
    known.items = ['1', '2', '3', 'diabetes', 'need', 'Z00001', 'lewisham-n2'];
    for (const key of PEOPLE) await signIn(key);
    // The names of the fields that our forms have, from the pages themselves.
    const found = new Set<string>();
    for (const { method, url } of site.web.routes) {
      if (method !== 'GET') continue;
      const ids = url.includes(':') ? [...known.publicIds.slice(0, 1), ...known.items] : [''];
      for (const address of ids.map((id) => url.replace(':definition', 'need').replace(/:\w+/g, id)))
        for (const key of ['int_lead', 'ig_lead', 'practice_manager', 'analyst', 'patient']) {
          const { body } = (await visitors.get(key)?.visitor.get(address)) ?? { body: '' };
          for (const [, name] of body.matchAll(/ name="([^"]+)"/g)) found.add(name ?? '');
        }
    }
    names = [...found].filter((name) => name !== '_csrf');
    expect(names).toEqual(expect.arrayContaining(['nhs_number', 'nextStep', 'due-day', 'place']));
  }, 600_000);

  const parameter = (chance: Chance) =>
    chance.in(4)
      ? chance.one([...known.publicIds, ...known.items])
      : encodeURIComponent(wellFormed(hostileText(chance)));

  function addressFor(url: string, chance: Chance): string {
    const path = url.replace(/:\w+/g, () => parameter(chance));
    const query = chance.in(5) ? `?${hostileFields(chance, names)}` : '';
    if (chance.in(0.5)) return `${path}/${parameter(chance)}${query}`;
    return chance.in(0.5) ? `${path}${hostileText(chance).replace(/[^\x21-\x7E]/g, '%')}` : path + query;
  }

  async function send(chance: Chance) {
    const key = chance.in(1) ? null : chance.one(PEOPLE);
    const signed = key === null ? null : (visitors.get(key) ?? (await signIn(key)));
    const visitor = signed?.visitor ?? site.visitor();
    const route = chance.one(site.web.routes);
    const url = addressFor(route.url, chance);
    const headers = hostileHeaders(chance);
    const token = signed && chance.in(8) ? signed.token : wellFormed(hostileText(chance));
    const what = `${key ?? 'nobody'} ${route.method} ${url}`;
    // A way out of the session would end the run.
    if (route.url === '/sign-out' && token === signed?.token) return null;
    if (route.method === 'GET' && chance.in(9)) return { what, answer: await visitor.get(url, headers) };
    if (chance.in(2)) {
      const parts = Array.from({ length: chance.below(5) }, () => ({
        name: chance.in(5) ? 'files' : chance.one([...names, 'mends']),
        content: chance.in(0.5) ? 'x'.repeat(300_000) : hostileText(chance),
        ...(chance.in(5) ? { filename: hostileText(chance).replace(/[\r\n"\0]/g, '') } : {}),
      }));
      return { what, answer: await visitor.upload(url, [{ name: '_csrf', content: token }, ...parts]) };
    }
    const fields = hostileFields(chance, names);
    fields.set('_csrf', token);
    if (chance.in(0.2)) fields.set('reason', 'x'.repeat(300_000));
    return { what, answer: await visitor.post(url, Object.fromEntries(fields), headers) };
  }

  test(`${REQUESTS} of them: no fault, no stack, no script, no hang, no memory`, async () => {
    v8.setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const chance = chanceFrom(SEED);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    let settled = 0;
    for (let number = 0; number < REQUESTS; number++) {
      if (number === Math.ceil(REQUESTS / 4)) {
        collect();
        settled = process.memoryUsage().heapUsed;
      }
      const sent = await within(HANGS, send(chance), `request ${number} of seed ${SEED}`);
      if (!sent) continue;
      const { statusCode, body, headers } = sent.answer;
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      const asPage = String(headers['content-type'] ?? '').startsWith('text/html');
      const wrong =
        statusCode >= 500
          ? `${statusCode}`
          : INSIDE.test(body)
            ? `shows ${INSIDE.exec(body)?.[0]}`
            : asPage && ESCAPED_NOT.test(body)
              ? `lets ${ESCAPED_NOT.exec(body)?.[0]} through`
              : null;
      if (wrong !== null) faults.push(`request ${number}: ${wrong}: ${sent.what.slice(0, 200)}`);
    }
    collect();
    const grown = process.memoryUsage().heapUsed - settled;
    expect(faults.slice(0, 20)).toEqual([]);
    expect(grown, `heap grew by ${grown}`).toBeLessThan(BOUND);
    // They came where they were meant to: pages, refusals, unknown addresses, forms that are sent back.
    for (const status of [200, 303, 403, 404, 422])
      expect(statuses.get(status) ?? 0, `${status}s`).toBeGreaterThan(REQUESTS / 600);
  }, 3_600_000);

  test('what was stored of them stays text on every page of everybody', async () => {
    const stored = await storeScripts();
    expect(stored).toBeGreaterThan(0);
    const seen: string[] = [];
    let shown = 0;
    for (const [key] of visitors) {
      const { visitor } = await signIn(key);
      const pages = new Set(['/']);
      for (const page of pages) {
        const { body, statusCode, headers } = await visitor.get(page);
        if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/html')) continue;
        if (ESCAPED_NOT.test(body)) seen.push(`${key} ${page}`);
        if (body.includes('&lt;script>alert') || body.includes('&lt;script&gt;alert')) shown++;
        for (const [, href] of body.matchAll(/href="(\/[^"#]*)"/g))
          if (href && pages.size < 60 && !href.startsWith('/assets') && !href.includes('.csv'))
            pages.add(href.replaceAll('&amp;', '&'));
      }
    }
    expect(seen).toEqual([]);
    expect(shown, 'pages on which a stored script stands as text').toBeGreaterThan(0);
  }, 600_000);

  /** Takes somebody on with a script in every text: what a colleague then reads. Returns how many were stored. */
  async function storeScripts(): Promise<number> {
    const { visitor, token } = await signIn('int_lead');
    const list = await visitor.get('/people');
    const [, person] = /href="\/people\/([0-9a-f-]{36})"/.exec(list.body) ?? [];
    const form = await visitor.get(`/people/${person}/take-on`);
    const [, lead] = /name="lead"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="lead"/.exec(form.body) ?? [];
    const answer = await visitor.post(`/people/${person}/take-on`, {
      _csrf: token,
      lead: lead ?? '',
      reason: SCRIPTS[0],
      nextStep: `${SCRIPTS[0]} ${SCRIPTS[1]}`,
      'due-day': '1',
      'due-month': '3',
      'due-year': '2036',
    });
    return answer.statusCode === 303 ? 1 : 0;
  }
});

async function within<Value>(milliseconds: number, work: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), milliseconds);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
