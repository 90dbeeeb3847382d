import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { observation, writeExtract } from '../support/extracts.ts';
import { everybody, importPaths, lakeRows } from '../support/imports.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const RISK = 'cardiovascular-risk';
/** Every page is looked at on a desk and on a phone. */
const WIDTHS = [1280, 390];

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);
let folder: string;
let page: Page;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nh-calculations-'));
  page = await people.signIn(LEAD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = () => page.locator('main').innerText();

async function fitsEverywhere(): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await expectAccessible(page);
  }
}

describe('a risk that is worked out from the record', () => {
  test('says what goes into it in words, with the notice of its model', async () => {
    await page.goto(`/definitions/${RISK}`);
    const text = await main();
    expect(text).toMatch(/What goes into it/i);
    // The choices of the model by their titles, and not by its numbers for them.
    for (const group of ['Indian', 'Pakistani', 'Bangladeshi', 'Chinese'])
      expect(
        await page.locator('details summary', { hasText: new RegExp(`^\\s*${group}\\s*$`) }).count(),
      ).toBe(1);
    expect(await page.locator('details summary', { hasText: /^\s*\d\s*$/ }).count()).toBe(0);
    expect(text).toContain('ClinRisk');
    await fitsEverywhere();
  });

  test('is shown in the list of its band, and sorts it', async () => {
    await page.goto(`/people?condition=${RISK}%2Ffrom-10`);
    const table = page.getByRole('table', { name: 'People' });
    const shown = async () => {
      const cells = await table.locator('tbody tr td').allInnerTexts();
      return cells.flatMap((cell) => (/(\d+\.\d+)%$/.exec(cell.trim()) ?? []).slice(1).map(Number));
    };
    const before = await shown();
    expect(before.length).toBeGreaterThan(3);
    expect(before.every((value) => value >= 10 && value < 20)).toBe(true);
    await page.setViewportSize({ width: 1280, height: 900 });
    await table.getByRole('link', { name: /10-year CVD risk/ }).click();
    expect(page.url()).toContain('sort=value');
    const after = await shown();
    expect(after).toEqual([...after].sort((a, b) => b - a));
    await fitsEverywhere();
  });

  test('is explained on the page of somebody who has it: each input, and what is only assumed', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`/people?condition=${RISK}%2Ffrom-10&sort=value`);
    await page.getByRole('table', { name: 'People' }).locator('tbody a[href^="/people/"]').first().click();
    expect(await main()).toContain('10-year CVD risk');
    await page.locator(`a[href$="/why/${RISK}"]`).first().click();
    const why = await main();
    for (const input of ['Systolic blood pressure', 'Townsend', 'Age']) expect(why).toContain(input);
    expect(why).toMatch(/assumed/i);
    await fitsEverywhere();
  });
});

describe('what came in after the lists', () => {
  test('is told on the page of the person, with where it was found, and the lists stay', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    const victoria = (await everybody(at)).find(
      ({ family_name, given_names }) => `${given_names} ${family_name}` === 'Victoria Larkmoor',
    );
    if (!victoria) throw new Error('Victoria is not in the borough');
    const address = `/people/${victoria.public_id}`;
    await page.goto(address);
    expect(await main()).not.toContain('More data came in after');
    const [known] = await lakeRows<{ org: string; patient_id: string }>(
      at,
      'event',
      `select distinct org, patient_id from live where rec in (${victoria.records.join(', ')}) and not starts_with(patient_id, 'n:')`,
    );
    if (!known) throw new Error('Victoria has no record');
    const found = observation('later-fibrillation', known.patient_id, {
      mapped_concept_code: '49436004',
      clinical_effective_date: '2026-10-30',
    });
    await importPaths(
      at,
      writeExtract(folder, known.org, { observation: [found] }, { publisher: known.org }),
    );
    await page.goto(address);
    expect(await main()).toContain('More data came in after');
    const news = page.getByRole('table', { name: /With all that has come in/ });
    expect(await news.innerText()).toMatch(/Atrial fibrillation\s+Yes\s+No/);
    // Lists and numbers wait for the next refresh, and so does the rest of the page.
    const list = `/people?condition=atrial-fibrillation&place=${known.org}`;
    await page.goto(list);
    expect(await main()).not.toContain('LARKMOOR, Victoria');
    await page.goto(address);
    await fitsEverywhere();
  });
});
