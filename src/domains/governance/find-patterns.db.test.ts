import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { actAs, asBatch } from '../../../test/support/drawn-team.ts';
import { useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { type Actor, act } from '../../platform/auth/index.ts';
import { findPatterns } from './find-patterns.ts';
import { readLookPatterns } from './look-patterns.ts';
import { keepLookReview, readLookReview } from './look-review.ts';
import { settlePattern } from './settle-pattern.ts';

const at = useTestBorough();
const site = useSite(at);
const rules = readLookPatterns('content');

// Given staff whose names are also those of people in the borough, and what they looked at.
let gp: Actor;
let nurse: Actor;
let lead: Actor;
const people: Record<string, number> = {};

async function rename(person: number, given: string, family: string, address: string) {
  await at.book
    .pool('owner')
    .query(
      'update register.person set given_names = $2, family_name = $3, address = $4, postcode = $5 where person_no = $1',
      [person, given, family, address, 'ZZ1 1ZZ'],
    );
}

async function look(by: Actor, person: number) {
  await act(at.book, { by, origin: { requestId: randomUUID(), from: 'test' } }, (tx) =>
    writeAudit(tx, { action: 'person.opened', subject: { kind: 'person', id: person }, purpose: 'test' }),
  );
}

const find = (by: Actor = lead) =>
  act(at.book, { by, origin: { requestId: randomUUID(), from: 'test' } }, (tx) =>
    findPatterns(tx, rules, 1000),
  );

beforeAll(async () => {
  [gp, nurse, lead] = [
    await persona(at.book, 'gp'),
    await persona(at.book, 'practice_nurse'),
    await persona(at.book, 'ig_lead'),
  ];
  const { rows } = await at.book
    .pool('batch')
    .query('select person_no from register.person where registered order by person_no desc limit 70');
  const numbers = rows.map(({ person_no }) => person_no as number);
  const names: [string, string, string, string][] = [
    ['self', 'Priya Ann', 'Kestrelmarsh', '1 Hollow Lane'],
    ['spouse', 'Tobias', 'Kestrelmarsh', '1 Hollow Lane'],
    ['namesake', 'Rowan', 'Kestrelmarsh', '9 Far Street'],
    ['colleague', 'Bernadette', 'Clovershade', '2 Hollow Lane'],
    ['stranger', 'Somebody', 'Else', '3 Hollow Lane'],
  ];
  for (const [index, [key, given, family, address]] of names.entries()) {
    people[key] = numbers[index] ?? 0;
    await rename(people[key], given, family, address);
  }
  for (const key of Object.keys(people)) await look(gp, people[key] ?? 0);
  await look(nurse, people.self ?? 0);
  for (const number of numbers.slice(10, 60)) await look(nurse, number);
});

describe('patterns of looking', () => {
  test('are found where they are, and nowhere else', async () => {
    const found = (await find()).map(({ pattern, who, personNo }) => ({ pattern, who, personNo }));
    expect(found).toHaveLength(5);
    expect(found).toEqual(
      expect.arrayContaining([
        { pattern: 'own_name', who: gp.name, personNo: people.self },
        { pattern: 'own_household', who: gp.name, personNo: people.spouse },
        { pattern: 'colleague', who: gp.name, personNo: people.colleague },
        { pattern: 'colleague', who: nurse.name, personNo: people.self },
        { pattern: 'volume', who: nurse.name, personNo: null },
      ]),
    );
  });

  test('are for the information governance lead: the database tells nobody else', async () => {
    for (const key of ['gp', 'practice_manager', 'analyst', 'commissioner', 'patient', 'int_lead'])
      expect(await find(await persona(at.book, key)), key).toEqual([]);
  });

  test('go when somebody says what they were, and come back when the looking goes on', async () => {
    const visitor = await site.signedIn('ig_lead');
    const list = await visitor.get('/audit/patterns');
    expect(list.body).toContain('KESTRELMARSH, Priya Ann');
    const hrefs = [...list.body.matchAll(/href="(\/audit\/patterns\/one\?[^"]+)"/g)].map(([, href]) =>
      (href ?? '').replaceAll('&amp;', '&'),
    );
    expect(hrefs).toHaveLength(5);
    const own = hrefs.find((href) => href.includes('own_name')) ?? '';
    expect((await visitor.get(own)).body).toContain('People read their own record as patients');
    const fields = Object.fromEntries(new URL(own, 'http://here').searchParams);
    const _csrf = await visitor.formToken();
    const post = (more: Record<string, string>) =>
      visitor.post('/audit/patterns/one', { _csrf, ...fields, ...more });
    const unanswered = await post({ note: 'Asked her' });
    expect(unanswered.statusCode).toBe(422);
    expect(unanswered.body).toContain('Choose what it was');
    expect(unanswered.body).toContain('Asked her');
    expect((await post({ verdict: 'talked', note: 'Asked her' })).statusCode).toBe(303);
    expect((await post({ verdict: 'talked', note: 'Asked her' })).statusCode).toBe(404);
    expect((await find()).filter(({ pattern }) => pattern === 'own_name')).toEqual([]);
    await look(gp, people.self ?? 0);
    expect((await find()).filter(({ pattern }) => pattern === 'own_name')).toHaveLength(1);
  });

  test('are one piece of work of the information governance lead until the last has been looked at', async () => {
    const now = new Date();
    const keep = () =>
      asBatch(at.book, (tx) =>
        keepLookReview(tx, { by: anActor('operator'), now, rules, pathway: readLookReview('content') }),
      );
    const inbox = async () => (await site.signedIn('ig_lead')).get('/work?of=team');
    expect((await inbox()).body).not.toContain('worth a question');
    expect(await keep()).toBe(true);
    expect(await keep()).toBe(true);
    const work = await inbox();
    expect(
      work.body.match(/<a href="\/audit\/patterns">Looks at records that are worth a question/g),
    ).toHaveLength(1);
    // The menu of somebody without looks to answer for has no such work.
    expect((await (await site.signedIn('analyst')).get('/work?of=team')).body).not.toContain(
      'worth a question',
    );
    for (let left = (await find()).length; left > 0; left--) {
      expect((await inbox()).body).toContain('worth a question');
      const [pattern] = await find();
      if (!pattern) throw new Error('they are fewer than they were counted');
      const verdict = rules.verdicts[0]?.id ?? '';
      const settle = { by: lead, now, rules, ...pattern, verdict, note: 'Asked them' };
      await actAs(at.book, lead, (tx) => settlePattern(tx, settle));
    }
    expect((await inbox()).body).not.toContain('worth a question');
    expect(await keep()).toBe(false);
    await look(gp, people.self ?? 0);
    expect(await keep()).toBe(true);
    expect((await inbox()).body).toContain('worth a question');
  });
});
