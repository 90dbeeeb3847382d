import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { readConfig } from '../../src/platform/config/index.ts';
import { type Book, openBook } from '../../src/platform/database/index.ts';
import { type Home, openHome } from '../../src/platform/home/index.ts';

export interface TestBook {
  /** A book of this test file's own, migrated and empty. */
  readonly book: Book;
  readonly home: Home;
  /** How another process would open the same book. */
  readonly url: string;
}

/** Gives a test file a database and a data folder of its own; both go when the file is done. */
export function useTestBook(): TestBook {
  let open: TestBook | null = null;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-'));
    open = await makeTestBook(openHome(join(folder, 'home'), folder));
  });
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

async function makeTestBook(home: Home): Promise<TestBook> {
  const template = inject('databaseTemplate');
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: inject('databaseServer') });
  await admin.connect();
  await admin.query(`create database ${name} template ${template}`);
  await admin.end();
  const url = new URL(inject('databaseServer'));
  url.pathname = `/${name}`;
  return { book: await openBook(readConfig({ DATABASE_URL: url.href }), home), home, url: url.href };
}
