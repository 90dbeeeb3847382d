import { Refusal } from '../kernel/index.ts';
import { apportion } from './apportion.ts';
import { type Practice, VICTORIA_PRACTICE } from './borough.ts';
import { Dice } from './dice.ts';
import type { PlantName } from './plant-names.ts';
import { streams } from './streams.ts';
import { type Territory, type TerritoryName, territory } from './territory.ts';

/** The registered list of the borough in the strategy of 2016. */
export const FULL_BOROUGH = 316_475;

/** The most people that fit into each territory; numbers of rows and pseudonyms are made for them. */
const MOST = { lewisham: 1_800_000, sel: 2_400_000 } as const;

/** Every eightieth registered person came from another of the practices and has a second record there. */
export const MOVED_EVERY = 80;
const MOVED_AT = 37;

/** Records beyond the registered list, for every thousand people on it. Invented. */
const FORMER_PER_THOUSAND = 90;
const TEMPORARY_PER_THOUSAND = 7;
const DUMMY_FOR_EVERY = 6_000;
const COPY_FOR_EVERY = 400;

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
  /** Second records and namesakes of people registered here, where they were asked for; from `firstCopy` on. */
  readonly copies: number;
  readonly firstCopy: number;
}

/**
 * The strategy of 2016 says that 28.9% have one long-term condition and 11.2% have two: at least so many, or exactly
 * so many. It can be read either way; the reading is chosen here and nowhere else.
 */
export type LongTermReading = 'at-least' | 'exactly';

export interface BoroughPlan {
  readonly seed: number;
  readonly place: TerritoryName;
  readonly reading: LongTermReading;
  /** What is in it on purpose. */
  readonly plants: readonly PlantName[];
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
  place?: TerritoryName | undefined;
  practices?: number | undefined;
  reading?: LongTermReading | undefined;
  plants?: readonly PlantName[] | undefined;
}): BoroughPlan {
  const { place = 'lewisham' } = size;
  const there = territory(place);
  const chosen = choosePractices(there, size.practices ?? there.practices.length);
  refuseOddSizes({ ...size, place }, chosen.length);
  const lists = shareOut(size.people, there, chosen);
  const starts = runningTotal(lists, 0);
  const extras = lists.map(extraRecords);
  const extraStarts = runningTotal(
    extras.map((extra) => extra.former + extra.temporary + extra.dummies),
    size.people,
  );
  const atVictorias = chosen.findIndex((practice) => practice.code === VICTORIA_PRACTICE);
  const victoria = (starts[atVictorias] ?? 0) + Math.floor((lists[atVictorias] ?? 0) / 2);
  const movedAway = whoMoved(size, starts, victoria);
  const persons = extraStarts.at(-1) ?? size.people;
  const isCopied = size.plants?.includes('duplicates') ?? false;
  const copies = lists.map((list) => (isCopied ? Math.floor(list / COPY_FOR_EVERY) + 1 : 0));
  const copyStarts = runningTotal(copies, persons);
  return {
    seed: size.seed,
    place,
    reading: size.reading ?? 'at-least',
    plants: size.plants ?? [],
    people: size.people,
    persons: copyStarts.at(-1) ?? persons,
    victoria,
    carer: victoria + 1,
    practices: chosen.map((practice, at) => ({
      practice,
      registered: lists[at] ?? 0,
      firstPerson: starts[at] ?? 0,
      ...(extras[at] ?? extraRecords(0)),
      firstExtra: extraStarts[at] ?? 0,
      movedAway: movedAway[at] ?? [],
      copies: copies[at] ?? 0,
      firstCopy: copyStarts[at] ?? persons,
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

function choosePractices({ neighbourhoods, practices }: Territory, count: number): readonly Practice[] {
  const queues = neighbourhoods.map((_, at) => practices.filter((practice) => practice.neighbourhood === at));
  const chosen = new Set(practices.filter((practice) => practice.code === VICTORIA_PRACTICE));
  // One of each neighbourhood in turn, so that a small borough has all of them.
  for (let turn = 0; chosen.size < count && turn < queues.length * practices.length; turn++) {
    const next = queues[turn % queues.length]?.find((practice) => !chosen.has(practice));
    if (next !== undefined) chosen.add(next);
  }
  return practices.filter((practice) => chosen.has(practice));
}

function refuseOddSizes(
  size: { people: number; place: TerritoryName; practices?: number | undefined },
  practiceCount: number,
): void {
  const { practices } = territory(size.place);
  const most = MOST[size.place];
  const asked = size.practices ?? practices.length;
  if (!Number.isInteger(asked) || asked < 1 || asked > practices.length) {
    throw new Refusal({
      code: 'synthetic_practices',
      because: `The synthetic borough has 1 to ${practices.length} practices, not ${asked}.`,
      remedy: 'Ask for fewer practices, or leave the number out.',
    });
  }
  const least = practiceCount * 20;
  if (!Number.isInteger(size.people) || size.people < least || size.people > most) {
    throw new Refusal({
      code: 'synthetic_people',
      because: `${practiceCount} practices can have ${least} to ${most} people, not ${size.people}.`,
      remedy: 'Ask for another number of people, or leave it out for the full borough.',
    });
  }
}

function shareOut(people: number, there: Territory, chosen: readonly Practice[]): number[] {
  const members = there.neighbourhoods.map((_, at) =>
    chosen.filter((practice) => practice.neighbourhood === at),
  );
  const sizes = members.map((inside) => inside.reduce((sum, practice) => sum + practice.list, 0));
  const lists = new Map<Practice, number>();
  apportion(people, sizes).forEach((total, at) => {
    const inside = members[at] ?? [];
    const shares =
      inside.length === 0
        ? []
        : apportion(
            total,
            inside.map(({ list }) => list),
          );
    inside.forEach((practice, place) => {
      lists.set(practice, shares[place] ?? 0);
    });
  });
  return chosen.map((practice) => lists.get(practice) ?? 0);
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
