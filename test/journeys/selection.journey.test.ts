import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
/** The row of a discipline in the table of the standard. */
const stands = (page: Page, discipline: string) =>
  page
    .getByRole('table', { name: 'Disciplines of the standard' })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: discipline }) })
    .innerText();
/** How many people a list says that it has. */
const size = async (page: Page) => Number(/On the list \((\d+)\)/.exec(await main(page))?.[1]);

describe('from a ranking to a caseload that fits', () => {
  let list = '';

  test('it teaches what is missing: first the INT lead says the hours of the team', async () => {
    const josie = await people.signIn(JOSIE);
    await josie.goto('/caseload');
    await press(josie, 'Make a list that fits');
    expect(await main(josie)).toContain('The INT lead says for each person');
    await expectAccessible(josie);
    const page = await people.signIn(LEAD);
    await page.goto('/selections');
    await follow(page, 'Say the hours of the team');
    await expectAccessible(page);
    // Of a team of which nothing has been said nothing is known to be missing.
    expect(await main(page)).toContain(
      'When the people of the team have been said, you see here what is missing.',
    );
    expect(await stands(page, 'GP')).toContain('Not said yet');
    await page.getByLabel('Somebody of the team').selectOption({ label: JOSIE });
    await page.getByLabel('Discipline', { exact: true }).selectOption({ label: 'Care coordination' });
    await page.getByLabel('Hours a week').fill('twelve');
    await press(page, 'Add');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.getByLabel('Hours a week').inputValue(), 'what was typed stays').toBe('twelve');
    await page.getByLabel('Hours a week').fill('12');
    await press(page, 'Add');
    await page.getByLabel('Or their name').fill('Nia Nightingale');
    await page.getByLabel('Discipline', { exact: true }).selectOption({ label: 'Community nursing' });
    await page.locator('#hours').fill('6.5');
    await press(page, 'Add');
    expect(await main(page)).toContain('6.5 hours a week');
    // A discipline that the standard asks for and nobody is of is a gap.
    expect(await stands(page, 'GP')).toMatch(/Nobody\s+0 \(at least 1\)\s+Gap/);
    expect(await stands(page, 'Community nursing')).toMatch(
      /Nia Nightingale\s+6\.5 \(at least 1\)\s+In place/,
    );
    expect(await main(page)).toContain(
      '5 of 7 disciplines of the standard are missing or have too few hours.',
    );
    await expectAccessible(page);
  });

  test('a list of people leads there; the list fits, says why each is on it, who is near and what an hour buys', async () => {
    const page = await people.signIn(LEAD);
    await page.goto('/people?top=20');
    await follow(page, 'Make a list that fits the team’s hours from these people');
    expect(await page.getByLabel('Top % of need').inputValue()).toBe('20');
    await press(page, 'Work out the list');
    list = new URL(page.url()).pathname;
    const text = await main(page);
    expect(text).toContain('Yes, proved: no list that fits these hours is worth more.');
    expect(text).toContain('Top 20% of need');
    expect(text).toMatch(/In the top 0\.5% of need \(60\)/);
    expect(text).toContain('Just outside');
    expect(text).toContain('Just inside');
    // 12 hours of a coordinator are 32 people of 22.5 minutes, less those on the caseload already.
    expect(await size(page)).toBeGreaterThan(20);
    expect(await size(page)).toBeLessThanOrEqual(32);
    const coordination = page.getByRole('row').filter({ hasText: 'Care coordination' });
    const [, has, taken, takes, left] = await coordination.first().getByRole('cell').allInnerTexts();
    expect([has, taken, takes, left].some((cell) => cell?.includes('over'))).toBe(false);
    const more = await coordination.nth(1).getByRole('cell').first().innerText();
    expect(Number(more)).toBeGreaterThan(0);
    await expectAccessible(page);
  });

  test('somebody is moved out and in with a reason, by keyboard, and a second browser is told', async () => {
    const page = await people.signIn(LEAD);
    const other = await people.signIn(JOSIE);
    await page.goto(list);
    await other.goto(list);
    const before = await size(page);
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: /^Move out/ }) });
    const name = (await row.first().getByRole('rowheader').getByRole('link').innerText()).trim();
    await row
      .first()
      .getByRole('link', { name: /^Move out/ })
      .focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/move/);
    await page.getByLabel('Why should they not be on the list?').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.title()).toMatch(/^Error: /);
    await expectAccessible(page);
    await page.getByLabel('Why should they not be on the list?').fill('Her own team looks after her');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === list);
    expect(await size(page)).toBe(before - 1);
    const moved = page.getByRole('table', { name: 'Moved out by hand' });
    expect(await moved.innerText()).toContain(name);
    expect(await moved.innerText()).toContain(`Moved out by ${LEAD}: Her own team looks after her`);

    // The other browser still shows the list as it was.
    await press(other, 'Work it out again');
    expect(await main(other)).toContain('Somebody has changed this list since you opened it.');
    expect(await size(other)).toBe(before - 1);
    await press(other, 'Work it out again');
    expect(await other.getByRole('table', { name: 'Moved out by hand' }).innerText()).toContain(name);
    expect(await size(other), 'the place is somebody else’s now').toBe(before);
  });

  test('over the hours it says so, and is accepted only by the INT lead with a reason', async () => {
    const josie = await people.signIn(JOSIE);
    await josie.goto(list);
    for (let nth = 0; nth < 2; nth++) {
      await josie
        .getByRole('link', { name: /^Move in / })
        .first()
        .click();
      await josie.getByLabel('Why do they belong on the list?').fill('=1+1, says the practice');
      await press(josie, 'Move in');
    }
    expect(await main(josie)).toContain('Over the hours');
    await expectAccessible(josie);
    await press(josie, 'Accept the list');
    await press(josie, 'Accept and take on');
    expect(await main(josie)).toContain('The list takes more than there is');
    const page = await people.signIn(LEAD);
    await page.goto(`${list}/accept`);
    await page.getByLabel('What happens first?').fill('Visit with the nurse');
    await page.getByLabel('Why should it be accepted all the same?').fill('A bank nurse comes for a month');
    await expectAccessible(page);
    await press(page, 'Accept and take on');
    await page.waitForURL((url) => url.pathname === list);
    const text = await main(page);
    expect(text).toContain('Accepted');
    expect(text).toContain('A bank nurse comes for a month');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'On the caseload' }).first().click();
    expect(await main(page)).toContain('Visit with the nurse');
    expect(await main(page)).toMatch(/On the list that fits of \d+ \w+ \d{4}/);
    await josie.goto('/caseload?of=team');
    expect((await main(josie)).split('Visit with the nurse').length).toBeGreaterThan(20);
  });

  test('it goes to a file that a spreadsheet can open safely', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(list);
    const answer = await page.request.get(`${list}/list.csv`);
    const text = await answer.text();
    expect(text).toContain('on_the_list,nhs_number,family_name');
    expect(text).toContain('Her own team looks after her');
    expect(text, 'what somebody typed does not run there').toContain(`"'=1+1, says the practice"`);
  });
});

describe('without JavaScript, on a phone', () => {
  let page: Page;
  beforeAll(async () => {
    page = await people.signIn(LEAD, { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  });

  test('a list is worked out, changed and discarded', async () => {
    await page.goto('/selections');
    await page.getByLabel('Top % of need').fill('nine');
    await press(page, 'Work out the list');
    expect(await page.title()).toMatch(/^Error: /);
    await page.getByLabel('Top % of need').fill('9');
    await page.getByText('People who have to be on it', { exact: true }).click();
    await page.getByLabel('Their NHS numbers, one on each line').fill('12345');
    await page.getByLabel('Why do they have to be on it?').fill('Promised');
    await press(page, 'Work out the list');
    expect(await main(page)).toContain('Line 1 is not an NHS number');
    await page.getByLabel('Their NHS numbers, one on each line').fill('');
    await press(page, 'Work out the list');
    const size = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(size).toBeLessThanOrEqual(0);
    await press(page, 'Discard');
    expect(await main(page)).toContain('Discarded');
  });
});
