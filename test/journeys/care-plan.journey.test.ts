import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { plantPlans } from '../../src/app/plant-plans.ts';
import { addDays, londonDay } from '../../src/kernel/index.ts';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { readingAge, sentencesOf } from '../support/reading-age.ts';
import { useServedProduct } from '../support/served-product.ts';
import { asProduct } from '../support/site.ts';
import { useTestBorough } from '../support/test-book.ts';

const COORDINATOR = 'Josie Brambletarn';
const GP = 'Dr Priya Kestrelmarsh';
const PATIENT = 'Victoria Larkmoor';
const CARER = 'Marcus Larkmoor';
const VICTORIA = 'LARKMOOR, Victoria';

const at = useTestBorough();
beforeAll(async () => plantPlans(asProduct(at), new Date()));
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
/** A part of the person's own page, by its heading. */
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).innerText();

/** Waits until the page says that what was typed is kept. */
const keptIn = (page: Page) => page.getByText(/^Kept at \d\d:\d\d\. It is not saved yet\.$/).waitFor();

const openKept = (page: Page) => page.locator('main a[href^="/kept/"]').first().click();

async function openVictoriasPlan(page: Page): Promise<string> {
  await page.goto('/plans');
  await follow(page, VICTORIA);
  return new URL(page.url()).pathname;
}

describe('one plan, many hands', () => {
  test('two who write in different parts at once are both saved, and the other sees it', async () => {
    const [josie, gp] = [await people.signIn(COORDINATOR), await people.signIn(GP)];
    await openVictoriasPlan(josie);
    await openVictoriasPlan(gp);
    await follow(josie, 'Add: need');
    await follow(gp, 'Add: talk');
    await josie.getByLabel('What is hard for me').fill('The stairs at night');
    await gp.getByLabel('Who took part').fill('Victoria and Dr Kestrelmarsh');
    await Promise.all([press(josie, 'Save'), press(gp, 'Save')]);
    await gp.reload();
    for (const said of ['The stairs at night', 'Victoria and Dr Kestrelmarsh'])
      expect(await main(gp)).toContain(said);
    await expectAccessible(gp);
  });

  test('the same field at once shows both texts side by side, and the second save is meant', async () => {
    const [josie, victoria] = [await people.signIn(COORDINATOR), await people.signIn(PATIENT)];
    const plan = await openVictoriasPlan(josie);
    const form = `${plan}/parts/about_me/only`;
    await josie.goto(form);
    await victoria.goto(form);
    await victoria.getByLabel('Please do', { exact: true }).fill('Knock twice');
    await josie.getByLabel('Please do', { exact: true }).fill('Ring first');
    await press(victoria, 'Save');
    await press(josie, 'Save');
    expect(await main(josie)).toMatch(/Victoria Larkmoor wrote.*\n+Knock twice\n+You wrote\n+Ring first/);
    expect(await josie.getByLabel('Please do', { exact: true }).inputValue()).toBe('Ring first');
    await expectAccessible(josie);
    await josie.getByLabel('Please do', { exact: true }).fill('Knock twice, and ring first');
    await press(josie, 'Save');
    expect(await main(josie)).toContain('Knock twice, and ring first');
    expect(await main(josie), 'and what Victoria wrote is marked as hers').toContain(
      'The person Victoria Larkmoor',
    );
  });

  test('what was typed when the session ended is there after signing in again', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    await page.goto(`${plan}/parts/strength/new`);
    await page.getByLabel('What I can do, or what helps me').fill('She knows every bus');
    const other = await page.context().newPage();
    await other.goto('/');
    await press(other, 'Sign out');
    await press(page, 'Save');
    await page.getByRole('radio', { name: COORDINATOR }).check();
    await press(page, 'Sign in');
    expect(await main(page)).toContain('You typed this before your session ended');
    expect(await page.getByLabel('What I can do, or what helps me').inputValue()).toBe('She knows every bus');
    await expectAccessible(page);
    await press(page, 'Save');
    expect(await main(page)).toContain('She knows every bus');
  });

  test('an earlier version can be read, compared and brought back', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    await follow(page, 'All versions');
    await expectAccessible(page);
    await page.goto(`${plan}/versions/18`);
    expect(await main(page)).toContain('She knows every bus');
    await expectAccessible(page);
    await press(page, 'Bring version 18 back');
    expect(await main(page)).not.toContain('She knows every bus');
    await page.goto(`${plan}/versions`);
    expect(await main(page)).toContain('brought back from version 18');
  });

  test('a review that is late says by how many days, in the list and on the plan', async () => {
    const page = await people.signIn(COORDINATOR);
    await page.goto('/plans');
    expect(await main(page)).toMatch(/Review overdue 1[34] days/);
    await expectAccessible(page);
  });

  test('the paper is a PDF, and the plan can be downloaded as FHIR', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    const pdf = await page.request.get(`${plan}/pdf`);
    expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf']);
    const pages = (await pdf.body()).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThanOrEqual(2);
    const bundle = await (await page.request.get(`${plan}/fhir`)).json();
    expect(bundle.entry.length).toBeGreaterThan(10);
  });

  test('what is typed is kept while it is typed, and is no version until it is saved', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    const versions = async () => {
      await page.goto(`${plan}/versions`);
      return await page.getByRole('row').count();
    };
    const before = await versions();
    await page.goto(`${plan}/parts/need/new`);
    const box = page.getByLabel('What is hard for me');
    await box.pressSequentially('The bath is too high');
    await keptIn(page);
    await expectAccessible(page);
    // The tab is closed. Nobody pressed Save.
    const again = await page.context().newPage();
    await page.close();
    await again.goto(plan);
    expect(await main(again)).toContain('You typed something that is not saved');
    await openKept(again);
    expect(await main(again)).toContain('You typed this, and did not save it');
    expect(await again.getByLabel('What is hard for me').inputValue()).toBe('The bath is too high');
    await again.goto(`${plan}/versions`);
    expect(await again.getByRole('row').count()).toBe(before);
    await again.goBack();
    await press(again, 'Save');
    expect(await main(again)).toContain('The bath is too high');
    expect(await main(again)).not.toContain('You typed something that is not saved');
    await again.goto(`${plan}/versions`);
    expect(await again.getByRole('row').count()).toBe(before + 1);
  });

  test('without a connection it says so, and keeps what was typed when there is one again', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    await page.goto(`${plan}/parts/need/new`);
    await page.context().setOffline(true);
    await page.getByLabel('What is hard for me').pressSequentially('The lift is out');
    await page.getByText('Not kept: you are not connected. We will try again.').waitFor();
    await page.context().setOffline(false);
    await keptIn(page);
    await page.goto(plan);
    await openKept(page);
    await press(page, 'Throw this text away');
    await page.goto(plan);
    expect(await main(page)).not.toContain('You typed something that is not saved');
  });

  test('two tabs in one part keep two texts; saving one leaves the other’s', async () => {
    const one = await people.signIn(GP);
    const plan = await openVictoriasPlan(one);
    const form = `${plan}/parts/about_me/only`;
    const other = await one.context().newPage();
    await one.goto(form);
    await other.goto(form);
    await one.getByLabel('Please do', { exact: true }).fill('Text of the first tab');
    await keptIn(one);
    await other.getByLabel('Please do not', { exact: true }).fill('Text of the second tab');
    await keptIn(other);
    await press(one, 'Save');
    expect(await main(one)).toContain('Text of the first tab');
    // The second tab is closed without saving: its text is still kept.
    await other.close();
    await one.goto(plan);
    await openKept(one);
    expect(await one.getByLabel('Please do not', { exact: true }).inputValue()).toBe(
      'Text of the second tab',
    );
    await press(one, 'Save');
    const said = await main(one);
    expect(said, 'and what the first tab saved meanwhile stays').toContain('Text of the first tab');
    expect(said).toContain('Text of the second tab');
  });

  test('typed when the session had ended: it is kept, and is there after signing in again', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    await page.goto(`${plan}/parts/strength/new`);
    const other = await page.context().newPage();
    await other.goto('/');
    await press(other, 'Sign out');
    await page.getByLabel('What I can do, or what helps me').fill('She bakes');
    await keptIn(page);
    await other.getByRole('radio', { name: COORDINATOR }).check();
    await press(other, 'Sign in');
    await other.goto(plan);
    await openKept(other);
    expect(await other.getByLabel('What I can do, or what helps me').inputValue()).toBe('She bakes');
    await press(other, 'Save');
    expect(await main(other)).toContain('She bakes');
  });
});

describe('Victoria’s page', () => {
  // The nine lines of "what this means for Victoria" are in victoria.journey.test.ts.
  test('asks for a change; the team answers, and she reads it, on a phone and without JavaScript', async () => {
    const page = await people.signIn(PATIENT, {
      javaScriptEnabled: false,
      viewport: { width: 390, height: 800 },
    });
    await press(page, 'Ask for a change');
    await page.getByLabel('What should be different?').fill('The pharmacist should come to me');
    await press(page, 'Send');
    expect(await main(page)).toContain('Your team has not answered yet');
    const josie = await people.signIn(COORDINATOR);
    await openVictoriasPlan(josie);
    await josie.getByLabel('What did you do about it?').fill('She comes on Tuesday');
    await press(josie, 'Answer');
    await page.reload();
    expect(await main(page)).toContain('Josie Brambletarn: She comes on Tuesday');
  });

  test('shows who looked, and never the carer’s list of it', async () => {
    const page = await people.signIn(PATIENT);
    expect(await part(page, 'Who looked at your record')).toContain('Read the care plan');
    const carer = await people.signIn(CARER);
    expect(await main(carer)).not.toContain('Who looked');
  });

  test('can be walked by keyboard alone', async () => {
    const page = await people.signIn(PATIENT);
    const link = page.getByRole('link', { name: 'Add a step of my own' });
    for (
      let presses = 0;
      presses < 60 && !(await link.evaluate((el) => el === document.activeElement));
      presses++
    )
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/parts\/action\/new/);
    await page.getByLabel('What will be done').focus();
    await page.keyboard.type('Ring Ada');
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent)) === 'Save') break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/saved=action/);
    expect(await main(page)).toContain('Ring Ada');
  });

  test('can be read at eleven, on a phone, at twice the size, and axe finds nothing', async () => {
    const page = await people.signIn(PATIENT);
    await press(page, 'Read the plan');
    const plan = new URL(page.url()).pathname;
    const carers = await page
      .goto('/')
      .then(() =>
        page.getByRole('link', { name: /Change.*what Marcus Larkmoor can see/ }).getAttribute('href'),
      );
    const addresses = [
      '/',
      plan,
      `${plan}/sharing`,
      `${plan}/change`,
      `${plan}/agreement`,
      `${plan}/parts/goal/new`,
      `${plan}/parts/about_me/only`,
      carers ?? '',
    ];
    const said: string[] = [];
    for (const address of addresses) {
      // 640 is what a desk of 1280 has at twice the size.
      for (const width of [390, 640, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect([address, (await page.goto(address))?.status()]).toEqual([address, 200]);
        await expectAccessible(page);
      }
      said.push(...(await ownSentences(page)));
    }
    expect(said.length).toBeGreaterThan(100);
    expect(readingAge(sentencesOf(said))).toBeLessThanOrEqual(11);
  });
});

/** What the page itself says: not what people wrote, not names, days and credits. */
function ownSentences(page: Page): Promise<string[]> {
  return page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    for (const others of copy.querySelectorAll(
      '.app-said, .app-secondary, table, dd, li, .nhsuk-card__heading, .nhsuk-caption-l, .nhsuk-u-visually-hidden, script',
    ))
      others.remove();
    return [...copy.querySelectorAll('h1, h2, h3, p, dt, label, legend, .nhsuk-hint, a, button')].map(
      (element) => element.textContent?.trim() ?? '',
    );
  });
}

describe('a carer', () => {
  test('sees what was granted and no more; what is taken back is gone in the next moment', async () => {
    const [victoria, marcus] = [await people.signIn(PATIENT), await people.signIn(CARER)];
    expect(await main(marcus)).toContain('I shake, sweat and feel odd');
    expect(await main(marcus)).not.toContain('I want to walk to the market');
    await press(marcus, 'Read the plan');
    const plan = new URL(marcus.url()).pathname;
    expect(await main(marcus)).toContain('Marcus Larkmoor');
    for (const hidden of ['I want to walk', 'My choir', 'foot clinic', 'Add:'])
      expect(await main(marcus)).not.toContain(hidden);
    await expectAccessible(marcus);
    for (const closed of [`${plan}/fhir`, `${plan}/versions`, `${plan}/sharing`]) {
      expect([closed, (await marcus.request.get(closed)).status()]).toEqual([closed, 403]);
    }

    const grant = async (part: string, on: boolean) => {
      await victoria.goto('/');
      await victoria.getByRole('link', { name: /Change.*what Marcus Larkmoor can see/ }).click();
      await victoria.getByRole('checkbox', { name: part }).setChecked(on);
      await press(victoria, 'Save');
    };
    await grant('My needs and goals', true);
    await grant('They may add to the parts that they see', true);
    await marcus.reload();
    expect(await main(marcus)).toContain('I want to walk to the market');
    await follow(marcus, 'Add: need');
    await marcus.getByLabel('What is hard for me').fill('She does not say when she is tired');
    await press(marcus, 'Save');
    await victoria.goto(plan);
    expect(await main(victoria), 'marked as his').toMatch(/tired[\s\S]*Carer Marcus Larkmoor/);

    await grant('My needs and goals', false);
    await marcus.goto(plan);
    expect(await main(marcus)).not.toContain('I want to walk to the market');
    for (const each of ['What to do if things go wrong', 'My contacts and carers']) await grant(each, false);
    expect((await marcus.goto(plan))?.status(), 'with no part of it the plan is gone').toBe(404);
  });
});

describe('an objection', () => {
  test('closes the plan to whom it names in the next moment, and to nobody else', async () => {
    const [victoria, josie, gp] = [
      await people.signIn(PATIENT),
      await people.signIn(COORDINATOR),
      await people.signIn(GP),
    ];
    const plan = await openVictoriasPlan(josie);
    await josie.goto(`${plan}/parts/need/new`);
    await josie.getByLabel('What is hard for me').fill('Typed before she objected');
    const decide = async (answer: string) => {
      await victoria.goto(`${plan}/sharing`);
      await victoria
        .getByRole('group', { name: 'My neighbourhood team' })
        .getByRole('radio', { name: answer, exact: true })
        .check();
      await press(victoria, 'Save');
    };
    await decide('Do not share it');
    await press(josie, 'Save');
    expect(await main(josie)).toContain('Your text was not saved');
    expect(await main(josie)).toContain('Typed before she objected');
    await expectAccessible(josie);
    for (const address of [plan, `${plan}/pdf`, `${plan}/versions`])
      expect([address, (await josie.request.get(address)).status()]).toEqual([address, 404]);
    expect((await gp.goto(plan))?.status()).toBe(200);
    await decide('Share it');
    expect((await josie.goto(plan))?.status()).toBe(200);
  });
});

describe('every page of the plan', () => {
  test('fits a phone and a desk, and axe finds nothing', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    const addresses = ['', '/versions', '/versions/3', '/agreement', '/sharing', '/end', '/parts/action/new'];
    for (const more of addresses) {
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect([more, (await page.goto(`${plan}${more}`))?.status()]).toEqual([more, 200]);
        await expectAccessible(page);
      }
    }
  });

  test('is no wider for a word that has no end, nor is any list that has it', async () => {
    const page = await people.signIn(COORDINATOR);
    const plan = await openVictoriasPlan(page);
    await follow(page, 'Add: step');
    await page.getByLabel('What will be done').fill(`Read https://example.org/${'long'.repeat(50)} to her`);
    await page.getByRole('radio', { name: COORDINATOR }).check();
    // Soon enough to stand among the first of her work.
    const [year = '', month = '', day = ''] = addDays(londonDay(new Date()), 1).split('-');
    await page.getByLabel('Day', { exact: true }).fill(day);
    await page.getByLabel('Month', { exact: true }).fill(month);
    await page.getByLabel('Year', { exact: true }).fill(year);
    await press(page, 'Save');
    const patient = await people.signIn(PATIENT);
    for (const [reader, address] of [
      [page, plan],
      [page, '/work?of=me'],
      [page, '/'],
      [patient, '/'],
    ] as const) {
      for (const width of [390, 1280]) {
        await reader.setViewportSize({ width, height: 800 });
        await reader.goto(address);
        expect(await main(reader)).toContain('longlonglong');
        const wide = await reader.evaluate(() => document.documentElement.scrollWidth);
        expect([address, wide]).toEqual([address, width]);
      }
    }
  });
});
