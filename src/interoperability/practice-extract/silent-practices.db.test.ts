import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { writeFile } from '../../../test/support/fhir.ts';
import { everybody, importPaths } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readSilentPractices } from '../../domains/register/index.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-silent-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A practice's extract with one person, in a folder of its own. */
function extract(within: string, code: string, owner?: string) {
  const said = owner === undefined ? {} : { record_owner_organisation_code: owner };
  const tables = {
    patient: [patient(`${code}-1`, said)],
    episode_of_care: [registration(`${code}-1`, { organisation_code_publisher: owner ?? code, ...said })],
  };
  const note = owner === undefined ? { publisher: code, extracted_at: '2026-11-01T03:00:00Z' } : undefined;
  return writeExtract(join(folder, within), code, tables, note);
}

const silentIn = async (runId: number) =>
  (await readSilentPractices(at.book.as('app'), runId)).map(({ code, lastSent }) => [
    code,
    lastSent !== null,
  ]);

const PACK = `layout: place-pack
version: 1.0.0
valid_from: 2026-04-01
places:
  - { id: lewisham, kind: borough, name: Lewisham }
${['Z80001', 'Z80002', 'Z80003', 'Z80004']
  .map((code) => `  - { id: ${code}, kind: practice, name: Surgery ${code}, within: lewisham }`)
  .join('\n')}
`;

test('forty folders at once, in any order, are one import that lacks nobody', async () => {
  writeFile(folder, 'forty/zz-places.yaml', PACK);
  for (let at = 1; at <= 40; at++) extract('forty', `Z8${String(at).padStart(4, '0')}`);
  const { runId, deliveries } = await importPaths(at, join(folder, 'forty'));
  expect(deliveries).toHaveLength(41);
  expect(deliveries.filter(({ refusal }) => refusal !== null)).toEqual([]);
  expect((await everybody(at)).filter(({ registered }) => registered)).toHaveLength(40);
  expect(await silentIn(runId)).toEqual([]);
});

test('a practice that sends nothing is said to, and keeps what it sent before', async () => {
  for (let at = 1; at <= 40; at++)
    if (at !== 2 && at !== 7) extract('fewer', `Z8${String(at).padStart(4, '0')}`);
  const { runId } = await importPaths(at, join(folder, 'fewer'));
  expect(await silentIn(runId)).toEqual([
    ['Z80002', true],
    ['Z80007', true],
  ]);
  expect((await everybody(at)).filter(({ registered }) => registered)).toHaveLength(40);
});

test('one that has never sent anything is said to have never', async () => {
  writeFile(folder, 'new.yaml', PACK.replace(/Z80004/g, 'Z89999'));
  await importPaths(at, join(folder, 'new.yaml'));
  const { runId } = await importPaths(at, extract('one', 'Z80001'));
  const silent = await silentIn(runId);
  expect(silent).toHaveLength(40);
  expect(silent.filter(([, everSent]) => !everSent)).toEqual([['Z89999', false]]);
});

test('rows say whose they are where the delivery does not', async () => {
  const folderOf = extract('federation', 'bundle-of-two', 'z80003');
  const { runId } = await importPaths(at, folderOf);
  expect((await silentIn(runId)).some(([code]) => code === 'Z80003')).toBe(false);
  expect((await silentIn(runId)).some(([code]) => code === 'Z80001')).toBe(true);
});

test('an import that brings no practice’s rows expects none', async () => {
  const { runId } = await importPaths(at, writeFile(folder, 'again.yaml', PACK));
  expect(await silentIn(runId)).toEqual([]);
});
