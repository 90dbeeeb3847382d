import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSettings, openProduct } from '../src/app/product.ts';
import { importDeliveries } from '../src/domains/register/index.ts';
import { documentText, linesOf } from '../src/interoperability/fhir/fhir-file.ts';
import { openDeliveries } from '../src/interoperability/index.ts';
import { writeBundles, writeLines } from './fhir-records.ts';

export interface FhirBench {
  readonly what: string;
  readonly megabytes: number;
  readonly resources: number;
  /** MB a second until every resource is a staged row that is counted by two programs. */
  readonly reading: number;
  /** MB a second of the whole import, up to its publication. */
  readonly importing: number;
  /** MB a second of JSON.parse of the same lines and documents, one after another, and nothing else. */
  readonly parsing: number;
  /** Reading, as a multiple of parsing: a figure that means the same on any machine. */
  readonly ofParsing: number;
  /** Of the whole process, at its highest until the import was published. */
  readonly peakMemoryMb: number;
}

/** Megabytes of lines, and of bundles. */
const LINES = 1000;
const BUNDLES = 300;

/**
 * Measures imports of FHIR into empty data folders, which are removed: lines, and bundles large and small. The bytes are
 * the same in every run.
 */
export async function benchFhir(
  onProgress: (what: string) => void,
  { lines = LINES, bundles = BUNDLES }: { readonly lines?: number; readonly bundles?: number } = {},
): Promise<FhirBench[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nh-fhir-'));
  // The server's own user has to pass through when root starts it.
  chmodSync(folder, 0o711);
  try {
    onProgress(`Writing ${lines} MB of NDJSON and ${bundles} MB of bundles`);
    writeLines(join(folder, 'lines'), lines * 1e6);
    writeBundles(join(folder, 'bundles'), bundles * 1e6);
    return [
      await benchFiles('NDJSON', folder, 'lines', onProgress),
      await benchFiles('Bundles', folder, 'bundles', onProgress),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchFiles(
  what: string,
  folder: string,
  name: string,
  onProgress: (what: string) => void,
): Promise<FhirBench> {
  const path = join(folder, name);
  const files = readdirSync(path).map((file) => join(path, file));
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  // A book of its own, wherever that of this product is.
  const settings = { databaseUrl: undefined, databaseAppUrl: undefined, databaseBatchUrl: undefined };
  const product = await openProduct({ home: join(folder, `home-${name}`), demo: true, settings });
  try {
    const { book, home, content, operator } = product;
    let read = 0;
    const began = performance.now();
    const { deliveries } = await importDeliveries({
      book,
      home,
      by: operator,
      now: new Date(),
      settings: batchSettings,
      open: async (duck, opening) => {
        const from = performance.now();
        const opened = await openDeliveries(duck, [path], content, opening);
        read = performance.now() - from;
        return opened;
      },
      onProgress,
    });
    const imported = performance.now() - began;
    const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1000);
    onProgress(`Parsing the same ${what}`);
    const parsed = await timeOf(() => parse(files));
    const speed = (milliseconds: number) => Math.round((megabytes / milliseconds) * 1000);
    return {
      what,
      megabytes: Math.round(megabytes),
      resources: deliveries.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.read, 0),
      reading: speed(read),
      importing: speed(imported),
      parsing: speed(parsed),
      ofParsing: Math.round((parsed / read) * 100) / 100,
      peakMemoryMb,
    };
  } finally {
    await product.close();
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function parse(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (file.endsWith('.json')) JSON.parse(await documentText(file));
    else for await (const { text } of linesOf(file)) if (text !== null) JSON.parse(text);
  }
}
