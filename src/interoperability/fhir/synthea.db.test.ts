import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everybody, importPaths, lakeRows, unevenTables } from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { ImportResult } from '../../domains/register/index.ts';

const SYNTHEA = realFile('fhir', 'synthea-r4-a');

interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly component?: readonly unknown[];
  readonly subject?: { readonly reference: string };
}

describe.skipIf(!existsSync(SYNTHEA))('the Synthea bundles', () => {
  const at = useTestBook();
  const folder = mkdtempSync(join(tmpdir(), 'nh-synthea-'));
  let resources: Resource[] = [];
  let first: ImportResult;
  beforeAll(async () => {
    const files = readdirSync(SYNTHEA).filter((name) => name.endsWith('.json'));
    // Counted without the reader's help.
    resources = files.flatMap((name) =>
      (JSON.parse(readFileSync(join(SYNTHEA, name), 'utf8')).entry as { resource: Resource }[]).map(
        (entry) => entry.resource,
      ),
    );
    first = await importPaths(at, SYNTHEA);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const countBy = (keys: readonly string[]) => {
    const counts: Record<string, number> = {};
    for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  };
  const ofType = (type: string) => resources.filter(({ resourceType }) => resourceType === type);
  const tables = (result: ImportResult) => result.deliveries.flatMap(({ tables }) => tables);

  test('are one delivery, and every resource of it is accounted for', () => {
    expect(first.deliveries.map(({ source, format, refusal }) => [source, format, refusal])).toEqual([
      ['synthea-r4-a', 'fhir-r4', null],
    ]);
    const read = Object.fromEntries(tables(first).map(({ table, read }) => [table, read]));
    expect(read).toEqual(countBy(resources.map(({ resourceType }) => resourceType)));
    expect(unevenTables(first)).toEqual([]);
    expect(tables(first).filter(({ quarantined }) => quarantined > 0)).toEqual([]);
  });

  test('load everything; what several of them hold is loaded once', () => {
    const different = countBy(
      [...new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`))].map(
        (key) => key.split('/')[0] ?? '',
      ),
    );
    expect(Object.fromEntries(tables(first).map(({ table, loaded }) => [table, loaded]))).toEqual(different);
  });

  test('are 22 people, none on a list here and none with an NHS number', async () => {
    const people = await everybody(at);
    expect(people).toHaveLength(22);
    expect(people.filter(({ registered, nhs_number }) => registered || nhs_number !== null)).toEqual([]);
    expect(people.filter(({ death_date }) => death_date !== null)).toHaveLength(4);
  });

  test('have one entry for each resource and each component, filed under its patient', async () => {
    const used = ['Condition', 'Observation', 'Procedure', 'Immunization', 'AllergyIntolerance', 'Encounter'];
    const whole = resources.filter(({ resourceType }) => used.includes(resourceType));
    const parts = whole.flatMap(({ component }) => component ?? []);
    const [{ n, patients } = { n: 0, patients: 0 }] = await lakeRows<{ n: number; patients: number }>(
      at,
      'event',
      'select count(*) as n, count(distinct patient_id) as patients from live where day is not null and code is not null',
    );
    expect([n, patients]).toEqual([whole.length + parts.length, 22]);
    expect(parts.length).toBeGreaterThan(300);
    const [{ medicines } = { medicines: 0 }] = await lakeRows<{ medicines: number }>(
      at,
      'medication',
      'select count(*) as medicines from live where patient_id is not null',
    );
    expect(medicines).toBe(ofType('MedicationRequest').length);
  });

  test('keep what nobody reads yet whole', async () => {
    const kept = await lakeRows<{ row_id: string; record: string }>(
      at,
      'source_record',
      "select row_id, record from live where row_id like 'Claim/%' order by row_id",
    );
    const claims = ofType('Claim').sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(kept.map(({ record }) => JSON.parse(record))).toEqual(claims);
  });

  test('imported again load nothing, and the snapshot stays', async () => {
    const again = await importPaths(at, SYNTHEA);
    expect(again.snapshot).toBe(first.snapshot);
    expect(tables(again).map(({ table, duplicate }) => [table, duplicate])).toEqual(
      tables(first).map(({ table, read }) => [table, read]),
    );
  });

  test('are the same as their resources on lines', async () => {
    const file = join(folder, 'all.ndjson');
    writeFileSync(file, resources.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
    const lines = await importPaths(at, file);
    expect(tables(lines).map(({ table, read, duplicate }) => [table, read, duplicate])).toEqual(
      tables(first).map(({ table, read }) => [table, read, read]),
    );
  });
});
