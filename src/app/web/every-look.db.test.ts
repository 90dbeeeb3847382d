import { beforeAll, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { findPeople, type PeopleFinder } from '../../../test/support/everywhere/people-shown.ts';
import { type Answered, Walk } from '../../../test/support/everywhere/walk.ts';
import { type Left, type WatchedBook, watchBook } from '../../../test/support/everywhere/watched-book.ts';
import { observation, writeExtract } from '../../../test/support/extracts.ts';
import { importPaths } from '../../../test/support/imports.ts';
import { firstPatient } from '../../../test/support/planted-round.ts';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { afterRefresh } from '../after-refresh.ts';

// Every page as everybody, and every form that stands on one, filled in and sent: whoever is shown, or changed, is in the
// audit of that very request; while the audit cannot be written nobody is shown and nothing is changed; and what was typed
// stays text wherever it is shown. Pages and forms are found by walking, people by their names, numbers and addresses in
// whatever is answered: a new page is held to it without being named, and one that is not reached fails until it is said
// below where it is tested.

const at = useTestBorough();
const documents: string[] = [];
const site = useSite(at, () => ({
  pdf: {
    make: async (document) => {
      documents.push(JSON.stringify(document));
      return Buffer.from('%PDF-');
    },
    close: async () => {},
  },
}));

/** Of roles that may the same one is enough: who may come at all, security.db.test asks of everybody. */
const WALKERS = [
  'gp',
  'int_lead',
  'practice_manager',
  'ig_lead',
  'patient',
  'carer',
  'analyst',
  'urgent_care_gp',
];

/** What a walk does not come to, as it needs more than forms: where it is tested. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^\w+ \/sign-(in|out)/, 'sessions.db.test; nobody is shown'],
  [/^GET \/(health|ready|metrics)$/, 'server.db.test, operation.db.test; no people'],
  [/^POST \/people\/:id\/smi-chase/, 'after-refresh.db.test'],
  [
    /^\w+ \/work\/(:item\/(accept|decline|withdraw|stop|do\/:act)|undo)$/,
    'offers between teams, kinds with rules, and undoing: change-work.db.test, work-pages.db.test, cover-and-bulk.db.test',
  ],
  [/^POST \/mdt\/:meeting\/(close|members\/:case\/remove)$/, 'mdt.db.test, mdt.journey.test'],
  [/^POST \/mdt\/:meeting\/(move|not-held)$/, 'only before it is begun: refer.db.test, pass-over.db.test'],
  [
    /^\w+ \/mdt\/series\/:series\/(end|begin-again)$/,
    'not while a meeting is under way: series.db.test, series-pages.db.test',
  ],
  [/^\w+ \/selections/, 'selection.db.test, selection.journey.test'],
  [/^POST \/plans\/:id\/see-to\/(defer|decline)$/, 'acts-in-rows.db.test'],
  [/^POST \/people\/:id\/outreach\/(defer|decline)$/, 'outreach.db.test'],
  [
    /^\w+ \/(kept\/:id|plans\/:id\/(parts\/:section\/:entry\/remove|agreement|change|propose|requests|versions))/,
    'plans that were agreed, and kept text: plan-pages.db.test, change-plan.db.test',
  ],
  [/^POST .*\/keep$/, 'nobody is shown or changed, and what was typed is its writer’s: kept-forms.db.test'],
  [/^\w+ \/people\/matches\/:pair/, 'review-queue.db.test, matches.journey.test'],
  [/^\w+ \/audit\/patterns\/one$/, 'find-patterns.db.test'],
  [/^\w+ \/quality\/defects\/:defect/, 'change-defect.db.test'],
  [/^\w+ \/definitions\/drafts\/:draft/, 'draft-pages.db.test; people only where examples are asked for'],
  [/^\w+ \/codelists\//, 'codelists.db.test; codes, no people'],
  [/^\w+ \/places\b/, 'organisations and counts, no people: directory tests, disclosure-attacker.db.test'],
  [/^POST \/named-gps\/whom-they-see$/, 'needs people who see another GP: continuity.db.test'],
  [/^POST \/operations\/jobs\/:job\/retry$/, 'operation.db.test; jobs, no people'],
];

const problems = new Set<string>();
const visitors = new Map<string, Visitor>();
/** Of each kind of look one address, to be looked at again with the audit broken. */
const looks = new Map<string, { visitor: Visitor; url: string }>();
/** Forms that were done and are in the audit, and the answer that they had while it was broken. */
const acts = new Map<string, number>();
const shownAsText = new Set<string>();
let people: PeopleFinder;
let book: WatchedBook;
let walk: Walk;
/** Tables whose rows are of people. */
let ofPeople: ReadonlySet<string>;

beforeAll(async () => {
  await plant();
  for (const who of WALKERS) visitors.set(who, await site.signedIn(who));
  people = await findPeople(at.book);
  ofPeople = await tablesOfPeople();
  book = await watchBook(at.book);
  walk = new Walk({
    routes: site.web.routes,
    visitors,
    book,
    stranger: await stranger(),
    documents: () => documents.splice(0).join(' '),
    onAnswer: judge,
    onBroken: judgeBroken,
  });
  await walk.walk(4);
}, 600_000);

/** Rows that were put aside, visits and health checks. */
async function plant(): Promise<void> {
  const rows = [1, 2].map((n) =>
    observation(`bad-${n}`, firstPatient(19), {
      clinical_effective_date: '31/02/2020',
      record_owner_organisation_code: 'Z10019',
    }),
  );
  const note = { publisher: 'Z10019', extracted_at: '2026-11-01T05:00:00Z' };
  await importPaths(at, writeExtract(at.home.path, 'drawn', { observation: rows }, note));
  const operator = anActor('operator');
  await afterRefresh({ book: at.book, home: at.home, content: 'content', operator }, new Date());
}

async function tablesOfPeople(): Promise<ReadonlySet<string>> {
  const { rows } = await at.book.pool('owner').query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relrowsecurity
         or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'person_no')`,
  );
  // What is typed and not saved is its writer's own: it is of nobody yet.
  return new Set(rows.map(({ name }) => name).filter((name) => name !== 'auth.kept_text'));
}

/** Somebody whom the GP does not care for. */
async function stranger() {
  const gp = await persona(at.book, 'gp');
  const { rows } = await at.book.pool('owner').query<{ number: string; born: string }>(
    `select p.nhs_number as number, p.birth_date as born from register.person p
      where p.nhs_number is not null and p.death_date is null and p.registered
        and not p.sensitive and not p.confidential and not p.birth_approximate
        and not exists (select 1 from register.care_relationship r
                         where (r.practice_id = p.practice_id or r.person_no = p.person_no)
                           and (r.account = $1 or r.team_id = $2))
      order by 1 desc limit 1`,
    [gp.account, gp.team],
  );
  const [found] = rows;
  if (!found) throw new Error('the GP cares for everybody');
  return { nhsNumber: found.number, born: found.born };
}

function judge(answer: Answered): void {
  const { who, route, left, body, status, url } = answer;
  const where = `${who} ${route} (${status})`;
  const shown = people.in(body);
  const visitor = visitors.get(who);
  if (shown.length > 0 && visitor && route.startsWith('GET')) looks.set(`${who} ${route}`, { visitor, url });
  const named = namedBy(left);
  const missing = shown.filter((group) => !group.some((person) => named.has(person)));
  if (missing.length > 0)
    problems.add(`${where} shows ${missing.length} of ${shown.length} people whom its audit does not name`);
  const changed = left.changed.filter((table) => ofPeople.has(table));
  if (changed.length > 0 && left.entries.length === 0)
    problems.add(`${where} changes ${changed} without an entry in the audit`);
  for (const { account, role, organisation, origin, action, purpose } of left.entries)
    if ([account, role, origin, action, purpose].includes('') || organisation === null)
      problems.add(`${where} has an entry ${action} that does not say who, why or from where`);
  if (status >= 500) problems.add(`${where} is a fault`);
  if (route.startsWith('POST') && left.entries.length > 0 && status < 400)
    acts.set(route, acts.get(route) ?? 0);
  if (!answer.isPage) return;
  // A label is of the first element of its name: of two it may be of the wrong one.
  const ids = [...body.matchAll(/<[^>]*? id="([^"]+)"/g)].map(([, id = '']) => id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) problems.add(`${who} ${route} has ${[...new Set(twice)]} twice`);
  if (/<script>alert/.test(body)) problems.add(`${where} lets a script through`);
  for (const [, name = ''] of body.matchAll(/&lt;script>alert\(\S+?(\w+)\S+?\)&lt;\/script>/g))
    shownAsText.add(name);
}

function judgeBroken({ who, route, status, body, left }: Answered): void {
  const where = `${who} ${route} (${status}), its audit broken,`;
  if (people.in(body).length > 0) problems.add(`${where} shows people`);
  const changed = left.changed.filter((table) => ofPeople.has(table));
  if (changed.length > 0) problems.add(`${where} changes ${changed}`);
  if (left.entries.length > 0) problems.add(`${where} leaves an entry`);
  if (status >= 500) acts.set(route, status);
}

/** Whom the audit of a request names. */
function namedBy({ entries }: Left): ReadonlySet<number> {
  return new Set(
    entries.flatMap(({ people: listed, subject_kind, subject_id }) =>
      subject_kind === 'person' ? [...listed, Number(subject_id)] : listed,
    ),
  );
}

test('whoever is shown or changed is in the audit of that request, by number; and what was typed stays text', () => {
  expect([...problems]).toEqual([]);
  expect(looks.size).toBeGreaterThan(70);
  expect(acts.size).toBeGreaterThan(40);
  // Scripts that were typed came back as text, in what was stored and in forms that were refused.
  expect(shownAsText.size).toBeGreaterThan(10);
});

test('no link leads to where whoever reads it may not go', () => {
  expect(walk.closedLinks).toEqual([]);
});

test('while the audit cannot be written no page shows anybody: an error, and nothing of the person', async () => {
  await book.breakAudit(true);
  const wrong: string[] = [];
  const unharmed: [string, Visitor, string][] = [];
  for (const [what, { visitor, url }] of looks) {
    const { statusCode, body } = await visitor.get(url);
    if (people.in(body + documents.splice(0).join(' ')).length > 0) wrong.push(`${what} shows people`);
    if (statusCode < 400) unharmed.push([what, visitor, url]);
    const { changed, entries } = await book.left();
    if (entries.length > 0 || changed.some((table) => ofPeople.has(table))) wrong.push(`${what} changes`);
  }
  await book.breakAudit(false);
  expect(wrong).toEqual([]);
  expect(unharmed.length).toBeLessThan(looks.size / 4);
  // Of these everybody is gone meanwhile: they show nobody with a whole audit either.
  for (const [what, visitor, url] of unharmed)
    expect([what, people.in((await visitor.get(url)).body)]).toEqual([what, []]);
});

test('no act of which there is an entry was done while the audit was broken', () => {
  expect([...acts].filter(([, status]) => status < 500)).toEqual([]);
});

test('every page and form was come to, or it is said where it is tested', () => {
  const routes = site.web.routes.map(({ method, url }) => `${method} ${url}`);
  const left = routes.filter((route) => !walk.reached.has(route));
  const unknown = left.filter((route) => !ELSEWHERE.some(([pattern]) => pattern.test(route)));
  expect(unknown.map((route) => [route, walk.refused.get(route) ?? 'no form was found'])).toEqual([]);
  for (const [pattern] of ELSEWHERE)
    expect(
      left.filter((route) => pattern.test(route)),
      String(pattern),
    ).not.toEqual([]);
});
