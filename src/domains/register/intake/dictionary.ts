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

/** SQL of checked rows with their key in the dictionary: system, concept, and for medicines the BNF code beside it. */
export function withConcepts({ stage, columns }: SourceTable, checked: string): string {
  const column = (name: string) => (columns.has(name) ? `"${name}"` : 'null');
  const system = systemSql(column('mapped_code'), column('system'), column('source_system'));
  const bnf = stage === 'medication' ? 'bnf' : 'null::varchar';
  return `select *, ${system} as code_system, code as concept, ${bnf} as concept_bnf from (${checked})`;
}

/** Joins the dictionary's `code` to a `row` of `withConcepts`, as far as the dictionary knows it. */
export const CODE_OF_ROW = `
  left join code on code.concept = row.concept and code.system = row.code_system
                and code.bnf is not distinct from row.concept_bnf`;

/** The columns by which a coded row finds its code when it is merged: the number, or else what a number is to be given. */
export function codeColumns(): string[] {
  const unknown = (sql: string, name: string) => `case when code.code is null then ${sql} end as ${name}`;
  return [
    'code.code',
    unknown('row.code_system', 'code_system'),
    unknown('row.concept', 'concept'),
    unknown('row.concept_bnf', 'concept_bnf'),
    unknown('row.display', 'display'),
  ];
}

/** Adds the codes of staged rows that are not in the dictionary yet, in the order of system, concept and BNF code. */
export async function addCodes(hand: ImportInHand, staged: string): Promise<void> {
  await hand.duck.run(
    `insert into code by name
     with used as (
       select code_system as system, concept, concept_bnf as bnf, min(display) as display
         from ${staged} where concept is not null group by all)
     select (select coalesce(max(code), 0) from code)
              + row_number() over (order by used.system, used.concept, used.bnf) as code,
            used.system, used.concept, used.bnf, coalesce(concept.display, used.display) as display
       from used left join concept on concept.code = used.concept`,
  );
}

/** SQL of the term of a `row` that is beside its `code`: what the code's own word says is not said again. */
export const TERM_OF_ROW = 'case when row.source_term is distinct from code.display then row.source_term end';

/** SQL of staged rows that were given their code by now. */
export function withCodes(staged: string): string {
  return `
    select row.* exclude (code, code_system, concept, concept_bnf, display)
             replace (case when row.term is distinct from added.display then row.term end as term),
           coalesce(row.code, added.code) as code
      from (${staged}) as row
      left join code as added on added.concept = row.concept and added.system = row.code_system
                             and added.bnf is not distinct from row.concept_bnf`;
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
