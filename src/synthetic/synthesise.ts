import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openDuck } from '../platform/lake/index.ts';
import { HOSPITAL_SENDER } from './borough.ts';
import type { Format } from './encode.ts';
import { NhsNumbers } from './nhs-numbers.ts';
import { OTHER_SOURCES, otherSources, type SourceFile, writeOtherSources } from './other-sources.ts';
import { placePack } from './place-pack.ts';
import { type BoroughPlan, FULL_BOROUGH, type LongTermReading, planBorough } from './plan.ts';
import type { PlantName } from './plant-names.ts';
import { hospitalTables, tables } from './tables.ts';
import { type Territory, type TerritoryName, territory } from './territory.ts';
import { writeInThreads } from './threads.ts';
import { HOSPITAL_TEXT, writeHospital } from './write-hospital.ts';
import { type WrittenPractice, writePractice } from './write-practice.ts';

export interface SynthesiseOptions {
  /** Folder for the place pack, one folder for each practice and one of the hospitals. Earlier extracts of the borough in it are replaced. */
  readonly out: string;
  /** Lewisham, or all of south-east London with it. Lewisham unless said. */
  readonly place?: TerritoryName;
  /** Another seed, another borough of the same kind. 1 unless said. */
  readonly seed?: number;
  /** Registered people: 316,475 unless said, 1,991,475 in south-east London. */
  readonly people?: number;
  /** Fewer than all practices. */
  readonly practices?: number;
  readonly format?: Format;
  /** How the strategy's figures of long-term conditions are read: at least one and two unless said. */
  readonly reading?: LongTermReading;
  /** Cases and defects that are there on purpose, listed in truth.txt; none unless said. */
  readonly plants?: readonly PlantName[];
  /** Practices written at the same time. The result is the same with any number. */
  readonly threads?: number;
  /** The built worker, when it is not beside this file. */
  readonly worker?: URL;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SynthesisedBorough {
  /** One for each practice, ready for intake. */
  readonly folders: readonly string[];
  /** Registered people. */
  readonly people: number;
  /** Observations, medication orders and appointments. */
  readonly events: number;
  readonly rows: Readonly<Record<string, number>>;
  /** Of all content before file encoding: equal for equal seed, size and version, on any machine. */
  readonly hash: string;
}

/** Memory that each practice's file encoding may use. */
export const ENCODER_MEGABYTES = 300;

/** The columns of truth.txt. */
const TRUTH = 'what,practice,patient_id,nhs_number,person,detail';

/** More workers than this only crowd the memory. */
const MOST_THREADS = 4;

/**
 * Writes the synthetic borough: `place-pack.yaml` and the extract of every practice. Everything in it is invented; the
 * shape is Lewisham's. Throws Refusal for a size that cannot be made.
 */
export async function synthesise(options: SynthesiseOptions): Promise<SynthesisedBorough> {
  const { out, seed = 1, place = 'lewisham', format = 'parquet', practices, reading, plants } = options;
  const there = territory(place);
  const people = options.people ?? (place === 'lewisham' ? FULL_BOROUGH : fullSize(there));
  const plan = planBorough({ seed, people, place, practices, reading, plants });
  removeEarlier(out);
  const written = await writeAll(plan, { ...options, out, format });
  await writeHospital(out, format, written);
  const deaths = written.flatMap((one) => one.deaths);
  const sources = otherSources(plan, there, deaths);
  const truth = { name: 'truth.txt', lines: [TRUTH, ...written.flatMap((one) => one.truth)] };
  writeOtherSources(out, sources);
  writeFileSync(join(out, truth.name), `${truth.lines.join('\n')}\n`);
  const pack = placePack(
    there,
    plan.practices.map(({ practice }) => practice),
  );
  // Last, so that a borough with its pack is whole.
  writeFileSync(join(out, 'place-pack.yaml'), pack);
  const rows = addUp(written);
  return {
    folders: written.map(({ code }) => join(out, code)),
    people: plan.people,
    events: (rows.observation ?? 0) + (rows.medication_order ?? 0) + (rows.appointment ?? 0),
    rows,
    hash: hashOf(plan, written, pack, [...sources, truth]),
  };
}

/** Everybody registered in a territory. */
function fullSize({ neighbourhoods }: Territory): number {
  return neighbourhoods.reduce((sum, { people }) => sum + people, 0);
}

async function writeAll(
  plan: BoroughPlan,
  options: SynthesiseOptions & { out: string; format: Format },
): Promise<readonly WrittenPractice[]> {
  const { out, format } = options;
  const total = plan.practices.length;
  const threads = Math.min(options.threads ?? Math.min(availableParallelism(), MOST_THREADS), total);
  const progress = (done: number) => options.onProgress?.(done, total);
  const script = options.worker ?? new URL('./synthetic-worker.js', import.meta.url);
  // The worker is a file of the build; where there was none, one thread does it all.
  if (threads > 1 && existsSync(script)) {
    return await writeInThreads(plan, { out, format, threads, script }, progress);
  }
  const duck = await openDuck({ threads: 1, memoryMegabytes: ENCODER_MEGABYTES });
  const numbers = new NhsNumbers(plan.seed, plan.persons);
  const written: WrittenPractice[] = [];
  try {
    for (const at of plan.practices) {
      written.push(await writePractice(plan, at, { duck, numbers, out, format }));
      progress(written.length);
    }
  } finally {
    duck.close();
  }
  return written;
}

/** What an earlier run left, so that nothing of it can be taken for this one. Anything else in the folder stays. */
function removeEarlier(out: string): void {
  mkdirSync(out, { recursive: true });
  const beside = ['place-pack.yaml', 'truth.txt', 'calibration.txt', 'calibration.svg', OTHER_SOURCES];
  for (const name of [...beside, HOSPITAL_TEXT, HOSPITAL_SENDER])
    rmSync(join(out, name), { recursive: true, force: true });
  for (const name of readdirSync(out)) {
    const ours = /^Z\d{5}$/.test(name) && holdsOurs(join(out, name));
    if (ours || /^\.Z\d{5}\.part$/.test(name)) rmSync(join(out, name), { recursive: true, force: true });
  }
}

function holdsOurs(folder: string): boolean {
  const note = join(folder, 'delivery.json');
  return existsSync(note) && readFileSync(note, 'utf8').includes('"synthetic": true');
}

function addUp(written: readonly WrittenPractice[]): Record<string, number> {
  const own = tables.map(({ name }) => [name, sumOf(written, ({ rows }) => rows[name])] as const);
  const told = hospitalTables.map(
    ({ name }, at) => [name, sumOf(written, ({ hospital }) => hospital[at]?.rows)] as const,
  );
  return Object.fromEntries([...own, ...told]);
}

function sumOf(
  written: readonly WrittenPractice[],
  rows: (practice: WrittenPractice) => number | undefined,
): number {
  return written.reduce((sum, practice) => sum + (rows(practice) ?? 0), 0);
}

function hashOf(
  plan: BoroughPlan,
  written: readonly WrittenPractice[],
  pack: string,
  files: readonly SourceFile[],
): string {
  const hash = createHash('sha256')
    .update(`seed ${plan.seed}, ${plan.people} people, ${plan.reading}\n`)
    .update(pack);
  for (const { code, hashes, hospital } of written) {
    for (const [at, { name }] of tables.entries()) hash.update(`${code} ${name} ${hashes[at]}\n`);
    for (const [at, { name }] of hospitalTables.entries())
      hash.update(`${code} ${name} ${hospital[at]?.hash}\n`);
  }
  for (const { name, lines } of files) hash.update(`${name}\n${lines.join('\n')}\n`);
  return hash.digest('hex');
}
