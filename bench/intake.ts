import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSettings, openProduct, type Product } from '../src/app/product.ts';
import { importDeliveries, readMatchingMethod } from '../src/domains/register/index.ts';
import { openDeliveries } from '../src/interoperability/index.ts';
import { fileList, literal, openDuck } from '../src/platform/lake/index.ts';
import {
  type ExtractFormat,
  type ExtractSize,
  extractFormats,
  makeNhsNumbers,
  type WrittenExtracts,
  writeExtracts,
  writeLaterExtracts,
} from './extracts.ts';

/** One piece of work on files: seconds by the clock, seconds of processors, and the process's memory at its highest. */
export interface Work {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rowsASecond: number;
  /** Of the files as they are, packed or not. */
  readonly megabytesASecond: number;
  readonly peakMemoryMb: number;
}

export interface IntakeBench {
  readonly format: ExtractFormat;
  /** DuckDB's own `COPY` of the files to Parquet, with as many threads and as much memory: before the import and after it. */
  readonly copies: readonly Work[];
  /** The first delivery, full, up to its publication. */
  readonly first: Work;
  /** One row of a hundred, corrected or new, up to its publication. */
  readonly later: Work;
  /** The speed of the first delivery as a share of that of COPY, the mean of both: by the clock, and by processors. */
  readonly ofCopy: number;
  readonly ofCopyByProcessor: number;
  /** Seconds of the first delivery by what the import said that it was doing: Reading, Merging, Publishing and so on. */
  readonly phases: Readonly<Record<string, number>>;
}

/** Twenty million entries. Practices have ten thousand patients. */
const PEOPLE = 100_000;
const EVENTS = 200;
const PATIENTS = 10_000;

/**
 * Measures imports of practice extracts beside DuckDB's COPY of the same files, format by format, in data folders of
 * their own, which are removed. `parent` is where they are made.
 */
export async function benchIntake(
  onProgress: (what: string) => void,
  { people = PEOPLE, events = EVENTS }: { people?: number; events?: number } = {},
  formats: readonly ExtractFormat[] = extractFormats,
  parent = tmpdir(),
): Promise<IntakeBench[]> {
  const size = { people, events, practices: Math.ceil(people / PATIENTS) };
  const measured: IntakeBench[] = [];
  for (const format of formats) {
    const folder = mkdtempSync(join(parent, 'nh-intake-'));
    // The server's own user has to pass through when root starts it.
    chmodSync(folder, 0o711);
    try {
      measured.push(await benchFormat(folder, size, format, onProgress));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return measured;
}

async function benchFormat(
  folder: string,
  size: ExtractSize,
  format: ExtractFormat,
  onProgress: (what: string) => void,
): Promise<IntakeBench> {
  const { first, later } = await write(folder, size, format, onProgress);
  onProgress(`Copying extracts: ${format}`);
  const before = await measure(first, () => copy(folder, first));
  // A book of its own, wherever that of this product is.
  const settings = { databaseUrl: undefined, databaseAppUrl: undefined, databaseBatchUrl: undefined };
  const product = await openProduct({ home: join(folder, 'home'), demo: true, settings });
  try {
    onProgress(`Importing extracts: ${format}`);
    const phases = new Phases();
    const imported = await measure(first, () => importAll(product, join(folder, 'first'), phases));
    // Before the next import: the last phase lasts until it is asked.
    const spent = phases.seconds();
    // The speed of a machine that others use too changes within minutes.
    onProgress(`Copying extracts again: ${format}`);
    const copies = [before, await measure(first, () => copy(folder, first))];
    const mean = (of: (copy: Work) => number) =>
      copies.reduce((sum, each) => sum + of(each), 0) / copies.length;
    const news = await measure(later, () => importAll(product, join(folder, 'later')));
    return {
      format,
      copies,
      first: imported,
      later: news,
      ofCopy: hundredths(mean(({ seconds }) => seconds) / imported.seconds),
      ofCopyByProcessor: hundredths(mean(({ cpuSeconds }) => cpuSeconds) / imported.cpuSeconds),
      phases: spent,
    };
  } finally {
    await product.close();
  }
}

async function write(
  folder: string,
  size: ExtractSize,
  format: ExtractFormat,
  onProgress: (what: string) => void,
): Promise<{ first: WrittenExtracts; later: WrittenExtracts }> {
  onProgress(`Writing extracts: ${format}`);
  const duck = await openDuck(batchSettings);
  try {
    await makeNhsNumbers(duck);
    const first = await writeExtracts(duck, join(folder, 'first'), size, format);
    return { first, later: await writeLaterExtracts(duck, join(folder, 'later'), size, format) };
  } finally {
    duck.close();
  }
}

/** Copies every table, all its files at once, to a Parquet file of its own. Returns the rows. */
async function copy(folder: string, { files }: WrittenExtracts): Promise<number> {
  const duck = await openDuck({ ...batchSettings, scratch: folder });
  try {
    let rows = 0;
    for (const paths of files.values()) {
      const read = paths[0]?.endsWith('.parquet') ? 'read_parquet' : 'read_csv';
      const to = join(folder, 'copy.parquet');
      const { Count } = await duck.one<{ Count: number }>(
        `copy (select * from ${read}(${fileList(paths)})) to ${literal(to)} (format parquet)`,
      );
      rows += Count;
      rmSync(to);
    }
    return rows;
  } finally {
    duck.close();
  }
}

/** Imports as the command does. Returns the rows read. */
async function importAll(product: Product, path: string, phases = new Phases()): Promise<number> {
  const { book, home, operator, content } = product;
  const { deliveries } = await importDeliveries({
    book,
    home,
    by: operator,
    now: new Date(),
    settings: batchSettings,
    matching: readMatchingMethod(content),
    open: (duck, opening) => openDeliveries(duck, [path], content, opening),
    onProgress: (what) => phases.begin(what.split(' ')[0] ?? what),
  });
  return deliveries.flatMap(({ tables }) => tables).reduce((sum, { read }) => sum + read, 0);
}

const MEMORY_LOOKS_MS = 100;

/** Does a piece of work and says what it took of this process. PostgreSQL is another one. */
async function measure({ bytes }: WrittenExtracts, work: () => Promise<number>): Promise<Work> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const looking = setInterval(look, MEMORY_LOOKS_MS);
  const cpu = process.cpuUsage();
  const began = performance.now();
  try {
    const rows = await work();
    const seconds = (performance.now() - began) / 1000;
    const used = process.cpuUsage(cpu);
    look();
    return {
      rows,
      seconds: tenths(seconds),
      cpuSeconds: tenths((used.user + used.system) / 1e6),
      rowsASecond: Math.round(rows / seconds),
      megabytesASecond: tenths(bytes / 1e6 / seconds),
      peakMemoryMb: Math.round(peak / 1e6),
    };
  } finally {
    clearInterval(looking);
  }
}

/** How long each phase took, by its first word; one may come again. */
class Phases {
  private readonly took = new Map<string, number>();
  private now: { readonly phase: string; readonly since: number } | null = null;

  begin(phase: string): void {
    this.end();
    this.now = { phase, since: performance.now() };
  }

  seconds(): Record<string, number> {
    this.end();
    return Object.fromEntries([...this.took].map(([phase, ms]) => [phase, tenths(ms / 1000)]));
  }

  private end(): void {
    if (!this.now) return;
    const { phase, since } = this.now;
    this.took.set(phase, (this.took.get(phase) ?? 0) + performance.now() - since);
    this.now = null;
  }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
