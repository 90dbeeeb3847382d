import type { Duck } from '../../../platform/lake/index.ts';
import type { StandingDecision } from '../matching/standing-decisions.ts';

export type { StandingDecision };

/** What a delivery says against a decision. The decision stands; somebody has to look at it again. */
export interface Contradiction {
  readonly match: number;
  /** Joined, and now known by two NHS numbers; kept apart, and now known by one number, or linked by a supplier. */
  readonly kind: 'two_numbers' | 'one_number' | 'linked';
  /** The key that came: so that one that was decided on is not raised again. */
  readonly key: string;
}

interface KnownRecord {
  rec: number;
  /** Who the record was before this import; null: it is new. */
  was: number | null;
  key: string;
}

/**
 * Brings what people decided into the temporary table `keyed`: records that were joined get one key, records that were
 * kept apart never share one. Decisions are about records, so that they hold whatever their people are numbered.
 *
 * Two different NHS numbers are never brought together by a decision, nor parted by a delivery: where a joined record
 * comes with another number, it stays where it was, the person who has that number stays who they are, and the
 * contradiction is returned.
 */
export async function applyDecisions(
  duck: Duck,
  decisions: readonly StandingDecision[],
): Promise<Contradiction[]> {
  if (decisions.length === 0) return [];
  const recs = decisions.flatMap(({ oneRec, otherRec }) => [oneRec, otherRec]).join(', ');
  const rows = await duck.rows<KnownRecord & Record<string, number | string | null>>(
    `select rec, was, key from keyed where rec in (${recs})`,
  );
  const known = new Map(rows.map(({ rec, was, key }) => [rec, { rec, was, key } as KnownRecord]));
  const present = decisions.filter(({ oneRec, otherRec }) => known.has(oneRec) && known.has(otherRec));
  await letGo(duck, present, known);
  const joined = await join(duck, present, known);
  return [...joined, ...(await keepApart(duck, present))];
}

/** Records that were one person and are parted now are who they were before they were joined. */
async function letGo(
  duck: Duck,
  decisions: readonly StandingDecision[],
  known: ReadonlyMap<number, KnownRecord>,
): Promise<void> {
  for (const { verdict, oneRec, otherRec, one, other } of decisions) {
    const [a, b] = [known.get(oneRec), known.get(otherRec)];
    if (verdict !== 'apart' || !a || !b || a.was !== b.was) continue;
    for (const [record, person] of [
      [a, one],
      [b, other],
    ] as const) {
      record.was = person;
      await duck.run(`update keyed set was = ${person} where rec = ${record.rec}`);
    }
  }
}

/** Gives the keys of joined records one key: the one NHS number among them, else that of the person known longest. */
async function join(
  duck: Duck,
  decisions: readonly StandingDecision[],
  known: ReadonlyMap<number, KnownRecord>,
): Promise<Contradiction[]> {
  const merges = decisions.filter(({ verdict }) => verdict === 'merged');
  const contradictions: Contradiction[] = [];
  for (const { keys, within } of groupsOf(merges, known)) {
    if (keys.length < 2) continue;
    const persons = await personsOf(duck, keys);
    const oldestFirst = [...keys].sort(
      (a, b) =>
        (persons.get(a) ?? Number.MAX_SAFE_INTEGER) - (persons.get(b) ?? Number.MAX_SAFE_INTEGER) ||
        a.localeCompare(b),
    );
    const members = within.flatMap(({ oneRec, otherRec }) => known.get(oneRec) ?? known.get(otherRec) ?? []);
    const numbers = oldestFirst.filter(isNumber);
    const standing =
      // Of several numbers the one that these records were known by before.
      numbers.find((key) => members.some(({ was }) => was !== null && was === persons.get(key))) ??
      numbers[0] ??
      oldestFirst[0] ??
      '';
    const holder = persons.get(standing) ?? members[0]?.was ?? -1;
    // A number is nobody's to give away: of the records that come with another one, only those that were decided of stay.
    const decidedOf = within.flatMap(({ oneRec, otherRec }) => [oneRec, otherRec]).join(', ');
    for (const key of keys.filter((each) => each !== standing)) {
      const held = isNumber(key) ? ` and was = ${holder} and rec in (${decidedOf})` : '';
      await duck.run(`update keyed set key = $1 where key = $2${held}`, [standing, key]);
      if (!isNumber(key)) continue;
      for (const { match, oneRec, otherRec } of within)
        if (known.get(oneRec)?.key === key || known.get(otherRec)?.key === key)
          contradictions.push({ match, kind: 'two_numbers', key });
    }
  }
  return contradictions;
}

/** Where records that were kept apart are known by one key now, the one that came to it later keeps to itself. */
async function keepApart(duck: Duck, decisions: readonly StandingDecision[]): Promise<Contradiction[]> {
  const contradictions: Contradiction[] = [];
  for (const { match, verdict, oneRec, otherRec } of decisions) {
    if (verdict !== 'apart') continue;
    const rows = await duck.rows<KnownRecord & Record<string, number | string | null>>(
      `select rec, was, key from keyed where rec in (${oneRec}, ${otherRec}) order by rec = ${otherRec}`,
    );
    const [a, b] = rows;
    if (!a || !b || a.key !== b.key) continue;
    const holder = (await personsOf(duck, [a.key])).get(a.key);
    const leaves = a.was !== holder && b.was === holder ? a : b;
    await duck.run(`update keyed set key = 'r:' || rec where rec = ${leaves.rec}`);
    contradictions.push({ match, kind: isNumber(a.key) ? 'one_number' : 'linked', key: a.key });
  }
  return contradictions;
}

function isNumber(key: string): boolean {
  return key.startsWith('n:');
}

/** The persons that keys stood for before this import. */
async function personsOf(duck: Duck, keys: readonly string[]): Promise<Map<string, number>> {
  const list = keys.map((_, at) => `$${at + 1}`).join(', ');
  const rows = await duck.rows<{ key: string; person: number }>(
    `select key, person from person_key where key in (${list})`,
    keys,
  );
  return new Map(rows.map(({ key, person }) => [key, person]));
}

interface Group {
  readonly keys: string[];
  readonly within: StandingDecision[];
}

/** Keys that merges bring together, directly or through others. */
function groupsOf(merges: readonly StandingDecision[], known: ReadonlyMap<number, KnownRecord>): Set<Group> {
  const groupOf = new Map<string, Group>();
  for (const merge of merges) {
    const ends = [merge.oneRec, merge.otherRec].map((rec) => known.get(rec)?.key ?? '');
    const parts = new Set(ends.map((key) => groupOf.get(key) ?? { keys: [key], within: [] }));
    const group: Group = {
      keys: [...new Set([...parts].flatMap(({ keys }) => keys))],
      within: [...[...parts].flatMap(({ within }) => within), merge],
    };
    for (const key of group.keys) groupOf.set(key, group);
  }
  return new Set(groupOf.values());
}
