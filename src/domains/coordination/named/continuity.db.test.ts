import { beforeAll, describe, expect, test } from 'vitest';
import { actAs, relate } from '../../../../test/support/drawn-team.ts';
import { useSite } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { toEpochDay } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { openDuck } from '../../../platform/lake/index.ts';
import { liveRows, readSnapshot, visiblePractices, wholeTable } from '../../register/index.ts';
import { changeNamedGp, nameWhomTheySee, undoNamedGpChange } from './change-named-gp.ts';
import { biceBoxerman, readContinuityContent, usualProvider, withOwnGp } from './continuity.ts';
import { EVERYBODY, listContinuity, readContinuity, shares } from './read-continuity.ts';
import { readGpLists } from './read-named.ts';

// Given the small borough, whose appointments name the GP they were with: what is said of continuity is held against a
// plain count of the appointments in the lake, in memory, one person after the other.

const at = useTestBorough();
const site = useSite(at);
const content = readContinuityContent('content');
const now = new Date();

let manager: Actor;
let practice: number;
/** Of each person of the practice with enough appointments how many were with each GP. */
const met = new Map<number, Map<number, number>>();

beforeAll(async () => {
  manager = await persona(at.book, 'practice_manager');
  practice = await act(async (tx) => (await visiblePractices(tx, manager))[0] ?? 0);
  await countPlainly();
});

const act = <Result>(work: Parameters<typeof actAs<Result>>[2]) => actAs(at.book, manager, work);
const asked = () => ({ practice, content, now });

async function countPlainly(): Promise<void> {
  const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
  const owner = at.book.pool('owner');
  const gps = await owner.query<{ id: number; name: string }>(
    'select gp_id as id, unnest(practitioners) as name from directory.gp where practice_id = $1',
    [practice],
  );
  const people = await owner.query<{ no: number; records: number[] }>(
    'select person_no as no, records from register.person where practice_id = $1',
    [practice],
  );
  if (!snapshot) throw new Error('nothing was imported');
  const idOf = new Map(gps.rows.map(({ id, name }) => [name, id]));
  const whose = new Map(people.rows.flatMap(({ no, records }) => records.map((rec) => [rec, no])));
  const to = toEpochDay(snapshot.asOf);
  const from = toEpochDay(`${Number(snapshot.asOf.slice(0, 4)) - 2}${snapshot.asOf.slice(4)}` as never);
  const duck = await openDuck({ threads: 1, memoryMegabytes: 500 });
  const rows = await duck.rows<{ rec: number; org: string; day: number; status: string; with: string }>(
    `select rec, org, day, status, practitioner as with from ${liveRows(snapshot.lake, 'appointment')}`,
  );
  const organisations = await duck.rows<{ practice: string; person: number }>(
    `select practice, person from ${wholeTable(snapshot.lake, 'person')} where registered`,
  );
  duck.close();
  const codeOf = new Map(organisations.map(({ practice: code, person }) => [person, code]));
  for (const row of rows) {
    const person = whose.get(row.rec);
    const gp = idOf.get(row.with);
    const counts = row.status === 'Attended' && row.day > from && row.day <= to;
    if (person === undefined || gp === undefined || !counts || codeOf.get(person) !== row.org) continue;
    const seen = met.get(person) ?? new Map<number, number>();
    met.set(person, seen.set(gp, (seen.get(gp) ?? 0) + 1));
  }
  for (const [person, seen] of met)
    if ([...seen.values()].reduce((all, n) => all + n, 0) < content.least_contacts) met.delete(person);
}

async function namedGps(): Promise<Map<number, number>> {
  const { rows } = await at.book
    .pool('owner')
    .query('select person_no as person, gp_id as gp from coordination.named_gp');
  return new Map(rows.map(({ person, gp }) => [person, gp]));
}

const mean = (numbers: (number | null)[]) =>
  numbers.reduce((all: number, n) => all + (n ?? 0), 0) / numbers.length;

describe('how often people see their named GP', () => {
  test('is what a plain count of their appointments says', async () => {
    const named = await namedGps();
    const { all, asOf } = await act((tx) => readContinuity(tx, asked()));
    const people = [...met].map(([person, seen]) => ({
      seen: [...seen.values()],
      own: seen.get(named.get(person) ?? 0) ?? 0,
    }));
    expect(people.length).toBeGreaterThan(20);
    expect(asOf).not.toBeNull();
    expect(all.people).toBe(people.length);
    expect(all.slicc).toBeCloseTo(mean(people.map(({ own, seen }) => withOwnGp(own, seen))), 9);
    expect(all.upc).toBeCloseTo(mean(people.map(({ seen }) => usualProvider(seen))), 9);
    expect(all.coc).toBeCloseTo(mean(people.map(({ seen }) => biceBoxerman(seen))), 9);
  });

  test('adds up by GP, by need and by how often; and each number is a list of so many', async () => {
    const { all, byGp, byNeed } = await act((tx) => readContinuity(tx, asked()));
    for (const groups of [byGp, byNeed])
      for (const key of ['people', ...shares] as const)
        expect([...groups.values()].reduce((sum, of) => sum + of[key], 0)).toBe(all[key]);
    const total = (filter: object) =>
      act(async (tx) => (await listContinuity(tx, asked(), { ...EVERYBODY, ...filter }, 1)).total);
    for (const share of shares) {
      for (const [gp, of] of byGp) expect(await total({ gp, share })).toBe(of[share]);
      for (const [need, of] of byNeed) expect(await total({ need, share })).toBe(of[share]);
    }
    expect(byNeed.size).toBeGreaterThan(2);
  });

  test('nobody of another practice is counted, and nobody else is told', async () => {
    const nurse = await site.signedIn('practice_nurse');
    for (const address of ['/named-gps/people', '/named-gps/people.csv', '/named-gps/whom-they-see'])
      expect((await nurse.get(address)).statusCode).toBe(403);
    const { rows } = await at.book
      .pool('owner')
      .query('select distinct practice_id as id from coordination.gp_contact where practice_id <> $1', [
        practice,
      ]);
    expect(rows.length).toBeGreaterThan(10);
    const elsewhere = { ...asked(), practice: rows[0].id };
    expect((await act((tx) => readContinuity(tx, elsewhere))).all.people).toBe(0);
  });
});

describe('a named GP', () => {
  test('given by rule is the one whom somebody saw most', async () => {
    const named = await namedGps();
    for (const [person, seen] of met)
      expect(seen.get(named.get(person) ?? 0), `person ${person}`).toBe(Math.max(...seen.values()));
  });

  test('becomes the one whom people see, in one act that can be undone; not of whom it was chosen for by hand', async () => {
    const { gps } = await act((tx) => readGpLists(tx, practice));
    const [first, second] = gps.filter(({ ends }) => ends === null);
    if (!first || !second) throw new Error('a practice has two GPs');
    const most = [...met].filter(([, seen]) => {
      const n = seen.get(first.gp) ?? 0;
      return 2 * n > [...seen.values()].reduce((all, one) => all + one, 0);
    });
    expect(most.length).toBeGreaterThan(2);
    const people = most.map(([person]) => person);
    const chosen = people.pop() ?? 0;
    const before = await namedGps();
    // Everybody of theirs is with the other GP: by hand, as chance would have it, or given by a rule once.
    for (const person of [chosen, ...people])
      await act((tx) =>
        changeNamedGp(tx, { by: manager, now, person, to: second.gp, reason: 'They asked for her' }),
      );
    await at.book.pool('owner').query(
      `update coordination.named_gp set change_id = (select min(change_id) from coordination.named_gp_change)
        where person_no = any ($1)`,
      [people],
    );
    expect((await act((tx) => readContinuity(tx, asked()))).another).toBe(people.length);
    const listed = await act((tx) => listContinuity(tx, asked(), { ...EVERYBODY, another: true }, null));
    expect(listed.people.map(({ personNo }) => personNo).sort((a, b) => a - b)).toEqual(
      [...people].sort((a, b) => a - b),
    );
    const give = () =>
      act((tx) =>
        nameWhomTheySee(tx, { by: manager, now, practice, content, reason: 'Agreed by the partners' }),
      );
    const done = await give();
    expect(done.people).toBe(people.length);
    const after = await namedGps();
    for (const person of people) expect(after.get(person)).toBe(first.gp);
    expect(after.get(chosen)).toBe(second.gp);
    await expect(give()).rejects.toMatchObject({ code: 'nobody_to_move' });
    const undone = await act((tx) => undoNamedGpChange(tx, { by: manager, now, change: done.change }));
    expect(undone).toEqual({ undone: people.length, kept: 0 });
    for (const person of people) expect((await namedGps()).get(person)).toBe(second.gp);
    expect([...before.keys()].sort()).toEqual([...(await namedGps()).keys()].sort());
  });

  test('is the practice’s to give: not another practice’s, not a nurse’s', async () => {
    const nurse = await persona(at.book, 'practice_nurse');
    const ask = { by: nurse, now, practice, content, reason: 'x' };
    await expect(actAs(at.book, nurse, (tx) => nameWhomTheySee(tx, ask))).rejects.toMatchObject({
      code: 'not_permitted',
    });
    const { rows } = await at.book
      .pool('owner')
      .query("select place_id as id from directory.place where kind = 'practice' and place_id <> $1", [
        practice,
      ]);
    const other = { by: manager, now, practice: rows[0].id, content, reason: 'x' };
    await expect(act((tx) => nameWhomTheySee(tx, other))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the page of named GPs', () => {
  test('says how often, of whom, and what is counted; a person’s page says it of them', async () => {
    const visitor = await site.signedIn('practice_manager');
    const { body } = await visitor.get('/named-gps');
    const { all } = await act((tx) => readContinuity(tx, asked()));
    expect(body).toContain(`<strong>${Math.round(all.slicc * 100)}%</strong>`);
    expect(body).toContain('/named-gps/people?');
    const list = await visitor.get('/named-gps/people?share=most');
    expect(list.body).toContain(`data-total="${all.most}"`);
    const file = await visitor.get('/named-gps/people.csv?share=most');
    expect(file.body.trimEnd().split('\n')).toHaveLength(all.most + 1);
    const person = /href="(\/people\/[0-9a-f-]{36})"/.exec(list.body)?.[1] ?? '';
    expect((await (await site.signedIn('gp')).get(person)).body).toMatch(
      /\d+ of \d+ appointments with a GP were with them/,
    );
  });

  test('is of the practice where they work, though a neighbourhood team may look through every other one', async () => {
    const visitor = await site.signedIn('practice_manager');
    const before = (await visitor.get('/named-gps')).body;
    const practices = await at.book
      .pool('owner')
      .query<{ id: number }>("select place_id as id from directory.place where kind = 'practice'");
    for (const { id } of practices.rows)
      await relate(at.book, 'int_agreement', { account: manager.account }, { practice: id });
    expect(await act((tx) => visiblePractices(tx, manager))).toHaveLength(practices.rows.length);
    const gpsOf = (body: string) => [...body.matchAll(/\/named-gps\/(\d+)\/leaves/g)].map(([, gp]) => gp);
    expect(gpsOf(before).length).toBeGreaterThan(0);
    expect(gpsOf((await visitor.get('/named-gps')).body)).toEqual(gpsOf(before));
    await at.book
      .pool('owner')
      .query(`delete from register.care_relationship where kind = 'int_agreement' and account = $1`, [
        manager.account,
      ]);
  });

  test('without appointments that name a GP says what is missing', async () => {
    await at.book.pool('owner').query('delete from coordination.gp_contact');
    const { body } = await (await site.signedIn('practice_manager')).get('/named-gps');
    expect(body).toContain('Nobody’s appointments say whom they saw');
  });
});
