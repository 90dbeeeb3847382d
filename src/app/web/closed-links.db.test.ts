import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asProduct, useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { loadCodelists } from '../load-codelists.ts';
import { plantPlans } from '../plant-plans.ts';

// Pages that say to several roles what one of them may open: the walk of every page comes to them as one role, or before there
// is anything to say.

const at = useTestBorough();
const site = useSite(at);
let folder: string;
beforeAll(async () => {
  await plantPlans(asProduct(at), new Date());
  folder = mkdtempSync(join(tmpdir(), 'nh-closed-'));
  const file = join(folder, 'DM_COD.csv');
  writeFileSync(file, 'code,term\n44054006,Type 2\n');
  await loadCodelists(asProduct(at), {
    paths: [file],
    by: await persona(at.book, 'analyst'),
    origin: { requestId: 'test', from: 'test' },
    said: {},
    onProgress: () => {},
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The addresses that a page leads to and that its reader is refused. */
async function closedOn(key: string, address: string): Promise<{ links: number; closed: string[] }> {
  const visitor = await site.signedIn(key);
  const page = await visitor.get(address);
  expect([key, address, page.statusCode]).toEqual([key, address, 200]);
  const links = new Set([...page.body.matchAll(/href="(\/[^"#]*)"/g)].map(([, href = '']) => href));
  const closed: string[] = [];
  for (const href of links) {
    const { statusCode } = await visitor.get(href.replaceAll('&amp;', '&'));
    if (statusCode === 403) closed.push(href);
  }
  return { links: links.size, closed };
}

const KEYS = ['gp', 'practice_nurse', 'int_lead', 'care_coordinator', 'practice_manager', 'analyst'];

test.each(KEYS)('a version of a loaded list leads the %s nowhere where they may not go', async (key) => {
  const { links, closed } = await closedOn(key, '/codelists/DM_COD/versions/1');
  expect(links).toBeGreaterThan(5);
  expect(closed).toEqual([]);
});

test.each(KEYS.slice(0, 4))('nor does the page of somebody on a caseload, as %s', async (key) => {
  const { rows } = await at.book
    .pool('owner')
    .query(
      "select public_id as id from register.person where family_name = 'Larkmoor' and given_names = 'Victoria'",
    );
  const { links, closed } = await closedOn(key, `/people/${rows[0].id}`);
  expect(links).toBeGreaterThan(5);
  expect(closed).toEqual([]);
});
