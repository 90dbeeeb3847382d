import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { readConfig } from '../../src/platform/config/index.ts';
import { type Book, openBook } from '../../src/platform/database/index.ts';
import { type Home, openHome } from '../../src/platform/home/index.ts';
import { makeSmallBorough } from './small-borough.ts';

export interface TestBook {
  /** A book of this test file's own, migrated and empty. */
  readonly book: Book;
  readonly home: Home;
  /** How another process would open the same book. */
  readonly url: string;
}

/** Gives a test file a database and a data folder of its own; both go when the file is done. */
export function useTestBook(): TestBook {
  return useBook(async (folder) => copyBook(inject('databaseTemplate'), openHome(folder, folder)));
}

/**
 * The same with the small borough in it (`small-borough.ts`): imported, refreshed and published. The first test file
 * that asks makes it; the others copy it. What a test changes no other test file sees.
 */
export function useTestBorough(): TestBook {
  return useBook(async (folder) => {
    const model = await findOrMakeBorough();
    cpSync(model.folder, folder, { recursive: true });
    return await copyBook(model.database, openHome(folder, folder));
  });
}

async function findOrMakeBorough(): Promise<{ database: string; folder: string }> {
  const database = `${inject('databaseTemplate')}_borough`;
  const folder = join(inject('runFolder'), 'borough');
  await onServer(async (admin) => {
    // Test files run beside each other, in processes of their own: one makes it and the others wait.
    await admin.query('select pg_advisory_lock(7)');
    const made = await admin.query('select from pg_database where datname = $1', [database]);
    if (made.rowCount === 1) return;
    const unfinished = `${database}_unfinished`;
    await admin.query(`create database ${unfinished} template ${inject('databaseTemplate')}`);
    const book = await openDatabase(unfinished, openHome(folder, folder));
    await makeSmallBorough(book.book, book.home);
    await book.book.close();
    await admin.query(`alter database ${unfinished} rename to ${database}`);
  });
  return { database, folder };
}

function useBook(make: (folder: string) => Promise<TestBook>): TestBook {
  let open: TestBook | null = null;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-'));
    open = await make(join(folder, 'home'));
  }, 240_000);
  afterAll(async () => {
    await open?.book.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const opened = (): TestBook => {
    if (!open) throw new Error('the test book is open only while tests run');
    return open;
  };
  return {
    get book() {
      return opened().book;
    },
    get home() {
      return opened().home;
    },
    get url() {
      return opened().url;
    },
  };
}

async function copyBook(template: string, home: Home): Promise<TestBook> {
  const name = `${inject('databaseTemplate')}_${randomBytes(4).toString('hex')}`;
  await onServer((admin) => admin.query(`create database ${name} template ${template}`));
  return await openDatabase(name, home);
}

async function openDatabase(name: string, home: Home): Promise<TestBook> {
  const url = new URL(inject('databaseServer'));
  url.pathname = `/${name}`;
  return { book: await openBook(readConfig({ DATABASE_URL: url.href }), home), home, url: url.href };
}

async function onServer(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('databaseServer') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
