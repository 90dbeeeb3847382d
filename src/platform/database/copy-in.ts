import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/**
 * Loads a CSV file that we wrote ourselves (with header, empty unquoted = null) into a table, at COPY speed,
 * inside the transaction of the given connection. Columns are named, so that the file decides no order.
 */
export async function copyCsvIn(
  client: pg.PoolClient,
  table: string,
  columns: readonly string[],
  file: string,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin with (format csv, header)`));
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), stream);
}
