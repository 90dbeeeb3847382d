import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../../../test/support/site.ts';
import { useTestBorough } from '../../../../../test/support/test-book.ts';

const at = useTestBorough();
const site = useSite(at);
let analyst: Visitor;
let token: string;

beforeAll(async () => {
  analyst = await site.signedIn('analyst');
  token = await analyst.formToken();
});

const post = (url: string, fields: Record<string, string> = {}) =>
  analyst.post(url, { _csrf: token, ...fields });
const words = (body: string) =>
  body
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', '’')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
let drafts = 0;

/** Begins a draft with a rule. Returns its address; it is at version 2 then. */
async function begun(rule: string): Promise<string> {
  const title = `Trial ${++drafts}`;
  const made = await post('/definitions/drafts/new', { title, why: 'A test' });
  expect(made.statusCode).toBe(303);
  const url = String(made.headers.location);
  const text = /<textarea[^>]*>([^<]*)</.exec((await analyst.get(`${url}/text`)).body)?.[1] ?? '';
  const definition = `${text.trim()}\n${rule}\n`;
  expect((await post(`${url}/text`, { seen: '1', definition })).statusCode).toBe(303);
  return url;
}

describe('who may come to drafts', () => {
  test.each([
    ['analyst', 200],
    ['gp', 200],
    ['int_lead', 200],
    ['practice_nurse', 403],
    ['care_coordinator', 403],
    ['practice_manager', 403],
    ['pcn_manager', 403],
    ['commissioner', 403],
    ['ig_lead', 403],
    ['patient', 403],
    ['carer', 403],
  ])('%s: %s', async (key, status) => {
    const visitor = await site.signedIn(key);
    for (const page of ['', '/new'])
      expect((await visitor.get(`/definitions/drafts${page}`)).statusCode).toBe(status);
  });

  test('every route of drafts says so', () => {
    const routes = site.web.routes.filter(({ url }) => url.startsWith('/definitions/drafts'));
    expect(routes.length).toBeGreaterThan(25);
    for (const { access } of routes) expect(access).toHaveProperty('may');
  });
});

describe('numbers beside a draft', () => {
  test('are of those whom the reader may see', async () => {
    const url = await begun('rule: { age: { from: 0 } }');
    const all = async (key: string) => {
      const page = words((await (await site.signedIn(key)).get(url)).body);
      return Number(/All ([\d,]+)/.exec(page)?.[1]?.replace(',', ''));
    };
    expect(await all('analyst')).toBe(3938);
    expect(await all('int_lead')).toBe(4000);
    const own = await all('gp');
    expect(own).toBeGreaterThan(20);
    expect(own).toBeLessThan(400);
  });

  test('stand on each view, with the day of the data', async () => {
    const url = await begun('rule: { all: [{ sex: female }, { ever: DM_COD }] }');
    const shown = [];
    for (const view of ['', '/text', '/about', '/cases', '/people', '/check', '/history']) {
      const page = words((await analyst.get(`${url}${view}`)).body);
      expect(page).toContain('1 November 2026');
      shown.push(/In ([\d,]+) Out ([\d,]+) Unknown ([\d,]+)/.exec(page)?.[0]);
    }
    expect(new Set(shown).size).toBe(1);
    expect(shown[0]).toBeDefined();
  });
});

describe('what is written wrong', () => {
  test.each<[string, string, string]>([
    ['a word that is none', 'rule:\n  all:\n    - agee: { from: 3 }', 'Line 16: rule.all.0: not a condition'],
    [
      'a list that is none',
      'rule: { ever: NO_SUCH }',
      'Line 14: there is no codelist NO_SUCH rule: { ever: NO_SUCH }',
    ],
    ['a definition that is none', 'rule: { definition: nobody }', 'Line 14: there is no definition nobody'],
    ['no YAML', 'rule: [', 'Line 15'],
  ])('%s is saved, and said with its line', async (_, rule, said) => {
    const url = await begun(rule);
    const page = words((await analyst.get(`${url}/text`)).body);
    expect(page).toContain(said);
    expect(page).toContain('It cannot be counted yet');
    expect((await analyst.get(url)).statusCode).toBe(200);
  });

  test('in a form comes back in the form, with what is wrong', async () => {
    const url = await begun('rule: { sex: female }');
    const answer = await post(`${url}/block?to=rule&word=within`, {
      seen: '2',
      codes: 'NO_SUCH',
      window: '6',
      window_unit: 'months',
    });
    expect(answer.statusCode).toBe(422);
    expect(words(answer.body)).toContain('There is no codelist NO_SUCH: choose one of the list');
    expect(answer.body).toContain('value="NO_SUCH"');
    expect(answer.body).toMatch(/name="window"[^>]*value="6"|value="6"[^>]*name="window"/);
  });

  test('about a draft comes back too, and a copy that takes another’s id is refused', async () => {
    const url = await begun('rule: { sex: female }');
    const answer = await post(`${url}/about`, { seen: '2', title: '', id: 'Bad Id', version: '1' });
    expect(answer.statusCode).toBe(422);
    const said = words(answer.body);
    for (const message of ['Write what it is called', 'An id is small letters', 'A version is three numbers'])
      expect(said).toContain(message);
    const taken = await post('/definitions/drafts/new', { title: 'X', why: 'Y', id: 'diabetes' });
    expect(taken.statusCode).toBe(422);
  });
});

describe('blocks', () => {
  test('what the forms do not know is shown and changed as text', async () => {
    const url = await begun('rule:\n  all:\n    - age: { from: 18, at: first }\n    - sex: female');
    const page = words((await analyst.get(url)).body);
    expect(page).toContain('Written as text');
    const form = await analyst.get(`${url}/block?at=rule.all.0`);
    expect(form.body).toContain('age:\n  from: 18\n  at: first');
    expect((await post(`${url}/block?at=rule.all.0`, { seen: '2', text: 'a: [' })).statusCode).toBe(422);
    expect(
      (await post(`${url}/block?at=rule.all.0`, { seen: '2', text: 'age: { from: 18 }' })).statusCode,
    ).toBe(303);
    expect(words((await analyst.get(url)).body)).toContain('Aged 18 or over');
  });

  test('a step in one tab, and another in the second: the second is told, and the first stays', async () => {
    const url = await begun('rule:\n  all:\n    - age: { from: 18 }\n    - sex: female');
    const move = { seen: '2', at: 'rule.all.0', move: 'down' };
    expect((await post(`${url}/move`, move)).statusCode).toBe(303);
    const second = await post(`${url}/move`, { seen: '2', at: 'rule.all.1', move: 'remove' });
    expect(second.statusCode).toBe(409);
    expect(words(second.body)).toContain('has saved version 3 since you began');
    const form = await post(`${url}/block?at=rule.all.1`, { seen: '2', from: '40', unit: 'years' });
    expect(form.statusCode).toBe(409);
    expect(form.body).toContain('value="40"');
  });

  test.each(['block?at=rule.all.9', 'block?at=__proto__', 'add?to=title', 'history/99'])(
    '%s is no page',
    async (page) => {
      const url = await begun('rule: { sex: female }');
      expect((await analyst.get(`${url}/${page}`)).statusCode).toBe(404);
    },
  );
});

test('looking at example people is in the audit, each person by their number', async () => {
  const url = await begun('rule: { sex: female }');
  const seen = async () => {
    const { rows } = await sql<{ action: string; n: number }>`
      select action, count(*)::int as n from audit.entry
       where action in ('person.explained', 'people.listed') group by action`.execute(at.book.as('owner'));
    return new Map(rows.map(({ action, n }) => [action, n]));
  };
  const before = await seen();
  await analyst.get(`${url}/people`);
  const page = await (await site.signedIn('gp')).get(`${url}/people`);
  expect(page.body).toMatch(/href="\/people\/[0-9a-f-]{36}"/);
  const after = await seen();
  expect((after.get('people.listed') ?? 0) - (before.get('people.listed') ?? 0)).toBe(1);
  // Ten who are in and five who are out.
  expect((after.get('person.explained') ?? 0) - (before.get('person.explained') ?? 0)).toBe(15);
});

test('publishing and retiring ask for a refresh', async () => {
  const url = await begun('rule: { sex: female }');
  const add = (name: string, sex: string, outcome: string, seen: string) =>
    post(`${url}/case`, { seen, name, born: '1990-01-01', sex, outcome });
  expect((await post(`${url}/ask`, { seen: '2' })).statusCode).toBe(409);
  expect((await add('Ada', 'female', 'in', '2')).statusCode).toBe(303);
  expect((await add('Ben', 'male', 'out', '3')).statusCode).toBe(303);
  expect((await post(`${url}/ask`, { seen: '4' })).statusCode).toBe(303);
  expect((await post(`${url}/publish`, { seen: '4', reason: 'Mine', status: 'verified' })).statusCode).toBe(
    403,
  );
  const gp = await site.signedIn('gp');
  const own = { _csrf: await gp.formToken(), seen: '4' };
  expect((await gp.post(`${url}/send-back`, own)).statusCode).toBe(422);
  expect(site.queued).toEqual([]);
  expect((await gp.post(`${url}/publish`, { ...own, reason: 'Right', status: 'verified' })).statusCode).toBe(
    303,
  );
  expect((await gp.post(`${url}/publish`, { ...own, reason: 'Right', status: 'verified' })).statusCode).toBe(
    409,
  );
  expect((await gp.post(`${url}/retire`, { ...own, reason: 'Wrong' })).statusCode).toBe(303);
  expect(site.queued.map(({ queue }) => queue)).toEqual(['refresh', 'refresh']);
});

test('a definition is downloaded as its text', async () => {
  const answer = await (await site.signedIn('commissioner')).get('/definitions/diabetes/export');
  expect(answer.headers['content-disposition']).toContain('diabetes.yaml');
  expect(answer.body).toContain('active: { codes: DM_COD, resolved: DMRES_COD }');
  expect((await analyst.get('/definitions/nothing/export')).statusCode).toBe(404);
});
