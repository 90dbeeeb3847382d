import { chooseList } from '../src/domains/coordination/selection/choose-list.ts';
import { readSelectionContent } from '../src/domains/coordination/selection/selection-content.ts';
import { minutesOf, sumOfPoints, worthOf } from '../src/domains/coordination/selection/visits-and-worth.ts';
import { type ChoiceProblem, chooseBest } from '../src/platform/solver/index.ts';
import { type Chance, openChance } from './chance.ts';

/** A list that fits, worked out for so many people. */
export interface SelectionBench {
  readonly people: number;
  readonly disciplines: number;
  /** On the list, and what it is worth; and the list of whoever takes the ranking from the top until nobody fits. */
  readonly chosen: number;
  readonly worth: number;
  readonly fromTheTop: number;
  readonly proved: boolean;
  /** Seconds for the list alone, and with what one more hour of each discipline would buy. */
  readonly seconds: number;
  readonly secondsWithHours: number;
  /** The longest that the calling thread was held up meanwhile, in milliseconds: why it is done in another one. */
  readonly heldUpMs: number;
}

/** A quarter of a neighbourhood, a neighbourhood, and the borough's ranked people twice over. */
const SIZES = [7_121, 28_483, 100_000];

/** Hours a week of a team: two coordinators and some of everybody else. */
const HOURS: Readonly<Record<string, number>> = {
  coordination: 24,
  gp: 4,
  nursing: 10,
  pharmacy: 3,
  therapy: 4,
};

/** How many of a hundred among those of high need are in each group that visits and points ask about. */
const SHARES: Readonly<Record<string, number>> = {
  'electronic-frailty-index/severe': 12,
  'electronic-frailty-index/moderate': 18,
  'heart-failure': 9,
  'chronic-kidney-disease': 16,
  'stroke-tia': 8,
  dementia: 4,
  'serious-mental-illness': 4,
};

/** Measures how long a list that fits takes to work out, with the product's own visits and points and drawn people. */
export async function benchSelection(
  contentFolder: string,
  onProgress: (what: string) => void,
): Promise<SelectionBench[]> {
  const content = readSelectionContent(contentFolder);
  const room = Object.entries(HOURS).map(([discipline, hours]) => ({
    discipline,
    minutes: hours * 60 * content.period_weeks,
  }));
  const found: SelectionBench[] = [];
  for (const size of SIZES) {
    onProgress(`Working out a list that fits from ${size} people`);
    const chance = openChance(size);
    const people = Array.from({ length: size }, (_, at) => {
      const facts = {
        person: at + 1,
        needRank: at + 1,
        needBefore: Math.floor((at * 10_000) / size),
        groups: drawGroups(chance),
      };
      return {
        person: at + 1,
        needRank: at + 1,
        worth: sumOfPoints(worthOf(content, facts, false)),
        minutes: minutesOf(content, facts),
        must: false,
      };
    });
    const problem: ChoiceProblem = {
      choices: people.map((each) => ({
        worth: each.worth,
        needs: room.map(({ discipline }) => each.minutes[discipline] ?? 0),
      })),
      limits: room.map(({ minutes }) => minutes),
      seconds: content.seconds,
    };
    const held = watchLoop();
    const began = performance.now();
    await chooseBest(problem);
    const seconds = since(began);
    const heldUpMs = await held();
    const again = performance.now();
    const list = await chooseList({
      people,
      room,
      periodWeeks: content.period_weeks,
      seconds: content.seconds,
      solver: { best: chooseBest, close: async () => {} },
    });
    found.push({
      people: size,
      disciplines: room.length,
      chosen: list.people.length,
      worth: list.worth,
      fromTheTop: fromTheTop(problem),
      proved: list.proved && list.oneMoreHour.every(({ gain }) => gain !== null),
      seconds,
      secondsWithHours: since(again),
      heldUpMs,
    });
  }
  return found;
}

function drawGroups(chance: Chance): ReadonlySet<string> {
  const groups = Object.entries(SHARES).flatMap(([group, share]) =>
    chance.below(100) < share ? [group] : [],
  );
  const gaps = ['flu-status/due', 'covid-status/due', 'htn-61', 'not-seen', 'priority-overall/high-risk'];
  return new Set([...groups, ...gaps.filter(() => chance.one(6))]);
}

/** What the list of whoever goes down the ranking is worth, taking everybody who still fits. */
function fromTheTop({ choices, limits }: ChoiceProblem): number {
  const left = [...limits];
  let worth = 0;
  for (const choice of choices) {
    if (choice.needs.some((need, nth) => need > (left[nth] ?? 0))) continue;
    for (const [nth, need] of choice.needs.entries()) left[nth] = (left[nth] ?? 0) - need;
    worth += choice.worth;
  }
  return worth;
}

/** Looks how long this thread does nothing else. */
function watchLoop(): () => Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  return async () => {
    await new Promise((done) => setTimeout(done, 10));
    clearInterval(timer);
    return Math.round(Math.max(longest, performance.now() - last));
  };
}

function since(began: number): number {
  return Math.round((performance.now() - began) / 10) / 100;
}
