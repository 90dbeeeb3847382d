import { sql } from 'kysely';
import type { Book } from '../../src/platform/database/index.ts';
import { asBatch } from './drawn-team.ts';

/** What the facts say of one person, by the ids of definitions. */
export interface DrawnFact {
  readonly no: number;
  readonly practice: number;
  readonly in?: readonly string[];
  readonly unknown?: readonly string[];
}

/** Publishes facts as a refresh would have: people who are in, or not known to be in, definitions of these ids. */
export async function drawFacts(
  book: Book,
  about: {
    readonly snapshot: number;
    readonly asOf: string;
    readonly definitions: readonly string[];
    readonly people: readonly DrawnFact[];
  },
): Promise<void> {
  const { snapshot, asOf, definitions, people } = about;
  const numbered = definitions.map((id, at) => ({ id, no: at + 1, in: 0, out: 0, unknown: 0, bands: [] }));
  const numbers = (ids: readonly string[] = []) => ids.map((id) => definitions.indexOf(id) + 1);
  const owner = book.pool('owner');
  await owner.query(
    `insert into register.import_run (run_id, state, finished_at, account) overriding system value
     values ($1, 'done', now(), gen_random_uuid())`,
    [snapshot],
  );
  await owner.query(
    `insert into register.snapshot (snapshot_id, run_id, as_of, manifest) overriding system value
     values ($1, $1, $2, '{"layout": 1, "asOf": "2026-11-01", "buckets": 1, "files": {}}')`,
    [snapshot, asOf],
  );
  await owner.query(
    `insert into need.publication (snapshot_id, as_of, people, events, seconds, definitions)
     values ($1, $2, $3, 0, 0, $4)`,
    [snapshot, asOf, people.length, JSON.stringify(numbered)],
  );
  await asBatch(book, async (tx) => {
    await sql`select need.begin_facts(${snapshot})`.execute(tx);
    await sql`
      insert into ${sql.raw(`need.person_fact_${snapshot}`)}
        (snapshot_id, person_no, practice_id, name_order, sex, planning, sensitive, in_ids, unknown_ids)
      select ${snapshot}, r.person, r.practice, r.person, 'female', true, false, r.is, r.maybe
        from jsonb_to_recordset(${JSON.stringify(
          people.map((each) => ({
            person: each.no,
            practice: each.practice,
            is: numbers(each.in),
            maybe: numbers(each.unknown),
          })),
        )}::jsonb) as r (person int, practice int, "is" int[], maybe int[])`.execute(tx);
    await sql`select need.attach_facts(${snapshot})`.execute(tx);
  });
}
