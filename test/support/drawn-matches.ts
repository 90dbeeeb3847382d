import { join } from 'node:path';
import { decide } from '../../src/domains/identity/index.ts';
import {
  applyIdentityDecisions,
  type ImportResult,
  type MatchVerdict,
  type RegisterTables,
  readMatch,
  readMatches,
  readMatchingMethod,
} from '../../src/domains/register/index.ts';
import { nhsCheckDigit } from '../../src/kernel/index.ts';
import type { Actor } from '../../src/platform/auth/index.ts';
import { anActor } from './actors.ts';
import { actAs } from './drawn-team.ts';
import { type DrawnTable, observation, patient, registration, writeExtract } from './extracts.ts';
import { everybody, importPaths } from './imports.ts';
import type { TestBook } from './test-book.ts';

/** A valid NHS number that nobody has: the n-th of the 999 range. */
export function numberOf(n: number): string {
  for (let at = n * 20; ; at++) {
    const nine = `9994${String(at).padStart(5, '0')}`;
    const digit = nhsCheckDigit(nine);
    if (digit !== null) return `${nine}${digit}`;
  }
}

/** A drawn patient record: what differs from everybody else's. */
export type Drawn = Record<string, string | number | boolean | null>;

/** Whose list counts when somebody is on both: the practice where they registered last. */
const SINCE: Record<string, string> = { Z9A01: '2020-01-01' };

/** Sends people of a practice: one diagnosis each. `round` makes later data newer. */
export async function sendPeople(
  at: TestBook,
  practice: string,
  round: number,
  people: Record<string, Drawn>,
  more: Record<string, DrawnTable> = {},
): Promise<ImportResult> {
  const ids = Object.keys(people);
  const folder = writeExtract(
    join(at.home.path, 'drawn'),
    `${practice}-${round}`,
    {
      patient: ids.map((id) =>
        patient(id, { family_name: 'Larkmoor', given_names: 'Joanna', ...people[id] }),
      ),
      episode_of_care: ids.map((id) =>
        registration(id, { episode_of_care_start_date: SINCE[practice] ?? '2010-01-01' }),
      ),
      observation: ids.map((id) => observation(`o-${id}`, id)),
      ...more,
    },
    { publisher: practice, extracted_at: `2026-11-01T0${round}:00:00Z` },
  );
  return await importPaths(at, folder);
}

/** Carries out decisions, as the server does after each. */
export async function carryOut(at: TestBook): Promise<ImportResult> {
  return await applyIdentityDecisions({
    book: at.book,
    home: at.home,
    by: anActor('operator'),
    now: new Date('2026-11-02T09:00:00Z'),
    settings: { threads: 1 },
    matching: readMatchingMethod('content'),
  });
}

/** Every pair there is, whatever became of it, in words: `a b open`. People are named by their addresses. */
export async function pairs(at: TestBook): Promise<string[]> {
  const people = await everybody(at);
  const nameOf = new Map(people.map(({ person_no, address }) => [person_no, address ?? '?']));
  const rows = await at.book
    .as('batch')
    .withTables<RegisterTables>()
    .selectFrom('register.match')
    .selectAll()
    .orderBy('match_id')
    .execute();
  return rows.map(({ one_person, other_person, state, contradiction }) =>
    [nameOf.get(one_person), nameOf.get(other_person), state, contradiction].filter((part) => part).join(' '),
  );
}

/** What somebody finds in the queue. */
export async function queueOf(at: TestBook, by: Actor, which: 'waiting' | 'decided' = 'waiting') {
  return (await actAs(at.book, by, (tx) => readMatches(tx, which, 1))).matches;
}

/** Decides as somebody who has just opened the page of the pair. */
export async function decideAs(
  at: TestBook,
  by: Actor,
  match: number,
  verdict: MatchVerdict,
  seen?: number,
): Promise<void> {
  await actAs(at.book, by, async (tx) => {
    const last = seen ?? (await readMatch(tx, match))?.history[0]?.id ?? 0;
    const now = new Date('2026-11-02T09:00:00Z');
    await decide(tx, { match, verdict, reason: `drawn ${verdict}`, by, at: now, seen: last });
  });
}
