import {
  type CohortCount,
  CohortLake,
  countCohort,
  readDefinition,
  readLibrary,
  readNextLibrary,
} from '../../domains/need/index.ts';
import {
  type Arguments,
  type ExitCode,
  exitCodes,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { openDuck } from '../../platform/lake/index.ts';
import { batchSettings, openProduct } from '../product.ts';

/** Counts a definition in a file over everybody, exactly, and says whom it moves. */
export async function countFile(file: string, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const candidate = readDefinition(file);
  const product = await openProduct({ home: textOption(given, 'home') });
  const duck = await openDuck(batchSettings);
  try {
    const db = product.book.as('batch');
    const { library } = await readNextLibrary(db, readLibrary(product.content));
    const reader = { rows: duck.rows, close: async () => duck.close() };
    const count = await countCohort(db, new CohortLake(reader, product.home), {
      library,
      candidate,
      scope: { of: 'everybody' },
    });
    const { examples: _, movers, practices: __, ...counts } = count;
    const result = {
      definition: candidate.id,
      version: candidate.version,
      ...counts,
      movers: movers && { against: movers.against, moved: movedInAll(movers.moved) },
    };
    terminal.result(result, () => inWords(candidate, count));
    return exitCodes.done;
  } finally {
    duck.close();
    await product.close();
  }
}

function inWords({ id, version }: { id: string; version: string }, count: CohortCount): string {
  return [
    `${id} ${version}: ${count.people} registered = ${count.in} in + ${count.out} out + ${count.unknown} unknown, as of ${count.asOf}`,
    ...count.lost.map((people, step) => `  step ${step + 1} loses ${people}`),
    ...count.bands.map((band) => `  ${band.id}: ${band.people}`),
    ...(count.movers
      ? [
          `Against ${count.movers.against.version}, which is published:`,
          ...movedInAll(count.movers.moved).map(({ from, to, people }) => `  ${from} to ${to}: ${people}`),
          ...(count.movers.moved.length === 0 ? ['  nobody moves'] : []),
        ]
      : []),
    `Counted in ${count.milliseconds} ms`,
  ].join('\n');
}

/** Movers of all practices together. */
function movedInAll(moved: NonNullable<CohortCount['movers']>['moved']) {
  const sums = new Map<string, { from: string; to: string; people: number }>();
  for (const { from, to, people } of moved) {
    const known = sums.get(`${from} ${to}`);
    sums.set(`${from} ${to}`, { from, to, people: (known?.people ?? 0) + people });
  }
  return [...sums.values()];
}
