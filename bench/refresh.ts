import { batchSettings, type Product } from '../src/app/product.ts';
import {
  readCalibrationRules,
  readDisclosureRules,
  readLibrary,
  refresh,
} from '../src/domains/need/index.ts';
import { type Lake, readSnapshot } from '../src/domains/register/index.ts';
import { scanLake } from './scan-lake.ts';

export interface RefreshBench {
  readonly people: number;
  /** Coded events and medication orders that were read. */
  readonly entries: number;
  readonly definitions: number;
  readonly seconds: number;
  /** Of that, working everybody out, and publishing it: facts, counts, and the ranking of a year ago beside what happened. */
  readonly passSeconds: number;
  readonly publishSeconds: number;
  /** Of the whole process, at its highest. */
  readonly peakMemoryMb: number;
  /** A plain sum over the columns that the refresh reads, by the same DuckDB, in the same run. */
  readonly scanSeconds: number;
  /** How many plain scans the pass costs: a figure that means the same on any machine. */
  readonly scans: number;
}

/** Refreshes as the command does, publishing included, and then scans the same columns for comparison. */
export async function benchRefresh(
  product: Product,
  onProgress: (what: string) => void,
): Promise<RefreshBench> {
  const { book, home, content } = product;
  const library = readLibrary(content);
  const disclosure = readDisclosureRules(content);
  const calibration = readCalibrationRules(content);
  const result = await refresh({
    book,
    home,
    library,
    disclosure,
    calibration,
    settings: batchSettings,
    onProgress,
  });
  onProgress('Scanning the same columns');
  const snapshot = await readSnapshot(book.as('batch'), home.lake);
  if (!snapshot) throw new Error('there was a snapshot a moment ago');
  const scanSeconds = await scan(snapshot.lake);
  return {
    people: result.people,
    entries: result.events,
    definitions: result.definitions.length,
    seconds: result.seconds,
    passSeconds: result.timings.evaluate,
    publishSeconds: result.timings.publish,
    peakMemoryMb: result.peakMemoryMb,
    scanSeconds,
    scans: Math.round((result.timings.evaluate / scanSeconds) * 10) / 10,
  };
}

async function scan(lake: Lake): Promise<number> {
  const began = performance.now();
  await scanLake(lake);
  return Math.round(performance.now() - began) / 1000;
}
