import { availableParallelism, totalmem } from 'node:os';
import type { Product } from '../src/app/product.ts';
import { type RunningServer, serve } from '../src/app/serve.ts';
import type { Terminal } from '../src/platform/cli/index.ts';
import { benchCohort, type CohortBench } from './cohort.ts';
import { benchFhir } from './fhir.ts';
import { benchInbox } from './inbox.ts';
import { benchIntake, type IntakeBench } from './intake.ts';
import { benchLoad } from './load.ts';
import { benchMatching } from './matching.ts';
import { benchPages } from './pages.ts';
import { benchPlans, type PlansBench, type SaveTimes } from './plans.ts';
import { benchRefresh } from './refresh.ts';
import { benchScale, type ScaleBench } from './scale.ts';
import { benchSelection, type SelectionBench } from './selection.ts';

// A program of its own, which the verb `bench` loads, so that the product carries none of it.

/** A part that can be measured alone; the verb names them. */
type Part =
  | 'refresh'
  | 'scale'
  | 'cohort'
  | 'pages'
  | 'inbox'
  | 'plans'
  | 'selection'
  | 'matching'
  | 'fhir'
  | 'intake'
  | 'load';

/** What is measured: one part alone, or all; and how large the extracts of `intake` and the lake of `scale` are. */
interface Asked {
  readonly only?: Part | undefined;
  readonly extracts: { readonly people?: number; readonly events?: number };
  /** How long people are at work in `load`. */
  readonly minutes: number;
}

/** Measures the work that people wait for, on this machine and this data. Closes the product. */
export async function runBench(
  product: Product,
  terminal: Terminal,
  { only, extracts, minutes }: Asked,
): Promise<void> {
  let server: RunningServer | null = null;
  const measure = async <Found>(part: Part, work: () => Promise<Found>) =>
    only === undefined || only === part ? await work() : undefined;
  try {
    const measured = {
      machine: {
        processors: availableParallelism(),
        memoryGb: Math.round(totalmem() / 1e9),
        node: process.versions.node,
      },
      refresh: await measure('refresh', () => benchRefresh(product, terminal.progress)),
      scale: await measure('scale', () => benchScale(product.content, terminal.progress, extracts)),
      cohort: await measure('cohort', () => benchCohort(product, terminal.progress)),
      pages: await measure('pages', async () => {
        server = await serve(product);
        return await benchPages(product, server, terminal.progress);
      }),
      plans: await measure('plans', () => benchPlans(terminal.progress)),
      inbox: await measure('inbox', async () => {
        server ??= await serve(product);
        return await benchInbox(product, server, terminal.progress);
      }),
      selection: await measure('selection', () => benchSelection(product.content, terminal.progress)),
      matching: await measure('matching', () => benchMatching(product.content, terminal.progress)),
      fhir: await measure('fhir', () => benchFhir(terminal.progress)),
      intake: await measure('intake', () => benchIntake(terminal.progress, extracts)),
      load: await measure('load', () => benchLoad(product, minutes, terminal.progress)),
    };
    terminal.result(measured, () => inWords(measured));
  } finally {
    await ((server as RunningServer | null) ?? product).close();
  }
}

interface Measured {
  readonly refresh: Awaited<ReturnType<typeof benchRefresh>> | undefined;
  readonly scale: readonly ScaleBench[] | undefined;
  readonly cohort: CohortBench | undefined;
  readonly pages: Awaited<ReturnType<typeof benchPages>> | undefined;
  readonly plans: PlansBench | undefined;
  readonly inbox: Awaited<ReturnType<typeof benchInbox>> | undefined;
  readonly selection: readonly SelectionBench[] | undefined;
  readonly matching: Awaited<ReturnType<typeof benchMatching>> | undefined;
  readonly fhir: Awaited<ReturnType<typeof benchFhir>> | undefined;
  readonly intake: readonly IntakeBench[] | undefined;
  readonly load: Awaited<ReturnType<typeof benchLoad>> | undefined;
}

function inWords({
  refresh,
  scale,
  cohort,
  pages,
  inbox,
  plans,
  selection,
  matching,
  fhir,
  intake,
  load,
}: Measured): string {
  return [
    ...(refresh ? refreshInWords(refresh) : []),
    ...(scale ?? []).flatMap(scaleInWords),
    ...(cohort ? cohortInWords(cohort) : []),
    ...(pages ? pagesInWords(pages) : []),
    ...(inbox ? inboxInWords(inbox) : []),
    ...(plans ? plansInWords(plans) : []),
    ...(selection ?? []).map(selectionInWords),
    ...(matching ? matchingInWords(matching) : []),
    ...(fhir ?? []).flatMap((read) => [
      `FHIR, ${read.what}: ${read.megabytes} MB, ${read.resources} resources, read and counted at ${read.reading} MB/s, imported at ${read.importing} MB/s`,
      `  (JSON.parse alone ${read.parsing} MB/s, so that reading is ${read.ofParsing} times as fast), ${read.peakMemoryMb} MB at most`,
    ]),
    ...(intake ?? []).flatMap(intakeInWords),
    ...(load ? loadInWords(load) : []),
  ].join('\n');
}

function refreshInWords(refresh: NonNullable<Measured['refresh']>): string[] {
  return [
    `Refresh: ${refresh.people} people, ${refresh.entries} entries, ${refresh.definitions} definitions in ${refresh.seconds} s`,
    `  (the pass ${refresh.passSeconds} s, publishing with what happened since a year ago ${refresh.publishSeconds} s; the pass is ${refresh.scans} plain scans of the same columns of ${refresh.scanSeconds} s), ${refresh.peakMemoryMb} MB at most`,
  ];
}

function scaleInWords(scale: ScaleBench): string[] {
  const { people, entries, listedShare, definitions, pass, scan, scans, oneMore, onePerson } = scale;
  return [
    `Pass over a made-up lake: ${people} people, ${entries} entries (${percent(listedShare)} with a code on a list), ${definitions} definitions, nothing published: ${pass.seconds} s, ${pass.cpuSeconds} s of processors, ${pass.peakMemoryMb} MB at most`,
    `  a plain scan of the same columns ${scan.seconds} s, ${scan.cpuSeconds} s of processors: the pass is ${scans} scans; ${scale.passMicrosecondsAPerson} µs of processor a person`,
    ...(oneMore
      ? [
          `  one definition more: ${(oneMore.share * 100).toFixed(2)}% of the pass (measured by leaving out ${oneMore.leftOut})`,
        ]
      : []),
    `  one person read and worked out anew: median ${onePerson.median} ms, 95 of 100 within ${onePerson.p95} ms, ${onePerson.cpuMs} ms of processor`,
  ];
}

function cohortInWords(cohort: CohortBench): string[] {
  return [
    `Counts of candidates: ${cohort.people} people, ${cohort.entries} entries; a plain scan of the same columns takes ${cohort.scanSeconds} s (${cohort.scanCpuSeconds} s of processors)`,
    `  the first of a publication ${cohort.firstSeconds} s`,
    ...cohort.cohorts.map(
      (each) =>
        `  ${each.what}: ${each.seconds} s (${each.cpuSeconds} s of processors), ${each.scans} plain scans, ${each.in} people in`,
    ),
  ];
}

function pagesInWords(pages: NonNullable<Measured['pages']>): string[] {
  const kinds = { 'lists of people': pages.peopleLists, places: pages.places, people: pages.people };
  return Object.entries(kinds).map(
    ([name, { pages: asked, median, p95, longest }]) =>
      `${asked} ${name}: median ${median} ms, 95 of 100 within ${p95} ms, longest ${longest} ms`,
  );
}

function plansInWords({
  people,
  plans,
  writing,
  inOneSecond,
  hammering,
  bare,
  cpuMs,
  lost,
}: PlansBench): string[] {
  const times = ({ saves, median, p99, longest, aSecond }: SaveTimes) =>
    `${saves} saves, ${aSecond} a second: median ${median} ms, 99 of 100 within ${p99} ms, longest ${longest} ms`;
  return [
    `Care plans: ${people} people save different parts of ${plans} plans at once; ${lost} saves lost`,
    `  each once in five seconds: ${times(writing)}`,
    `  each once in the same second: ${times(inOneSecond)}`,
    `  each without a pause: ${times(hammering)}`,
    `    processor of one: server ${cpuMs.server} ms, database ${cpuMs.database} ms, who asks ${cpuMs.clients} ms`,
    `  bare update of an indexed row, without a pause: ${times(bare)}`,
  ];
}

function selectionInWords(list: SelectionBench): string {
  return `List that fits, from ${list.people} people and ${list.disciplines} disciplines: ${list.seconds} s (${list.secondsWithHours} s with one more hour of each), ${list.proved ? 'all proved' : 'not all proved'}; ${list.chosen} people worth ${list.worth}, from the top of the ranking ${list.fromTheTop}`;
}

function inboxInWords(inbox: NonNullable<Measured['inbox']>): string[] {
  const kinds = {
    'of the team': inbox.team,
    'of one person': inbox.own,
    'caseload of the team': inbox.caseload,
    'dashboard of the team': inbox.dashboard,
  };
  return [
    `Inbox with ${inbox.items} open pieces of work in one team; fifty rows bare from the index: median ${inbox.bareRead.median} ms, 95 of 100 within ${inbox.bareRead.p95} ms`,
    ...Object.entries(kinds).map(
      ([name, { pages: asked, median, p95, longest, slowest }]) =>
        `  ${asked} ${name}: median ${median} ms, 95 of 100 within ${p95} ms, longest ${longest} ms (${slowest})`,
    ),
  ];
}

function matchingInWords(matching: NonNullable<Measured['matching']>): string[] {
  return [
    `Matching: ${matching.people} people, one in fifty without an NHS number, in ${matching.seconds} s; nobody with a number ${matching.secondsWithoutNumbers} s`,
    `  missed ${percent(matching.missedShare)} of planted second records; ${percent(matching.falseShare)} of ${matching.proposed} proposals are two people`,
    ...matching.kinds.map(
      ({ kind, same, pairs, proposed }) =>
        `  ${kind} (${same ? 'one person' : 'two people'}): ${proposed} of ${pairs} proposed`,
    ),
  ];
}

function intakeInWords(measured: IntakeBench): string[] {
  const { format, copies, first, later, ofCopy, ofCopyByProcessor, phases } = measured;
  return [
    `Import of ${first.rows} rows, ${format}: ${first.rowsASecond} rows/s, ${first.megabytesASecond} MB/s, ${first.peakMemoryMb} MB at most; ${ofCopy} of the speed of COPY (${copies.map(({ rowsASecond, megabytesASecond }) => `${rowsASecond} rows/s, ${megabytesASecond} MB/s`).join('; ')})`,
    `  ${first.seconds} s and ${first.cpuSeconds} s of processors (COPY ${copies.map(({ seconds, cpuSeconds }) => `${seconds} and ${cpuSeconds}`).join(', ')}: ${ofCopyByProcessor} of it); one row of a hundred later: ${later.seconds} and ${later.cpuSeconds} s`,
    `  ${Object.entries(phases)
      .map(([phase, seconds]) => `${phase} ${seconds} s`)
      .join(', ')}`,
  ];
}

function loadInWords(load: NonNullable<Measured['load']>): string[] {
  const mix = Object.entries(load.mix).map(([kind, share]) => `${kind} ${share}%`);
  return [
    `Load: ${load.people} people for ${load.minutes} minutes (${mix.join(', ')}; ${load.thinkingSeconds.join(' to ')} s of thinking): ${load.requests} requests, ${load.aSecond} a second, ${load.errors} errors`,
    ...Object.entries({ all: load.all, ...load.kinds, 'bare route': load.bare }).map(
      ([kind, { requests, p50, p95, p99, most }]) =>
        `  ${kind}: ${requests}, median ${p50} ms, 95 of 100 within ${p95} ms, 99 within ${p99} ms, longest ${most} ms`,
    ),
    `  memory of the server ${load.rssMb.warm} MB when warm, ${load.rssMb.end} MB at the end, ${load.rssMb.most} MB at most`,
    `  ${load.cpuMs} ms of processor a request, ${load.ratio.cpu} times the bare route's ${load.bare.cpuMs}; median ${load.ratio.p50} times`,
    `  load average of the machine ${load.loadAverage.before} before, ${load.loadAverage.after} after`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
