import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { account, importPaths, unevenTables } from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readDirectory, readPlaces } from '../../domains/directory/index.ts';
import type { ImportResult } from '../../domains/register/index.ts';

const SHARED = realFile('nhs');
const MAPPING = `${SHARED}/gpad-mapping-2025-08/gpad-mapping-2025-08.csv`;
const EPCMEM = `${SHARED}/ods-epcmem/epcmem-G83-G85.csv`;
const BOROUGHS = `${SHARED}/sel-practice-borough-derived/sel-practice-borough.csv`;
const AUGUST = '2025-08-01';

// The real files are not in the repository: without them there is nothing to test.
describe.skipIf(![MAPPING, EPCMEM, BOROUGHS].every(existsSync))('South East London from public files', () => {
  const at = useTestBook();
  let folder: string;
  let result: ImportResult;

  const rows = readFileIf(BOROUGHS)
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((field) => field[1] ?? field[2] ?? ''),
    )
    .filter((row) => row[8]?.startsWith('in GPAD'));
  const boroughs = [...new Set(rows.map((row) => row[2] ?? ''))].sort();

  /** The file that a user supplies: which boroughs there are, and which practice lies in which. */
  const placePack = () => `layout: place-pack
version: 1.0.0
valid_from: 2020-04-01
places:
  - { id: QKK, kind: icb, name: South East London }
${boroughs.map((name) => `  - { id: ${name.toLowerCase()}, kind: borough, name: ${name}, within: QKK }`).join('\n')}
${rows.map((row) => `  - { id: ${row[0]}, kind: practice, name: ${JSON.stringify(row[1])}, within: ${row[2]?.toLowerCase()} }`).join('\n')}
`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-sel-'));
    await importPaths(at, writeFile(folder, 'south-east-london.yaml', placePack()));
    result = await importPaths(at, MAPPING, EPCMEM);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const august = () => readPlaces(at.book.as('batch'), { asAt: AUGUST });

  test('has 6 boroughs, 36 networks and 192 open practices as at August 2025', async () => {
    const tree = await august();
    const count = (kind: string) => tree.all.filter((place) => place.kind === kind).length;
    expect([count('borough'), count('pcn'), count('practice')]).toEqual([6, 36, 192]);
    expect(unevenTables(result)).toEqual([]);
  });

  test('has every practice that the place file names in one borough, and in a network that need not nest', async () => {
    const tree = await august();
    const inBoroughs = tree.all
      .filter(({ kind }) => kind === 'borough')
      .map((borough) => tree.openPractices(borough).length);
    expect(inBoroughs.reduce((sum, practices) => sum + practices, 0)).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(180);
    const lewisham = tree.openPractices(tree.named('lewisham'));
    expect(lewisham.length).toBe(rows.filter((row) => row[2] === 'Lewisham').length);
    expect(lewisham.every(({ memberOf }) => memberOf !== null)).toBe(true);
  });

  test('knows who commissioned each practice, and when', async () => {
    const { relations, places } = await readDirectory(at.book.as('batch'));
    const read = account(result, 'membership', 1);
    const commissioned = relations.filter(({ relation }) => relation === 'commissioned_by');
    expect(commissioned.length).toBe(read?.loaded);
    // Clinical commissioning groups began on 1 April 2013.
    const ofLewisham = commissioned.filter(({ parent }) => parent === '08L');
    expect(ofLewisham.length).toBeGreaterThan(20);
    expect(ofLewisham.filter(({ starts }) => starts === '2013-04-01').length).toBeGreaterThan(20);
    expect(places.get('08L')?.kind).toBe('commissioner');
  });
});

function readFileIf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
