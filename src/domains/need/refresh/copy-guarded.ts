import { sql } from 'kysely';
import type { CopyIn, Tx } from '../../../platform/database/index.ts';

/** Copies a CSV file into a table with row-level security, which COPY itself refuses: by way of a table of this transaction. */
export async function copyGuarded(
  tx: Tx,
  copyIn: CopyIn,
  table: string,
  columns: readonly string[],
  file: string,
): Promise<void> {
  const named = sql.join(columns.map((column) => sql.ref(column)));
  await sql`create temp table arriving on commit drop as select ${named} from ${sql.table(table)} limit 0`.execute(
    tx,
  );
  await copyIn('arriving', columns, file);
  await sql`insert into ${sql.table(table)} (${named}) select ${named} from arriving`.execute(tx);
  await sql`drop table arriving`.execute(tx);
}
