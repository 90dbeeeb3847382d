import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Book } from '../../../platform/database/index.ts';
import type { Home } from '../../../platform/home/index.ts';
import type { Duck } from '../../../platform/lake/index.ts';
import {
  BUCKETS,
  type BucketedTable,
  bucketedTables,
  type Lake,
  type Manifest,
  recordTables,
  SNAPSHOT_LAYOUT,
} from '../lake/manifest.ts';
import type { MatchingMethod } from '../matching/matching-method.ts';
import type { IdentityFindings } from '../matching/publish-matches.ts';
import { readStandingDecisions } from '../matching/standing-decisions.ts';
import { type CheckedTable, checkTable, type NumberedTable } from './check-table.ts';
import { hasNewCompleteTables, openCompleteTables, writeCompleteTables } from './complete-tables.ts';
import { noteCoverage, writeCoverage } from './coverage.ts';
import { openDictionary, writeDictionary } from './dictionary.ts';
import { followNumbers, openHospitalRecords, writeHospitalRecords } from './hospital-records.ts';
import { hasMovedRecords, identifyPeople, writeIdentities } from './identify-people.ts';
import { addAccounts, type ImportInHand, type TableAccount, tableAccount } from './import-in-hand.ts';
import { takeOwnRows } from './own-files.ts';
import { forgetFutureDeaths, writePeopleNow } from './people-now.ts';
import {
  bookText,
  type DeliveryAccount,
  type DirectoryFile,
  exportPeople,
  publishImport,
  type SnapshotToPublish,
} from './publish.ts';
import { gatherFromDirectory, gatherQuarantine, openQuarantine, writeQuarantine } from './quarantine.ts';
import { noRowsAgain, noteRowsThatCameAgain } from './rows-that-came-again.ts';
import { noteSenders } from './senders.ts';
import { type Staged, stageRows } from './stage-rows.ts';
import { type SourceDelivery, type SourceTable, versionOfDelivery } from './staging.ts';
import { takeLookups } from './take-lookups.ts';
import { numberRecords, takeRecordTable } from './take-records.ts';
import { mergeRows } from './take-rows.ts';
import type { DeliveryRefusal } from './unusable-delivery.ts';
import { lookForMatches } from './who-may-be-whom.ts';

/** A delivery that could not be opened, and why. */
export interface RefusedDelivery {
  readonly name: string;
  readonly format: string;
  readonly refusal: DeliveryRefusal;
}

export interface Intake {
  readonly book: Book;
  readonly home: Home;
  /** The DuckDB in which the deliveries were opened. */
  readonly duck: Duck;
  readonly deliveries: readonly SourceDelivery[];
  readonly refused: readonly RefusedDelivery[];
  readonly directory: readonly DirectoryFile[];
  readonly base: Lake | null;
  readonly runId: number;
  /** Counts from 1. An import begins again when a delivery turns out to be unusable. */
  readonly attempt: number;
  readonly now: Date;
  /** How people who may be one are found; null: nobody is proposed. */
  readonly matching: MatchingMethod | null;
  /** Whether rows that were put aside come again as they are: those that are still refused stay where they are kept. */
  readonly isRelease: boolean;
  /** Carries out what was decided of people, though nothing came about patients. */
  readonly identifyAnyway: boolean;
  progress(what: string): void;
}

/** What an import did: the current snapshot after it (null while there is none), and every delivery's account. */
export interface IntakeResult {
  readonly snapshot: number | null;
  readonly deliveries: readonly DeliveryAccount[];
}

/**
 * Takes deliveries in: checks every row, accounts for every row, resolves who is who, and publishes a new snapshot.
 * The caller holds the snapshot lock. Until the last step nothing is visible; if the process dies on the way, files
 * that no manifest names are left, and the next import sweeps them away.
 *
 * Throws UnusableDelivery when one of the deliveries cannot be trusted.
 */
export async function takeIn(intake: Intake): Promise<IntakeResult> {
  const hand = beginImport(intake);
  try {
    await openQuarantine(hand);
    if (intake.deliveries.length === 0 && !intake.identifyAnyway) return await takeDirectoryIn(intake, hand);
    return await takeInHand(intake, hand);
  } finally {
    rmSync(hand.scratch, { recursive: true, force: true });
  }
}

/** Nothing about patients came: the snapshot stays, and the directory is brought up to date. */
async function takeDirectoryIn(intake: Intake, hand: ImportInHand): Promise<IntakeResult> {
  const { book, runId, directory } = intake;
  const accounts = intake.refused.map(refusedAccount);
  await gatherFromDirectory(hand, directory, accounts.length);
  const quarantine = await writeQuarantine(hand);
  const again = noRowsAgain(intake.isRelease);
  return await publishImport(book, { runId, accounts, directory, quarantine, again, publication: null });
}

function beginImport(intake: Intake): ImportInHand {
  const name = String(intake.runId).padStart(8, '0') + (intake.attempt > 1 ? `-${intake.attempt}` : '');
  const scratch = join(intake.home.work, `import-${name}`);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  return {
    duck: intake.duck,
    deliveries: intake.deliveries,
    base: intake.base,
    folder: intake.home.lake,
    buckets: intake.base?.manifest.buckets ?? BUCKETS,
    name,
    scratch,
    files: new Map(),
    inHand: new Map(),
    progress: intake.progress,
  };
}

async function takeInHand(intake: Intake, hand: ImportInHand): Promise<IntakeResult> {
  const asOf = snapshotDay(intake);
  await openDictionary(hand);
  await openCompleteTables(hand);
  await openHospitalRecords(hand);
  const small = await checkSmallTables(hand);
  hand.progress('Finding out who is who');
  await takeLookups(hand, small);
  await numberRecords(hand, small);
  for (const table of recordTables) await takeRecordTable(hand, table, small);
  const decisions = await readStandingDecisions(intake.book.as('batch'));
  const contradictions = await identifyPeople(hand, decisions);
  await followNumbers(hand, numberedTables(hand));
  for (const table of bucketedTables) await takeBucketedTable(hand, table);
  await gatherQuarantine(hand);
  const accounts = deliveryAccounts(intake, hand);
  const covers = await noteCoverage(hand);
  const complete = await hasNewCompleteTables(hand);
  const moved = await hasMovedRecords(hand);
  const news = covers || complete || moved || asOf !== hand.base?.manifest.asOf || hasNews(hand);
  const again = await noteRowsThatCameAgain(intake.book.as('batch'), hand, intake.isRelease);
  await gatherFromDirectory(hand, intake.directory, accounts.length);
  const quarantine = await writeQuarantine(hand);
  const look = () => lookForMatches(hand, decisions, contradictions, intake.matching);
  const publication = news ? await writeSnapshot(hand, asOf, look) : null;
  await noteSenders(intake.book, intake.runId, hand);
  hand.progress('Publishing');
  const { runId, directory } = intake;
  return await publishImport(intake.book, { runId, accounts, quarantine, again, publication, directory });
}

function hasNews(hand: ImportInHand): boolean {
  return [...hand.inHand.values()].some(({ loaded, removed }) => loaded + removed > 0);
}

/** The latest day that a delivery, or the snapshot before, speaks for; without any, today. */
function snapshotDay(intake: Intake): PlainDate {
  const days = intake.deliveries.flatMap(({ extractedAt }) =>
    extractedAt === null ? [] : [londonDay(extractedAt)],
  );
  if (intake.base) days.push(intake.base.manifest.asOf);
  return days.sort().at(-1) ?? londonDay(intake.now);
}

/** Numbers every table of the import. */
function numberedTables(hand: ImportInHand): NumberedTable[] {
  const tables = hand.deliveries.flatMap((each, delivery) => {
    const context = { delivery, publisher: each.publisher, extractedAt: versionOfDelivery(each) };
    return each.tables.map((source) => ({ source, context }));
  });
  return tables.map(({ source, context }, table) => ({ source, context: { ...context, table } }));
}

function sayReading(hand: ImportInHand, { source, context }: NumberedTable): void {
  hand.progress(`Reading ${hand.deliveries[context.delivery]?.name ?? ''} ${source.name}`);
}

async function checkSmallTables(hand: ImportInHand): Promise<CheckedTable[]> {
  const checked: CheckedTable[] = [];
  for (const table of numberedTables(hand).filter(({ source }) => !isBucketed(source))) {
    sayReading(hand, table);
    checked.push(await checkTable(hand.duck, table.source, table.context));
  }
  return checked;
}

async function takeBucketedTable(hand: ImportInHand, lakeTable: BucketedTable): Promise<void> {
  const tables = numberedTables(hand).filter(({ source }) => source.stage === lakeTable);
  const say = (table: NumberedTable) => sayReading(hand, table);
  const rest = await takeOwnRows(hand, lakeTable, tables, say);
  if (rest) return await mergeRows(hand, lakeTable, rest);
  const staged: Staged[] = [];
  for (const table of tables) {
    say(table);
    staged.push(await stageRows(hand, lakeTable, table));
  }
  await mergeRows(hand, lakeTable, staged);
}

function isBucketed(source: SourceTable): boolean {
  return (bucketedTables as readonly string[]).includes(source.stage);
}

function deliveryAccounts(intake: Intake, hand: ImportInHand): DeliveryAccount[] {
  const taken = hand.deliveries.map((delivery, at) => ({
    source: delivery.name,
    format: delivery.format,
    publisher: delivery.publisher,
    extractedAt: delivery.extractedAt,
    full: delivery.full,
    tables: tableAccounts(hand, at),
    refusal: null,
    ...(delivery.mends === undefined ? {} : { mends: delivery.mends.id }),
  }));
  return [...taken, ...intake.refused.map(refusedAccount)];
}

/** The accounts of one delivery's tables, by name, in the order in which the delivery has them. */
function tableAccounts(hand: ImportInHand, delivery: number): TableAccount[] {
  const outcomes = [...hand.inHand.values()].filter(({ table }) => table.delivery === delivery);
  outcomes.sort((a, b) => a.table.table - b.table.table);
  const accounts = new Map<string, TableAccount>();
  for (const outcome of outcomes) {
    // Also that of a rider, which is no account of its own, has to come out even.
    const account = tableAccount(outcome);
    if (outcome.table.source.rider) continue;
    const known = accounts.get(account.table);
    accounts.set(account.table, known ? addAccounts(known, account) : account);
  }
  return [...accounts.values()];
}

/** The account of a delivery of which nothing was read. */
export function refusedAccount({ name, format, refusal }: RefusedDelivery): DeliveryAccount {
  return { source: name, format, publisher: null, extractedAt: null, full: false, tables: [], refusal };
}

async function writeSnapshot(
  hand: ImportInHand,
  asOf: PlainDate,
  lookForMatches: () => Promise<IdentityFindings>,
): Promise<SnapshotToPublish> {
  hand.progress('Writing the list of people');
  await writeIdentities(hand);
  await writeHospitalRecords(hand);
  await writeCoverage(hand);
  await writeCompleteTables(hand);
  await forgetFutureDeaths(hand, asOf);
  await writePeopleNow(hand, asOf);
  await writeDictionary(hand);
  return {
    manifest: manifestOf(hand, asOf),
    peopleFile: await exportPeople(hand),
    practices: await practicesOf(hand),
    identity: await lookForMatches(),
  };
}

/** The files of the base snapshot, those that were written anew in place of theirs. */
function manifestOf(hand: ImportInHand, asOf: PlainDate): Manifest {
  return {
    layout: SNAPSHOT_LAYOUT,
    asOf,
    buckets: hand.buckets,
    files: { ...hand.base?.manifest.files, ...Object.fromEntries(hand.files) },
  };
}

async function practicesOf(hand: ImportInHand): Promise<{ code: string; name: string | null }[]> {
  return await hand.duck.rows<{ code: string; name: string | null }>(
    `with senders as (select distinct practice as code from person where practice is not null)
     select ${bookText('code')}, ${bookText('name')} from (
       select senders.code, min(organisation.name) as name
         from senders left join organisation on upper(organisation.code) = senders.code
        group by senders.code order by senders.code)`,
  );
}
