import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ServedProduct } from './served-product.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface People {
  /** Opens a browser of their own and signs them in as a person would: `int_lead`, `commissioner`, ... */
  signIn(name: string, options?: BrowserContextOptions): Promise<Page>;
}

/** A real browser for a test file. Each person who signs in has cookies and tabs of their own. */
export function useBrowser(product: ServedProduct): People {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path)) ?? 'chromium',
      // Root in a container has no user namespaces for the sandbox.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(() => browser?.close());
  return {
    async signIn(name, options = {}) {
      if (!browser) throw new Error('the browser is open only while tests run');
      const context = await browser.newContext({ baseURL: product.address, ...options });
      // A test is not a measurement of time: on a busy machine a page takes longer than anybody would wait for it.
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      // Attempts to sign in are limited, and everybody here comes from one address: who is refused waits and tries again.
      for (let tries = 0; ; tries++) {
        await page.goto('/');
        await page.getByRole('radio', { name }).check();
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForLoadState();
        const refused = await page.getByRole('heading', { name: 'Too many attempts' }).count();
        if (refused === 0 || tries === 20) return page;
        await page.waitForTimeout(4000);
      }
    },
  };
}

/**
 * Presses a button that leads to a page, and waits until that page is there. A click alone does not wait for it: Save waits in
 * the browser for what is on its way to be kept, and only then sends the form.
 */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const exact = typeof name === 'string' ? { exact: true } : {};
  const began = () => page.evaluate(() => performance.timeOrigin);
  const before = await began();
  await page.getByRole('button', { name, ...exact }).click();
  // Between two pages there is nobody to ask.
  const hasBegun = async () => (await began().catch(() => before)) !== before;
  await expect.poll(hasBegun, { timeout: 30_000, message: `no page came after ${name}` }).toBe(true);
  await page.waitForLoadState();
}

/** Holds a page to WCAG 2.2 AA as far as a program can: axe finds nothing, and nothing sticks out of a narrow screen. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
  expect(found, page.url()).toEqual([]);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wide, `${page.url()} is wider than the screen by`).toBeLessThanOrEqual(0);
}
