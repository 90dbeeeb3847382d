import { describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { readUrgentCare } from '../../domains/coordination/index.ts';
import { type Actor, readPersonas } from '../../platform/auth/index.ts';
import { menuOf } from './menu.ts';

const urgentCare = readUrgentCare('content');
const pagesOf = (by: Actor) => menuOf(by, urgentCare).flatMap(({ items, ...section }) => items ?? [section]);

describe('the menu', () => {
  const at = useTestBorough();
  const site = useSite(at);

  test('and the foot of the page have for everybody of the demonstration only what opens for them', async () => {
    const closed: string[] = [];
    const personas = await readPersonas(at.book.as('app'));
    expect(personas.length).toBeGreaterThan(12);
    for (const { subject } of personas) {
      const visitor = await site.signedIn(subject);
      const pages = pagesOf(await persona(at.book, subject));
      const home = await visitor.get('/');
      const [, foot = ''] = home.body.split('<footer');
      for (const [, href = ''] of foot.matchAll(/href="(\/[^"]*)"/g)) pages.push({ text: 'foot', href });
      for (const { href } of menuOf(await persona(at.book, subject), urgentCare))
        expect(home.body, `${subject} is shown ${href}`).toContain(`href="${href}"`);
      for (const { text, href } of pages) {
        const answer = await visitor.get(href);
        // Places lead on to the place where somebody works.
        const { location } = answer.headers;
        const { statusCode } = location === undefined ? answer : await visitor.get(location);
        if (statusCode !== 200) closed.push(`${subject}: ${text} ${href} ${statusCode}`);
      }
    }
    expect(closed).toEqual([]);
  });
});

test.each([
  ['a practice', { organisationKind: 'practice' }, true, false],
  [
    'a practice and a neighbourhood team',
    { organisationKind: 'practice', team: 1, teamKind: 'int' },
    true,
    false,
  ],
  ['urgent care', { organisationKind: 'borough', team: 1, teamKind: 'urgent_care' }, false, true],
  [
    'a practice and urgent care',
    { organisationKind: 'practice', team: 1, teamKind: 'urgent_care' },
    true,
    true,
  ],
] as const)('shows a GP of %s the pages of where they work', (_, works, namedGps, receives) => {
  const shown = pagesOf(anActor('gp', works)).map(({ href }) => href);
  expect([shown.includes('/named-gps'), shown.includes('/urgent-care')]).toEqual([namedGps, receives]);
});
