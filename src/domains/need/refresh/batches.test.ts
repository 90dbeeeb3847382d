import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLake } from '../../../../bench/made-up-lake.ts';
import { openDuck } from '../../../platform/lake/index.ts';
import type { Lake } from '../../register/index.ts';
import { compileLibrary } from '../compile/compile.ts';
import { readLibrary } from '../language/library.ts';
import { evaluateEverybody } from './evaluate-everybody.ts';
import { loadAreas } from './load-places.ts';

const PEOPLE = 2000;

describe('everybody', () => {
  const library = readLibrary('content');
  let folder: string;
  let lake: Lake;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-batches-'));
    const duck = await openDuck({ threads: 1 });
    ({ lake } = await makeLake(
      duck,
      join(folder, 'lake'),
      library,
      { people: PEOPLE, events: 60 },
      () => {},
    ));
    duck.close();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What became of everybody as one number, whatever the order of rows, and how many entries were read in how many parts. */
  async function answers(threads: number, sizes?: Parameters<typeof evaluateEverybody>[6]) {
    const duck = await openDuck({ threads });
    await loadAreas(duck, [{ lsoa: 'E01000001', imdDecile: 3 }]);
    const ethnicity = library.codelists.get('ETHNICITY');
    if (!ethnicity) throw new Error('content has no codelist ETHNICITY');
    const parts = new Set<number>();
    const compiled = compileLibrary(library, lake.manifest.asOf);
    const entries = await evaluateEverybody(
      ...([duck, lake, compiled, ethnicity] as const),
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
});
