import { beforeAll, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../support/site.ts';
import { useTestBorough } from '../support/test-book.ts';
import { type Identifiers, readIdentifiers, toldInLogs } from '../support/told-in-logs.ts';

// Given everybody who signs in, on every page there is, their own people's and others', with names and numbers typed
// where something can be typed, and with a database that fails and says whose row it was: nothing that was logged tells
// of a person. Every other test of pages, and every journey, holds its own log to the same (site.ts, served-product.ts).

const at = useTestBorough();
const site = useSite(at);

/** Who follows the links that there are for them, and who of them also goes to every address there is. */
const EVERYBODY = [
  'int_lead',
  'gp',
  'ig_lead',
  'patient',
  'care_coordinator',
  'practice_manager',
  'analyst',
  'commissioner',
  'carer',
];
const EVERYWHERE = 4;
/** What machines ask every few seconds is not logged. */
const FOR_MACHINES = ['/health', '/ready', '/metrics'];

interface Somebody {
  readonly public_id: string;
  readonly nhs_number: string;
  readonly family_name: string;
  readonly given_names: string;
  readonly postcode: string;
  readonly day: string;
}

describe('the log', () => {
  let people: Somebody[] = [];
  let known: Identifiers;
  let fields: string[] = [];
  const statuses = new Map<number, number>();
  const count = ({ statusCode }: { statusCode: number }) =>
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);

  beforeAll(async () => {
    known = await readIdentifiers(at.book);
    // One of the practice of the demonstration's staff, and one whom nobody of them cares for.
    const found = await at.book.pool('batch').query(
      `select distinct on (p.practice_id) p.public_id, p.nhs_number, p.family_name, p.given_names, p.postcode,
              p.birth_date::text as day
         from register.person p
        where p.registered and p.nhs_number is not null and p.postcode is not null and not p.sensitive
          and not p.confidential and not p.birth_approximate
        order by p.practice_id, p.person_no`,
    );
    people = found.rows;
    expect(people.length).toBeGreaterThan(20);
  });

  /** What somebody may put into a field or an address who has a person in mind. */
  const texts = (of: Somebody) => [
    of.public_id,
    of.nhs_number,
    `${of.family_name.toUpperCase()}, ${of.given_names}`,
    of.postcode,
  ];

  async function follow(visitor: Visitor, most: number): Promise<void> {
    const pages = new Set(['/']);
    for (const page of pages) {
      const answer = await visitor.get(page);
      count(answer);
      for (const [, name] of answer.body.matchAll(/ name="([^"]+)"/g)) if (name) fields.push(name);
      for (const [, href] of answer.body.matchAll(/href="(\/[^"#]*)"/g))
        if (href && pages.size < most && !href.startsWith('/assets'))
          pages.add(href.replaceAll('&amp;', '&'));
    }
  }

  async function visitEveryRoute(visitor: Visitor, typed: readonly string[]): Promise<void> {
    const token = await visitor.formToken().catch(() => '');
    const body = () => Object.fromEntries(fields.map((name, nth) => [name, typed[nth % typed.length] ?? '']));
    for (const { method, url } of site.web.routes) {
      if (url === '/sign-out') continue;
      const ids = url.includes(':') ? [typed[0] ?? '', typed[1] ?? '', 'diabetes'] : [''];
      for (const id of ids) {
        const address = url.replace(/:\w+/g, encodeURIComponent(id));
        if (method === 'POST') count(await visitor.post(address, { ...body(), _csrf: token }));
        else count(await visitor.get(`${address}?${new URLSearchParams(body())}`));
      }
    }
  }

  test('tells of nobody, whoever visits whatever page with whatever in mind', async () => {
    for (const [nth, key] of EVERYBODY.entries()) {
      const visitor = await site.signedIn(key);
      await follow(visitor, 25);
      fields = [...new Set(fields)].filter((name) => name !== '_csrf');
      const somebody = people[nth];
      if (somebody && nth < EVERYWHERE) await visitEveryRoute(visitor, texts(somebody));
    }
    const gp = await site.signedIn('gp');
    const token = await gp.formToken();
    for (const { nhs_number, day, family_name } of people.slice(0, 8)) {
      const [year = '', month = '', date = ''] = day.split('-');
      const about = { nhs_number, 'born-year': year, 'born-month': month, 'born-day': date };
      const reason = { reason: 'urgent_care', said: `${family_name} has fallen and is alone` };
      count(await gp.post('/emergency-access', { ...about, ...reason, _csrf: token }));
      count(await gp.post('/definitions/diabetes/why', { nhs_number, _csrf: token }));
    }
    expect(toldInLogs(site.logged, known)).toEqual([]);
    // They came where they were meant to: pages, refusals, unknown people, forms that are sent back.
    for (const status of [200, 303, 403, 404, 422])
      expect(statuses.get(status) ?? 0, `${status}s`).toBeGreaterThan(5);
    const logged = new Set(site.logged.map((line) => JSON.parse(line).route));
    const unvisited = site.web.routes
      .map(({ url }) => url)
      .filter((url) => !FOR_MACHINES.includes(url) && url !== '/sign-out' && !logged.has(url));
    expect(unvisited, 'no page was left out').toEqual([]);
  }, 900_000);

  test('tells of nobody when the database fails and says whose row it was', async () => {
    const owner = at.book.pool('owner');
    const before = site.logged.length;
    const int = await site.signedIn('int_lead');
    const gp = await site.signedIn('gp');
    await owner.query(`
      create function public.fails_with_a_person() returns trigger language plpgsql as $$
        declare p register.person;
        begin
          select * into p from register.person where nhs_number is not null and postcode is not null limit 1;
          raise exception 'Failing row contains (%, %, %, %, %)', p.nhs_number, p.family_name, p.given_names, p.postcode, p.public_id
            using detail = p.family_name, hint = p.nhs_number, errcode = '23505';
        end $$;
      create trigger fails before insert on audit.entry for each statement execute function public.fails_with_a_person()`);
    try {
      let faults = 0;
      for (const visitor of [int, gp])
        for (const address of [
          '/people',
          '/people.csv',
          ...people.map(({ public_id }) => `/people/${public_id}`),
        ])
          if ((await visitor.get(address)).statusCode === 500) faults++;
      expect(faults).toBeGreaterThan(3);
    } finally {
      await owner.query('drop trigger fails on audit.entry; drop function public.fails_with_a_person()');
    }
    const lines = site.logged.slice(before);
    expect(lines.filter((line) => line.includes('request failed')).length).toBeGreaterThan(3);
    expect(toldInLogs(lines, known)).toEqual([]);
  }, 120_000);

  test('would be found out if it told of somebody', () => {
    const [somebody] = people;
    for (const text of somebody ? texts(somebody) : []) {
      const line = JSON.stringify({ msg: 'request', url: `/people?q=${text}` });
      expect(toldInLogs([line], known), text).not.toEqual([]);
    }
  });
});
