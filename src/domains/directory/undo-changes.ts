import { sql } from 'kysely';
import { Refusal } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { DirectoryTables } from './tables.ts';
import { type Image, imagedTables } from './write-changes.ts';

/**
 * Puts back every row that a set of changes touched, exactly as it was, the last change first. Throws Refusal when
 * something of it was changed again since, or when people are counted in a place that would go.
 */
export async function takeBack(tx: Tx, setId: number): Promise<number> {
  const { rows } = await sql<{ code: string; images: Image[] }>`
    select code, images from directory.change where set_id = ${setId} order by change_id desc`.execute(tx);
  for (const { code, images } of rows)
    for (const image of [...images].reverse()) await putBack(tx, code, image);
  return rows.length;
}

async function putBack(tx: Tx, code: string, { table, id, before, after }: Image): Promise<void> {
  const row = sql`directory.${sql.raw(table)}`;
  const isIt = sql`${sql.ref(imagedTables[table])} = ${id} and to_jsonb(row) = ${JSON.stringify(after)}::jsonb`;
  const done = before
    ? await sql`update ${row} as row set ${columnsFrom(table, before)} where ${isIt}`.execute(tx)
    : await takeOut(tx, code, sql`delete from ${row} as row where ${isIt}`);
  if (Number(done.numAffectedRows) !== 1) throw await changedSince(tx, code);
}

/** Every column but the one that names the row, from the image: as the book itself wrote it, to the microsecond. */
function columnsFrom(table: Image['table'], before: Readonly<Record<string, unknown>>) {
  const columns = Object.keys(before).filter((column) => column !== imagedTables[table]);
  const image = sql`jsonb_populate_record(null::directory.${sql.raw(table)}, ${JSON.stringify(before)}::jsonb)`;
  return sql.join(columns.map((column) => sql`${sql.ref(column)} = (${image}).${sql.ref(column)}`));
}

async function takeOut(tx: Tx, code: string, remove: ReturnType<typeof sql>) {
  try {
    return await remove.execute(tx);
  } catch (error) {
    // 23503: something outside of the directory, people or work, refers to the place.
    if ((error as { code?: string }).code !== '23503') throw error;
    throw new Refusal({
      code: 'place_in_use',
      because: `${code} has people, areas, teams or later relations since, so that it cannot be taken out of the directory.`,
      remedy: 'Close it on the day on which it ended instead; its history then stays.',
    });
  }
}

async function changedSince(tx: Tx, code: string): Promise<Refusal> {
  const later = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.change as change')
    .innerJoin('directory.change_set as made', 'made.set_id', 'change.set_id')
    .where('change.code', '=', code)
    .where('made.state', '=', 'applied')
    .orderBy('change.change_id', 'desc')
    .select(['made.set_id', 'made.source'])
    .executeTakeFirst();
  return new Refusal({
    code: 'changed_since',
    because: `${code} was changed again since${later ? `, by change ${later.set_id} (${later.source})` : ''}.`,
    remedy: 'Undo the later change first.',
  });
}
