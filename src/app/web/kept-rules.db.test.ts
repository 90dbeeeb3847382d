import { expect, test } from 'vitest';
import { useSite } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';

// Given counts that were published under other rules than those of content, each page says how these counts were made.

const at = useTestBorough();
const site = useSite(at);

test.each([
  '/places/lewisham',
  '/places/lewisham/profile',
  '/definitions',
  '/equity?place=lewisham',
  '/need/calibration',
  '/opt-outs',
])('%s says the rules that its counts were published with', async (page) => {
  await at.book
    .pool('owner')
    .query(
      `update need.publication set disclosure = '{"hide_up_to": 19, "round_to": 20, "protected_up_to": 19}'`,
    );
  const visitor = await site.signedIn('commissioner');
  const { statusCode, body } = await visitor.get(page);
  const said = [...body.replace(/<[^>]+>/g, '').matchAll(/rounded to the nearest (\d+)/gi)].map(
    ([, number]) => number,
  );
  expect([statusCode, said]).toEqual([200, ['20']]);
  expect(body).not.toMatch(/(up to|1 to) 7 are hidden/);
});
