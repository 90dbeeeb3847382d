import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { importPaths } from '../../test/support/imports.ts';
import { asProduct } from '../../test/support/site.ts';
import { type TestBook, useTestBook } from '../../test/support/test-book.ts';
import { readDisclosureRules, readLibrary, refresh } from '../domains/need/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { migrate, openBook } from '../platform/database/index.ts';
import { synthesise } from '../synthetic/index.ts';
import { migrations } from './migrations.ts';
import { runChecks } from './verify.ts';

// A database of the first version of the product that was whole, with a borough in it, is brought to the newest schema:
// nothing of it is lost, and what must always be true is true.

/** The last step of that version. */
const FIRST_SCHEMA = '0050 coordination: caseload entries';
const first = [...migrations].sort(byName).filter(({ name }) => name <= FIRST_SCHEMA);

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

test('the steps of the first version are as they were: somebody has run them', () => {
  const text = first.map(({ name, sql }) => `${name}\n${sql}`).join('\n');
  expect(first.map(({ name }) => name.slice(0, 4))).toEqual([
    '0001',
    '0002',
    '0010',
    '0020',
    '0030',
    '0040',
    '0050',
  ]);
  expect(createHash('sha256').update(text).digest('hex')).toMatchInlineSnapshot(
    `"a8f5c9d4268e7f24fde9b0404b5ecd89071f303183751cfc165529105ed28524"`,
  );
});

describe('a database of the first version', () => {
  const borough = useTestBook();
  let old: TestBook;
  let before: Record<string, number>;
  const opened: pg.Client[] = [];

  const connect = async (url: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    opened.push(client);
    return client;
  };
  const counts = async (of: pg.Client, tables: readonly string[]) => {
    const found: Record<string, number> = {};
    for (const table of tables)
      found[table] = Number((await of.query(`select count(*) as n from ${table}`)).rows[0].n);
    return found;
  };

  beforeAll(async () => {
    const { book: full, home } = borough;
    const out = join(home.deliveries, 'borough');
    await synthesise({ out, people: 400, practices: 2, threads: 1 });
    await importPaths(borough, out);
    const content = { library: readLibrary('content'), disclosure: readDisclosureRules('content') };
    await refresh({ book: full, home, ...content, settings: { threads: 1 } });
    const name = `${inject('databaseTemplate')}_first`;
    const admin = await connect(inject('databaseServer'));
    await admin.query(`create database ${name}`);
    const url = new URL(inject('databaseServer'));
    url.pathname = `/${name}`;
    const book = await openBook(readConfig({ DATABASE_URL: url.href }), borough.home);
    await migrate(book, first);
    old = { book, home: borough.home, url: url.href };

    const [from, to] = [await connect(borough.url), await connect(url.href)];
    const tables = await tablesOf(to);
    // Rows come in any order: what belongs together is there in the end, and the migrations look at all of it.
    await to.query("set session_replication_role = 'replica'");
    for (const table of tables) await copyRows(from, to, table);
    before = await counts(to, tables);
    for (const client of opened.splice(0)) await client.end();
  }, 400_000);
  afterAll(async () => {
    for (const client of opened) await client.end();
    await old?.book.close();
  });

  test('holds a borough: people, their facts, work and looks', () => {
    expect(before['register.person']).toBeGreaterThan(400);
    expect(before['need.person_fact']).toBe(400);
    expect(before['need.practice_count']).toBeGreaterThan(1000);
    expect(before['directory.staff']).toBeGreaterThan(10);
    expect(before['register.care_relationship']).toBeGreaterThan(5);
  });

  test('is brought to the newest schema without losing a row, and what must always be true is true', async () => {
    await migrate(old.book, migrations);
    const client = await connect(old.url);
    expect(await counts(client, Object.keys(before))).toEqual(before);
    const steps = await client.query('select name from public.migration order by name');
    expect(steps.rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name).sort());
    const checks = await runChecks(asProduct(old), () => {});
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.find(({ name }) => name === 'facts')?.detail).toMatch(/^60 people worked out anew/);
  }, 240_000);

  test('is the same after it was brought there twice', async () => {
    await migrate(old.book, migrations);
    expect(await counts(await connect(old.url), Object.keys(before))).toEqual(before);
  });
});

/** The tables of the product's rooms, each with its schema; parts of a table are not named. */
async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema', 'public') order by 1`);
  return rows.map(({ name }) => name);
}

/** Copies the columns that both have. What a later version added is left behind, as it was not there. */
async function copyRows(from: pg.Client, to: pg.Client, table: string): Promise<void> {
  const columnsOf = async (client: pg.Client) =>
    (
      await client.query(
        `select attname as name from pg_attribute
          where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [table],
      )
    ).rows.map(({ name }) => name as string);
  const there = new Set(await columnsOf(from));
  const columns = (await columnsOf(to)).filter((name) => there.has(name)).map((name) => `"${name}"`);
  const isPartitioned = (
    await to.query(`select relkind = 'p' as is from pg_class where oid = $1::regclass`, [table])
  ).rows[0].is;
  if (isPartitioned) await to.query(`create table ${table}_all partition of ${table} default`);
  await pipeline(
    from.query(copyTo(`copy (select ${columns} from ${table}) to stdout`)),
    to.query(copyFrom(`copy ${table} (${columns}) from stdin`)),
  );
}
