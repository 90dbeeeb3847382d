import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLake } from '../../../../bench/made-up-lake.ts';
import { literal, openDuck } from '../../../platform/lake/index.ts';
import { type Lake, liveRows } from '../../register/index.ts';
import { compileLibrary } from '../compile/compile.ts';
import { readLibrary } from '../language/library.ts';
import { evaluateEverybody } from './evaluate-everybody.ts';
import { loadAreas } from './load-places.ts';

const PEOPLE = 2000;

type LakeFile = NonNullable<Lake['manifest']['files']['event']>[number];

describe('everybody', () => {
  const library = readLibrary('content');
  let folder: string;
  let lake: Lake;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-batches-'));
    lake = await lakeOf('lake');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The same people and entries each time, whatever number of files they are in. */
  async function lakeOf(name: string, buckets?: number): Promise<Lake> {
    const duck = await openDuck({ threads: 1 });
    const size = { people: PEOPLE, events: 60, ...(buckets === undefined ? {} : { buckets }) };
    const made = await makeLake(duck, join(folder, name), library, size, () => {});
    duck.close();
    return made.lake;
  }

  /** What became of everybody as one number, whatever the order of rows, and how many entries were read in how many parts. */
  async function answers(threads: number, sizes?: Parameters<typeof evaluateEverybody>[6], of: Lake = lake) {
    const duck = await openDuck({ threads });
    await loadAreas(duck, [{ lsoa: 'E01000001', imdDecile: 3 }]);
    const ethnicity = library.codelists.get('ETHNICITY');
    if (!ethnicity) throw new Error('content has no codelist ETHNICITY');
    const parts = new Set<number>();
    const compiled = compileLibrary(library, of.manifest.asOf);
    const entries = await evaluateEverybody(
      ...([duck, of, compiled, ethnicity] as const),
      (part) => void parts.add(part),
      undefined,
      sizes,
    );
    const found = await duck.one<{ people: number; hash: string }>(
      'select count(*) as people, bit_xor(hash(outcome))::varchar as hash from outcome',
    );
    const { now } = await duck.one<{ now: number }>("select current_setting('threads') as now");
    expect(now, 'the threads are given back').toBe(threads);
    duck.close();
    return { found, entries, parts: parts.size };
  }

  test('comes out the same in one batch or several, one after the other or two at once', async () => {
    const whole = await answers(1);
    expect(whole).toMatchObject({ found: { people: PEOPLE }, parts: 1 });
    for (const [threads, batch] of [
      [1, 300],
      [2, 300],
      [3, 1000],
    ] as const) {
      const cut = await answers(threads, { batch, few: 0 });
      expect(cut.parts).toBeGreaterThan(1);
      expect({ ...cut, parts: 1 }).toEqual(whole);
    }
  }, 240_000);

  test('comes out the same from a lake of any number of buckets', async () => {
    const { found, entries } = await answers(1);
    for (const buckets of [1, 7])
      expect(await answers(2, { batch: 300, few: 0 }, await lakeOf(`of-${buckets}`, buckets))).toMatchObject({
        found,
        entries,
      });
  }, 240_000);

  /** The lake with later versions of every seventh person's entries, of which some are deletions, in a file of their own. */
  async function changed(): Promise<Lake> {
    const duck = await openDuck({ threads: 1 });
    const files = { ...lake.manifest.files };
    for (const table of ['event', 'medication'] as const) {
      const path = `${table}/2-changes.parquet`;
      const bucket = `((rec - 1) * ${lake.manifest.buckets} // ${PEOPLE})::integer`;
      await duck.run(
        `copy (select * replace (rec % 2 = 0 as deleted, day - 400 as day), ${bucket} as bucket from ${liveRows(lake, table)} where rec % 7 = 0)
           to ${literal(join(lake.folder, path))} (format parquet)`,
      );
      files[table] = [...(files[table] ?? []), { path, rows: 1, bytes: 1, delta: true }];
    }
    duck.close();
    return { ...lake, manifest: { ...lake.manifest, files } };
  }

  /** The same rows, with nothing left to be put together. */
  async function asIfFromTheBeginning(later: Lake): Promise<Lake> {
    const duck = await openDuck({ threads: 1 });
    const files = { ...lake.manifest.files };
    for (const table of ['event', 'medication'] as const) {
      const merged: LakeFile[] = [];
      for (let bucket = 0; bucket < later.manifest.buckets; bucket += 1) {
        const path = `${table}/3-${bucket}.parquet`;
        await duck.run(
          `copy (select * from ${liveRows(later, table, bucket)}) to ${literal(join(lake.folder, path))} (format parquet)`,
        );
        merged.push({ path, rows: 1, bytes: 1, bucket });
      }
      files[table] = merged;
    }
    duck.close();
    return { ...lake, manifest: { ...lake.manifest, files } };
  }

  test('comes out of a lake with later versions as if they had been there from the beginning', async () => {
    const later = await changed();
    const merged = await answers(1, undefined, await asIfFromTheBeginning(later));
    expect(merged).not.toEqual(await answers(1));
    for (const sizes of [undefined, { batch: 300, few: 0 }])
      expect({ ...(await answers(2, sizes, later)), parts: 1 }).toEqual({ ...merged, parts: 1 });
  }, 240_000);
});
