import { BOROUGH, lewishamPractices, type Practice } from './borough.ts';
import { Dice } from './dice.ts';
import { plantedStyle } from './outliers.ts';
import type { PlantName } from './plant-names.ts';
import { streams } from './streams.ts';

/** How a practice works: the differences between practices that quality work is about. Invented. */
export interface PracticeStyle {
  /** Reviews and checks done in time, of 100 due. */
  readonly recall: number;
  /** How much goes uncoded there, in percent of the usual. */
  readonly missed: number;
  /** Millimetres that treated blood pressure lies above the usual there. */
  readonly pressure: number;
  /** Points on every uptake of prevention, above or below the neighbourhood's. */
  readonly uptake: number;
  /** Did not attend, of 1,000 booked appointments. */
  readonly missedAppointments: number;
  readonly doctors: number;
  readonly nurses: number;
  /** Of 100 practices' rows that carry their own wording of a concept, one in so many. */
  readonly wordingEvery: number;
}

/** Points on screening uptake by neighbourhood: the north is lower, the centre higher (strategy of 2016). */
const SCREENING_BY_NEIGHBOURHOOD = [-7, 4, -1, 0];

/** The style of a practice: a matter of the borough's seed, the same whatever its size. */
export function styleOf(
  practice: Practice,
  { seed, plants }: { seed: number; plants: readonly PlantName[] },
): PracticeStyle {
  const drawn = drawStyle(practice, seed);
  const inBorough = practice.network.borough === BOROUGH.id;
  const style = inBorough ? { ...drawn, uptake: drawn.uptake - usualUptake(seed) } : drawn;
  return plantedStyle(practice.code, style, plants);
}

/** Points of the borough's practices together, by their lists: taken off, so that the borough is on target at any seed. */
function usualUptake(seed: number): number {
  let points = 0;
  let people = 0;
  for (const practice of lewishamPractices) {
    points += drawStyle(practice, seed).uptake * practice.list;
    people += practice.list;
  }
  return Math.floor((points + people / 2) / people);
}

/** How many GPs a practice has: two at the least, so that somebody is left when one leaves. */
export function doctorsOf({ list }: Practice): number {
  return 2 + Math.floor(list / 2_200);
}

function drawStyle(practice: Practice, seed: number): PracticeStyle {
  const dice = new Dice().begin(seed, practice.number, streams.practice);
  return {
    recall: dice.bell(82, 7),
    missed: Math.max(30, dice.bell(100, 30)),
    pressure: dice.bell(0, 3),
    uptake: dice.bell(0, 4),
    missedAppointments: Math.max(15, dice.bell(48, 12)),
    doctors: doctorsOf(practice),
    nurses: 1 + Math.floor(practice.list / 4_500),
    wordingEvery: dice.between(9, 22),
  };
}

export function screeningPoints(practice: Practice): number {
  return SCREENING_BY_NEIGHBOURHOOD[practice.neighbourhood] ?? 0;
}
