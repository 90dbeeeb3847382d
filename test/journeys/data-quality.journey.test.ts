import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { observation } from '../support/extracts.ts';
import { importPaths } from '../support/imports.ts';
import { firstPatient, newcomers, writeRound } from '../support/planted-round.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const PRACTICE_MANAGER = 'Owen Quillspinney';
const ANALYST = 'Tomasz Lichenwold';
const PCN_MANAGER = 'Sunita Yarrowbrook';
const IG_LEAD = 'Delroy Nettlecombe';
const COMMISSIONER = 'Grace Vetchglade';
const NARROW = { viewport: { width: 320, height: 700 } };
const WIDE = { viewport: { width: 1280, height: 900 } };

/** The practice whose manager signs in, and another. */
const OWN = 19;
const OTHER = 7;

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();

/** What `neighbourhold quality --json` says. It ends with 1 when there is something to mend. */
const search = (): Record<string, unknown> => {
  const { stdout, status, stderr } = spawnSync('bin/neighbourhold', ['quality', '--json'], {
    env: { ...process.env, DATABASE_URL: at.url, NEIGHBOURHOLD_HOME: at.home.path },
    encoding: 'utf8',
  });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return JSON.parse(stdout);
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-quality-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two defects in the manager's own practice, one in another, one practice that sends nothing. */
async function importPlanted(): Promise<void> {
  const wrong = newcomers(2, 'wrong-');
  const round = writeRound(
    folder,
    '2026-12-15',
    new Map([
      [
        OWN,
        {
          patient: wrong.patient,
          episode_of_care: wrong.episode_of_care,
          observation: [
            ...wrong.ids.map((id) =>
              observation(`hba1c-${id}`, id, {
                clinical_effective_date: '2026-06-01',
                mapped_concept_code: '999791000000106',
                mapped_concept_display: 'Haemoglobin A1c level, IFCC standardised',
                result_value: '7',
                result_unit_code: 'mmol/mol',
              }),
            ),
            observation('future', 'wrong-0', { clinical_effective_date: '2027-06-01' }),
          ],
        },
      ],
      [
        OTHER,
        { observation: [observation('old', firstPatient(OTHER), { clinical_effective_date: '1880-01-01' })] },
      ],
      [2, null],
    ]),
  );
  await importPaths(at, ...round);
}

// One journey in the order in which it happens: each step begins where the one before it ended.
test('before anybody has looked, the board says what it will show', async () => {
  const page = await people.signIn(PRACTICE_MANAGER, NARROW);
  await page.goto('/quality');
  await expectAccessible(page);
  expect(await main(page)).toContain('Nobody has looked yet');
  await follow(page, 'What is looked for');
  await expectAccessible(page);
  expect(await page.locator('main h2').count()).toBe(12);
});

test('a clean borough needs nothing, and an import since the last search is said', async () => {
  search();
  const page = await people.signIn(PRACTICE_MANAGER, WIDE);
  await page.goto('/quality');
  await expectAccessible(page);
  expect(await main(page)).toContain('Nothing needs mending');
  await importPlanted();
  await page.goto('/quality');
  await expectAccessible(page);
  expect(await main(page)).toContain('came since the last search');
  search();
}, 180_000);

test('a practice manager sees on the home page what to mend, takes it, notes on it, and closes it as right', async () => {
  const page = await people.signIn(PRACTICE_MANAGER, NARROW);
  expect(await main(page)).toContain('Data to be mended');
  await expectAccessible(page);
  await page.goto('/quality');
  await expectAccessible(page);
  const board = await main(page);
  expect(board).toContain('Unit error');
  expect(board).toContain('Date in the future');
  expect(board).not.toContain('Before birth');
  await page.goto('/quality?kind=unit-error');
  expect(await main(page)).not.toContain('Date in the future\n');
  await page.locator('th[scope=row] a', { hasText: 'Unit error' }).click();
  await expectAccessible(page);
  const said = await main(page);
  expect(said).toContain('7 mmol/mol');
  expect(said).toContain('hba1c-wrong-0');
  expect(await page.getByRole('link', { name: /Open the record/ }).count()).toBe(2);
  await press(page, 'Take it');
  expect(await main(page)).toContain('Taken');
  await press(page, 'Keep this note');
  await expectAccessible(page);
  expect(await main(page)).toContain('Write what you found out or did');
  await page.getByLabel('Write down what you found out or did').fill('The laboratory sends per cent.');
  await press(page, 'Keep this note');
  expect(await main(page)).toContain('The laboratory sends per cent.');
  await page.locator('summary', { hasText: 'It is right as it is' }).click();
  await page.getByLabel('Why is it right as it is?').fill('Old results, kept as they were sent.');
  await press(page, 'Close as right as it is');
  await expectAccessible(page);
  expect(await main(page)).toContain('Right as it is');
  // The facts are the same: the next search leaves it closed.
  expect(search()).toMatchObject({ accepted: 1, opened: 0 });
}, 180_000);

test('an analyst sees every practice and the rows without whose they are, and downloads the list', async () => {
  const page = await people.signIn(ANALYST, WIDE);
  await page.goto('/quality');
  await expectAccessible(page);
  const board = await main(page);
  expect(board).toContain('Before birth');
  expect(board).toContain('Missing practice');
  await follow(page, /^Missing practice$/);
  expect(page.url()).toContain('kind=missing-practice');
  expect(await page.locator('table').first().locator('th[scope=row]').count()).toBe(1);
  await page.goto('/quality');
  await page.locator('th[scope=row] a', { hasText: 'Date in the future' }).click();
  await expectAccessible(page);
  const said = await main(page);
  expect(said).toContain('1 June 2027');
  expect(said).not.toContain('wrong-0');
  expect(await page.getByRole('link', { name: /Open the record/ }).count()).toBe(0);
  await page.goto('/quality?state=right');
  expect(await main(page)).toContain('Unit error');
  await page.goto('/quality?practice=Z10007');
  expect(await page.locator('table').first().locator('th[scope=row]').allInnerTexts()).toEqual([
    expect.stringContaining('Before birth'),
  ]);
  const csv = await page.request.get('/quality.csv');
  expect(await csv.text()).toMatch(/Z10007,[^\n]*before-birth/);
});

test('who sees counts sees no rows; who does not answer for data sees no board', async () => {
  const lead = await people.signIn(IG_LEAD, WIDE);
  await lead.goto('/quality');
  await lead.locator('th[scope=row] a', { hasText: 'Date in the future' }).click();
  const said = await main(lead);
  expect(said).not.toContain('1 June 2027');
  expect(said).toContain('The practice manager and the data team work on this.');
  expect(await lead.getByRole('button', { name: 'Take it' }).count()).toBe(0);
  const pcn = await people.signIn(PCN_MANAGER, NARROW);
  await pcn.goto('/quality');
  await expectAccessible(pcn);
  expect(await main(pcn)).not.toContain('Missing practice:');
  const commissioner = await people.signIn(COMMISSIONER, WIDE);
  expect((await commissioner.goto('/quality'))?.status()).toBe(403);
  expect((await commissioner.goto('/quality.csv'))?.status()).toBe(403);
  const manager = await people.signIn(PRACTICE_MANAGER, WIDE);
  await lead.goto('/quality?kind=before-birth');
  const other = await lead.locator('th[scope=row] a', { hasText: 'Before birth' }).getAttribute('href');
  expect((await manager.goto(other ?? ''))?.status()).toBe(404);
});

test('every chart says how old its data are, and that they are out of date when they are', async () => {
  const asOf = (day: string) =>
    at.book
      .pool('owner')
      .query(`update need.publication set as_of = ${day} where as_of is distinct from ${day}`);
  const page = await people.signIn(ANALYST, WIDE);
  await asOf('current_date');
  for (const url of ['/places/Z10019', '/definitions', '/people']) {
    await page.goto(url);
    expect(await page.locator('.app-data-date').count(), url).toBeGreaterThan(0);
    expect(await main(page), url).not.toContain('Out of date');
  }
  await asOf('current_date - 90');
  for (const url of ['/places/Z10019', '/definitions', '/definitions/diabetes', '/people', '/']) {
    await page.goto(url);
    await expectAccessible(page);
    const charts = await page.locator('.app-chart').count();
    const dates = await page.locator('.app-data-date').allInnerTexts();
    expect(dates.length, url).toBeGreaterThanOrEqual(Math.max(1, charts));
    for (const date of dates) expect(date, url).toMatch(/Out of date$/);
  }
});
