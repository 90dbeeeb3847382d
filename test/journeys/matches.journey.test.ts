import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { numberOf, sendPeople } from '../support/drawn-matches.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const IG_LEAD = 'Delroy Nettlecombe';
const MANAGER = 'Owen Quillspinney';
const GP = 'Dr Priya Kestrelmarsh';
/** The manager's practice, and another one. */
const OWN = 'Z10019';
const OTHER = 'Z10001';

const at = useTestBorough();
beforeAll(async () => {
  const home = { family_name: 'Nightjarfen', birth_date: '1961-02-03', postcode: 'ZZ2 0AA' };
  await sendPeople(at, OTHER, 7, {
    'drawn-1': { ...home, nhs_number: numberOf(41), address: '1 Drawn Row' },
  });
  await sendPeople(at, OWN, 7, {
    'drawn-2': { ...home, family_name: 'Nightjarfenn', address: '1 Drawn Row' },
    'drawn-3': {
      family_name: 'Teaselmoor',
      given_names: 'William',
      birth_date: '1950-09-08',
      address: '2 Drawn Row',
    },
    'drawn-4': {
      family_name: 'Teaselmoor',
      given_names: 'Bill',
      birth_date: '1950-09-08',
      address: '2 Drawn Row',
    },
  });
}, 240_000);
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const why = (page: Page, text: string) => page.getByLabel('Why?').fill(text);
const openPair = (page: Page, at = 0) => page.getByRole('rowheader').getByRole('link').nth(at).click();

describe('two records that may be one person', () => {
  let across = '';

  test('the IG lead finds them in the queue, which names nobody, and sees them side by side', async () => {
    const page = await people.signIn(IG_LEAD);
    await page.getByRole('link', { name: 'Matches', exact: true }).click();
    await expectAccessible(page);
    expect(await main(page)).not.toMatch(/Nightjarfen|Teaselmoor/i);
    await page.getByRole('row').filter({ hasText: 'Strong' }).first().getByRole('link').click();
    for (let tries = 0; tries < 3 && !(await main(page)).includes('Nightjarfen'); tries++) {
      await page.goBack();
      await openPair(page, tries);
    }
    across = new URL(page.url()).pathname;
    const text = await main(page);
    for (const expected of ['Nightjarfenn', 'Nearly the same', 'For, ', 'Together: Strong'])
      expect(text).toContain(expected);
    expect(await page.title(), 'a title names nobody').not.toContain('Nightjar');
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await expectAccessible(page);
    }
  });

  test('a decision needs a reason, and comes back filled without one', async () => {
    const page = await people.signIn(IG_LEAD);
    await page.goto(across);
    await page.getByRole('radio', { name: /^Ask Sorreltarn/ }).check();
    await press(page, 'Decide');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.getByRole('radio', { name: /^Ask Sorreltarn/ }).isChecked()).toBe(true);
    await expectAccessible(page);
    await why(page, 'Is there an NHS number on the card?');
    await press(page, 'Decide');
    expect(await main(page)).toContain('Practice asked');
  });

  test('the practice sees its own patient alone, and answers', async () => {
    const page = await people.signIn(MANAGER);
    await page.goto(across);
    const text = await main(page);
    expect(text).toContain('Nightjarfenn');
    expect(text).toContain('is at another practice');
    expect(text).toContain('Is there an NHS number on the card?');
    await expectAccessible(page);
    await page.getByRole('radio', { name: 'They are one person' }).check();
    await why(page, 'She showed her number at the desk');
    await press(page, 'Send the answer');
    expect(await main(page)).toContain('has answered');
  });

  test('of two tabs the second is told what happened in the first', async () => {
    const page = await people.signIn(IG_LEAD);
    await page.goto(across);
    const other = await page.context().newPage();
    await other.goto(across);
    for (const tab of [page, other]) {
      await tab.getByRole('radio', { name: /^Merge/ }).check();
      await why(tab, 'The practice has seen her number');
      await press(tab, 'Decide');
    }
    expect(await main(page)).toContain('Merged by Delroy Nettlecombe');
    expect(await main(other)).toContain('has dealt with this');
    expect(await main(other)).toContain('Undo the merge');
    await expectAccessible(other);
  });

  test('the practice’s own GP finds one person with both records, when the list is up to date', async () => {
    const page = await people.signIn(GP);
    await expect
      .poll(
        async () => {
          const found = await at.book
            .pool('batch')
            .query(
              'select p.public_id from register.joined j join register.person p on p.person_no = j.person_no',
            );
          return found.rowCount;
        },
        { timeout: 90_000, interval: 1000 },
      )
      .toBe(1);
    const { rows } = await at.book
      .pool('batch')
      .query('select public_id from register.person where family_name = $1', ['Nightjarfenn']);
    expect((await page.goto(`/people/${rows[0]?.public_id}`))?.status()).toBe(200);
    expect(await main(page)).toContain('2 registrations of this person are open at once');
  });

  test('a practice manager merges two of the own list without JavaScript, and undoes it', async () => {
    const page = await people.signIn(MANAGER, {
      javaScriptEnabled: false,
      viewport: { width: 375, height: 720 },
    });
    await page.goto('/people/matches');
    await openPair(page);
    expect(await main(page)).toContain('One stands for the other');
    await page.getByRole('radio', { name: /^Merge/ }).check();
    await why(page, 'Bill is William');
    await press(page, 'Decide');
    await why(page, 'They are cousins');
    await press(page, 'Undo the merge');
    expect(await main(page)).toContain('Merge undone by Owen Quillspinney');
    await page.goto('/people/matches?show=decided');
    expect(await main(page)).toContain('Kept apart');
  });

  test('every look is in the audit; who does not review is refused', async () => {
    const page = await people.signIn(IG_LEAD);
    await page.goto('/audit');
    await page.getByLabel('Who looked at the person').fill(numberOf(41));
    await press(page, 'Search');
    const looks = await page.getByRole('table').innerText();
    for (const expected of [
      IG_LEAD,
      'Looked whether this is one person or two',
      'Merged with another person',
    ])
      expect(looks).toContain(expected);
    const gp = await people.signIn(GP);
    expect((await gp.goto('/people/matches'))?.status()).toBe(403);
    expect((await gp.goto(across))?.status()).toBe(403);
  });
});
