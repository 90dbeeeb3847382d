import { batchSettings, type Product } from '../src/app/product.ts';
import {
  CohortLake,
  countCohort,
  type Library,
  parseDefinition,
  readLibrary,
  readNextLibrary,
} from '../src/domains/need/index.ts';
import { type Lake, liveRows, readSnapshot } from '../src/domains/register/index.ts';
import { openDuck } from '../src/platform/lake/index.ts';

export interface CohortBench {
  readonly people: number;
  readonly entries: number;
  /** The first count of a publication also works out who is registered. */
  readonly firstSeconds: number;
  readonly cohorts: readonly {
    readonly what: string;
    readonly in: number;
    readonly seconds: number;
    readonly cpuSeconds: number;
    /** How many plain scans it costs, by the time of processors: that others work on the machine changes it little. */
    readonly scans: number;
  }[];
  /** A plain sum over the columns that a count may read, by a DuckDB of the same size, in the same run. */
  readonly scanSeconds: number;
  readonly scanCpuSeconds: number;
}

/** Rules as somebody may write them, from one list to a score of thirty-six, each as a definition that nobody has. */
const ASKED: readonly (readonly [string, string])[] = [
  ['a code in the last 12 months', 'rule: { within: { codes: ASTHMA_MEDICINES, months: 12 } }'],
  [
    'a diagnosis and a value',
    'rule: { all: [{ active: { codes: DM_COD, resolved: DMRES_COD } }, { measured: { codes: HBA1C, months: 12, above: 58 } }] }',
  ],
  [
    'another definition, age and sex',
    'rule: { all: [{ definition: hypertension }, { age: { from: 40, to: 79 } }, { sex: female }] }',
  ],
  [
    'days with a blood pressure, and admissions',
    'rule: { all: [{ count: { codes: SYSTOLIC, years: 2, at_least: 3, on_different_days: true } }, { admitted: { method: emergency, months: 12 } }] }',
  ],
  [
    'ten and more different medicines now',
    'rule: { distinct_paragraphs: { codes: ANY_MEDICINE, at_least: 10, current: { usual_days: 28, grace_days: 28 } } }',
  ],
  [
    'poorer areas, and the first hundred of their practice by a score',
    'rule: { all: [{ deprivation: { from: 1, to: 3 } }, { rank: { of: electronic-frailty-index, over: practice, at_most: 100 } }] }',
  ],
];

/** Counts candidates as pages do, each for the first time, and scans the same columns for comparison. */
export async function benchCohort(
  product: Product,
  onProgress: (what: string) => void,
): Promise<CohortBench> {
  const db = product.book.as('batch');
  const { library } = await readNextLibrary(db, readLibrary(product.content));
  const snapshot = await readSnapshot(db, product.home.lake);
  if (!snapshot) throw new Error('nothing has been imported');
  const duck = await openDuck(batchSettings);
  const cohorts = new CohortLake({ rows: duck.rows, close: async () => {} }, product.home);
  const timed = async (candidate: Parameters<typeof countCohort>[2]['candidate']) => {
    const time = stopwatch();
    const count = await countCohort(db, cohorts, { library, candidate, scope: { of: 'everybody' } });
    return { count, ...time() };
  };
  try {
    onProgress('Counting candidates');
    const first = await timed(candidateOf('rule: { sex: female }', 0));
    const counted = [];
    for (const [at, [what, rule]] of ASKED.entries())
      counted.push({ what, ...(await timed(candidateOf(rule, at + 1))) });
    counted.push({
      what: 'a score of 36 deficits',
      ...(await timed(again(library, 'electronic-frailty-index'))),
    });
    counted.push({
      what: 'a risk model of 22 inputs',
      ...(await timed(again(library, 'cardiovascular-risk'))),
    });
    onProgress('Scanning the same columns');
    const { entries, seconds: scanSeconds, cpuSeconds: scanCpuSeconds } = await scan(snapshot.lake);
    return {
      people: first.count.people,
      entries,
      firstSeconds: first.seconds,
      cohorts: counted.map(({ what, count, seconds, cpuSeconds }) => ({
        what,
        in: count.in,
        seconds,
        cpuSeconds,
        scans: Math.round((cpuSeconds / scanCpuSeconds) * 10) / 10,
      })),
      scanSeconds,
      scanCpuSeconds,
    };
  } finally {
    duck.close();
  }
}

function candidateOf(rule: string, at: number) {
  const head =
    'kind: register\nversion: 1.0.0\ntitle: Bench\nwhy: Bench\nsource: Bench\nlicence: None\nauthor: Bench\nowner: Bench\nchecker: Bench\nreview: 2030-01-01\nstatus: draft\n';
  return parseDefinition(`${head}id: bench-${at}\n${rule}\n`, `candidate ${at}`);
}

/** A definition as a candidate that nobody has worked out yet. */
function again(library: Library, id: string) {
  return { ...library.definition(id), id: `bench-${id}` };
}

async function scan(lake: Lake): Promise<{ entries: number; seconds: number; cpuSeconds: number }> {
  const duck = await openDuck(batchSettings);
  const columns = {
    event: 'sum(rec), sum(code), sum(day), sum(value), sum(length(unit))',
    medication: 'sum(rec), sum(code), sum(day)',
  };
  const time = stopwatch();
  let entries = 0;
  try {
    for (const table of ['event', 'medication'] as const) {
      const rows = liveRows(lake, table);
      if (rows)
        entries += (await duck.one<{ n: number }>(`select count(*) as n, ${columns[table]} from ${rows}`)).n;
    }
  } finally {
    duck.close();
  }
  return { entries, ...time() };
}

/** Seconds on the clock and of processors since it was begun. */
function stopwatch(): () => { seconds: number; cpuSeconds: number } {
  const [began, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return {
      seconds: Math.round(performance.now() - began) / 1000,
      cpuSeconds: Math.round((user + system) / 1000) / 1000,
    };
  };
}
