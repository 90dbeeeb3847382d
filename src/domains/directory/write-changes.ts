import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { PlannedChange, Step } from './planned-change.ts';

type Row = Readonly<Record<string, unknown>>;

/** The four tables that a change may touch, each with the column that names a row. */
export const imagedTables = {
  place: 'place_id',
  place_parent: 'relation_id',
  former_name: 'name_id',
  succession: 'succession_id',
} as const;
export type ImagedTable = keyof typeof imagedTables;

/** A row of the directory before and after a change: what undoing compares with and puts back. */
export interface Image {
  readonly table: ImagedTable;
  readonly id: number;
  /** Null: the change put it in. */
  readonly before: Row | null;
  readonly after: Row;
}

/** Carries changes out, each with the images of its rows, in the order in which they were planned. */
export async function writeChanges(tx: Tx, setId: number, changes: readonly PlannedChange[]): Promise<void> {
  const written: { change: PlannedChange; images: Image[] }[] = [];
  for (const change of changes) {
    const images: Image[] = [];
    for (const step of change.steps) images.push(await writeStep(tx, step));
    written.push({ change, images });
  }
  for (let at = 0; at < written.length; at += 500) {
    const rows = written.slice(at, at + 500).map(({ change, images }) => ({
      set_id: setId,
      what: change.what,
      code: change.code,
      relation: change.relation,
      day: change.day,
      was: change.was,
      becomes: change.becomes,
      images,
    }));
    await sql`
      insert into directory.change (set_id, what, code, relation, day, was, becomes, images)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as row (set_id int, what text, code text, relation text, day date, was text, becomes text, images jsonb)`.execute(
      tx,
    );
  }
}

async function writeStep(tx: Tx, step: Step): Promise<Image> {
  if ('put' in step) return { before: null, ...(await putRow(tx, step)) };
  return step.alter === 'place' ? await alterPlace(tx, step) : await alterRelation(tx, step);
}

type Written = Omit<Image, 'before'>;

async function putRow(tx: Tx, step: Extract<Step, { put: string }>): Promise<Written> {
  switch (step.put) {
    case 'place': {
      const { code, kind, name, postcode, opened, closed, source } = step.row;
      return await putInto(
        tx,
        'place',
        sql`insert into directory.place (code, kind, name, postcode, opened, closed, source)
            values (${code}, ${kind}, ${name}, ${postcode}, ${opened}, ${closed}, ${source})`,
      );
    }
    case 'relation': {
      const { child, parent, relation, starts, ends, source } = step.row;
      return await putInto(
        tx,
        'place_parent',
        sql`insert into directory.place_parent (child, parent, relation, starts, ends, source)
            values (${idOf(child)}, ${idOf(parent)}, ${relation}, ${starts}, ${ends}, ${source})`,
      );
    }
    case 'formerName': {
      const { code, name, ends, source } = step.row;
      return await putInto(
        tx,
        'former_name',
        sql`insert into directory.former_name (place_id, name, ends, source)
            values (${idOf(code)}, ${name}, ${ends}, ${source})`,
      );
    }
    case 'succession': {
      const { predecessor, successor, kind, day, position, source } = step.row;
      return await putInto(
        tx,
        'succession',
        sql`insert into directory.succession (predecessor, successor, kind, day, position, source)
            values (${idOf(predecessor)}, ${idOf(successor)}, ${kind}, ${day}, ${position}, ${source})`,
      );
    }
  }
}

function idOf(code: string) {
  return sql`(select place_id from directory.place where code = ${code})`;
}

async function putInto(tx: Tx, table: ImagedTable, insert: ReturnType<typeof sql>): Promise<Written> {
  const { rows } = await sql<{ after: Row }>`
    ${insert} returning to_jsonb(${sql.table(table)}) as after`.execute(tx);
  return written(table, rows);
}

function written(table: ImagedTable, rows: readonly { after: Row }[]): Written {
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows of ${table} where one was to be written`);
  return { table, id: Number(row.after[imagedTables[table]]), after: row.after };
}

async function alterPlace(tx: Tx, { code, to }: Extract<Step, { alter: 'place' }>): Promise<Image> {
  const row = await readRow(tx, 'place', sql`code = ${code}`);
  const { rows } = await sql<{ after: Row }>`
    update directory.place set ${assignments({ ...to, changed_at: sql`clock_timestamp()` })}
     where place_id = ${row.id} returning to_jsonb(place) as after`.execute(tx);
  return { ...written('place', rows), before: row.before };
}

async function alterRelation(tx: Tx, { of, to }: Extract<Step, { alter: 'relation' }>): Promise<Image> {
  const row = await readRow(
    tx,
    'place_parent',
    sql`child = ${idOf(of.child)} and relation = ${of.relation} and starts is not distinct from ${of.starts}::date
        and (ends is null or starts is null or ends > starts)`,
  );
  const { parent, ...days } = to;
  const { rows } = await sql<{ after: Row }>`
    update directory.place_parent
       set ${assignments({ ...days, ...(parent === undefined ? {} : { parent: idOf(parent) }) })}
     where relation_id = ${row.id} returning to_jsonb(place_parent) as after`.execute(tx);
  return { ...written('place_parent', rows), before: row.before };
}

async function readRow(
  tx: Tx,
  table: ImagedTable,
  which: ReturnType<typeof sql>,
): Promise<{ id: number; before: Row }> {
  const { rows } = await sql<{ before: Row }>`
    select to_jsonb(row) as before from directory.${sql.raw(table)} as row where ${which} for update`.execute(
    tx,
  );
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows of ${table} where one was to be altered`);
  return { id: Number(row.before[imagedTables[table]]), before: row.before };
}

function assignments(to: Readonly<Record<string, unknown>>) {
  return sql.join(Object.entries(to).map(([column, value]) => sql`${sql.ref(column)} = ${value}`));
}
