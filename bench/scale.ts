import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSettings } from '../src/app/product.ts';
import {
  compileLibrary,
  evaluateAll,
  evaluateEverybody,
  type Library,
  loadAreas,
  readLibrary,
  readRecord,
  references,
} from '../src/domains/need/index.ts';
import { type Concept, type Lake, LakeAccess, referenceTable } from '../src/domains/register/index.ts';
import { openDuck } from '../src/platform/lake/index.ts';
import { makeLake } from './made-up-lake.ts';
import { measureWork, type Spent } from './measure-work.ts';
import { scanLake } from './scan-lake.ts';

export interface ScaleBench {
  readonly people: number;
  /** Coded entries and medicines. */
  readonly entries: number;
  /** The share of them whose code is on any list of content. */
  readonly listedShare: number;
  readonly definitions: number;
  /** Everybody worked out, and nothing published. */
  readonly pass: Spent;
  /** A plain sum over the columns that the pass reads, by a DuckDB with as many threads, in the same run. */
  readonly scan: Spent;
  /** How many scans the pass costs, by the time of processors. */
  readonly scans: number;
  readonly passMicrosecondsAPerson: number;
  /** What a definition that no other refers to adds, as a share of the pass; of so many left out at once. Of one size alone. */
  readonly oneMore: { readonly leftOut: number; readonly share: number } | null;
  /** One person read from the lake and worked out anew, in milliseconds. */
  readonly onePerson: {
    readonly people: number;
    readonly median: number;
    readonly p95: number;
    readonly cpuMs: number;
  };
}

const SIZES = [100_000, 316_475];
const EVENTS = 200;

/**
 * Works everybody out in made-up lakes of several sizes, beside a plain scan of the same columns of the same files. Folders of
 * their own below `parent` are removed. Two million people take 2.6 GB of disk and a quarter of an hour to write.
 */
export async function benchScale(
  content: string,
  onProgress: (what: string) => void,
  { people, events = EVENTS }: { people?: number; events?: number } = {},
  parent = tmpdir(),
): Promise<ScaleBench[]> {
  const library = readLibrary(content);
  const measured: ScaleBench[] = [];
  for (const size of people === undefined ? SIZES : [people]) {
    const folder = mkdtempSync(join(parent, 'nh-scale-'));
    try {
      const duck = await openDuck(batchSettings);
      const made = await makeLake(duck, join(folder, 'lake'), library, { people: size, events }, onProgress);
      duck.close();
      const { entries, listedShare } = made;
      measured.push({
        entries,
        listedShare,
        ...(await benchLake(library, made.lake, folder, size, onProgress)),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return measured;
}

/** Measures a lake that is there. `folder` is scratch space. */
export async function benchLake(
  library: Library,
  lake: Lake,
  folder: string,
  people: number,
  onProgress: (what: string) => void,
): Promise<Omit<ScaleBench, 'entries' | 'listedShare'>> {
  onProgress(`Working out ${people} people`);
  const pass = await measureWork(() => passOver(library, lake, folder));
  onProgress('Scanning the same columns');
  const scan = await measureWork(() => scanLake(lake));
  onProgress('Working out one person after another');
  return {
    people,
    definitions: library.definitions.length,
    pass,
    scan,
    scans: round(pass.cpuSeconds / scan.cpuSeconds, 1),
    passMicrosecondsAPerson: Math.round((pass.cpuSeconds * 1e6) / people),
    oneMore: people === SIZES[0] ? await costOfOneMore(library, lake, folder, pass, onProgress) : null,
    onePerson: await benchOnePerson(library, lake, people),
  };
}

async function costOfOneMore(
  library: Library,
  lake: Lake,
  folder: string,
  pass: Spent,
  onProgress: (what: string) => void,
): Promise<ScaleBench['oneMore']> {
  const leaves = leavesOf(library);
  onProgress(`Working everybody out without ${leaves.length} definitions`);
  const less = await measureWork(() => passOver(library, lake, folder, leaves));
  const each = (pass.cpuSeconds - less.cpuSeconds) / leaves.length;
  return { leftOut: leaves.length, share: round(each / pass.cpuSeconds, 4) };
}

/** Every second definition to which no other refers. */
function leavesOf(library: Library): string[] {
  const referredTo = new Set(library.definitions.flatMap((definition) => references(definition)));
  return library.definitions
    .filter(({ id, kind }) => kind !== 'ranking' && !referredTo.has(id))
    .map(({ id }) => id)
    .filter((_, at) => at % 2 === 0);
}

async function passOver(
  library: Library,
  lake: Lake,
  scratch: string,
  without: readonly string[] = [],
): Promise<void> {
  const duck = await openDuck({ ...batchSettings, scratch });
  try {
    await loadAreas(duck, [{ lsoa: 'E01000001', imdDecile: 3 }]);
    const ethnicity = library.codelists.get('ETHNICITY');
    if (!ethnicity) throw new Error('content has no codelist ETHNICITY');
    const wanted = library.definitions.map(({ id }) => id).filter((id) => !without.includes(id));
    const part = { wanted, settled: new Map() };
    await evaluateEverybody(
      duck,
      lake,
      compileLibrary(library, lake.manifest.asOf, part),
      ethnicity,
      () => {},
    );
  } finally {
    duck.close();
  }
}

const ASKED = 200;

/** As pages do it: one thread and little memory, the dictionary known already. */
async function benchOnePerson(
  library: Library,
  lake: Lake,
  people: number,
): Promise<ScaleBench['onePerson']> {
  const duck = await openDuck({ threads: 1, memoryMegabytes: 512 });
  try {
    const access = new LakeAccess({ rows: duck.rows, close: async () => {} }, lake.folder);
    const codes = await duck.rows<{
      code: number;
      system: string;
      concept: string;
      bnf: string | null;
      display: string | null;
    }>(`select code, system, concept, bnf, display from ${referenceTable(lake, 'code')}`);
    const dictionary = new Map<number, Concept>(codes.map(({ code, ...concept }) => [code, concept]));
    const times: number[] = [];
    const cpu = process.cpuUsage();
    for (let at = 0; at < ASKED; at += 1) {
      const rec = 1 + ((at * 7919) % people);
      const person = {
        records: [rec],
        buckets: [Math.floor(((rec - 1) * lake.manifest.buckets) / people)],
        birth_date: '1950-05-05',
        sex: 'female',
        lsoa: null,
        registered_from: '2001-01-01',
      };
      const began = performance.now();
      const record = await readRecord(access, { lake, dictionary }, person, 'Z10001', 3);
      evaluateAll(library, record, lake.manifest.asOf);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const quantile = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0);
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = Math.round((user + system) / 1000 / ASKED);
    return { people: ASKED, median: quantile(0.5), p95: quantile(0.95), cpuMs };
  } finally {
    duck.close();
  }
}

function round(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}
