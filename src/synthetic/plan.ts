import { Refusal } from '../kernel/index.ts';
import { neighbourhoods, type Practice, practices, VICTORIA_PRACTICE } from './borough.ts';
import { Dice } from './dice.ts';
import { streams } from './streams.ts';

/** The registered list of the borough in the strategy of 2016. */
export const FULL_BOROUGH = 316_475;

/** Every eightieth registered person came from another of the practices and has a second record there. */
export const MOVED_EVERY = 80;
const MOVED_AT = 37;

/** Records beyond the registered list, for every thousand people on it. Invented. */
const FORMER_PER_THOUSAND = 90;
const TEMPORARY_PER_THOUSAND = 7;
const DUMMY_FOR_EVERY = 6_000;

/** Who has a record at one practice. People are numbers; everything about a person follows from theirs. */
export interface PracticePlan {
  readonly practice: Practice;
  /** Registered here: these many people from `firstPerson` on. */
  readonly registered: number;
  readonly firstPerson: number;
  /** People with a record here who are not registered: left or died, temporary, dummy; from `firstExtra` on. */
  readonly former: number;
  readonly temporary: number;
  readonly dummies: number;
  readonly firstExtra: number;
  /** People registered elsewhere in the borough who used to be registered here. */
  readonly movedAway: readonly number[];
}

/**
 * The strategy of 2016 says that 28.9% have one long-term condition and 11.2% have two: at least so many, or exactly
 * so many. It can be read either way; the reading is chosen here and nowhere else.
 */
export type LongTermReading = 'at-least' | 'exactly';

export interface BoroughPlan {
  readonly seed: number;
  readonly reading: LongTermReading;
  /** Registered people. */
  readonly people: number;
  /** Everybody with a record: numbers 0 up to this. */
  readonly persons: number;
  readonly victoria: number;
  readonly carer: number;
  readonly practices: readonly PracticePlan[];
}

/**
 * Shares people out among practices: exact totals at every size, each neighbourhood in proportion.
 * Throws Refusal for a size that cannot be made.
 */
export function planBorough(size: {
  seed: number;
  people: number;
  practices?: number | undefined;
  reading?: LongTermReading | undefined;
}): BoroughPlan {
  const chosen = choosePractices(size.practices ?? practices.length);
  refuseOddSizes(size, chosen.length);
  const lists = shareOut(size.people, chosen);
  const starts = runningTotal(lists, 0);
  const extras = lists.map(extraRecords);
  const extraStarts = runningTotal(
    extras.map((extra) => extra.former + extra.temporary + extra.dummies),
    size.people,
  );
  const atVictorias = chosen.findIndex((practice) => practice.code === VICTORIA_PRACTICE);
  const victoria = (starts[atVictorias] ?? 0) + Math.floor((lists[atVictorias] ?? 0) / 2);
  const movedAway = whoMoved(size, starts, victoria);
  return {
    seed: size.seed,
    reading: size.reading ?? 'at-least',
    people: size.people,
    persons: extraStarts.at(-1) ?? size.people,
    victoria,
    carer: victoria + 1,
    practices: chosen.map((practice, at) => ({
      practice,
      registered: lists[at] ?? 0,
      firstPerson: starts[at] ?? 0,
      ...(extras[at] ?? extraRecords(0)),
      firstExtra: extraStarts[at] ?? 0,
      movedAway: movedAway[at] ?? [],
    })),
  };
}

/** Whether a registered person came from another practice of the borough. */
export function hasMoved(plan: BoroughPlan, person: number): boolean {
  return (
    person < plan.people &&
    plan.practices.length > 1 &&
    person % MOVED_EVERY === MOVED_AT &&
    person !== plan.victoria &&
    person !== plan.carer
  );
}

/** Splits a total in proportion to weights into whole numbers that add up to it (largest remainders). */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const shares = weights.map((weight) => Math.floor((total * weight) / sum));
  const left = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = weights
    .map((weight, at) => ({ at, remainder: (total * weight) % sum }))
    .sort((one, other) => other.remainder - one.remainder || one.at - other.at);
  for (const { at } of byRemainder.slice(0, left)) shares[at] = (shares[at] ?? 0) + 1;
  return shares;
}

function choosePractices(count: number): readonly Practice[] {
  const queues = neighbourhoods.map((_, at) => practices.filter((practice) => practice.neighbourhood === at));
  const chosen = new Set(practices.filter((practice) => practice.code === VICTORIA_PRACTICE));
  // One of each neighbourhood in turn, so that a small borough has all of them.
  for (let turn = 0; chosen.size < count && turn < 4 * practices.length; turn++) {
    const next = queues[turn % queues.length]?.find((practice) => !chosen.has(practice));
    if (next !== undefined) chosen.add(next);
  }
  return practices.filter((practice) => chosen.has(practice));
}

function refuseOddSizes(
  size: { people: number; practices?: number | undefined },
  practiceCount: number,
): void {
  const asked = size.practices ?? practices.length;
  if (!Number.isInteger(asked) || asked < 1 || asked > practices.length) {
    throw new Refusal({
      code: 'synthetic_practices',
      because: `The synthetic borough has 1 to ${practices.length} practices, not ${asked}.`,
      remedy: 'Ask for fewer practices, or leave the number out.',
    });
  }
  const least = practiceCount * 20;
  if (!Number.isInteger(size.people) || size.people < least || size.people > 1_800_000) {
    throw new Refusal({
      code: 'synthetic_people',
      because: `${practiceCount} practices can have ${least} to 1,800,000 people, not ${size.people}.`,
      remedy: 'Ask for another number of people, or leave it out for the full borough.',
    });
  }
}

function shareOut(people: number, chosen: readonly Practice[]): number[] {
  const members = neighbourhoods.map((_, at) => chosen.filter((practice) => practice.neighbourhood === at));
  const sizes = members.map((inside) => inside.reduce((sum, practice) => sum + practice.list, 0));
  return apportion(people, sizes).flatMap((total, at) => {
    const inside = members[at] ?? [];
    return inside.length === 0
      ? []
      : apportion(
          total,
          inside.map((practice) => practice.list),
        );
  });
}

function extraRecords(list: number): Pick<PracticePlan, 'former' | 'temporary' | 'dummies'> {
  return {
    former: Math.floor((list * FORMER_PER_THOUSAND) / 1000),
    temporary: Math.floor((list * TEMPORARY_PER_THOUSAND) / 1000) + 1,
    dummies: Math.floor(list / DUMMY_FOR_EVERY) + 1,
  };
}

function whoMoved(
  size: { seed: number; people: number },
  starts: readonly number[],
  victoria: number,
): number[][] {
  const away: number[][] = starts.slice(0, -1).map(() => []);
  if (away.length < 2) return away;
  const dice = new Dice();
  let at = 0;
  for (let person = MOVED_AT; person < size.people; person += MOVED_EVERY) {
    if (person === victoria || person === victoria + 1) continue;
    while (person >= (starts[at + 1] ?? 0)) at += 1;
    const other = dice.begin(size.seed, person, streams.move).below(away.length - 1);
    away[other < at ? other : other + 1]?.push(person);
  }
  return away;
}

/** The start of each and, last, the end of all. */
function runningTotal(sizes: readonly number[], from: number): number[] {
  const totals = [from];
  for (const size of sizes) totals.push((totals.at(-1) ?? 0) + size);
  return totals;
}
