import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { actAs } from '../../../../test/support/drawn-team.ts';
import { useSite, type Visitor } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { readPlanContent, savePart, sharePlan, startPlan } from '../plan/index.ts';
import { readUrgentCare } from './arrivals-content.ts';
import { arrive, leave } from './arrive.ts';
import { readHere } from './read-arrivals.ts';

// Given Victoria with a plan that her GP began, and a clinician of urgent care, who may see nobody of the borough until
// somebody comes.

const at = useTestBorough();
const site = useSite(at);
const content = readUrgentCare('content');
const rules = readPlanContent('content');
const FELL = 'fell at home, pain in the wrist';

let streamer: Actor;
let gp: Actor;
let victoria: Actor;
let desk: Visitor;
let person: { no: number; id: string; number: string; born: string };
let plan: string;

beforeAll(async () => {
  streamer = await persona(at.book, 'urgent_care_gp');
  gp = await persona(at.book, 'gp');
  victoria = await persona(at.book, 'patient');
  desk = await site.signedIn('urgent_care_gp');
  const { rows } = await at.book.pool('owner').query(
    `select p.person_no as no, p.public_id as id, p.nhs_number as number, p.birth_date as born
       from register.person p join register.care_relationship r using (person_no)
      where r.kind = 'self' and r.account = $1`,
    [victoria.account],
  );
  person = rows[0];
  plan = await actAs(at.book, gp, (tx) =>
    startPlan(tx, { by: gp, now: new Date(), content: rules, personId: person.id }),
  );
});

const form = (fields: Record<string, string> = {}) => {
  const [year = '', month = '', day = ''] = person.born.split('-');
  return {
    nhs_number: person.number,
    'born-day': day,
    'born-month': month,
    'born-year': year,
    came_with: FELL,
    ...fields,
  };
};
const write = (by: Actor, words: string) =>
  actAs(at.book, by, (tx) =>
    savePart(tx, {
      by,
      now: new Date(),
      content: rules,
      plan,
      section: 'goal',
      entry: randomUUID(),
      seen: 0,
      typed: { words },
    }),
  );
const send = async (address: string, fields: Record<string, string> = {}) =>
  desk.post(address, { _csrf: await desk.formToken(), ...fields });
const page = async () => (await desk.get(`/plans/${plan}`)).statusCode;
const here = () =>
  actAs(at.book, streamer, (tx) => readHere(tx, { team: streamer.team ?? 0, now: new Date() }));
const left = async () => {
  const [one] = await here();
  return (await send(`/urgent-care/${one?.id}/left`)).statusCode;
};

describe('urgent care', () => {
  test('sees nobody before somebody comes', async () => {
    expect((await desk.get(`/people/${person.id}`)).statusCode).toBe(404);
    expect(await page()).toBe(404);
    expect((await desk.get('/urgent-care')).body).toContain('Nobody is here');
  });

  test('sees the record and the plan of who has come, what is written in it in the same second included', async () => {
    const received = await send('/urgent-care', form());
    expect([received.statusCode, received.headers.location]).toEqual([303, `/people/${person.id}`]);
    const opened = await desk.get(`/people/${person.id}`);
    expect(opened.body).toContain(FELL);
    expect(opened.body).toContain('Named GP');
    for (const by of [gp, victoria]) {
      const words = `Written by ${by.role} just now`;
      await write(by, words);
      expect((await desk.get(`/plans/${plan}`)).body).toContain(words);
    }
    const { body } = await desk.get('/urgent-care');
    expect(body).toContain(`/people/${person.id}#care-plan`);
    expect((await here()).map(({ personNo, plan: has }) => [personNo, has])).toEqual([[person.no, true]]);
  });

  test('has somebody once, whoever says that they have come, also both at once', async () => {
    const both = await Promise.all([send('/urgent-care', form()), send('/urgent-care', form())]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(await here()).toHaveLength(1);
  });

  test('sees no plan that the person withholds from it, from the next look on; the record stays open', async () => {
    const share = (withheld: 'urgent'[]) =>
      actAs(at.book, victoria, (tx) =>
        sharePlan(tx, { by: victoria, now: new Date(), content: rules, plan, withheld, how: '' }),
      );
    await share(['urgent']);
    expect(await page()).toBe(404);
    expect((await desk.get(`/people/${person.id}`)).body).toContain(
      'No care plan is shared with urgent care',
    );
    await share([]);
    expect(await page()).toBe(200);
  });

  test('sees nobody any more who has left, or whose time is over; pressing twice is leaving once', async () => {
    const [one] = await here();
    expect(await left()).toBe(303);
    expect(await page()).toBe(404);
    expect((await desk.get(`/people/${person.id}`)).statusCode).toBe(404);
    expect((await send(`/urgent-care/${one?.id}/left`)).statusCode).toBe(404);
    await send('/urgent-care', form());
    expect(await page()).toBe(200);
    await at.book
      .pool('owner')
      .query(
        "update register.care_relationship set starts = starts - interval '1 day', ends = now() - interval '1 second' where kind = 'urgent_care' and ends > now()",
      );
    expect(await page()).toBe(404);
    expect(await here()).toEqual([]);
  });

  test('the person sees on their own page who received them', async () => {
    const own = await (await site.signedIn('patient')).get('/');
    expect(own.body).toContain('Dr Ifeoma Sandpiperley');
  });

  test('finds nobody by the number alone, and not by trying', async () => {
    const wrong = await send('/urgent-care', form({ 'born-year': '1931' }));
    expect(wrong.body).toContain('Nobody here has this NHS number and this day of birth');
    expect(wrong.body).toContain(FELL);
    const twice = { ...content, tries_an_hour: 1 };
    const ask = () =>
      actAs(at.book, streamer, (tx) =>
        arrive(tx, {
          by: streamer,
          now: new Date(),
          content: twice,
          nhsNumber: person.number,
          born: '1931-01-01' as never,
          cameWith: FELL,
        }),
      );
    await expect(ask()).rejects.toMatchObject({ code: 'too_many_tries' });
  });

  test.each([
    [{ nhs_number: '12' }, 'Write the ten digits of an NHS number'],
    [{ 'born-month': '13' }, 'Write the day of birth as'],
    [{ came_with: ' ' }, 'Say in a few words what brought them'],
  ])('refuses %o and says what to do', async (fields, message) => {
    const refused = await send('/urgent-care', form(fields));
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain(message);
  });

  test('is for clinicians of a team that works there', async () => {
    for (const who of ['practice_manager', 'care_coordinator', 'patient'])
      expect((await (await site.signedIn(who)).get('/urgent-care')).statusCode).toBe(403);
    // A GP of a practice works in no such team.
    expect((await (await site.signedIn('gp')).get('/urgent-care')).statusCode).toBe(403);
    const elsewhere = { ...gp, team: (await persona(at.book, 'int_lead')).team };
    const now = new Date();
    await expect(
      actAs(at.book, elsewhere, (tx) => leave(tx, { by: elsewhere, now, content, arrival: 1 })),
    ).rejects.toMatchObject({ code: 'not_permitted' });
  });
});
