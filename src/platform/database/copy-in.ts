import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import type { Book, Login, Tables, Tx } from './connect.ts';

/** Loads a CSV file that we wrote ourselves (header; unquoted empty is null) into a table, at COPY speed. */
export type CopyIn = (table: string, columns: readonly string[], file: string) => Promise<void>;

/**
 * Runs work in one transaction that can also load files. The query builder and the COPY stream share one
 * connection, which is why this is not an ordinary transaction of the pool.
 */
export async function transactionWithCopy<Result>(
  book: Book,
  login: Login,
  work: (tx: Tx, copyIn: CopyIn) => Promise<Result>,
): Promise<Result> {
  const client = await book.pool(login).connect();
  // The builder asks for a pool; it gets one that has only this connection and never gives it back.
  const borrowed = { query: client.query.bind(client), release: () => {} };
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect: async () => borrowed, end: async () => {} } as never }),
  });
  const copyIn: CopyIn = async (table, columns, file) => {
    const into = client.query(
      copyFrom(`copy ${table} (${columns.join(', ')}) from stdin with (format csv, header)`),
    );
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), into);
  };
  try {
    return await db.transaction().execute((tx) => work(tx, copyIn));
  } finally {
    client.release();
  }
}
