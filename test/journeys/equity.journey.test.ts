import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const COMMISSIONER = 'Grace Vetchglade';
const INT_LEAD = 'Amara Heronfen';
const PRACTICE_MANAGER = 'Owen Quillspinney';
const NARROW = { viewport: { width: 320, height: 700 } };

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();
const number = (text: string) => Number(text.replaceAll(/[^\d]/g, ''));

/** The numbers of a column of the table in a chart, by group. */
const columnOf = async (page: Page, chart: string, heading: string) => {
  const table = page.locator(`section[aria-labelledby="${chart}-title"] table`);
  const headings = await table.getByRole('columnheader').allTextContents();
  const rows = await table.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  const place = headings.indexOf(heading);
  // On a phone each cell says its heading again.
  return new Map(
    cells.map((row) => [row[0]?.replace('Group', '').trim(), row[place]?.replace(heading, '').trim()]),
  );
};

describe('a planner', () => {
  test('comes from a definition to its groups, and sees published numbers only', async () => {
    const page = await people.signIn(COMMISSIONER, NARROW);
    await page.goto('/definitions/hypertension');
    await follow(page, 'Compare groups of people');
    await expectAccessible(page);
    const said = await main(page);
    expect(said).toContain('Hypertension, by group of people');
    expect(said).toContain('These numbers are rounded to the nearest 5, and numbers up to 7 are hidden');
    expect(said).toMatch(/times as likely as/);
    const counted = [...(await columnOf(page, 'ethnic-group', 'Counted')).values()];
    expect(counted).toHaveLength(6);
    for (const text of counted) expect(text === 'hidden' || number(text ?? '') % 5 === 0).toBe(true);
    expect(await page.locator('main a[href^="/people"]').count()).toBe(0);
  });

  test('sees no groups of one practice, and is told why', async () => {
    const page = await people.signIn(COMMISSIONER);
    await page.goto('/equity?of=hypertension&place=Z10001');
    expect(await main(page)).toContain('Groups of one practice are too small to be published');
    await page.goto('/places/Z10001/profile');
    await expectAccessible(page);
    expect(await main(page)).toContain('rounded numbers need not add up');
    expect((await page.goto('/equity?of=no-such-figure'))?.status()).toBe(404);
  });

  test('projects a neighbourhood with assumptions of their own; what is wrong with one is said where it stands', async () => {
    const page = await people.signIn(COMMISSIONER, NARROW);
    await page.goto('/places/lewisham-n1');
    await follow(page, 'Population in years to come');
    await expectAccessible(page);
    const then = async () => number(/about ([\d,]+) people/.exec(await main(page))?.[1] ?? '');
    const expected = await then();
    await page.getByLabel('More moves in than assumed').fill('20');
    await page.getByRole('button', { name: 'Project' }).click();
    expect(await then()).toBeGreaterThan(expected);
    await page.getByLabel('Births, percent').fill('many');
    await page.getByRole('button', { name: 'Project' }).click();
    await expectAccessible(page);
    expect(await main(page)).toContain('Write a percentage from 0 to 300');
    expect(await page.getByLabel('Births, percent').inputValue()).toBe('many');
    expect(await page.getByLabel('More moves in than assumed').inputValue()).toBe('20');
  });

  test('reads what happened to those who ranked high', async () => {
    const page = await people.signIn(COMMISSIONER, NARROW);
    await page.goto('/definitions/need');
    await follow(page, 'What happened to those who ranked high');
    await expectAccessible(page);
    expect(await main(page)).toContain('What this cannot say');
    await follow(page, 'Attended an emergency department');
    expect(await main(page)).toContain('Attended an emergency department: share of each tenth');
  });
});

describe('a practice manager', () => {
  test('sees exact numbers of the own practice, each as long as the list that it opens', async () => {
    const page = await people.signIn(PRACTICE_MANAGER);
    await page.goto('/places');
    const own = new URL(page.url()).pathname.split('/')[2] ?? '';
    await follow(page, 'Profile of this place');
    await expectAccessible(page);
    expect(await main(page)).toContain('These are exact numbers');
    await follow(page, 'Compare groups of people here');
    await expectAccessible(page);
    expect(new URL(page.url()).searchParams.get('place')).toBe(own);
    const link = page.locator('section[aria-labelledby="sex-title"] table a').first();
    await page.locator('section[aria-labelledby="sex-title"] details').evaluate((fold) => {
      (fold as HTMLDetailsElement).open = true;
    });
    const counted = number(await link.innerText());
    expect(counted).toBeGreaterThan(0);
    await link.click();
    expect(await main(page)).toMatch(new RegExp(`\\b${counted} people`));
  });
});

describe('an INT lead', () => {
  test('gets the profile of a neighbourhood to read, to print and as a file', async () => {
    const page = await people.signIn(INT_LEAD, NARROW);
    await page.goto('/places/lewisham-n2/profile');
    await expectAccessible(page);
    for (const [link, type, begins] of [
      ['Get it as a PDF', 'application/pdf', '%PDF-'],
      ['Get its numbers as CSV', 'text/csv; charset=utf-8', '\uFEFFplace,'],
    ] as const) {
      const href = await page.getByRole('link', { name: link }).getAttribute('href');
      const answer = await page.context().request.get(href ?? '');
      expect([answer.status(), answer.headers()['content-type']]).toEqual([200, type]);
      expect((await answer.body()).toString('utf8').startsWith(begins)).toBe(true);
    }
  });
});
