import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { CheckedDefinition, CodelistTables } from './codelist-tables.ts';
import { keyOfCodelists, readCodelistsInEffect } from './in-effect.ts';

/** What is known of whom a version would move. */
export interface CodelistCheck {
  readonly id: number;
  readonly state: 'waiting' | 'done' | 'failed';
  readonly askedAt: Date;
  readonly endedAt: Date | null;
  /** The day of the data that it was worked out on. */
  readonly asOf: string | null;
  readonly definitions: readonly CheckedDefinition[];
  readonly trouble: string | null;
  /** Another list has been published or taken back since: the answer may be another one now. */
  readonly isOld: boolean;
}

/** The last time that somebody asked whom a version would move; null where nobody has. */
export async function readCheck(db: Kysely<Tables>, versionNo: number): Promise<CodelistCheck | null> {
  const row = await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_check')
    .selectAll()
    .where('version_no', '=', versionNo)
    .orderBy('check_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.check_id,
    state: row.state,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
    asOf: row.as_of,
    definitions: row.definitions,
    trouble: row.trouble,
    isOld: row.beside !== keyOfCodelists(await readCodelistsInEffect(db)),
  };
}

/** People who would move from one answer of a definition to another: those whom the reader may see. */
export interface CodelistMove {
  readonly definition: string;
  readonly was: string;
  readonly becomes: string;
  readonly people: number;
}

/** Whom a version would move, counted within the scope of the transaction. */
export async function readMoves(db: Kysely<Tables>, check: number): Promise<CodelistMove[]> {
  const { rows } = await sql<CodelistMove>`
    select definition_id as definition, was, becomes, count(*)::int as people
      from need.codelist_mover where check_id = ${check}
     group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows;
}

/** Some of those who would move, for whoever may see them; the numbers by which people are looked up. */
export async function readMovers(
  db: Kysely<Tables>,
  check: number,
  definition: string,
  most: number,
): Promise<{ person: number; was: string; becomes: string }[]> {
  const { rows } = await sql<{ person: number; was: string; becomes: string }>`
    select person_no as person, was, becomes from need.codelist_mover
     where check_id = ${check} and definition_id = ${definition}
     order by was, becomes, person_no limit ${most}`.execute(db);
  return rows;
}
