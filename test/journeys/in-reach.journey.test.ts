import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { afterRefresh } from '../../src/app/after-refresh.ts';
import { londonDay } from '../../src/kernel/index.ts';
import { anActor } from '../support/actors.ts';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';
const MENTAL_HEALTH = 'Rosalind Teaselford';
const PHONE = { viewport: { width: 390, height: 800 }, javaScriptEnabled: false };

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;

/** Three residents of one care home, whose round is today; the borough has nobody who lives with another. */
async function threeInElmHouse(): Promise<{ site: number; names: string[]; ids: string[] }> {
  await sql(
    `update register.person set address = 'Room ' || (person_no % 90) || ', Elm House, 12 High Road', postcode = 'ZZ1 1AA',
            sensitive = false, confidential = false
      where person_no in (select person_no from coordination.in_reach where setting = 'care_home' order by person_no limit 3)`,
  );
  await follow();
  const rows = await sql<{ site: number; name: string; id: string }>(
    `update coordination.in_reach v set next_day = $1 from register.person p, coordination.in_reach_site site
      where p.person_no = v.person_no and site.site_id = v.site_id and site.key like 'ELM HOUSE%'
      returning v.site_id as site, upper(p.family_name) || ', ' || p.given_names as name, p.public_id as id`,
    [londonDay(new Date())],
  );
  await follow();
  rows.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { site: rows[0]?.site ?? 0, names: rows.map(({ name }) => name), ids: rows.map(({ id }) => id) };
}

const follow = () =>
  afterRefresh(
    { book: at.book, home: at.home, content: 'content', operator: anActor('operator') },
    new Date(),
  );

let elm: Awaited<ReturnType<typeof threeInElmHouse>>;
beforeAll(async () => {
  await follow();
  elm = await threeInElmHouse();
}, 120_000);

const choose = (page: Page, name: string, outcome: string) =>
  page.getByLabel(`What came of it, ${name}`).selectOption({ label: outcome });

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('a round in a care home', () => {
  test('stands on today’s route, by building, and on paper', async () => {
    const lead = await people.signIn(LEAD);
    expect(await main(lead)).toMatch(/\d+ today, 0 of them missed/);
    await lead.getByRole('link', { name: 'See the route' }).click();
    await expectAccessible(lead);
    const row = lead.getByRole('row').filter({ hasText: 'Elm House, 12 High Road' });
    expect(await row.innerText()).toMatch(/ZZ1 1AA\s+In a care home\s+3/);
    const paper = await lead.request.get('/in-reach/route.pdf');
    expect(paper.headers()['content-type']).toContain('pdf');
    expect((await paper.body()).subarray(0, 5).toString()).toBe('%PDF-');
    await row.getByRole('rowheader').getByRole('link').click();
    await expectAccessible(lead);
    for (const name of elm.names) expect(await main(lead)).toContain(name);
  });

  test('is recorded in one form on a phone without JavaScript, by two people at once', async () => {
    const [one = '', two = '', three = ''] = elm.names;
    const josie = await people.signIn(JOSIE, PHONE);
    const lead = await people.signIn(LEAD);
    for (const page of [josie, lead]) await page.goto(`/in-reach/sites/${elm.site}`);
    await choose(josie, one, 'Seen');
    await josie.getByLabel(`Note (optional), ${one}`).fill('Eats well');
    await choose(josie, two, 'Not in');
    await press(josie, 'Save');
    expect(await main(josie)).toContain('2 visits saved');
    expect(await main(josie)).toContain('Eats well');

    await choose(lead, two, 'Seen');
    await choose(lead, three, 'In hospital');
    await press(lead, 'Save');
    const said = await main(lead);
    expect(said).toContain('One visit was not saved');
    expect(said).toContain(`The last entry is “Not in”, by ${JOSIE}`);
    expect(said).toContain('1 other was saved');
    await expectAccessible(lead);
    expect(
      await lead.getByLabel(`What came of it, ${two}`).inputValue(),
      'what was typed is still there',
    ).toBe('seen');
    await press(lead, 'Save');
    expect(await main(lead), 'sent again, having seen it, it counts').toContain('1 visit saved');
    const visits = await sql<{ outcome: string }>(
      'select outcome from coordination.in_reach_visit order by outcome',
    );
    expect(visits.map(({ outcome }) => outcome)).toEqual(['in_hospital', 'not_in', 'seen', 'seen']);
  });

  test('what is wrong comes back with what was typed, and nothing is saved', async () => {
    const josie = await people.signIn(JOSIE);
    const [next] = await sql<{ day: string }>(
      'select next_day as day from coordination.in_reach join register.person using (person_no) where public_id = $1',
      [elm.ids[0]],
    );
    await josie.goto(`/in-reach/sites/${elm.site}?day=${next?.day}`);
    const [one = ''] = elm.names;
    await josie.getByLabel(`Note (optional), ${one}`).fill('Asleep');
    await press(josie, 'Save');
    expect(await josie.getByRole('alert').innerText()).toContain(
      'Choose what came of the visit, or remove the note',
    );
    await expectAccessible(josie);
    expect(await josie.getByLabel(`Note (optional), ${one}`).inputValue()).toBe('Asleep');
  });

  test('is changed for one person by a clinician, with the reason', async () => {
    const lead = await people.signIn(LEAD);
    await lead.goto(`/people/${elm.ids[0]}/visits`);
    await expectAccessible(lead);
    await lead.getByLabel('Days from one visit to the next').fill('14');
    await press(lead, 'Save');
    expect(await lead.getByRole('alert').innerText()).toContain('Say why');
    await lead.getByLabel('Why?').fill('Stable since the summer');
    await press(lead, 'Save');
    expect(await main(lead)).toContain('every 14 days, set for this person');
    const josie = await people.signIn(JOSIE);
    await josie.goto(`/people/${elm.ids[0]}`);
    expect(await josie.getByRole('link', { name: 'Change visits' }).count(), 'a coordinator does not').toBe(
      0,
    );
  });
});

describe('physical health checks', () => {
  test('each number opens exactly those people; the file has the same', async () => {
    const lead = await people.signIn(LEAD);
    await lead.getByRole('link', { name: 'See whose are due or overdue' }).click();
    await expectAccessible(lead);
    const link = lead.getByRole('link', { name: /people: Blood pressure, Overdue/ });
    const n = Number.parseInt(await link.innerText(), 10);
    expect(n).toBeGreaterThan(0);
    await link.click();
    expect(await main(lead)).toContain('Blood pressure overdue');
    expect(await main(lead)).toContain(n === 1 ? '1 person' : `${n} people`);
    const file = await lead.request.get('/smi.csv?check=blood_pressure&status=overdue');
    expect((await file.text()).trim().split('\r\n')).toHaveLength(n + 1);
  });

  test('are handed from the practice to the mental health team, which accepts: one chases, never two', async () => {
    const [chase] = await sql<{ item: number; team: number; id: string }>(
      `select i.item_id as item, t.team_id as team, p.public_id as id from work.item i
         join register.person p on p.person_no = i.subject_id
         join register.care_relationship r on r.practice_id = p.practice_id and r.kind = 'practice_staff'
         join directory.team t on t.kind = 'cmht'
        where i.kind = 'smi_chase' and i.closed_at is null limit 1`,
    ).then(async ([found]) => (found ? [found] : await chaseOfTheGp()));
    const gp = await people.signIn('Dr Priya Kestrelmarsh');
    await gp.goto(`/work/${chase?.item}`);
    await press(gp, 'Ask another team');
    await gp.getByLabel('Which team?').selectOption({ value: String(chase?.team) });
    await press(gp, 'Ask them');
    const nurse = await people.signIn(MENTAL_HEALTH);
    await nurse.goto('/smi');
    expect(await main(nurse)).toContain('Lewisham community mental health team (synthetic) has been asked');
    await nurse.goto(`/work/${chase?.item}`);
    await press(nurse, 'Accept');
    await nurse.goto(`/people/${chase?.id}`);
    expect(await main(nurse)).toContain(
      `${MENTAL_HEALTH}, Lewisham community mental health team (synthetic)`,
    );
    await gp.goto(`/people/${chase?.id}`);
    expect(await main(gp)).toContain(`${MENTAL_HEALTH}, Lewisham community mental health team (synthetic)`);
    expect(await gp.getByRole('button', { name: 'Make sure of them' }).count()).toBe(0);
    await expectAccessible(gp);
  });
});

/** Somebody of the GP's practice on the register, with a check overdue and chased from now on. */
async function chaseOfTheGp() {
  await sql(
    `update coordination.smi_check set status = 'overdue' where check_id = 'bmi' and person_no in (
       select c.person_no from coordination.smi_check c join register.person p using (person_no)
         join register.care_relationship r on r.practice_id = p.practice_id and r.kind = 'practice_staff' limit 1)`,
  );
  const [person] = await sql<{ id: string; no: number }>(
    `select p.public_id as id, p.person_no as no from coordination.smi_check c join register.person p using (person_no)
       join register.care_relationship r on r.practice_id = p.practice_id and r.kind = 'practice_staff'
      where c.status = 'overdue' limit 1`,
  );
  const gp = await people.signIn('Dr Priya Kestrelmarsh');
  await gp.goto(`/people/${person?.id}`);
  await press(gp, 'Make sure of them');
  return await sql<{ item: number; team: number; id: string }>(
    `select item_id as item, (select team_id from directory.team where kind = 'cmht') as team, $2 as id
       from work.item where kind = 'smi_chase' and subject_id = $1 and closed_at is null`,
    [person?.no, person?.id],
  );
}
