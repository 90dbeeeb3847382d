import { referenceColumns } from '../lake/lake-columns.ts';
import type { CheckedTable } from './check-table.ts';
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
  const columns = Object.keys(referenceColumns[stage]);
  await duck.run(`create or replace temp table ${stage} as select * from ${baseTable(hand, stage)}`);
  let changed = false;
  for (const table of tables.filter(({ source }) => source.stage === stage)) {
    const outcome = beginOutcome(hand, table);
    await duck.run(
      `create or replace temp table news as
       select distinct on (${key.join(', ')}) ${columns.join(', ')} from ${table.checked} where not deleted
         order by ${columns.join(', ')}`,
    );
    await duck.run(
      `delete from news where (${columns.join(', ')}) in (select ${columns.join(', ')} from ${stage})`,
    );
    const { n } = await duck.one<{ n: number }>('select count(*) as n from news');
    await duck.run(`delete from ${stage} where (${key.join(', ')}) in (select ${key.join(', ')} from news)`);
    await duck.run(`insert into ${stage} by name select * from news`);
    outcome.loaded = n;
    outcome.duplicate = (await rowsOf(hand, table)) - n;
    changed ||= n > 0;
  }
  if (changed) await writeLakeFile(hand, stage, `select * from ${stage} order by all`);
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
