import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { Refusal } from '../../../kernel/index.ts';
import {
  type Book,
  type CopyIn,
  type Tables,
  type Tx,
  transactionWithCopy,
} from '../../../platform/database/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import { ensurePractices, noteLists } from '../../directory/index.ts';
import type { Manifest } from '../lake/manifest.ts';
import { type IdentityFindings, publishMatches } from '../matching/publish-matches.ts';
import type { RegisterTables } from '../tables.ts';
import type { ImportInHand, TableAccount } from './import-in-hand.ts';
import { writeSettled } from './kept-rows.ts';
import { noteJoined } from './publish-joined.ts';
import type { RowsThatCameAgain } from './rows-that-came-again.ts';
import type { UnreadableRow } from './staging.ts';
import type { DeliveryRefusal } from './unusable-delivery.ts';

/** A delivery as it came out of the import. */
export interface DeliveryAccount {
  readonly source: string;
  readonly format: string;
  readonly publisher: string | null;
  readonly extractedAt: Date | null;
  readonly full: boolean;
  readonly tables: readonly TableAccount[];
  readonly refusal: DeliveryRefusal | null;
  /** The delivery whose rows it brought again. */
  readonly mends?: number;
}

/** The person index as it travels to the book: every column of register.person that the lake decides. */
const TRAVELLING = {
  person_no: 'int',
  nhs_number: 'text',
  title: 'text',
  family_name: 'text',
  given_names: 'text',
  sex: 'text',
  birth_date: 'date',
  birth_approximate: 'boolean',
  death_date: 'date',
  address: 'text',
  postcode: 'text',
  lsoa: 'text',
  practice: 'text',
  registered: 'boolean',
  registered_from: 'date',
  open_registrations: 'int',
  sensitive: 'boolean',
  confidential: 'boolean',
  records: 'int[]',
  buckets: 'int[]',
} as const;

/** SQL of a text of the lake as the book can have it: PostgreSQL refuses a NUL, which Parquet and JSON may hold. */
export function bookText(column: string): string {
  return `replace(${column}, chr(0), '') as ${column}`;
}

/** Writes the person index as CSV for COPY, from the temporary table `person`. Returns the file. */
export async function exportPeople(hand: ImportInHand): Promise<string> {
  const file = join(hand.scratch, 'people.csv');
  const date = (day: string) => `(date '1970-01-01' + ${day})::date`;
  await hand.duck.run(
    `copy (select person as person_no, nhs_number, ${['title', 'family_name', 'given_names'].map(bookText).join(', ')}, sex,
                  ${date('birth_day')} as birth_date, birth_approximate, ${date('death_day')} as death_date,
                  ${['address', 'postcode', 'lsoa', 'practice'].map(bookText).join(', ')}, registered, ${date('registered_from')} as registered_from,
                  open_registrations, sensitive, confidential, '{' || array_to_string(records, ',') || '}' as records,
                  '{' || array_to_string(buckets, ',') || '}' as buckets
             from person order by person)
       to ${literal(file)} (format csv, header)`,
  );
  return file;
}

/** A file about places and people who work, which the book takes in whole or not at all. */
export interface DirectoryFile {
  readonly name: string;
  readonly format: string;
  /** Rows that cannot be used and have to be mended, by table. Those left out on purpose are not among them. */
  readonly unusable?: ReadonlyMap<string, readonly UnreadableRow[]>;
  /** Takes the file in and accounts for it. Throws Refusal when it cannot be used. */
  load(tx: Tx, run: { readonly runId: number }): Promise<readonly TableAccount[]>;
}

/** A new snapshot, written but not yet named by anything. */
export interface SnapshotToPublish {
  readonly manifest: Manifest;
  readonly peopleFile: string;
  /** The practices that people are registered with, with their names where a delivery said them. */
  readonly practices: readonly { readonly code: string; readonly name: string | null }[];
  readonly identity: IdentityFindings;
}

/**
 * Makes an import visible: accounts, person index, snapshot and directory in one transaction. Before it commits,
 * everybody sees the snapshot before; after, everybody sees this one; there is nothing between. Without a publication
 * (nothing was news) the snapshot stays. Returns the number of the snapshot that is current then, null for none, and
 * all accounts.
 */
export async function publishImport(
  book: Book,
  run: {
    readonly runId: number;
    readonly accounts: readonly DeliveryAccount[];
    readonly quarantine: string | null;
    readonly publication: SnapshotToPublish | null;
    readonly directory: readonly DirectoryFile[];
    readonly again: RowsThatCameAgain;
  },
): Promise<{ snapshot: number | null; deliveries: DeliveryAccount[] }> {
  return await transactionWithCopy(book, 'batch', async (tx, copyIn) => {
    const snapshot = run.publication
      ? await publishSnapshot(tx, copyIn, run.runId, run.publication)
      : await currentSnapshotId(tx);
    const deliveries = [...run.accounts];
    // After the people, because a directory file may say who of them is who.
    for (const file of run.directory) deliveries.push(await takeDirectoryFile(tx, file, run));
    for (const [place, account] of deliveries.entries())
      await recordDelivery(tx, { ...run, mended: run.again.files.get(place) ?? null }, snapshot, account);
    if (run.again.keepers.length > 0) await writeSettled(tx, run.again.keepers, run.again.settled);
    // In the same transaction: a run never says that nothing was kept when something was, whenever its process dies.
    const refused = deliveries.length > 0 && deliveries.every(({ refusal }) => refusal !== null);
    await finishRun(tx, run.runId, refused ? 'refused' : 'done', null);
    return { snapshot, deliveries };
  });
}

/** Says how a run ended, once. */
export async function finishRun(
  db: Kysely<Tables>,
  runId: number,
  state: 'done' | 'refused' | 'failed',
  message: string | null,
): Promise<void> {
  await db
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({ state, message, finished_at: sql`now()`, progress: 'Finished' })
    .where('run_id', '=', runId)
    .where('state', '=', 'running')
    .execute();
}

/** One file that is refused does not take the others with it. */
async function takeDirectoryFile(
  tx: Tx,
  file: DirectoryFile,
  run: { readonly runId: number },
): Promise<DeliveryAccount> {
  const about = { source: file.name, format: file.format, publisher: null, extractedAt: null, full: false };
  await sql`savepoint directory_file`.execute(tx);
  try {
    return { ...about, tables: await file.load(tx, run), refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await sql`rollback to savepoint directory_file`.execute(tx);
    return {
      ...about,
      tables: [],
      refusal: { code: error.code, because: error.message, remedy: error.remedy },
    };
  }
}

async function publishSnapshot(
  tx: Tx,
  copyIn: CopyIn,
  runId: number,
  snapshot: SnapshotToPublish,
): Promise<number> {
  const columns = Object.entries(TRAVELLING).map(([name, type]) => `${name} ${type}`);
  await sql.raw(`create temp table arriving_person (${columns.join(', ')}) on commit drop`).execute(tx);
  await copyIn('arriving_person', Object.keys(TRAVELLING), snapshot.peopleFile);
  await ensurePractices(tx, snapshot.practices, `import ${runId}`, runId);
  const { snapshot_id } = await tx
    .withTables<RegisterTables>()
    .insertInto('register.snapshot')
    .values({ run_id: runId, as_of: snapshot.manifest.asOf, manifest: JSON.stringify(snapshot.manifest) })
    .returning('snapshot_id')
    .executeTakeFirstOrThrow();
  await mergePeople(tx, snapshot_id);
  await noteLists(tx, await practicesWithAList(tx), snapshot.manifest.asOf);
  await publishMatches(tx, snapshot.identity);
  return snapshot_id;
}

async function practicesWithAList(tx: Tx): Promise<number[]> {
  const { rows } = await sql<{ practice_id: number }>`
    select distinct practice_id from register.person where registered and practice_id is not null`.execute(
    tx,
  );
  return rows.map(({ practice_id }) => practice_id);
}

async function currentSnapshotId(tx: Tx): Promise<number | null> {
  const row = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.snapshot')
    .select((select) => select.fn.max('snapshot_id').as('current'))
    .executeTakeFirst();
  return row?.current ?? null;
}

async function mergePeople(tx: Tx, snapshotId: number): Promise<void> {
  const own = Object.keys(TRAVELLING).filter((column) => column !== 'person_no' && column !== 'practice');
  const arriving = own.map((column) => `arriving.${column}`);
  // An NHS number may move from one person to another within one import: the old holder lets go first.
  await sql`update register.person set nhs_number = null
             where nhs_number is not null and not exists (
               select 1 from arriving_person arriving
                where arriving.person_no = person.person_no and arriving.nhs_number = person.nhs_number)`.execute(
    tx,
  );
  await sql
    .raw(
      `insert into register.person as known (person_no, practice_id, snapshot_id, ${own.join(', ')})
       select arriving.person_no, place.place_id, ${snapshotId}, ${arriving.join(', ')}
         from arriving_person arriving left join directory.place on place.code = arriving.practice
       on conflict (person_no) do update
          set (practice_id, snapshot_id, ${own.join(', ')}) =
              (excluded.practice_id, excluded.snapshot_id, ${own.map((column) => `excluded.${column}`).join(', ')})
        where (known.practice_id, ${own.map((column) => `known.${column}`).join(', ')})
              is distinct from (excluded.practice_id, ${own.map((column) => `excluded.${column}`).join(', ')})`,
    )
    .execute(tx);
  await noteJoined(tx);
  // Somebody whose records were all withdrawn, or are with somebody else now, stays in the index, because work may point at them, without a list.
  await sql`update register.person
               set registered = false, practice_id = null, registered_from = null, records = '{}', buckets = '{}', snapshot_id = ${snapshotId}
             where cardinality(records) > 0
               and not exists (select 1 from arriving_person arriving where arriving.person_no = person.person_no)`.execute(
    tx,
  );
}

/** Writes one delivery's account. `snapshotId` null: nothing of the run was taken in. */
export async function recordDelivery(
  tx: Tx,
  run: {
    readonly runId: number;
    readonly quarantine: string | null;
    readonly mended: string | null;
    readonly again: Pick<RowsThatCameAgain, 'isRelease'>;
  },
  snapshotId: number | null,
  account: DeliveryAccount,
): Promise<void> {
  const db = tx.withTables<RegisterTables>();
  const { delivery_id } = await db
    .insertInto('register.delivery')
    .values({
      run_id: run.runId,
      snapshot_id: account.refusal === null ? snapshotId : null,
      name: account.source,
      format: account.format,
      publisher: account.publisher,
      extracted_at: account.extractedAt,
      is_full: account.full,
      state: account.refusal === null ? 'loaded' : 'refused',
      refusal: account.refusal === null ? null : JSON.stringify(account.refusal),
      quarantine: run.quarantine,
      mends: account.mends ?? null,
      is_release: account.mends !== undefined && run.again.isRelease,
      mended: run.mended,
    })
    .returning('delivery_id')
    .executeTakeFirstOrThrow();
  if (account.tables.length === 0) return;
  await db
    .insertInto('register.delivery_table')
    .values(
      account.tables.map((table) => ({
        delivery_id,
        table_name: table.table,
        read: table.read,
        loaded: table.loaded,
        quarantined: table.quarantined,
        duplicate: table.duplicate,
        removed: table.removed,
        reasons: JSON.stringify(table.reasons),
      })),
    )
    .execute();
}
