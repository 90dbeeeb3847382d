import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const ANALYST = 'Tomasz Lichenwold';
const GP = 'Dr Priya Kestrelmarsh';
const COMMISSIONER = 'Grace Vetchglade';
const NARROW = { viewport: { width: 320, height: 700 } };
const NO_SCRIPT = { javaScriptEnabled: false };

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();

/** How many people a page says are in; on a busy machine it says so when it is loaded again. */
async function shownIn(page: Page): Promise<number> {
  for (let again = 0; again < 10 && (await page.getByText('takes longer than usual').count()) > 0; again++)
    await page.reload();
  const value = page.locator('aside dt', { hasText: /^In$/ }).locator('xpath=following-sibling::dd[1]');
  return Number((await value.innerText()).replaceAll(',', ''));
}

/** Somebody who uses the keyboard alone: goes on from where they are, box by box. */
function keyboard(page: Page) {
  const goTo = async (target: Locator) => {
    for (let presses = 0; presses < 250; presses++) {
      if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('the keyboard does not reach it');
  };
  const write = async (name: string, text: string) => {
    await goTo(page.locator(`[name="${name}"]`));
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  };
  return {
    write,
    async enter(role: 'link' | 'button', name: string | RegExp) {
      await goTo(page.getByRole(role, { name }).first());
      await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    },
    async choose(name: string, value: string) {
      const wanted = page.locator(`[name="${name}"][value="${value}"]`);
      // Tab comes to what is chosen or, where nothing is, to the first; arrows choose.
      const chosen = page.locator(`[name="${name}"]:checked`);
      await goTo((await chosen.count()) > 0 ? chosen : page.locator(`[name="${name}"]`).first());
      if ((await chosen.count()) === 0) await page.keyboard.press('Space');
      for (let presses = 0; presses < 40 && !(await wanted.isChecked()); presses++)
        await page.keyboard.press('ArrowDown');
      expect(await wanted.isChecked()).toBe(true);
    },
    async pick(name: string, text: string) {
      await goTo(page.locator(`[name="${name}"]`));
      await page.keyboard.type(text);
    },
  };
}

let draft = '';
let counted = 0;

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('an analyst writes a definition', () => {
  test('with the keyboard alone, without scripts, and sees after each step how many it means', async () => {
    const page = await people.signIn(ANALYST, NO_SCRIPT);
    const keys = keyboard(page);
    await page.goto('/definitions/drafts');
    await keys.enter('button', 'Begin a definition');
    await keys.write('title', 'Women with diabetes, 65 and over');
    await keys.write('why', 'To plan a clinic.');
    await keys.enter('button', 'Begin');
    expect(await main(page)).toContain('It cannot be counted yet');
    draft = new URL(page.url()).pathname;
    const add = async (way: string, word: string, fill: () => Promise<void>, as?: string) => {
      await keys.enter(way === 'Add the first' ? 'button' : 'link', new RegExp(`^${way}`));
      await keys.choose('word', word);
      if (as !== undefined) await keys.choose('as', as);
      await keys.enter('button', 'Continue');
      await fill();
      await keys.enter('button', 'Add it');
      expect(new URL(page.url()).pathname).toBe(draft);
      return await shownIn(page);
    };
    const old = await add('Add the first', 'age', () => keys.write('from', '65'));
    const oldWomen = await add('Add a condition', 'sex', () => keys.choose('choice', 'female'));
    const withDiabetes = await add('Add a condition', 'active', async () => {
      await keys.write('codes', 'DM_COD');
      await keys.write('resolved', 'DMRES_COD');
    });
    expect(oldWomen).toBeLessThan(old);
    expect(withDiabetes).toBeLessThan(oldWomen);
    expect(withDiabetes).toBeGreaterThan(0);
    counted = await add(
      'Add a condition',
      'within',
      async () => {
        await keys.write('codes', 'PALCARE_COD');
        await keys.write('window', '12');
      },
      'not',
    );
    expect(await main(page)).toMatch(/Step by step[\s\S]*1\. Aged 65 or over[\s\S]*4\. Not: /);
    // A keyboard is slow, and each press is a question to the browser.
  }, 300_000);

  test('moves and undoes, and the text says the same as the blocks', async () => {
    const page = await people.signIn(ANALYST, NO_SCRIPT);
    const keys = keyboard(page);
    await page.goto(draft);
    await keys.enter('button', /^Move down\s*: Aged 65/);
    expect((await main(page)).indexOf('Female')).toBeLessThan((await main(page)).indexOf('Aged 65'));
    expect(await shownIn(page)).toBe(counted);
    await keys.enter('button', 'Undo the last step');
    await keys.enter('link', 'Text');
    expect(await page.locator('textarea').inputValue()).toContain(
      'rule:\n  all:\n    - age: { from: 65 }\n    - sex: female',
    );
    await keys.write('definition', 'kind: register\nid: broken\nrule:\n  all:\n    - agee: { from: 65 }\n');
    await keys.enter('button', 'Save');
    expect(await main(page)).toMatch(/Line 5: rule\.all\.0: not a condition/);
    await keys.enter('button', 'Undo the last step');
    expect(await shownIn(page)).toBe(counted);
  });

  test('adds a case in and a case out, and asks for a check', async () => {
    const page = await people.signIn(ANALYST, NO_SCRIPT);
    const keys = keyboard(page);
    await page.goto(`${draft}/check`);
    expect(await main(page)).toContain('There is no case of somebody who is in.');
    await keys.enter('link', 'Cases');
    await keys.write('name', 'Ivy, diabetes since 2015');
    await keys.write('born', '1949-12-01');
    await keys.choose('sex', 'female');
    await keys.pick('list_1', 'Diabetes mellitus');
    await keys.write('date_1', '2015-04-10');
    await keys.choose('outcome', 'in');
    await keys.enter('button', 'Add the case');
    await keys.write('name', 'Bob, a man');
    await keys.write('born', '1949-12-01');
    await keys.choose('sex', 'male');
    await keys.choose('outcome', 'out');
    await keys.enter('button', 'Add the case');
    expect((await main(page)).match(/\bYes\b/g)).toHaveLength(2);
    await keys.enter('link', 'Check and publish');
    await keys.enter('button', 'Ask for a check');
    const said = await main(page);
    expect(said).toContain('Waiting for a check');
    expect(said).toContain('You wrote some of this definition, so somebody else has to check it.');
  });

  test('a GP sees people by name with what decided, checks it and publishes it with a reason', async () => {
    const page = await people.signIn(GP);
    await page.goto('/definitions');
    await follow(page, /^Drafts/);
    await expectAccessible(page);
    await follow(page, 'Women with diabetes, 65 and over');
    await follow(page, 'Example people');
    await expectAccessible(page);
    const person = page.locator('main table a').first();
    await page.getByText('What decided it').first().click();
    expect(await main(page)).toMatch(/Yes[\s\S]*Aged 65 or over/);
    expect(await person.getAttribute('href')).toMatch(/^\/people\//);
    await follow(page, 'Check and publish');
    await expectAccessible(page);
    await press(page, 'Publish');
    expect(await main(page)).toContain('Write why');
    await expectAccessible(page);
    await page.getByLabel('What you checked, and why it is right').fill('Cases and ten people looked at');
    await press(page, 'Publish');
    expect(await main(page)).toContain('Published');
  });

  test('after the next refresh the list has as many people as the draft said', async () => {
    const page = await people.signIn(ANALYST);
    const address = '/definitions/women-with-diabetes-65-and-over';
    await expect
      .poll(async () => (await page.goto(address))?.status(), { timeout: 150_000, interval: 3000 })
      .toBe(200);
    await expectAccessible(page);
    const said = await main(page);
    expect(said).toContain(GP);
    expect(said).toContain('Cases and ten people looked at');
    await follow(page, 'List the people who are in it');
    expect(await main(page)).toMatch(new RegExp(`\\b${counted} (people|person)`));
  }, 200_000);
});

describe('a change of a published definition', () => {
  test('shows whom it moves before it takes effect, to the author and to the checker, who sends it back', async () => {
    const page = await people.signIn(ANALYST, NARROW);
    await page.goto('/definitions/women-with-diabetes-65-and-over');
    await follow(page, 'Begin a changed copy');
    await expectAccessible(page);
    await press(page, 'Begin');
    await expectAccessible(page);
    draft = new URL(page.url()).pathname;
    await follow(page, /^Change\s*: Aged 65/);
    await expectAccessible(page);
    await page.getByLabel('From').fill('75');
    await press(page, 'Save the change');
    const now = await shownIn(page);
    await follow(page, 'Check and publish');
    await expectAccessible(page);
    expect(await main(page)).toMatch(new RegExp(`From in to out\\s+${counted - now}\\b`));
    for (const view of [
      'text',
      'about',
      'cases',
      'people',
      'history',
      'history/1',
      'add?to=rule',
      'block?to=rule&word=measured',
    ]) {
      await page.goto(`${draft}/${view}`);
      await expectAccessible(page);
    }
    await page.goto(`${draft}/check`);
    await press(page, 'Ask for a check');
    const checker = await people.signIn(GP);
    await checker.goto(`${draft}/check`);
    expect(await main(checker)).toContain('From in to out');
    await checker.getByText('Send it back instead').click();
    await checker.getByLabel('What has to be changed').fill('Why 75?');
    await press(checker, 'Send it back');
    expect(await main(checker)).toContain('Draft');
    await checker.goto(`${draft}/history`);
    expect(await main(checker)).toContain('Why 75?');
  });

  test('of two tabs the second sees both texts, and nothing is lost', async () => {
    const [one, two] = [await people.signIn(ANALYST), await people.signIn(ANALYST)];
    for (const tab of [one, two]) await tab.goto(`${draft}/text`);
    const text = await one.locator('textarea').inputValue();
    await one.locator('textarea').fill(text.replace('from: 75', 'from: 76'));
    await press(one, 'Save');
    await two.locator('textarea').fill(text.replace('from: 75', 'from: 80'));
    await press(two, 'Save');
    await expectAccessible(two);
    const said = await main(two);
    expect(said).toContain('Somebody saved while you were writing');
    expect(said).toMatch(/theirs:[^\n]*from: 76/);
    expect(said).toMatch(/yours:[^\n]*from: 80/);
    expect(await two.locator('textarea').inputValue()).toContain('from: 80');
    await press(two, 'Save mine over theirs');
    expect(await two.locator('textarea').inputValue()).toContain('from: 80');
    await one.goto(`${draft}/history`);
    expect((await main(one)).match(/Text changed/g)).toHaveLength(2);
  });

  test('a commissioner reads what was published, and writes nothing', async () => {
    const page = await people.signIn(COMMISSIONER);
    await page.goto('/definitions/women-with-diabetes-65-and-over');
    expect(await main(page)).toContain('Published here');
    expect((await page.goto('/definitions/drafts'))?.status()).toBe(403);
    expect((await page.goto(draft))?.status()).toBe(403);
  });
});
