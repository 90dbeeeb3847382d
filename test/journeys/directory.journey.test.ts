import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { writeFile } from '../support/fhir.ts';
import { importAndApply, importPaths } from '../support/imports.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const ANALYST = 'Tomasz Lichenwold';
const COMMISSIONER = 'Grace Vetchglade';
const NARROW = { viewport: { width: 320, height: 700 } };

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();

const HEADER =
  'GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ICB_CODE,ICB_NAME,REGION_CODE,REGION_NAME';
const mapped = (code: string, name: string, pcn: string) =>
  `${code},${name},EMIS,${pcn},${pcn} PCN,72Q,Sub-ICB,QKK,Imagined ICB,Y56,London`;

interface Said {
  readonly sets?: { setId: number; state: string; source: string }[];
  readonly changes?: unknown;
}

/** What `neighbourhold directory ... --json` says. */
const directory = (...words: string[]): Said =>
  JSON.parse(
    execFileSync('bin/neighbourhold', ['directory', ...words, '--json'], {
      env: { ...process.env, DATABASE_URL: at.url, NEIGHBOURHOLD_HOME: at.home.path },
      encoding: 'utf8',
    }),
  );

let folder: string;
const mapping = (day: string, ...rows: string[]) => {
  const file = writeFile(folder, `mapping-${day}.csv`, `${[HEADER, ...rows].join('\n')}\n`);
  utimesSync(file, new Date(`${day}T12:00:00Z`), new Date(`${day}T12:00:00Z`));
  return file;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nh-directory-'));
  await importAndApply(
    at,
    mapping(
      '2025-08-01',
      mapped('Z77001', 'Thimblebeck Surgery', 'Z7701'),
      mapped('Z77002', 'Oxlip House', 'Z7701'),
    ),
  );
  await importPaths(
    at,
    mapping(
      '2026-02-02',
      mapped('Z77001', 'Thimblebeck Health Centre', 'Z7702'),
      mapped('Z77002', 'Oxlip House', 'Z7701'),
      mapped('Z77003', 'Larch Row Practice', 'Z7702'),
    ),
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('a newer national file', () => {
  test('waits with its differences, which everybody who works here may read', async () => {
    const page = await people.signIn(COMMISSIONER, NARROW);
    await page.goto('/places/changes');
    await expectAccessible(page);
    await follow(page, /mapping-2026-02-02/);
    await expectAccessible(page);
    const said = await main(page);
    expect(said).toContain('From Thimblebeck Surgery to Thimblebeck Health Centre, from 2 February 2026');
    expect(said).toContain('From Z7701 PCN to Z7702 PCN (member of), from 2 February 2026');
    expect(said).toContain('An analyst decides on these changes.');
    expect(await page.getByRole('button', { name: /Apply/ }).count()).toBe(0);
  });

  test('is applied by an analyst, reads as it was for an earlier day, and is undone', async () => {
    const page = await people.signIn(ANALYST);
    await page.goto('/places/changes');
    await follow(page, /mapping-2026-02-02/);
    await press(page, /^Apply these/);
    await expectAccessible(page);
    expect(await main(page)).toContain('Applied');
    await follow(page, 'Thimblebeck Health Centre');
    await expectAccessible(page);
    expect(await main(page)).toMatch(/Thimblebeck Surgery[\s\S]*2 February 2026/);
    await page.goto('/places/Z77001?on=2025-09-01');
    await expectAccessible(page);
    const then = await main(page);
    expect(then).toContain('As at 1 September 2025');
    expect(then).toContain('Thimblebeck Surgery');
    expect(then).toContain('Z7701 PCN');
    await follow(page, 'Go to today');
    expect(await main(page)).toContain('Thimblebeck Health Centre');
    await page.goto('/places/changes');
    await follow(page, /mapping-2026-02-02/);
    await press(page, 'Undo these changes');
    expect(await main(page)).toContain('Undone');
    expect((await page.goto('/places/Z77003'))?.status()).toBe(404);
  });

  test('is decided on from the command line too', async () => {
    const rename = mapping('2026-03-02', mapped('Z77002', 'Oxlip Health Centre', 'Z7701'));
    await importPaths(at, rename);
    const { sets } = directory('changes');
    const [waiting] = sets ?? [];
    expect(waiting).toMatchObject({ state: 'offered', source: 'GPAD mapping mapping-2026-03-02.csv' });
    const number = String(waiting?.setId);
    expect(directory('show', number).changes).toMatchObject([{ what: 'renamed', code: 'Z77002' }]);
    expect(directory('apply', number)).toEqual({ setId: waiting?.setId, state: 'applied', changes: 1 });
    expect(directory('undo', number)).toEqual({ setId: waiting?.setId, state: 'undone', changes: 1 });
  });

  test('a merger is recorded, shown, applied; its mistakes are said', async () => {
    const page = await people.signIn(ANALYST, NARROW);
    await page.goto('/places/Z77002/history');
    await expectAccessible(page);
    await follow(page, 'Record what happened to it');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Show what it changes' }).click();
    await expectAccessible(page);
    expect(await main(page)).toContain('Choose what happened');
    await page.getByLabel('It merged into another practice').check();
    await page.getByLabel('Day', { exact: true }).fill('1');
    await page.getByLabel('Month').fill('4');
    await page.getByLabel('Year').fill('2026');
    await page.getByLabel('Code of the other organisation').fill('Z99999');
    await page.getByLabel('Where this is known from').fill('Minute of the board');
    await press(page, 'Show what it changes');
    expect(await main(page)).toContain('There is no organisation Z99999');
    await page.getByLabel('Code of the other organisation').fill('Z77001');
    await press(page, 'Show what it changes');
    await expectAccessible(page);
    await press(page, 'Apply this change');
    await page.goto('/places/Z77002');
    expect(await main(page)).toContain('Closed; its list is counted with');
  });

  test('the directory lists organisations of a day, and what is wrong with a day is said', async () => {
    const page = await people.signIn(COMMISSIONER, NARROW);
    await page.goto('/places/directory?find=oxlip&on=2025-09-01');
    await expectAccessible(page);
    expect(await main(page)).toContain('1 organisation.');
    await page.goto('/places/directory?find=nothing+is+called+so');
    expect(await main(page)).toContain('No organisation fits these filters');
    expect((await page.goto('/places/directory?on=yesterday'))?.status()).toBe(422);
    await page.goto('/places/all?on=2025-09-01');
    await expectAccessible(page);
  });
});
