import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLibrary, readPublication } from '../../src/domains/need/index.ts';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const ANALYST = 'Tomasz Lichenwold';
const GP = 'Dr Priya Kestrelmarsh';
const COMMISSIONER = 'Grace Vetchglade';
const PATIENT = 'Victoria Larkmoor';
const WIDE = { viewport: { width: 1280, height: 900 } };
const NARROW = { viewport: { width: 320, height: 700 }, javaScriptEnabled: false };

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();

/** Loads the page until the work that it speaks of has come to its end. */
async function settled(page: Page): Promise<string> {
  for (let tries = 0; tries < 240; tries++) {
    const said = await main(page);
    if (!said.includes('Look again')) return said;
    await page.waitForTimeout(500);
    await page.reload();
  }
  throw new Error('the work did not come to its end');
}

const diabetes = async () => {
  const publication = await readPublication(at.book.as('batch'));
  const counts = publication?.definitions.find(({ id }) => id === 'diabetes');
  if (!counts) throw new Error('diabetes was not counted');
  return counts;
};

/** Waits until a refresh has worked with these versions of DM_COD. */
async function refreshedWith(number: number | null): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const publication = await readPublication(at.book.as('batch'));
    const used = publication?.codelists.find(({ id }) => id === 'DM_COD')?.number ?? null;
    if (used === number) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no refresh came');
}

const codes = () => {
  const list = readLibrary('content').codelists.get('DM_COD');
  if (list?.kind !== 'snomed') throw new Error('content has no DM_COD');
  return list.codes;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-lists-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// One journey in the order in which it happens: each step begins where the one before it ended.
test('an analyst loads a release with a row that a spreadsheet ruined, and sees what became of it', async () => {
  const kept = codes().filter(({ code }) => code !== '44054006');
  const file = join(folder, 'nhsd-primary-care-domain-refsets-dm_cod-20260501.csv');
  const rows = kept.map(({ code, term }) => `${code},${term}`);
  writeFileSync(file, `SNOMED code,Description\n${rows.join('\n')}\n1.00568E+15,Ruined\n`);
  const page = await people.signIn(ANALYST, WIDE);
  await page.goto('/definitions');
  await follow(page, 'Lists of codes');
  await expectAccessible(page);
  await page.locator('summary', { hasText: 'Load lists' }).click();
  await press(page, 'Load');
  expect(await main(page)).toContain('Choose the files');
  await page.goto('/codelists');
  await page.locator('summary', { hasText: 'Load lists' }).click();
  await page.getByLabel('Files').setInputFiles(file);
  await press(page, 'Load');
  const said = await settled(page);
  await expectAccessible(page);
  expect(said).toContain(`${rows.length + 1} rows read = ${rows.length} loaded + 1 refused + 0 duplicate`);
  expect(said).toMatch(/Line \d+\s+SNOMED code\s+“1.00568E\+15” was shortened by a spreadsheet/);
  expect(said).toContain('New: it waits to be published');
}, 120_000);

test('what it changes and whom it would move is there before anybody publishes it', async () => {
  const before = await diabetes();
  const page = await people.signIn(ANALYST, WIDE);
  await page.goto('/codelists');
  await follow(page, 'DM_COD, version 1');
  await expectAccessible(page);
  const changes = await main(page);
  expect(changes).toContain(
    `Against the list as shipped: 0 codes are added, 1 removed, ${codes().length - 1} are in both.`,
  );
  expect(changes).toMatch(/44054006\s+Diabetes mellitus type 2\s+\d+/);
  expect(changes).toContain('somebody else publishes it');
  await press(page, 'Work out who would move');
  const said = await settled(page);
  await expectAccessible(page);
  expect(said).toMatch(/Diabetes register\s+In\s+Out\s+\d+/);
  expect(said).toContain('Drawn people would come out otherwise');
  expect(await diabetes(), 'nothing has changed yet').toEqual(before);
}, 120_000);

test('a GP publishes it, on a phone and without JavaScript; the refresh moves exactly those people', async () => {
  const before = await diabetes();
  const page = await people.signIn(GP, NARROW);
  await page.goto('/codelists/DM_COD');
  expect(await main(page)).toContain('Version 1 waits to be published');
  await follow(page, 'Version 1 waits to be published');
  await press(page, 'Publish version 1');
  expect(await main(page)).toContain('Say why');
  await page.getByLabel('Why is it right?').fill('The release of May; type 2 is coded by its kinds');
  await press(page, 'Publish version 1');
  expect(await main(page)).toMatch(/Version 1 is published|Version 1\n/);
  await refreshedWith(1);
  const { rows } = await at.book.pool('batch').query(
    `select count(*) filter (where was = 'in')::int as gone, count(*) filter (where becomes = 'in')::int as come
       from need.codelist_mover where definition_id = 'diabetes'`,
  );
  const after = await diabetes();
  expect(rows[0].gone).toBeGreaterThan(50);
  expect(after.in).toBe(before.in - rows[0].gone + rows[0].come);
  await page.goto('/definitions/diabetes');
  await page.locator('summary', { hasText: 'of codes that it uses' }).click();
  expect(await main(page)).toContain('Version 1');
  await page.goto('/codelists/DM_COD');
  const said = await main(page);
  expect(said).toContain('The release of May; type 2 is coded by its kinds');
  expect(said).not.toContain('Type 2 diabetes mellitus\n');
}, 240_000);

test('a code that is in no list now is on the data-quality board, by practice and as a file', async () => {
  const page = await people.signIn(ANALYST, WIDE);
  await page.goto('/quality/codes');
  await expectAccessible(page);
  const csv = await (await page.request.get('/quality/codes.csv')).text();
  const lines = csv.trim().split('\r\n');
  expect(lines[0]).toContain('system,code,bnf_code,description,feed,entries,practices');
  const entries = lines.slice(1).map((line) => Number(line.split(',').at(-2)));
  expect(entries).toEqual([...entries].sort((a, b) => b - a));
  await page.goto('/quality/codes?practice=Z10019');
  await expectAccessible(page);
});

test('taking it back puts everything back as it was', async () => {
  const page = await people.signIn(GP, WIDE);
  await page.goto('/codelists/DM_COD');
  await page.locator('summary', { hasText: 'Take version 1 back' }).click();
  await page.getByLabel('Why?').fill('Type 2 as such is still coded');
  await press(page, 'Take it back');
  await expectAccessible(page);
  await refreshedWith(null);
  await page.goto('/codelists/DM_COD');
  expect(await main(page)).toContain('As shipped');
  expect(await main(page)).toContain('Took version 1 back');
}, 240_000);

test('everybody who works here can read the lists; people’s numbers are for who may see people', async () => {
  const commissioner = await people.signIn(COMMISSIONER, WIDE);
  await commissioner.goto('/codelists/DM_COD');
  await expectAccessible(commissioner);
  const list = await main(commissioner);
  expect(list).not.toContain('Entries');
  expect(list).not.toContain('Take version 1 back');
  await commissioner.goto('/codelists/DM_COD/versions/1');
  const version = await main(commissioner);
  expect(version).toContain('is for those who may see people');
  expect(version).not.toMatch(/In\s+Out\s+\d+/);
  expect((await commissioner.goto('/codelists/loads/1'))?.status()).toBe(403);
  const patient = await people.signIn(PATIENT, WIDE);
  expect((await patient.goto('/codelists'))?.status()).toBe(403);
  const analyst = await people.signIn(ANALYST, { viewport: NARROW.viewport });
  for (const url of [
    '/codelists',
    '/codelists?q=44054006',
    '/codelists?kind=opcs',
    '/codelists/loads/1',
    '/codelists/APPOINTMENT_ATTENDED',
    '/quality',
  ]) {
    await analyst.goto(url);
    await expectAccessible(analyst);
  }
  expect((await analyst.goto('/codelists/NO_SUCH_LIST'))?.status()).toBe(404);
});
