import { baseTable, type ImportInHand } from './import-in-hand.ts';
import { systemSql } from './lake-row.ts';
import type { SourceTable } from './staging.ts';
import { writeLakeFile } from './write-lake.ts';

// The dictionary gives every concept a small dense number, which joins and sorts faster than an 18-digit code and
// packs better. It only grows: a number that stands in a lake file means the same for ever.

/** Opens the dictionary as the temporary table `code`. */
export async function openDictionary(hand: ImportInHand): Promise<void> {
  await hand.duck.run(`create or replace temp table code as select * from ${baseTable(hand, 'code')}`);
}

/** SQL of a coded row's key in the dictionary: its system, its concept, and for medicines the BNF code beside it. */
export function conceptColumns({ stage, columns }: SourceTable): Record<string, string> {
  const column = (name: string) => (columns.has(name) ? `row."${name}"` : 'null');
  return {
    code_system: systemSql(column('mapped_code'), column('system'), column('source_system')),
    concept: 'row.code',
    bnf: stage === 'medication' ? 'row.bnf' : 'null::varchar',
  };
}

/** Adds the codes of staged rows that are not in the dictionary yet, in the order of system, concept and BNF code. */
export async function addCodes(hand: ImportInHand, staged: string): Promise<void> {
  await hand.duck.run(
    `insert into code by name
     with used as (
       select code_system as system, concept, bnf, min(display) as display
         from ${staged} where concept is not null and fault is null group by all),
     new as (
       select used.* from used
        where not exists (select 1 from code where code.system = used.system and code.concept = used.concept
                                               and code.bnf is not distinct from used.bnf))
     select (select coalesce(max(code), 0) from code)
              + row_number() over (order by new.system, new.concept, new.bnf) as code,
            new.system, new.concept, new.bnf, coalesce(concept.display, new.display) as display
       from new left join concept on concept.code = new.concept`,
  );
}

export async function writeDictionary(hand: ImportInHand): Promise<void> {
  const { duck } = hand;
  // A word for a code may come later than the code.
  await duck.run(
    'update code set display = concept.display from concept where concept.code = code.concept and code.display is null',
  );
  const { n } = await duck.one<{ n: number }>(
    `select count(*) as n from (select * from code except select * from ${baseTable(hand, 'code')})`,
  );
  if (n > 0) await writeLakeFile(hand, 'code', 'select * from code order by code');
}
