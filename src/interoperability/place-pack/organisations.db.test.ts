import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { account, importPaths } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readChangeSets, readPlaces } from '../../domains/directory/index.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-pack-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PACK = `layout: place-pack
version: 1.0.0
valid_from: 2025-04-01
places:
  - { id: QZZ, kind: icb, name: An ICB }
  - { id: vale, kind: borough, name: The Vale, within: QZZ }
  - { id: vale-n1, kind: neighbourhood, name: North, within: vale }
  - { id: vale-n2, kind: neighbourhood, name: South, within: vale }
  - { id: Z7001, kind: pcn, name: Hill PCN, within: vale }
  - { id: vale-fed, kind: federation, name: Vale Federation, within: vale }
  - { id: Z70001, kind: practice, name: Fernlea, within: vale-n1, pcn: Z7001, federation: vale-fed }
  - { id: Z70002, kind: practice, name: Hazeldene, within: vale-n2, pcn: Z7001, closed: 2025-12-31 }
  - { id: Z70001001, kind: site, name: Fernlea at the Mill, site_of: Z70001, opened: 2025-06-01 }
  - { id: FZ001, kind: pharmacy, name: Mill Pharmacy, within: vale-n1 }
`;

test('a place pack says sites, federations and pharmacies too, none of which need to nest', async () => {
  const file = writeFile(folder, 'vale.yaml', PACK);
  const result = await importPaths(at, file);
  expect(result.deliveries).toMatchObject([{ refusal: null }]);
  expect(account(result, 'places')).toEqual({ read: 10, loaded: 10 });
  expect(account(await importPaths(at, file), 'places')).toEqual({ read: 10, duplicate: 10 });

  // One file is one set of changes, which knows the import that brought it.
  const sets = await readChangeSets(at.book.as('batch'));
  expect(sets).toMatchObject([
    { format: 'place-pack', source: 'place pack vale.yaml', asOf: '2025-04-01', runId: result.runId },
  ]);

  const on = async (asAt: string, code: string) => {
    const tree = await readPlaces(at.book.as('batch'), { asAt });
    const place = tree.named(code);
    const names = (places: readonly { name: string }[]) => places.map(({ name }) => name);
    return [names(tree.openPractices(place)), names(tree.attached(place))];
  };
  expect(await on('2025-08-01', 'vale')).toEqual([['Fernlea', 'Hazeldene'], ['Vale Federation']]);
  expect(await on('2025-08-01', 'Z7001')).toEqual([['Fernlea', 'Hazeldene'], []]);
  expect(await on('2026-01-01', 'Z7001')).toEqual([['Fernlea'], []]);
  expect(await on('2025-08-01', 'vale-n1')).toEqual([['Fernlea'], ['Mill Pharmacy']]);
  // Members of a federation have no list there, so that its numbers cannot be set against those of a neighbourhood.
  expect(await on('2025-08-01', 'vale-fed')).toEqual([[], ['Fernlea']]);
  expect((await on('2025-08-01', 'Z70001'))[1]).toEqual(['Fernlea at the Mill']);
  expect((await on('2025-05-01', 'Z70001'))[1]).toEqual([]);
});
