import { findMatches } from '../matching/find-matches.ts';
import type { MatchingMethod } from '../matching/matching-method.ts';
import type { IdentityFindings } from '../matching/publish-matches.ts';
import type { Contradiction, StandingDecision } from './apply-decisions.ts';
import type { ImportInHand } from './import-in-hand.ts';

/** Every patient record that is of somebody, with the NHS number of the person whose it is now. */
const RECORDS = `
  (select record.rec, record.person,
          max(case when keyed.key = 'n:' || nhs_number then nhs_number end) over (partition by record.person) as nhs_number,
          family_name, given_names, birth_day, birth_approximate, postcode, sex
     from record
     join patient on patient.rec = record.rec and not patient.deleted and not patient.dummy
     join keyed on keyed.rec = record.rec)`;

/**
 * Looks for people who may be one, when the import has settled who everybody is. Pairs that somebody has kept apart are
 * left out, also when the two are numbered differently by now. Reads the temporary tables of `identifyPeople`.
 */
export async function lookForMatches(
  hand: ImportInHand,
  decisions: readonly StandingDecision[],
  contradictions: readonly Contradiction[],
  method: MatchingMethod | null,
): Promise<IdentityFindings> {
  if (method === null) return { matches: [], contradictions, method: null };
  hand.progress('Looking for people who may be one');
  const found = await findMatches(hand.duck, RECORDS, method);
  const personOf = await personsNow(hand, decisions);
  const apart = new Set(
    decisions
      .filter(({ verdict }) => verdict === 'apart')
      .map(({ oneRec, otherRec }) => pair(personOf.get(oneRec), personOf.get(otherRec))),
  );
  const matches = found.filter(({ one, other }) => !apart.has(pair(one, other)));
  return { matches, contradictions, method: method.version };
}

async function personsNow(
  hand: ImportInHand,
  decisions: readonly StandingDecision[],
): Promise<Map<number, number>> {
  const recs = decisions.flatMap(({ oneRec, otherRec }) => [oneRec, otherRec]);
  if (recs.length === 0) return new Map();
  const rows = await hand.duck.rows<{ rec: number; person: number }>(
    `select rec, person from record where rec in (${recs.join(', ')})`,
  );
  return new Map(rows.map(({ rec, person }) => [rec, person]));
}

function pair(a = 0, b = 0): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
