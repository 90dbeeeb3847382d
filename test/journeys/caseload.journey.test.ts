import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { SMALL_BOROUGH } from '../support/small-borough.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const COORDINATOR = 'Josie Brambletarn';
const COMMISSIONER = 'Grace Vetchglade';
const IG_LEAD = 'Delroy Nettlecombe';
const GP = 'Dr Priya Kestrelmarsh';
const VICTORIA = 'LARKMOOR, Victoria';
const VICTORIAS_PRACTICE = 'Sorreltarn Medical Centre';
const VICTORIAS_NUMBER = '999 000 0018';

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
const cellsOf = async (page: Page, name: string) =>
  (await rowOf(page, name).getByRole('cell').allInnerTexts()).map((text) => text.trim());

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('from the list of a borough to somebody’s caseload', () => {
  let victoriasPage = '';

  test('the INT lead goes from borough to neighbourhood to practice to its list', async () => {
    const page = await people.signIn(LEAD);
    await expectAccessible(page);
    await follow(page, 'Places');
    await expectAccessible(page);
    expect(await cellsOf(page, 'Lewisham (synthetic), in all')).toContain(
      SMALL_BOROUGH.toLocaleString('en-GB'),
    );
    await follow(page, 'Neighbourhood 2 Central');
    await follow(page, VICTORIAS_PRACTICE);
    await expectAccessible(page);
    const [, registered] = await cellsOf(page, `${VICTORIAS_PRACTICE}, in all`);
    await rowOf(page, `${VICTORIAS_PRACTICE}, in all`).getByRole('link').first().click();
    expect(await main(page), 'the number that was followed is the length of the list').toContain(
      `${registered} people`,
    );
    await expectAccessible(page);

    await page.getByLabel('Condition or group', { exact: true }).selectOption('Diabetes');
    await page.getByLabel('And condition').selectOption('Cancer');
    await page.getByLabel('Top % of need').fill('9');
    await press(page, 'Apply filters');
    expect(await rowOf(page, VICTORIA).innerText()).toMatch(/Cancer, Diabetes, Hypertension/);
    await follow(page, VICTORIA);
    victoriasPage = new URL(page.url()).pathname;
  });

  test('and sees why she ranks high, down to the entries of her record', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(victoriasPage);
    expect(await main(page)).toContain('Top 7% in the borough');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Why Multimorbidity score' }).click();
    expect(await heading(page)).toContain('2.36');
    expect(await main(page)).toContain('Malignant neoplasm of breast, 9 October 2023, Sorreltarn');
    await expectAccessible(page);
  });

  test('and takes her on for a coordinator; a form without its answers comes back filled', async () => {
    const page = await people.signIn(LEAD);
    await page.goto(victoriasPage);
    await press(page, 'Take on');
    await expectAccessible(page);
    await page.getByLabel('What happens next?').fill('Ring to arrange a home visit');
    await press(page, 'Take on');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.getByLabel('What happens next?').inputValue()).toBe('Ring to arrange a home visit');
    await expectAccessible(page);
    await page.getByRole('radio', { name: COORDINATOR }).check();
    await page.getByLabel('Why does this person need').fill('Three conditions and three teams');
    await press(page, 'Take on');
    expect(new URL(page.url()).pathname).toBe(victoriasPage);
    expect(await main(page)).toContain(COORDINATOR);
  });

  test('the coordinator finds her on the caseload, works the next step and sees what happened', async () => {
    const page = await people.signIn(COORDINATOR);
    expect(await main(page)).toContain('Ring to arrange a home visit');
    await follow(page, 'Care');
    await follow(page, 'Caseload');
    await expectAccessible(page);
    await rowOf(page, VICTORIA).getByRole('link', { name: 'Change' }).click();
    await expectAccessible(page);
    await press(page, 'Set the next step');
    await page.getByLabel('What happens next?').fill('Visit at home with the pharmacist');
    await press(page, 'Save');
    const happened = (await page.getByRole('table').innerText()).replace(/\s+/g, ' ');
    expect(happened).toMatch(/Next step set.*Josie Brambletarn.*Taken on.*Amara Heronfen/);
    await follow(page, 'Open the person’s record');
    expect(await heading(page)).toContain(VICTORIA);
  });

  test('a change of the same entry in another tab is not lost', async () => {
    const page = await people.signIn(COORDINATOR);
    await page.goto('/caseload');
    await rowOf(page, VICTORIA).getByRole('link', { name: 'Change' }).click();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await press(other, 'Set the next step');
    await press(page, 'Set the next step');
    await other.getByLabel('What happens next?').fill('Ask the daughter first');
    await press(other, 'Save');
    await page.getByLabel('What happens next?').fill('Visit with the nurse instead');
    await press(page, 'Save');
    expect(await main(page), 'what the other tab wrote is shown').toContain('Ask the daughter first');
    expect(await page.getByLabel('What happens next?').inputValue()).toBe('Visit with the nurse instead');
    await expectAccessible(page);
    await press(page, 'Save');
    expect(await main(page), 'the second time it was meant').toContain('Visit with the nurse instead');

    await other.reload();
    await press(other, 'Discharge');
    await press(page, 'Discharge');
    for (const tab of [other, page]) {
      await tab.getByRole('radio').first().check();
      await press(tab, 'Discharge');
    }
    expect(await main(page)).toContain('no longer');
    await page.goto(victoriasPage);
    expect(await main(page)).toContain('Nobody coordinates this person’s care here now');
  });

  test('the commissioner sees rounded counts and no people', async () => {
    const page = await people.signIn(COMMISSIONER);
    await follow(page, 'Places');
    await follow(page, 'Lewisham (synthetic)');
    await expectAccessible(page);
    expect(await page.getByRole('link', { name: 'People', exact: true }).count()).toBe(0);
    const cells = await page.getByRole('table').first().getByRole('cell').allInnerTexts();
    const numbers = cells.map((text) => text.trim().replace(',', '')).filter((text) => /^\d+$/.test(text));
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.filter((number) => Number(number) % 5 !== 0)).toEqual([]);
    for (const address of [
      victoriasPage,
      `${victoriasPage}/why/diabetes`,
      '/people',
      '/people.csv',
      '/caseload',
    ]) {
      const answer = await page.goto(address);
      expect([address, answer?.status()]).toEqual([address, 403]);
      expect(await page.content()).not.toContain('LARKMOOR');
    }
    await expectAccessible(page);
  });

  test('the GP of another list is not asked: hers finds her, with her whole record', async () => {
    const page = await people.signIn(GP);
    await page.goto('/people?condition=diabetes&condition=cancer');
    await follow(page, VICTORIA);
    expect(await main(page)).toContain('Registered practice');
    const practices = await page
      .goto('/people?sort=practice')
      .then(() => page.getByRole('table').innerText());
    expect(practices).not.toContain('Amberfen');
  });

  test('the IG lead sees who looked, at whom and why, and that a page was refused', async () => {
    const page = await people.signIn(IG_LEAD);
    await follow(page, 'Access');
    await follow(page, 'Audit');
    await expectAccessible(page);
    expect(await main(page)).toContain('Refused');
    await page.getByLabel('Who looked at the person').fill(VICTORIAS_NUMBER);
    await press(page, 'Search');
    const looks = await page.getByRole('table').innerText();
    for (const expected of [LEAD, COORDINATOR, GP, 'Opened the record', 'Took on', 'Discharged']) {
      expect(looks).toContain(expected);
    }
    expect(page.url(), 'a number is never in an address').not.toMatch(/999/);
    expect((await page.goto(victoriasPage))?.status(), 'the audit opens no records').toBe(403);
  });
});

describe('without JavaScript, on a phone', () => {
  test('the lead filters the list, opens somebody and takes them on', async () => {
    const page = await people.signIn(LEAD, {
      javaScriptEnabled: false,
      viewport: { width: 375, height: 720 },
    });
    await page.goto('/people');
    await page.getByText('Filters', { exact: true }).click();
    await page.getByLabel('Top % of need').fill('1');
    await press(page, 'Apply filters');
    await page.getByRole('rowheader').getByRole('link').first().click();
    const person = page.url();
    await press(page, 'Take on');
    await page.getByRole('radio', { name: 'Tunde Plovermere' }).check();
    await page.getByLabel('Why does this person need').fill('Very high need and nobody coordinates');
    await page.getByLabel('What happens next?').fill('Ring them');
    await press(page, 'Take on');
    expect(page.url()).toBe(person);
    expect(await main(page)).toContain('Tunde Plovermere');
  });
});

describe('every page', () => {
  const pages: readonly [who: string, addresses: readonly string[]][] = [
    [
      LEAD,
      [
        '/',
        '/places',
        '/places/all',
        '/people?top=9',
        '/people?from=130',
        '/caseload?of=team',
        '/imports',
        '/definitions',
        '/definitions/diabetes',
        '/definitions/need',
        '/definitions/cambridge-multimorbidity',
        '/definitions/electronic-frailty-index',
      ],
    ],
    [COMMISSIONER, ['/', '/places', '/definitions']],
    ['Tomasz Lichenwold', ['/', '/people', '/imports', '/imports/1']],
    ['Owen Quillspinney', ['/', '/imports']],
    ['Victoria Larkmoor', ['/']],
    ['Marcus Larkmoor', ['/']],
    [IG_LEAD, ['/', '/audit']],
  ];
  test.for(pages)('of %s fits a phone and a desk, and axe finds nothing', async ([who, addresses]) => {
    const page = await people.signIn(who);
    for (const address of addresses) {
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect([address, (await page.goto(address))?.status()]).toEqual([address, 200]);
        await expectAccessible(page);
      }
    }
  });

  test('with a filter that cannot be used says what to mend, and keeps what was typed', async () => {
    const page = await people.signIn(LEAD);
    const answer = await page.goto('/people?from=seventy&top=9');
    expect(answer?.status()).toBe(422);
    expect(await page.getByRole('alert').innerText()).toContain('Write an age in whole years, from 0 to 130');
    expect(await page.getByLabel('Age from').inputValue()).toBe('seventy');
    await expectAccessible(page);
    await page.getByLabel('Age from').fill('70');
    await press(page, 'Apply filters');
    expect(await main(page)).toContain('Aged 70 or over');
  });

  test('that does not exist says where to go', async () => {
    const page = await people.signIn(LEAD);
    expect((await page.goto('/nowhere'))?.status()).toBe(404);
    await expectAccessible(page);
    expect(await page.locator('main').getByRole('link').count()).toBeGreaterThan(0);
  });
});
