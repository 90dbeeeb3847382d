import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';
const TUNDE = 'Tunde Plovermere';

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const bar = (page: Page, name: RegExp) => page.getByRole('link', { name });
const countOf = async (page: Page, name: RegExp) =>
  Number((await bar(page, name).first().getAttribute('data-count')) ?? Number.NaN);
const WITHOUT_SCRIPT = { javaScriptEnabled: false } as const;

/** The name in the first row of a list, as its links call it. */
const firstName = (page: Page) => page.getByRole('rowheader').first().innerText();

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('the home page of a team', () => {
  let name = '';

  test('counts who is left to decide on; the bar of the dashboard opens them, and one of them is put off in the row', async () => {
    const page = await people.signIn(LEAD);
    await page.goto('/');
    await expectAccessible(page);
    // Home says the few numbers that want something; the whole dashboard is a step away, with the same number.
    const toDecide = await countOf(page, /in greatest need to decide on$/);
    await page.getByRole('link', { name: 'Everything about your team' }).click();
    await expectAccessible(page);
    expect(await countOf(page, /^To decide/)).toBe(toDecide);
    await bar(page, /^To decide/)
      .first()
      .click();
    expect(await main(page)).toContain(`${toDecide} people`);
    name = (await firstName(page)).trim();

    await page.getByRole('link', { name: `Put off ${name}` }).click();
    expect(new URL(page.url()).pathname, 'the list is still the page').toBe('/people');
    await expectAccessible(page);
    await press(page, 'Put off');
    expect(await page.title(), 'a reason has to be given').toMatch(/^Error: /);
    expect(await main(page)).toContain('Say why');
    await expectAccessible(page);
    await page.getByLabel('Why?').fill('In hospital for a month');
    await press(page, 'Put off');
    expect(new URL(page.url()).pathname).toBe('/people');
    expect(await page.getByRole('alert').innerText()).toContain(`${name} is put off until`);
    expect(await main(page)).toContain(`${toDecide - 1} people`);
    await expectAccessible(page);

    await page.goto('/team');
    expect(await countOf(page, /^To decide/)).toBe(toDecide - 1);
    expect(await countOf(page, /^Put off/)).toBe(1);
  });

  test('shows who put them off and why, and takes it back', async () => {
    const page = await people.signIn(JOSIE, WITHOUT_SCRIPT);
    await page.goto('/team');
    await bar(page, /^Put off/)
      .first()
      .click();
    expect(await main(page)).toContain(`by ${LEAD}`);
    expect(await main(page)).toContain('In hospital for a month');
    await page.getByRole('button', { name: /^Undo/ }).click();
    expect(await page.getByRole('alert').innerText()).toContain(`${name} is to be decided on again`);
    await page.goto('/team');
    expect(
      await page
        .getByRole('listitem')
        .filter({ hasText: /^Put off 0/ })
        .count(),
    ).toBe(1);
  });

  test('tells the second of two tabs what the first did, and keeps what it typed', async () => {
    const josie = await people.signIn(JOSIE);
    const tunde = await people.signIn(TUNDE);
    for (const page of [josie, tunde]) await page.goto('/people?top=9&care=open');
    await josie.getByRole('link', { name: `Decline ${name}` }).click();
    await tunde.getByRole('link', { name: `Put off ${name}` }).click();
    await josie.getByLabel('Why?').fill('Already with the hospice');
    await press(josie, 'Decline');
    await tunde.getByLabel('Why?').fill('On holiday');
    await press(tunde, 'Put off');
    expect(await main(tunde)).toContain('Already with the hospice');
    expect(await main(tunde)).toContain('Nothing of yours has been saved');
    await josie.goto('/people?top=9&care=declined');
    expect(await main(josie)).toContain('Already with the hospice');
  });

  test('takes somebody who was declined on after all, in the row', async () => {
    const page = await people.signIn(LEAD, { viewport: { width: 375, height: 720 } });
    await page.goto('/people?top=9&care=declined');
    await page.getByRole('link', { name: `Take on ${name}` }).click();
    await expectAccessible(page);
    await page.getByRole('radio', { name: JOSIE }).check();
    await page.getByLabel('Why does this person need').fill('The hospice asked us to');
    await page.getByLabel('What happens next?').fill('Ring the hospice');
    await press(page, 'Take on');
    expect(await page.getByRole('alert').innerText()).toContain(`${name} is on the caseload`);
    await page.goto('/team');
    await expectAccessible(page);
    await bar(page, new RegExp(`^${JOSIE}`))
      .first()
      .click();
    expect(await main(page)).toContain('Ring the hospice');
  });

  test('hands somebody over and discharges them in the row of the caseload', async () => {
    const page = await people.signIn(LEAD, WITHOUT_SCRIPT);
    await page.goto('/caseload?of=team');
    await page.getByRole('link', { name: `Hand over ${name}` }).click();
    await page.getByRole('radio', { name: TUNDE }).check();
    await press(page, 'Hand over');
    expect(await page.getByRole('alert').innerText()).toContain(TUNDE);
    await page.getByRole('link', { name: `Discharge ${name}` }).click();
    await page.getByRole('radio', { name: 'Goals met' }).check();
    await press(page, 'Discharge');
    expect(new URL(page.url()).pathname).toBe('/caseload');
    expect(await page.getByRole('alert').innerText()).toContain('is discharged');
  });

  test('deals with work in the row of the inbox: taken, put off, finished', async () => {
    const page = await people.signIn(JOSIE);
    await page.goto('/people?top=9&care=open');
    await page.getByRole('rowheader').first().getByRole('link').click();
    await press(page, 'Ask for something');
    await page.getByLabel('What is to be done?').fill('Look at her stairs');
    const options = await page.getByLabel('Who should do it?').locator('option').allInnerTexts();
    await page
      .getByLabel('Who should do it?')
      .selectOption({ label: options.find((each) => each.startsWith('Anybody in')) ?? '' });
    await press(page, 'Ask');
    await page.goto('/work?of=team');
    await page.getByRole('button', { name: 'Take Look at her stairs' }).click();
    expect(new URL(page.url()).pathname).toBe('/work');
    expect(await page.getByRole('alert').innerText()).toContain(`with ${JOSIE}`);
    await page.getByRole('link', { name: 'Put off Look at her stairs' }).click();
    await expectAccessible(page);
    await press(page, 'Put off');
    expect(await main(page)).toContain('Say why');
    await page.getByLabel('Why?').fill('She is away until then');
    await press(page, 'Put off');
    await page.getByRole('link', { name: 'Finish Look at her stairs' }).click();
    await page.getByRole('radio', { name: 'Done', exact: true }).check();
    await press(page, 'Finish');
    expect(await page.getByRole('alert').innerText()).toContain('Look at her stairs');
    expect(await page.getByRole('row').filter({ hasText: 'Look at her stairs' }).count()).toBe(0);
  });
});
