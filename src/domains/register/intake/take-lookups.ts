import { referenceColumns } from '../lake/lake-columns.ts';
import { type CheckedTable, someAtOnce } from './check-table.ts';
import { baseTable, beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { writeLakeFile } from './write-lake.ts';

/**
 * Takes in the tables that other rows look things up in: organisations by id, areas by postcode, words by code.
 * They become the temporary tables `organisation`, `postcode_area` and `concept`, whole: what was known and what is
 * new, the new row winning.
 */
export async function takeLookups(hand: ImportInHand, tables: readonly CheckedTable[]): Promise<void> {
  await takeLookup(hand, tables, 'organisation', ['org', 'organisation_id']);
  await takeLookup(hand, tables, 'postcode_area', ['org', 'postcode_hash']);
  await takeConcepts(hand, tables);
}

async function takeLookup(
  hand: ImportInHand,
  tables: readonly CheckedTable[],
  stage: 'organisation' | 'postcode_area',
  key: readonly string[],
): Promise<void> {
  const { duck } = hand;
  const columns = Object.keys(referenceColumns[stage]).join(', ');
  const mine = tables.filter(({ source }) => source.stage === stage);
  const keys = key.join(', ');
  // What was known comes first, then the tables in turn; all are compared at once, as there may be hundreds.
  await duck.run(
    `create or replace temp table said as select -1 as table_no, ${columns} from ${baseTable(hand, stage)}`,
  );
  for (const some of someAtOnce(mine)) {
    const rows = some.map(
      ({ table, checked }) => `select ${table}, ${columns} from ${checked} where not deleted`,
    );
    await duck.run(`insert into said ${rows.join(' union all ')}`);
  }
  await duck.run(
    `create or replace temp table news as
     with once as (select distinct on (table_no, ${keys}) * from said order by table_no, ${columns})
     select *, row(${columns}) is distinct from lag(row(${columns})) over sayings as is_news,
            lead(table_no) over sayings is null as is_last
       from once window sayings as (partition by ${keys} order by table_no)`,
  );
  await duck.run(`create or replace temp table ${stage} as select ${columns} from news where is_last`);
  const counts = await duck.rows<{ table_no: number; n: number }>(
    'select table_no, count(*) as n from news where is_news and table_no >= 0 group by table_no',
  );
  const loaded = new Map(counts.map(({ table_no, n }) => [table_no, n]));
  for (const table of mine) {
    const outcome = beginOutcome(hand, table);
    outcome.loaded = loaded.get(table.table) ?? 0;
    outcome.duplicate = (await rowsOf(hand, table)) - outcome.loaded;
  }
  await duck.run('drop table said');
  await duck.run('drop table news');
  if (counts.length > 0) await writeLakeFile(hand, stage, `select * from ${stage} order by all`);
}

/** Words for codes: the first one that came stays, and goes into the dictionary when a row uses the code. */
async function takeConcepts(hand: ImportInHand, tables: readonly CheckedTable[]): Promise<void> {
  const { duck } = hand;
  await duck.run(`create or replace temp table concept as select * from ${baseTable(hand, 'concept')}`);
  let changed = false;
  for (const table of tables.filter(({ source }) => source.stage === 'concept')) {
    const outcome = beginOutcome(hand, table);
    const before = await duck.one<{ n: number }>('select count(*) as n from concept');
    await duck.run(
      `insert into concept select distinct on (code) code, display from ${table.checked}
        where display is not null and code not in (select code from concept) order by code, display`,
    );
    const after = await duck.one<{ n: number }>('select count(*) as n from concept');
    outcome.loaded = after.n - before.n;
    outcome.duplicate = (await rowsOf(hand, table)) - outcome.loaded;
    changed ||= outcome.loaded > 0;
  }
  if (changed) await writeLakeFile(hand, 'concept', 'select * from concept order by code');
}

async function rowsOf(hand: ImportInHand, table: CheckedTable): Promise<number> {
  return (await hand.duck.one<{ n: number }>(`select count(*) as n from ${table.checked}`)).n;
}
