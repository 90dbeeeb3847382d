import { beforeEach, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';

const at = useTestBorough();
const site = useSite(at);

interface Outsider {
  readonly person_no: number;
  readonly public_id: string;
  readonly nhs_number: string;
  readonly family_name: string;
  readonly born: string;
}

/** People of practices that the GP does not work in, each asked for once. */
let used = 0;
async function outsider(): Promise<Outsider> {
  const gp = await persona(at.book, 'gp');
  const { rows } = await at.book.pool('batch').query(
    `select p.person_no, p.public_id, p.nhs_number, p.family_name, p.birth_date::text as born from register.person p
      where p.nhs_number is not null and p.registered and not p.birth_approximate
        and p.practice_id not in (select practice_id from register.care_relationship
                                   where account = $1 and practice_id is not null)
      order by p.person_no offset $2 limit 1`,
    [gp.account, used++],
  );
  return rows[0];
}

function form(person: { nhs_number: string; born: string }, more: Record<string, string> = {}) {
  const [year = '', month = '', day = ''] = person.born.split('-');
  return {
    nhs_number: person.nhs_number,
    'born-day': day,
    'born-month': month,
    'born-year': year,
    reason: 'urgent_care',
    said: 'Brought to us by ambulance, cannot speak',
    ...more,
  };
}

async function send(visitor: Visitor, url: string, fields: Record<string, string>) {
  return await visitor.post(url, { _csrf: await visitor.formToken(), ...fields });
}

const audited = async (action: string, person?: number) =>
  (
    await at.book.pool('batch').query(
      `select account_name, purpose, outcome, detail from audit.entry
        where action = $1 and ($2::text is null or subject_id = $2) order by id`,
      [action, person === undefined ? null : String(person)],
    )
  ).rows;

beforeEach(async () => {
  await at.book.pool('owner').query(`
    delete from governance.break_glass;
    update register.care_relationship set ends = now() where kind = 'break_glass' and ends > now()`);
});

describe('a record that is opened in an emergency', () => {
  test('given number, day of birth, a reason and a sentence, opens at once; every look says why', async () => {
    const gp = await site.signedIn('gp');
    const person = await outsider();
    expect((await gp.get(`/people/${person.public_id}`)).statusCode).toBe(404);
    const opened = await send(gp, '/emergency-access', form(person));
    expect(opened.statusCode).toBe(303);
    expect(opened.headers.location).toBe(`/people/${person.public_id}`);
    const page = await gp.get(`/people/${person.public_id}`);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('You opened this record in an emergency. It closes');
    expect(await audited('break_glass.opened', person.person_no)).toMatchObject([
      {
        account_name: 'Dr Priya Kestrelmarsh',
        purpose: 'The person needs care now and cannot wait for their practice',
      },
    ]);
    expect((await audited('person.opened', person.person_no)).at(-1)?.purpose).toBe(
      'Emergency access: The person needs care now and cannot wait for their practice',
    );
  });

  test('closes when it is closed, and by itself when its time is over', async () => {
    const gp = await site.signedIn('gp');
    for (const close of ['by hand', 'by time']) {
      const person = await outsider();
      await send(gp, '/emergency-access', form(person));
      const own = await gp.get('/emergency-access');
      expect(own.body).toContain(person.family_name.toUpperCase());
      const [, action = ''] = /action="(\/emergency-access\/\d+\/close)"/.exec(own.body) ?? [];
      if (close === 'by hand') expect((await send(gp, action, {})).statusCode).toBe(303);
      else
        await at.book.pool('owner').query(
          `update register.care_relationship set starts = now() - interval '5 hours', ends = now() - interval '1 second'
            where kind = 'break_glass' and person_no = $1`,
          [person.person_no],
        );
      expect((await gp.get(`/people/${person.public_id}`)).statusCode, close).toBe(404);
    }
  });

  test('is work for the information governance lead, who says what it was, once', async () => {
    const gp = await site.signedIn('gp');
    const lead = await site.signedIn('ig_lead');
    const person = await outsider();
    await send(gp, '/emergency-access', form(person));
    await gp.get(`/people/${person.public_id}`);
    const list = await lead.get('/emergency-access/reviews');
    const [, id] = /href="\/emergency-access\/reviews\/(\d+)"/.exec(list.body) ?? [];
    const url = `/emergency-access/reviews/${id}`;
    const page = await lead.get(url);
    expect(page.body).toContain('Brought to us by ambulance, cannot speak');
    expect(page.body).toContain(person.family_name.toUpperCase());
    expect(page.body).toContain('Opened the record in an emergency');
    expect(page.body).toContain('Opened the record');
    expect((await send(lead, url, {})).statusCode).toBe(422);
    expect((await send(lead, url, { outcome: 'made_up', note: 'x' })).statusCode).toBe(422);
    const reviewed = await send(lead, url, { outcome: 'justified', note: 'Rang the ward' });
    expect(reviewed.statusCode).toBe(303);
    const again = await send(lead, url, { outcome: 'incident', note: 'No' });
    expect(again.statusCode).toBe(409);
    expect((await lead.get(url)).body).toContain('Rang the ward');
    const { rows } = await at.book
      .pool('batch')
      .query(`select state, outcome from work.item where kind = 'break_glass' order by item_id desc limit 1`);
    expect(rows).toEqual([{ state: 'reviewed', outcome: 'justified' }]);
    // The lead sees the access, not the record.
    expect((await lead.get(`/people/${person.public_id}`)).statusCode).toBe(403);
  });

  test('is opened once, whoever presses twice', async () => {
    const person = await outsider();
    const tabs = await Promise.all([site.signedIn('gp'), site.signedIn('gp')]);
    const answers = await Promise.all(tabs.map((tab) => send(tab, '/emergency-access', form(person))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(await audited('break_glass.opened', person.person_no)).toHaveLength(1);
  });

  test('is no emergency where the person may be seen anyway', async () => {
    const lead = await site.signedIn('int_lead');
    const person = await outsider();
    const answer = await send(lead, '/emergency-access', form(person));
    expect(answer.headers.location).toBe(`/people/${person.public_id}`);
    expect(await audited('break_glass.opened', person.person_no)).toEqual([]);
  });
});

describe('who tries', () => {
  test.each([
    ['another day of birth', { 'born-year': '1901' }],
    ['the number of nobody', { nhs_number: '9990000026' }],
  ])('%s finds nobody, and the try is in the audit', async (_, wrong) => {
    const nurse = await site.signedIn('practice_nurse');
    const before = (await audited('break_glass.found_nobody')).length;
    const person = await outsider();
    const answer = await send(nurse, '/emergency-access', form(person, wrong));
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Nobody here has this NHS number and this day of birth');
    expect(answer.body).not.toContain(person.family_name.toUpperCase());
    const tries = await audited('break_glass.found_nobody');
    expect(tries).toHaveLength(before + 1);
    expect(tries.at(-1)).toMatchObject({ outcome: 'refused', detail: {} });
  });

  test('five times in an hour cannot try again, also with what is right', async () => {
    const coordinator = await site.signedIn('care_coordinator');
    const person = await outsider();
    for (let number = 0; number < 5; number++)
      await send(coordinator, '/emergency-access', form(person, { 'born-year': `190${number}` }));
    const answer = await send(coordinator, '/emergency-access', form(person));
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('You have tried 5 times in an hour and found nobody');
  });

  test.each([
    ['no number', { nhs_number: '' }, 'Write the ten digits of an NHS number'],
    ['a wrong check digit', { nhs_number: '9990000019' }, 'Write the ten digits of an NHS number'],
    ['no day', { 'born-day': '' }, 'Write the day of birth as'],
    ['a day that there is not', { 'born-day': '31', 'born-month': '2' }, 'Write the day of birth as'],
    ['no reason', { reason: '' }, 'Choose why you need to see this record now'],
    ['a reason of their own', { reason: 'curious' }, 'Choose why you need to see this record now'],
    ['no sentence', { said: 'x' }, 'Say in a sentence what you need the record for'],
  ])('with %s is told so, and keeps what they typed', async (_, wrong, message) => {
    const gp = await site.signedIn('gp');
    const person = await outsider();
    const answer = await send(gp, '/emergency-access', form(person, wrong));
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain(message);
    if (!('born-year' in wrong)) expect(answer.body).toContain(`value="${person.born.slice(0, 4)}"`);
  });

  test('past all code, the database says nothing to who does not treat people, and lets no emergency be endless', async () => {
    const person = await outsider();
    const as = async (role: string) => {
      const client = await at.book.pool('app').connect();
      try {
        await client.query('begin');
        await client.query(`select set_config('neighbourhold.role', $1, true)`, [role]);
        const { rows } = await client.query('select register.person_in_emergency($1, $2::date) as found', [
          person.nhs_number,
          person.born,
        ]);
        return rows[0].found;
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    expect(await as('gp')).toBe(person.person_no);
    for (const role of ['practice_manager', 'analyst', 'commissioner', 'patient', 'ig_lead', ''])
      expect(await as(role), role).toBeNull();
    const gp = await persona(at.book, 'gp');
    await expect(
      at.book.pool('app').query(
        `insert into register.care_relationship (kind, account, person_no, purpose)
         values ('break_glass', $1, $2, 'for ever')`,
        [gp.account, person.person_no],
      ),
    ).rejects.toThrow('emergency_ends');
  });
});
