import { availableParallelism, totalmem } from 'node:os';
import type { Product } from '../src/app/product.ts';
import { type RunningServer, serve } from '../src/app/serve.ts';
import type { Terminal } from '../src/platform/cli/index.ts';
import { benchIntake, type IntakeBench } from './intake.ts';
import { benchMatching } from './matching.ts';
import { benchPages } from './pages.ts';
import { benchRefresh } from './refresh.ts';

// A program of its own, which the verb `bench` loads, so that the product carries none of it.

/** Measures the work that people wait for, on this machine and this data. Closes the product. `extracts`: their size. */
export async function runBench(
  product: Product,
  terminal: Terminal,
  extracts: { people?: number; events?: number },
): Promise<void> {
  let server: RunningServer | null = null;
  try {
    const machine = {
      processors: availableParallelism(),
      memoryGb: Math.round(totalmem() / 1e9),
      node: process.versions.node,
    };
    const refresh = await benchRefresh(product, terminal.progress);
    server = await serve(product);
    const pages = await benchPages(product, server, terminal.progress);
    const matching = await benchMatching(product.content, terminal.progress);
    const intake = await benchIntake(terminal.progress, extracts);
    const measured = { machine, refresh, pages, matching, intake };
    terminal.result(measured, () => inWords(measured));
  } finally {
    await (server ?? product).close();
  }
}

type Measured = {
  refresh: Awaited<ReturnType<typeof benchRefresh>>;
  pages: Awaited<ReturnType<typeof benchPages>>;
  matching: Awaited<ReturnType<typeof benchMatching>>;
  intake: readonly IntakeBench[];
};

function inWords({ refresh, pages, matching, intake }: Measured): string {
  const kinds = { 'lists of people': pages.peopleLists, places: pages.places, people: pages.people };
  return [
    `Refresh: ${refresh.people} people, ${refresh.entries} entries, ${refresh.definitions} definitions in ${refresh.seconds} s`,
    `  (${refresh.scans} times a plain scan of the same columns, which takes ${refresh.scanSeconds} s), ${refresh.peakMemoryMb} MB at most`,
    ...Object.entries(kinds).map(
      ([name, { pages: asked, median, p95, longest }]) =>
        `${asked} ${name}: median ${median} ms, 95 of 100 within ${p95} ms, longest ${longest} ms`,
    ),
    `Matching: ${matching.people} people, one in fifty without an NHS number, in ${matching.seconds} s; nobody with a number ${matching.secondsWithoutNumbers} s`,
    `  missed ${percent(matching.missedShare)} of planted second records; ${percent(matching.falseShare)} of ${matching.proposed} proposals are two people`,
    ...matching.kinds.map(
      ({ kind, same, pairs, proposed }) =>
        `  ${kind} (${same ? 'one person' : 'two people'}): ${proposed} of ${pairs} proposed`,
    ),
    ...intake.map(
      ({ format, copy, first, later, ofCopy }) =>
        `Import of ${first.rows} rows, ${format}: ${first.rowsASecond} rows/s, ${first.megabytesASecond} MB/s, ${first.peakMemoryMb} MB at most; ${ofCopy} of the speed of COPY (${copy.rowsASecond} rows/s, ${copy.megabytesASecond} MB/s)\n` +
        `  ${first.seconds} s and ${first.cpuSeconds} s of processors (COPY ${copy.seconds} and ${copy.cpuSeconds}); one row of a hundred later: ${later.seconds} and ${later.cpuSeconds} s`,
    ),
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
