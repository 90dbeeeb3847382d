import {
  type ImportResult,
  importDeliveries,
  liveRows,
  type RegisterTables,
  readMatchingMethod,
  readSnapshot,
  type TableAccount,
} from '../../src/domains/register/index.ts';
import { openDeliveries } from '../../src/interoperability/index.ts';
import { openDuck, type Row } from '../../src/platform/lake/index.ts';
import { anActor } from './actors.ts';
import type { TestBook } from './test-book.ts';

type Imported = ImportResult & { readonly said: readonly string[] };

/** Imports paths as the command line does. Returns what the import says, and what it said on the way. */
export async function importPaths(at: TestBook, ...paths: string[]): Promise<Imported> {
  return await importAs(at, paths, { apply: false });
}

/** The same with --apply: differences that a directory file makes are carried out at once. */
export async function importAndApply(at: TestBook, ...paths: string[]): Promise<Imported> {
  return await importAs(at, paths, { apply: true });
}

async function importAs(at: TestBook, paths: readonly string[], how: { apply: boolean }): Promise<Imported> {
  const said: string[] = [];
  const result = await importDeliveries({
    book: at.book,
    home: at.home,
    by: anActor('operator'),
    now: new Date('2026-11-02T09:00:00Z'),
    settings: { threads: 1 },
    matching: readMatchingMethod('content'),
    open: (duck, opening) => openDeliveries(duck, paths, 'content', opening, how),
    onProgress: (what) => said.push(what),
  });
  return { ...result, said };
}

/** The account of a table, without what is nought. */
export function account(
  result: ImportResult,
  table: string,
  delivery = 0,
): Partial<TableAccount> | undefined {
  const found = result.deliveries[delivery]?.tables.find((each) => each.table === table);
  if (!found) return undefined;
  const { table: _, removed: __, reasons, ...numbers } = found;
  const filled = Object.entries(numbers).filter(([, rows]) => rows !== 0);
  return { ...Object.fromEntries(filled), ...(Object.keys(reasons).length > 0 ? { reasons } : {}) };
}

/** The tables of every delivery whose account does not come out even: none, always. */
export function unevenTables(result: ImportResult): string[] {
  return result.deliveries.flatMap(({ tables }) =>
    tables
      .filter(({ read, loaded, quarantined, duplicate, reasons }) => {
        const byReason = Object.values(reasons).reduce((sum, rows) => sum + rows, 0);
        return read !== loaded + quarantined + duplicate || quarantined !== byReason;
      })
      .map(({ table }) => table),
  );
}

/** A query of the current snapshot's live rows, which `from` names: `$event` and so on. No rows without a table. */
export async function lakeRows<Shape extends Row = Row>(
  at: TestBook,
  table: 'event' | 'medication' | 'admission' | 'attendance' | 'source_record',
  sql: string,
): Promise<Shape[]> {
  const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
  const rows = snapshot && liveRows(snapshot.lake, table);
  if (!snapshot || rows === null) return [];
  const duck = await openDuck();
  const whole = (name: 'record' | 'code') =>
    `read_parquet('${at.home.lake}/${snapshot.lake.manifest.files[name]?.at(-1)?.path}')`;
  try {
    return await duck.rows<Shape>(
      `with live as (select row.*, record.patient_id from ${rows} as row left join ${whole('record')} as record using (rec)),
            code as (select * from ${whole('code')}) ${sql}`,
    );
  } finally {
    duck.close();
  }
}

export async function everybody(at: TestBook) {
  return await at.book
    .as('batch')
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .selectAll()
    .orderBy('person_no')
    .execute();
}

/** The rows that the last import put aside in a table, of one of its deliveries or all: where they stand and why. */
export async function quarantine(at: TestBook, table: string, delivery?: number): Promise<Row[]> {
  const { quarantine } = await at.book
    .as('batch')
    .withTables<RegisterTables>()
    .selectFrom('register.delivery')
    .select('quarantine')
    .orderBy('delivery_id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const duck = await openDuck();
  try {
    return await duck.rows(
      `select file, line, reason, field from read_parquet('${at.home.lake}/${quarantine}')
        where table_name = $1 and ($2 is null or delivery = $2) order by file, line`,
      [table, delivery ?? null],
    );
  } finally {
    duck.close();
  }
}
