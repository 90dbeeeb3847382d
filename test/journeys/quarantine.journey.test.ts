import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { importPaths } from '../support/imports.ts';
import { firstPatient, practiceCode } from '../support/planted-round.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const PRACTICE_MANAGER = 'Owen Quillspinney';
const ANALYST = 'Tomasz Lichenwold';
const WITHOUT_JAVASCRIPT = { javaScriptEnabled: false, acceptDownloads: true };
const WIDE = { viewport: { width: 1280, height: 900 } };
const NARROW = { viewport: { width: 320, height: 700 } };
/** The practice whose manager signs in. */
const OWN = 19;

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();

let folder: string;
let run: number;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-quarantine-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function importPlanted(): Promise<void> {
  const patientId = firstPatient(OWN);
  const path = writeExtract(
    folder,
    practiceCode(OWN),
    {
      observation: [
        observation('good', patientId),
        observation('leap', patientId, {
          clinical_effective_date: '31/02/2020',
          result_text: '=said "£5",\nand more',
        }),
        observation('late', 'newcomer'),
      ],
    },
    { publisher: practiceCode(OWN), extracted_at: '2026-11-15T03:00:00Z' },
  );
  ({ runId: run } = await importPaths(at, path));
}

/** Loads the page until an import that it speaks of has come to its end. */
async function settled(page: Page): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const said = await main(page);
    if (!said.includes('Look again')) return said;
    await page.waitForTimeout(500);
    await page.reload();
  }
  throw new Error('the import did not come to its end');
}

// One journey in the order in which it happens, with JavaScript off: each step begins where the one before it ended.
test('while nothing is open the list teaches what it is for', async () => {
  const page = await people.signIn(PRACTICE_MANAGER, NARROW);
  await page.goto('/imports/quarantine');
  await expectAccessible(page);
  expect(await main(page)).toContain('No row is open');
  expect(await main(page)).toContain('put aside with the reason, and kept as it came');
});

test('a manager opens a reason, downloads the rows, mends one, sends it again, and sees it loaded', async () => {
  await importPlanted();
  const page = await people.signIn(PRACTICE_MANAGER, { ...WITHOUT_JAVASCRIPT, ...WIDE });
  await page.goto('/imports/quarantine');
  expect(await main(page)).toContain('2 rows wait');
  await page.goto(`/imports/${run}`);
  await follow(page, 'See why 2 rows');
  await follow(page, /not a day of the calendar/);
  expect(await main(page)).toMatch(/observation\.csv, line 3/);
  expect(await main(page)).not.toContain('and more');
  await follow(page, 'Show what the rows say');
  await page.locator('summary', { hasText: 'Every field' }).click();
  expect(await main(page)).toContain('=said "£5",');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    follow(page, 'Download the open rows to mend them'),
  ]);
  const mended = join(folder, 'mended by Owen.csv');
  await download.saveAs(mended);
  const text = readFileSync(mended, 'utf8');
  expect(text).toContain('"\'=said ""£5"",\nand more"');
  writeFileSync(mended, text.replace("'31/02/2020", '29/02/2020'));

  await page.goto(`/imports/${run}/0`);
  await page.getByLabel('Mended files').setInputFiles(mended);
  await press(page, 'Send again');
  expect(await settled(page)).toContain('rows that came again');
  await page.goto(`/imports/${run}/0`);
  const after = await main(page);
  expect(after).toMatch(/not a day of the calendar\.\s+observation\s+1\s+1\s+0\s+0/);
  // The account of the delivery is what it was.
  expect(after).toMatch(/observation\s+3\s+1\s+2\s+0\s+0/);
}, 240_000);

test('an analyst has rows tried again after the patient has come, without seeing what they say', async () => {
  const path = join(folder, 'newcomers');
  mkdirSync(path);
  writeExtract(
    folder,
    'newcomers',
    { patient: [patient('newcomer')], episode_of_care: [registration('newcomer')] },
    { publisher: practiceCode(OWN), extracted_at: '2026-11-16T03:00:00Z' },
  );
  await importPaths(at, path);
  const page = await people.signIn(ANALYST, { ...WITHOUT_JAVASCRIPT, ...NARROW });
  await page.goto('/imports/quarantine');
  await follow(page, /names a patient/);
  expect(await main(page)).toContain('for the practice manager');
  expect(await main(page)).not.toContain('Download');
  await page.goto(`/imports/${run}/0`);
  await press(page, 'Try these rows again');
  expect(await settled(page)).toContain('nothing is open');
  await page.goto('/imports/quarantine');
  expect(await main(page)).toContain('No row is open');
}, 240_000);

test('every page of it can be used by everybody', async () => {
  for (const look of [WIDE, NARROW]) {
    const page = await people.signIn(PRACTICE_MANAGER, look);
    for (const url of ['/imports', '/imports/quarantine', `/imports/${run}`, `/imports/${run}/0`]) {
      await page.goto(url);
      await expectAccessible(page);
    }
    await page.goto(`/imports/${run}/0/rows?table=observation&reason=not_a_date&say=yes`);
    await expectAccessible(page);
  }
});
