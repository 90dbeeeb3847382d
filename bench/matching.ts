import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSettings } from '../src/app/product.ts';
import { findMatches } from '../src/domains/register/matching/find-matches.ts';
import { readMatchingMethod } from '../src/domains/register/matching/matching-method.ts';
import {
  matchingErrors,
  plantedCsv,
  plantedSql,
  plantPeople,
} from '../src/domains/register/matching/planted-people.testing.ts';
import { openDuck } from '../src/platform/lake/index.ts';

/** The people of the borough, and pairs of each kind that are planted among them. */
const PEOPLE = 316_475;
const OF_EACH_KIND = 500;

/**
 * Measures the matching on made-up people among whom the truth is known: how long it takes, how many second records it
 * misses, and how many of its proposals are two people. Once more without any NHS number, which is the most work.
 */
export async function benchMatching(content: string, onProgress: (what: string) => void) {
  onProgress('Looking for people who may be one');
  const method = readMatchingMethod(content);
  const planted = plantPeople(PEOPLE, OF_EACH_KIND);
  const folder = mkdtempSync(join(tmpdir(), 'nh-matching-'));
  const duck = await openDuck(batchSettings);
  try {
    const file = join(folder, 'planted.csv');
    writeFileSync(file, plantedCsv(planted.records));
    const began = performance.now();
    const found = await findMatches(duck, plantedSql(file), method);
    const numbered = performance.now();
    await findMatches(duck, plantedSql(file, false), method);
    return {
      people: planted.records.length,
      seconds: seconds(numbered - began),
      secondsWithoutNumbers: seconds(performance.now() - numbered),
      ...matchingErrors(planted, found),
    };
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
