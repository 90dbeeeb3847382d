import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import type { Actor, Role } from '../../platform/auth/index.ts';
import { commands } from '../cli/commands.ts';
import { whoMayWhat } from '../who-may-what.ts';

// Given every page that there is, everybody who signs in, and identifiers of what they may and may not see: what they
// are shown is what the policies and the relationships say. A page with an identifier that this file does not know
// fails it.

const at = useTestBorough();
const site = useSite(at);

test('the table of who may what is what the policies say', async () => {
  await expect(whoMayWhat(site.web.routes, commands)).toMatchFileSnapshot(
    '../../../docs/security/who-may-what.md',
  );
});

const STAFF = [
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
] as const satisfies readonly Role[];

interface Somebody {
  readonly person_no: number;
  readonly public_id: string;
  readonly nhs_number: string;
  readonly family_name: string;
  readonly given_names: string;
}

/** Of whom an actor may see the record, asked of the relationships themselves and not of the code that is tested. */
async function someoneWhom(by: Actor, sees: boolean): Promise<Somebody | undefined> {
  const kinds =
    by.role === 'patient' || by.role === 'carer'
      ? ['self', 'carer']
      : ['practice_staff', 'int_agreement', 'caseload', 'contact', 'mdt'];
  const found = await sql<Somebody>`
    select p.person_no, p.public_id, p.nhs_number, p.family_name, p.given_names
      from register.person p
     where p.nhs_number is not null and not p.sensitive and not p.confidential
       and not exists (select 1 from register.joined j where j.person_no = p.person_no)
       and ${sees} = exists (
             select 1 from register.care_relationship r
              where r.kind = any (${kinds}) and r.starts <= now() and (r.ends is null or r.ends > now())
                and (r.account = ${by.account} or r.team_id = ${by.team})
                and (r.person_no = p.person_no or r.practice_id = p.practice_id))
     order by p.person_no desc limit 1`.execute(at.book.as('batch'));
  return found.rows[0];
}

const DIRECT_CARE = new Set<Role>([
  'int_lead',
  'care_coordinator',
  'gp',
  'practice_nurse',
  'practice_manager',
]);

/** Every page about one person: with the address, and who may come at all. */
const ABOUT_A_PERSON: Record<string, (publicId: string) => string> = {
  'GET /people/:id': (id) => `/people/${id}`,
  'GET /people/:id/why/:definition': (id) => `/people/${id}/why/diabetes`,
  'GET /people/:id/take-on': (id) => `/people/${id}/take-on`,
  'POST /people/:id/take-on': (id) => `/people/${id}/take-on`,
  'GET /people/:id/defer': (id) => `/people/${id}/defer`,
  'POST /people/:id/defer': (id) => `/people/${id}/defer`,
  'GET /people/:id/decline': (id) => `/people/${id}/decline`,
  'POST /people/:id/decline': (id) => `/people/${id}/decline`,
  'GET /people/:id/ask': (id) => `/people/${id}/ask`,
  'POST /people/:id/ask': (id) => `/people/${id}/ask`,
  'GET /people/:id/named-gp': (id) => `/people/${id}/named-gp`,
  'POST /people/:id/named-gp': (id) => `/people/${id}/named-gp`,
  'GET /people/:id/mdt': (id) => `/people/${id}/mdt`,
  'POST /people/:id/mdt': (id) => `/people/${id}/mdt`,
  'POST /people/:id/plan': (id) => `/people/${id}/plan`,
};

/**
 * Every other page whose address holds an identifier, and where it is tested who sees which. Nothing here names a
 * person by itself.
 */
const ABOUT_SOMETHING_ELSE: readonly (readonly [RegExp, string])[] = [
  [
    /^GET \/places\/:code(\/(?!history)[\w-]+\.csv)?$/,
    'places are for all staff; numbers by scope: readers.db.test',
  ],
  [/^GET \/places\/:code\/profile(\.pdf)?$/, 'numbers by scope: read-profile.db.test'],
  [/^\w+ \/places\/(:code\/(history|event)|changes\/)/, 'organisations, no people'],
  [/^GET \/definitions\/:id(\/export)?$/, 'content, no people'],
  [
    /^\w+ \/definitions\/drafts\/:draft/,
    'drafts of definitions; example people within the scope: draft-pages.db.test',
  ],
  [/^\w+ \/definitions\/:id\/why$/, 'by NHS number, within the scope: readers.db.test'],
  [/^\w+ \/codelists\//, 'codes; numbers of people by row-level security: codelists.db.test'],
  [/^\w+ \/imports\/:run/, 'counts; rows for readers of rows: quarantine-pages.db.test'],
  [/^POST \/people\/:id\/undo-decision$/, 'a decision of the own team: need-decision.db.test'],
  [/^\w+ \/caseload\/:item(\/|$)/, 'below: an entry of the caseload'],
  [/^\w+ \/selections\/:selection/, 'lists of the own team: selection.db.test'],
  [/^POST \/team-hours\/:member$/, 'hours of the own team, no people: team-hours.db.test'],
  [/^\w+ \/work\/:item/, 'change-work.db.test'],
  [/^\w+ \/work\/away\/:item/, 'absences of staff, no people: cover-and-bulk.db.test'],
  [/^\w+ \/named-gps\//, 'GPs and counts, no people: named-gp.db.test'],
  [/^\w+ \/mdt\/:meeting/, 'mdt.db.test'],
  [
    /^\w+ \/mdt\/series\/:series/,
    'of the own team, or that one belongs to: series.db.test, series-pages.db.test',
  ],
  [
    /^\w+ \/(in-reach\/sites\/:site|people\/:id\/visits)/,
    'who is visited, by whom one sees: in-reach.db.test, in-reach-pages.db.test',
  ],
  [/^POST \/people\/:id\/smi-chase(\/(defer|decline))?$/, 'by team and whom it sees: after-refresh.db.test'],
  [/^POST \/people\/:id\/outreach\/(take|defer|decline)$/, 'by whom one sees: outreach.db.test'],
  [/^\w+ \/people\/matches\/:pair/, 'review-queue.db.test'],
  [/^POST \/operations\/jobs\/:job\/retry$/, 'jobs, no people: operation.db.test'],
  [/^\w+ \/plans\/:id/, 'plans by relationship, objection and grant: change-plan.db.test'],
  [/^\w+ \/kept\/:id/, 'own text alone: plan-pages.db.test, kept-forms.db.test'],
  [/^POST \/people\/:id\/mdt\/keep$/, 'own text alone: kept-forms.db.test'],
  [/^\w+ \/carers\/:relationship/, 'the person alone: below'],
  [/^POST \/urgent-care\/:arrival\/left$/, 'who is in the own department: arrivals.db.test'],
  [/^\w+ \/emergency-access\//, 'break-glass.db.test'],
  [/^\w+ \/protected-records\//, 'the information governance lead alone: protect-record.db.test'],
  [/^\w+ \/quality\/defects\/:defect/, 'change-defect.db.test'],
];

describe('who sees whom', () => {
  const visitors = new Map<string, { by: Actor; visitor: Visitor; token: string }>();
  beforeAll(async () => {
    for (const key of STAFF) {
      const visitor = await site.signedIn(key);
      visitors.set(key, { by: await persona(at.book, key), visitor, token: await visitor.formToken() });
    }
  });
  const as = (key: string) => {
    const found = visitors.get(key);
    if (!found) throw new Error(`${key} is not signed in`);
    return found;
  };
  const routesWith = (identifier: RegExp) =>
    site.web.routes
      .filter(({ url, access }) => identifier.test(url) && 'may' in access)
      .map(({ method, url }) => `${method} ${url}`);

  test('is known of every page whose address holds an identifier', () => {
    const elsewhere = (route: string) => ABOUT_SOMETHING_ELSE.filter(([pattern]) => pattern.test(route));
    const ways = routesWith(/:/).map((route) => [
      route,
      (route in ABOUT_A_PERSON ? 1 : 0) + elsewhere(route).length,
    ]);
    expect(ways.filter(([, known]) => known !== 1)).toEqual([]);
    for (const [pattern] of ABOUT_SOMETHING_ELSE)
      expect(
        routesWith(/:/).filter((route) => pattern.test(route)),
        String(pattern),
      ).not.toEqual([]);
    expect(routesWith(/:/)).toEqual(expect.arrayContaining(Object.keys(ABOUT_A_PERSON)));
  });

  test.each(STAFF)('%s: people within a relationship, and nobody else', async (key) => {
    const { by, visitor, token } = as(key);
    const own = await someoneWhom(by, true);
    const other = await someoneWhom(by, false);
    if (DIRECT_CARE.has(by.role))
      expect(own, 'the borough gives everybody in direct care somebody').toBeDefined();
    expect(other).toBeDefined();
    for (const [route, address] of Object.entries(ABOUT_A_PERSON)) {
      const known = site.web.routes.find(({ method, url }) => `${method} ${url}` === route);
      if (!known || !('may' in known.access)) throw new Error(`${route} is no guarded route`);
      const mayCome = known.access.may(by).allowed;
      for (const [person, sees] of [
        [own, true],
        [other, false],
      ] as const) {
        if (!person) continue;
        const url = address(person.public_id);
        const answer = route.startsWith('GET')
          ? await visitor.get(url)
          : await visitor.post(url, { _csrf: token });
        const where = `${key} ${route}, ${sees ? 'their own' : 'somebody else'}`;
        if (!mayCome) expect(answer.statusCode, where).toBe(403);
        else if (!sees) expect(answer.statusCode, where).toBe(404);
        else expect([200, 303, 409, 422], where).toContain(answer.statusCode);
        if (mayCome && sees) continue;
        for (const secret of [
          person.nhs_number,
          `${person.family_name.toUpperCase()}, ${person.given_names}`,
        ])
          expect(answer.body.includes(secret), `${where} shows ${secret}`).toBe(false);
      }
    }
  });

  test('of a look that was refused nothing but the try is in the audit', async () => {
    const { by, visitor } = as('gp');
    const other = await someoneWhom(by, false);
    const looks = async () =>
      (
        await at.book
          .pool('batch')
          .query('select count(*)::int as n from audit.entry where subject_kind = $1 and subject_id = $2', [
            'person',
            String(other?.person_no),
          ])
      ).rows[0].n;
    const before = await looks();
    expect((await visitor.get(`/people/${other?.public_id}`)).statusCode).toBe(404);
    expect(await looks()).toBe(before);
  });

  test('what a carer sees is decided by the person they look after, and by nobody else', async () => {
    const { rows } = await at.book
      .pool('batch')
      .query(
        `select relationship_id as id from register.care_relationship where kind = 'carer' and ends is null`,
      );
    const id = rows[0]?.id;
    expect(id).toBeDefined();
    for (const key of STAFF) {
      const { visitor, token } = as(key);
      const page = await visitor.get(`/carers/${id}`);
      expect([key, page.statusCode]).toEqual([key, key === 'patient' ? 200 : 403]);
      if (key === 'patient') continue;
      const sent = await visitor.post(`/carers/${id}`, { _csrf: token, parts: 'plan_goals' });
      expect([key, sent.statusCode]).toEqual([key, 403]);
    }
    expect((await as('patient').visitor.get(`/carers/${id + 1}`)).statusCode).toBe(404);
  });

  test('an entry of the caseload is changed by its team, and by nobody else', async () => {
    const lead = as('int_lead');
    const person = await someoneWhom(lead.by, true);
    const filledIn = {
      lead: lead.by.account,
      reason: 'Frail, and alone at home',
      nextStep: 'Ring them',
      'due-day': '1',
      'due-month': '3',
      'due-year': '2036',
    };
    const taken = await lead.visitor.post(`/people/${person?.public_id}/take-on`, {
      ...filledIn,
      _csrf: lead.token,
    });
    expect(taken.statusCode, taken.body.replace(/<[^>]+>/g, ' ').slice(0, 2000)).toBe(303);
    const { rows } = await at.book
      .pool('batch')
      .query(
        `select item_id from work.item where kind = 'caseload' and closed_at is null and subject_id = $1`,
        [person?.person_no],
      );
    const forms = site.web.routes.filter(
      ({ method, url }) => method === 'GET' && url.startsWith('/caseload/:item/'),
    );
    expect(forms.length).toBeGreaterThan(2);
    for (const key of STAFF) {
      const { by, visitor, token } = as(key);
      const mayChange = by.account === lead.by.account;
      for (const { url } of forms) {
        const address = url.replace(':item', String(rows[0]?.item_id));
        // The team sees an entry; only the person's lead and the INT lead change it.
        const form = await visitor.get(address);
        expect([key, url, form.statusCode === 200]).toEqual([key, url, by.team === lead.by.team]);
        if (mayChange) continue;
        const sent = await visitor.post(address, { ...filledIn, _csrf: token, outcome: 'goals_met' });
        expect([403, 404], `${key} ${url}`).toContain(sent.statusCode);
      }
    }
  });
});
