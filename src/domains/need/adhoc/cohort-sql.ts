import { literal } from '../../../platform/lake/index.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import { ASKED_OF_A_PERSON, gatheredSql, RELATIONS } from '../refresh/evaluate-everybody.ts';
import type { OpenedCohortLake } from './cohort-lake.ts';
import type { PublishedAnswer } from './published-answers.ts';

/** Who objects to uses beyond their own care: worked out along where no file of a refresh says it. */
export const OBJECTION = 'type-1-objection';

/**
 * Answers a compiled part of a library for everybody, as the temporary table `found`: `person, practice_id, planning`,
 * the columns of the part, and those of earlier answers that are asked for. Entries are read once, and only those with a
 * code that the part asks about.
 */
export async function answerForEverybody(
  { lake, outcomes, ask }: OpenedCohortLake,
  compiled: CompiledLibrary,
  earlier: readonly PublishedAnswer[],
): Promise<void> {
  const run = async (sql: string) => void (await ask(sql));
  for (const statement of compiled.prepare) await run(statement);
  await run('create or replace temp view batch_record as select rec, person from roll');
  const gathered = gatheredSql(lake, compiled);
  const answers = `
    (with batch_person as materialized (${peopleSql(outcomes, compiled.takes)}), ${gathered}
     select * from (${compiled.batchSql(RELATIONS)}))`;
  const compares = compiled.comparing.length > 0;
  if (compares) await compareEverybody(compiled, answers, run);
  await run(
    `create or replace temp table found as
     select answers.*, place.practice_id, ${planningSql(outcomes, compiled)} as planning${earlier.map(({ outcome, band }) => `, place.${outcome} as before_outcome${band === null ? '' : `, place.${band} as before_band`}`).join('')}
       from ${compares ? 'answered' : answers} as answers
       join ${placeSql(outcomes)} as place using (person)`,
  );
  await run('drop table if exists answered');
}

/** Where people are compared, everybody's answers are a table, `answered`, which is asked again. */
async function compareEverybody(
  { comparing }: CompiledLibrary,
  answers: string,
  run: (sql: string) => Promise<void>,
): Promise<void> {
  await run(`create or replace temp table answered as ${answers}`);
  for (const compare of comparing)
    await run(`create or replace temp table answered as ${compare('answered')}`);
}

/** People with what conditions ask of them, and the answers to other definitions that are settled. */
function peopleSql(outcomes: string | null, takes: readonly string[]): string {
  if (outcomes === null || takes.length === 0) return `select ${ASKED_OF_A_PERSON} from asked`;
  return `select ${[ASKED_OF_A_PERSON, ...takes].join(', ')}
            from asked join read_parquet(${literal(outcomes)}) as answer using (person)`;
}

function placeSql(outcomes: string | null): string {
  return outcomes === null
    ? '(select person, practice_id from asked join practice_place using (practice))'
    : `read_parquet(${literal(outcomes)})`;
}

function planningSql(outcomes: string | null, compiled: CompiledLibrary): string {
  if (outcomes !== null) return 'place.planning';
  return `answers.outcome_${compiled.definitions.indexOf(OBJECTION)} is not distinct from false`;
}
