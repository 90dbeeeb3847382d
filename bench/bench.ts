import { availableParallelism, totalmem } from 'node:os';
import type { Product } from '../src/app/product.ts';
import { type RunningServer, serve } from '../src/app/serve.ts';
import type { Terminal } from '../src/platform/cli/index.ts';
import { benchPages } from './pages.ts';
import { benchRefresh } from './refresh.ts';

// A program of its own, which the verb `bench` loads, so that the product carries none of it.

/** Measures the work that people wait for, on this machine and this data. Closes the product. */
export async function runBench(product: Product, terminal: Terminal): Promise<void> {
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
    const measured = { machine, refresh, pages };
    terminal.result(measured, () => inWords(measured));
  } finally {
    await (server ?? product).close();
  }
}

type Measured = {
  refresh: Awaited<ReturnType<typeof benchRefresh>>;
  pages: Awaited<ReturnType<typeof benchPages>>;
};

function inWords({ refresh, pages }: Measured): string {
  const kinds = { 'lists of people': pages.peopleLists, places: pages.places, people: pages.people };
  return [
    `Refresh: ${refresh.people} people, ${refresh.entries} entries, ${refresh.definitions} definitions in ${refresh.seconds} s`,
    `  (${refresh.scans} times a plain scan of the same columns, which takes ${refresh.scanSeconds} s), ${refresh.peakMemoryMb} MB at most`,
    ...Object.entries(kinds).map(
      ([name, { pages: asked, median, p95, longest }]) =>
        `${asked} ${name}: median ${median} ms, 95 of 100 within ${p95} ms, longest ${longest} ms`,
    ),
  ].join('\n');
}
