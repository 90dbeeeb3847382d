import type { Cause, CauseGroup } from './chart.ts';
import type { Condition } from './conditions.ts';
import type { Dice } from './dice.ts';
import type { Subject } from './subject.ts';

interface CauseRule {
  readonly group: CauseGroup;
  /** Of 1,000 deaths of people under 75, and of older ones, in whom nothing speaks for it or against it. */
  readonly younger: number;
  readonly older: number;
  /** Percent of that in people who have one of these conditions. */
  readonly raised: number;
  readonly by: readonly Condition[];
  /** Codes with their weights. */
  readonly codes: readonly (readonly [string, number])[];
}

/**
 * Tuned until the deaths of the borough had the shares of the strategy of 2016: cancer 28.3%, circulatory 28.1%,
 * respiratory 13.8%, dementia 9%. Which condition leads to which cause, and the codes inside a group, are invented.
 */
const rules: readonly CauseRule[] = [
  {
    group: 'cancer',
    younger: 319,
    older: 190,
    raised: 400,
    by: ['cancer'],
    codes: [
      ['C34', 24],
      ['C18', 11],
      ['C50', 10],
      ['C61', 10],
      ['C25', 8],
      ['C80', 37],
    ],
  },
  {
    group: 'circulatory',
    younger: 205,
    older: 198,
    raised: 230,
    by: ['coronaryDisease', 'stroke', 'heartFailure', 'atrialFibrillation', 'arterialDisease'],
    codes: [
      ['I25', 34],
      ['I21', 20],
      ['I63', 8],
      ['I64', 16],
      ['I50', 8],
      ['I71', 4],
      ['I48', 10],
    ],
  },
  {
    group: 'respiratory',
    younger: 103,
    older: 113,
    raised: 420,
    by: ['copd', 'lungDisease'],
    codes: [
      ['J44', 46],
      ['J18', 40],
      ['J84', 14],
    ],
  },
  {
    group: 'dementia',
    younger: 7,
    older: 43,
    raised: 900,
    by: ['dementia'],
    codes: [
      ['F03', 46],
      ['G30', 38],
      ['F01', 16],
    ],
  },
  {
    group: 'other',
    younger: 257,
    older: 139,
    raised: 160,
    by: ['alcoholProblem', 'psychosis', 'epilepsy', 'kidneyDisease'],
    codes: [
      ['K70', 12],
      ['N39', 12],
      ['E14', 10],
      ['W19', 12],
      ['G20', 8],
      ['X84', 6],
      ['R54', 14],
      ['K55', 26],
    ],
  },
];

/** What somebody died of, who did: likelier what they were ill with. `dice` has begun the mortality stream. */
export function drawCause({ dice, person, health }: Subject): Cause | null {
  if (!person.died) return null;
  const weights = rules.map(({ younger, older, raised, by }) => {
    const usual = person.age < 75 ? younger : older;
    return by.some((condition) => health.active(condition)) ? Math.floor((usual * raised) / 100) : usual;
  });
  const rule = rules[placeIn(weights, evenly(person.number))];
  if (rule === undefined) return null;
  return { group: rule.group, icd10: codeOf(dice, rule) };
}

/**
 * A number below 2^32 that the deaths of a borough share out evenly, two in each ten people who went (records.ts): the
 * strategy's first two shares are 0.2% apart, and throws of chance would change their order from seed to seed.
 */
function evenly(person: number): number {
  const death = Math.floor(person / 10) * 2 + (person % 10);
  return Math.imul(death, 0x9e3779b9) >>> 0;
}

/** The place of a number below 2^32 among weights. */
function placeIn(weights: readonly number[], at: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = Math.floor((at / 4_294_967_296) * total);
  for (let place = 0; place < weights.length; place++) {
    left -= weights[place] ?? 0;
    if (left < 0) return place;
  }
  return 0;
}

function codeOf(dice: Dice, { codes }: CauseRule): string {
  return codes[dice.weighted(codes.map(([, weight]) => weight))]?.[0] ?? 'R99';
}
