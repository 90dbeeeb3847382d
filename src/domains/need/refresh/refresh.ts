import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../kernel/index.ts';
import {
  type Book,
  type Tx,
  transactionWithCopy,
  withSessionLock,
} from '../../../platform/database/index.ts';
import { type Home, sweepWork } from '../../../platform/home/index.ts';
import { type Duck, type DuckSettings, openDuck } from '../../../platform/lake/index.ts';
import { requireRoom } from '../../../platform/operation/index.ts';
import { type PlaceTree, readDeprivation, readPlaces } from '../../directory/index.ts';
import { readSnapshot, type Snapshot } from '../../register/index.ts';
import type { CalibrationRules } from '../calibration/calibration-rules.ts';
import { countOutcomes } from '../calibration/count-outcomes.ts';
import { publishCalibration } from '../calibration/publish-calibration.ts';
import { type CompiledLibrary, compileLibrary } from '../compile/compile.ts';
import { readNextLibrary } from '../drafts/living-library.ts';
import type { Library, Ranking } from '../language/library.ts';
import type { LeftOut } from '../language/with-authored.ts';
import type { AuthoredVersion, DefinitionCount, UsedCodelist } from '../tables.ts';
import { countCodes } from './code-use.ts';
import { type DisclosureRules, rulesForSnapshot } from './disclosure.ts';
import { evaluateEverybody } from './evaluate-everybody.ts';
import { loadAreas, loadPlaces } from './load-places.ts';
import { sweepOutcomes, writeOutcomes } from './outcomes-file.ts';
import { countDefinitions, exportFacts, publishFacts } from './publish-facts.ts';
import { rankNeed } from './rank-need.ts';

export interface RefreshRequest {
  readonly book: Book;
  readonly home: Home;
  readonly library: Library;
  readonly disclosure: DisclosureRules;
  /** Without them the ranking is not held against what happened. */
  readonly calibration?: CalibrationRules;
  readonly settings: DuckSettings;
  onProgress?(what: string): void;
}

/** What a refresh found, in the shape that `refresh --json` prints. */
export interface RefreshResult {
  readonly snapshot: number;
  readonly people: number;
  readonly events: number;
  readonly seconds: number;
  readonly peakMemoryMb: number;
  readonly definitions: readonly DefinitionCount[];
  /** Definitions that were published here and are not in effect, and why. */
  readonly leftOut: readonly LeftOut[];
  /** How long the pass over entries and the publishing took, for the bench. */
  readonly timings: { readonly evaluate: number; readonly publish: number };
}

/**
 * Works out every definition for everybody in the current snapshot and publishes facts and counts, in one
 * transaction. Meant for a process of its own: it uses the memory and threads that it is given for as long as it
 * runs. Throws Refusal when there is no snapshot yet.
 */
export async function refresh(request: RefreshRequest): Promise<RefreshResult> {
  await requireRoom(request.home.path);
  return await withSessionLock(request.book, 'batch', 'snapshot', async () => {
    const snapshot = await readSnapshot(request.book.as('batch'), request.home.lake);
    if (!snapshot) throw nothingImported();
    sweepWork(request.home);
    const scratch = join(request.home.work, `refresh-${snapshot.id}`);
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const duck = await openDuck({ ...request.settings, scratch });
    try {
      return await refreshSnapshot(request, snapshot, duck, scratch);
    } finally {
      duck.close();
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

async function refreshSnapshot(
  request: RefreshRequest,
  snapshot: Snapshot,
  duck: Duck,
  scratch: string,
): Promise<RefreshResult> {
  const { book } = request;
  const whole = await readNextLibrary(book.as('batch'), request.library);
  const { library } = whole;
  const progress = request.onProgress ?? (() => {});
  const began = performance.now();
  const compiled = compileLibrary(library, snapshot.asOf);
  const ethnicity = library.codelists.get('ETHNICITY');
  if (!ethnicity) throw new Error('content has no codelist ETHNICITY');
  const places = await readPlaces(book.as('batch'));
  await loadPlaces(duck, places);
  await loadAreas(duck, await readDeprivation(book.as('batch')));
  const events = await evaluateEverybody(duck, snapshot.lake, compiled, ethnicity, (part, parts) =>
    progress(`Working out definitions, part ${part + 1} of ${parts}`),
  );
  progress('Ranking need');
  const ranking = onlyRanking(library);
  await rankNeed(duck, library, ranking, compiled);
  const definitions = await countDefinitions(duck, library, compiled);
  const evaluated = performance.now();
  progress('Publishing facts and counts');
  const people = await publish({
    ...request,
    disclosure: await rulesForSnapshot(book.as('batch'), snapshot.id, request.disclosure),
    library,
    authored: whole.authored.map(({ id, version }) => ({ id, version })),
    codelists: whole.codelists,
    snapshot,
    duck,
    scratch,
    compiled,
    places,
    ranking,
    definitions,
    events,
    began,
  });
  const ended = performance.now();
  return {
    snapshot: snapshot.id,
    people,
    events,
    seconds: seconds(ended - began),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    definitions,
    leftOut: whole.leftOut,
    timings: { evaluate: seconds(evaluated - began), publish: seconds(ended - evaluated) },
  };
}

interface Publication extends RefreshRequest {
  readonly snapshot: Snapshot;
  readonly duck: Duck;
  readonly scratch: string;
  readonly compiled: CompiledLibrary;
  readonly places: PlaceTree;
  readonly ranking: Ranking;
  readonly definitions: readonly DefinitionCount[];
  readonly events: number;
  readonly began: number;
  readonly authored: readonly AuthoredVersion[];
  readonly codelists: readonly UsedCodelist[];
}

async function publish(about: Publication): Promise<number> {
  const people = await transactionWithCopy(about.book, 'batch', async (tx: Tx, copyIn) => {
    const exported = await exportFacts(tx, about);
    const outcomes = await writeOutcomes(about, exported.numbers);
    const codeUseFile = await countCodes(about);
    const { calibration } = about;
    const observed = calibration ? await countOutcomes({ ...about, rules: calibration }) : null;
    await publishFacts(tx, copyIn, {
      ...about,
      ...exported,
      outcomes,
      codeUseFile,
      seconds: seconds(performance.now() - about.began),
    });
    if (calibration && observed) await publishCalibration(tx, observed, { ...about, rules: calibration });
    return exported.people;
  });
  await sweepOutcomes(about.book.as('batch'), about.home.outcomes);
  return people;
}

/** The need ranking that lists are sorted by. One for now: a second would need a column of its own. */
export function onlyRanking(library: Library): Ranking {
  const rankings = library.definitions.filter((definition) => definition.kind === 'ranking');
  const [ranking] = rankings;
  if (!ranking || rankings.length > 1)
    throw new Error(`content has ${rankings.length} rankings; there is room for one`);
  return ranking;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 10) / 100;
}

function nothingImported(): Refusal {
  return new Refusal({
    code: 'nothing_imported',
    because: 'There is nothing to work on: no delivery has been imported yet.',
    remedy: 'Import a practice extract first: bin/neighbourhold import FOLDER.',
  });
}
