import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { escalateBreaches, taskStates } from '../../src/domains/work/index.ts';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { asBatch } from '../support/drawn-team.ts';
import { useServedProduct } from '../support/served-product.ts';
import { persona } from '../support/small-borough.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';
const VICTORIA = 'LARKMOOR, Victoria';

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();

// J5, in the order in which it happens, with two browsers open at once.
describe('a meeting that finishes', () => {
  let meeting = '';
  let victoria = '';

  test('is set up to come every week, and builds its agenda with why each is on it', async () => {
    const page = await people.signIn(LEAD);
    await follow(page, 'Care');
    await follow(page, 'Meetings');
    await expectAccessible(page);
    await page.goto('/mdt/new');
    await press(page, 'Set up');
    expect(await page.title()).toMatch(/^Error: /);
    await page.getByLabel('What is it called?').fill('Central meeting');
    await page.getByRole('radio', { name: 'Every week' }).check();
    const day = new Date(Date.now() + 86_400_000);
    await page.getByLabel('Day', { exact: true }).fill(String(day.getDate()));
    await page.getByLabel('Month', { exact: true }).fill(String(day.getMonth() + 1));
    await page.getByLabel('Year', { exact: true }).fill(String(day.getFullYear()));
    await page.getByLabel('At what time?').fill('13:30');
    await page.getByLabel('Where, or which link?').fill('Meeting room 2');
    await page.getByLabel('Which discipline are they?').selectOption({ label: 'Community nursing' });
    await expectAccessible(page);
    await press(page, 'Set up');
    meeting = new URL(page.url()).pathname;
    expect(await main(page)).toContain('1st of 4,000 by need');

    await page.goto('/people?condition=diabetes&condition=cancer');
    await follow(page, VICTORIA);
    await follow(page, 'Refer to a meeting');
    await page
      .getByLabel('Why, and what should the meeting answer?')
      .fill('Three teams, and nobody has the whole');
    await press(page, 'Refer');
    expect(new URL(page.url()).pathname).toBe(meeting);
    expect(await main(page)).toContain('Amara Heronfen asked on');
    await expectAccessible(page);
  });

  test('keeps what is typed about a person: in a closed tab, and when the session has ended', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(meeting);
    await follow(page, VICTORIA);
    const person = new URL(page.url()).pathname;
    await page.getByLabel('Discussion').pressSequentially('She fell twice this month');
    await page.getByText(/^Kept at \d\d:\d\d\. It is not saved yet\.$/).waitFor();
    const again = await page.context().newPage();
    await page.close();
    await again.goto(person);
    expect(await main(again)).toContain('You typed something that is not saved');
    await again.locator('main a[href^="/kept/"]').first().click();
    await expectAccessible(again);
    expect(await again.getByLabel('Discussion').inputValue()).toBe('She fell twice this month');
    await press(again, 'Throw this text away');

    // Without JavaScript, signed out in another tab in the middle of a sentence.
    const plain = await people.signIn(LEAD, {
      javaScriptEnabled: false,
      viewport: { width: 375, height: 800 },
    });
    await plain.goto(person);
    await plain.getByLabel('Discussion').fill('Her daughter leaves on Friday');
    await plain.getByLabel('What is to be done?').fill('Order a rail');
    const other = await plain.context().newPage();
    await other.goto('/');
    await press(other, 'Sign out');
    await plain.getByRole('button', { name: 'Save', exact: true }).click();
    await plain.getByRole('radio', { name: LEAD }).check();
    await press(plain, 'Sign in');
    expect(new URL(plain.url()).pathname).toMatch(/^\/kept\//);
    expect(await main(plain)).toContain('You typed this before your session ended. It is not saved yet.');
    expect(await plain.getByLabel('Discussion').inputValue()).toBe('Her daughter leaves on Friday');
    expect(await plain.getByLabel('What is to be done?').inputValue()).toBe('Order a rail');
    await press(plain, 'Throw this text away');
    expect(await main(plain)).not.toContain('You typed something that is not saved');
  });

  test('says which discipline is missing and for whom; somebody is invited', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(meeting);
    expect(await main(page)).toContain('Social care. Nobody of it belongs to the meeting');
    expect(await main(page)).toMatch(/Diabetes specialist, for .*LARKMOOR/);
    for (const [who, discipline] of [
      ['Sam Pipitmoor', 'Social care'],
      ['Dr Ada Fernholm', 'GP'],
    ] as const) {
      await page.getByText('Invite somebody', { exact: true }).click();
      await page.getByLabel('Or their name').fill(who);
      await page.getByLabel('Discipline', { exact: true }).selectOption({ label: discipline });
      await press(page, 'Invite');
    }
    expect(await main(page)).not.toContain('Social care. Nobody of it');
    for (const select of await page.locator('select[name^=attended-]').all())
      await select.selectOption('present');
    await press(page, 'Save who is there');
    expect(await main(page)).not.toMatch(/^Social care/m);
  });

  test('two type at once: different texts both stay, of the same text both are shown and nothing is lost', async () => {
    const one = await people.signIn(LEAD);
    const other = await people.signIn(JOSIE);
    await one.goto(meeting);
    await press(one, 'Begin the meeting');
    await follow(one, VICTORIA);
    victoria = new URL(one.url()).pathname;
    await expectAccessible(one);
    await other.goto(victoria);
    await one.getByLabel('Summary').fill('Breast cancer, diabetes; two clinics on one day');
    await other.getByLabel('Questions to the meeting').fill('Who rings her first?');
    await press(one, 'Save');
    await press(other, 'Save');
    expect(await other.getByLabel('Summary').inputValue()).toContain('two clinics');
    expect(await other.getByLabel('Questions to the meeting').inputValue()).toContain('Who rings');

    await one.goto(victoria);
    await one.getByLabel('Discussion').fill('She wants one number to ring');
    await other.getByLabel('Discussion').fill('Her son can drive on Tuesdays');
    await press(one, 'Save');
    await press(other, 'Save');
    expect(await main(other)).toContain('Somebody else wrote here at the same time');
    expect(await main(other), 'theirs is shown').toContain('She wants one number to ring');
    expect(await other.getByLabel('Discussion').inputValue(), 'ours is in the form').toBe(
      'Her son can drive on Tuesdays',
    );
    await expectAccessible(other);
    await other.getByLabel('Discussion').fill('She wants one number to ring. Her son can drive on Tuesdays');
    await press(other, 'Save');
    await one.goto(victoria);
    expect(await one.getByLabel('Discussion').inputValue()).toContain('one number to ring. Her son');
  });

  test('a decision is typed once, with the keyboard, and is in the inbox of whoever does it', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(victoria);
    await page.getByLabel('What is to be done?').focus();
    await page.keyboard.type('Double appointment with her named GP');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.title(), 'who does it has to be said').toMatch(/^Error: /);
    expect(await page.getByLabel('What is to be done?').inputValue()).toBe(
      'Double appointment with her named GP',
    );
    await page.getByLabel('Who does it?').selectOption({ label: JOSIE });
    await page.getByLabel('For the person').fill('We will book one long visit with your own doctor.');
    await page.getByLabel('Medium').check();
    await page.getByLabel('Changing').check();
    await press(page, 'Save');
    expect(await main(page)).toContain('Double appointment with her named GP');
    const josie = await people.signIn(JOSIE);
    await josie.goto('/work');
    expect(await main(josie)).toContain('Double appointment with her named GP');
  });

  test('decisions become work of other teams too, and what is late is everybody’s business', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(victoria);
    const options = page.getByLabel('Who does it?').locator('option');
    const teams = await options.evaluateAll((all) =>
      all.flatMap((each) =>
        /^\d+$/.test((each as HTMLOptionElement).value) ? [each.textContent ?? ''] : [],
      ),
    );
    const given = teams.slice(0, 5);
    expect(given, 'our team and four others').toHaveLength(5);
    for (const [n, team] of given.entries()) {
      await page.getByLabel('What is to be done?').fill(`Share of the work ${n}`);
      await page.getByLabel('Who does it?').selectOption({ label: team });
      await press(page, 'Save');
    }
    const { rows } = await at.book.pool('owner').query(
      `select i.title, i.due_at, i.breach_at, coalesce(desk.name, own.name) as team from work.item i
         join directory.team own on own.team_id = i.owner_team
         left join directory.team desk on desk.team_id = i.desk_team
        where i.title like 'Share of the work %' order by 1`,
    );
    // Our own team stands in the list as “Anybody in …”.
    expect(rows.map(({ team }) => team)).toEqual(given.map((team) => team.replace(/^Anybody in /, '')));
    for (const { due_at, breach_at } of rows) expect(breach_at > due_at).toBe(true);
    // Nobody does the double appointment for a week and a day.
    await at.book
      .pool('owner')
      .query(
        "update work.item set due_at = now() - interval '8 days', breach_at = now() - interval '1 day' where title = $1",
        ['Double appointment with her named GP'],
      );
    const operator = await persona(at.book, 'int_lead');
    await asBatch(at.book, (tx) => escalateBreaches(tx, taskStates('mdt_action'), operator, new Date()));
    await page.goto('/work');
    expect(await main(page)).toMatch(/Double appointment with her named GP[\s\S]*?Escalated/);
  });

  test('does not close while anything is undecided; then its minutes stand, as page and PDF', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(meeting);
    await page.getByText('Close the meeting', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Close the meeting' }).click();
    expect(await main(page)).toContain('Nothing has been decided for');
    const others = page.getByRole('row').filter({ hasText: 'Not yet' }).getByRole('link');
    const addresses = await others.evaluateAll((links) =>
      links.map((link) => link.getAttribute('href') ?? ''),
    );
    for (const address of addresses) {
      await page.goto(address);
      await page.getByText('Change the agenda', { exact: true }).click();
      await page.getByLabel('Not reached: put on the next agenda, because').fill('No time today');
      await press(page, 'Next agenda');
    }
    await page.goto(meeting);
    await page.getByText('Close the meeting', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Close the meeting' }).click();
    await page.getByLabel('Why was it held without').fill('The diabetes nurse is on leave');
    await page.getByRole('button', { name: 'Close the meeting' }).click();
    await press(page, 'Read the minutes');
    await expectAccessible(page);
    expect(await main(page)).toContain('Her son can drive on Tuesdays');
    expect(await main(page)).toContain('The diabetes nurse is on leave');
    const pdf = await page.request.get(`${product.address}${meeting}/minutes.pdf`);
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
    await page.goto('/mdt');
    await follow(page, 'Central meeting');
    expect(await main(page), 'the next meeting has the open action and who was not reached').toContain(
      'Double appointment',
    );
    expect(await main(page)).toContain('No time today');
    await expectAccessible(page);
    // Whom the open action is about is named there, and is not on that agenda: the look at them is in the audit as well.
    const looked = await at.book.pool('owner').query(
      `select e.detail->'people' @> to_jsonb(i.subject_id) as named from audit.entry e, work.item i
        where e.action = 'mdt.looked' and i.title = 'Double appointment with her named GP'
        order by e.id desc limit 1`,
    );
    expect(looked.rows).toEqual([{ named: true }]);
  });

  test('its series is changed by one who sees what another changed, ended with a reason, and begun again', async () => {
    const page = await people.signIn(LEAD);
    await page.goto('/mdt');
    await follow(page, 'Central meeting');
    await page.getByRole('link', { name: /^Change or end/ }).click();
    const series = new URL(page.url()).pathname;
    await expectAccessible(page);
    const other = await people.signIn(LEAD);
    for (const each of [page, other]) await each.goto(`${series}/change`);
    await expectAccessible(page);
    await page.getByLabel('Where, or which link?').fill('Library');
    await press(page, 'Save');
    await other.getByLabel('Where, or which link?').fill('Town hall');
    await other.getByLabel('What is it called?').fill('Central and west meeting');
    await press(other, 'Save');
    expect(await main(other)).toContain('Somebody else changed these meetings after you opened this page');
    expect(await main(other), 'theirs is shown').toContain('Library');
    expect(await other.getByLabel('Where, or which link?').inputValue()).toBe('Town hall');
    await expectAccessible(other);
    await press(other, 'Save');
    expect(await main(other)).toContain('Name: Central and west meeting, was Central meeting');

    await page.goto(series);
    await press(page, 'End these meetings');
    await expectAccessible(page);
    const stands = /On its agenda\s+(\d+) people/.exec(await main(page))?.[1];
    expect(Number(stands)).toBeGreaterThan(0);
    expect(await main(page)).toMatch(/Open actions\s+\d+ actions/);
    await page.getByLabel('Why are they ended?').fill('The teams meet together now');
    await press(page, 'End these meetings');
    await expectAccessible(page);
    expect(await main(page)).toContain(`Of ${stands} people on its agenda`);
    expect(await main(page), 'its actions stay').toContain('Double appointment with her named GP');
    expect(await page.getByText('Without a meeting', { exact: true }).count()).toBe(Number(stands));
    await page.goto('/mdt');
    await expectAccessible(page);
    expect(await main(page)).toMatch(/Meetings that were ended[\s\S]*Central and west meeting/);
    await page.goto(`${series}/begin-again`);
    await expectAccessible(page);
    await press(page, 'Begin again');
    expect(await main(page)).toContain('Begun again');
    await page.goto('/mdt');
    expect(await main(page)).not.toContain('Meetings that were ended');
  });

  test('the person reads what was agreed, in plain words, and who coordinates', async () => {
    const page = await people.signIn('Victoria Larkmoor');
    expect(await main(page)).toContain('We will book one long visit with your own doctor.');
    expect(await main(page)).toContain('Your named GP');
    // The more complex and unsteady, the sooner: medium and changing is between the two.
    expect(await main(page)).toMatch(/They will talk about it again by \d+ \w+ \d{4}\./);
    await expectAccessible(page);
  });
});
