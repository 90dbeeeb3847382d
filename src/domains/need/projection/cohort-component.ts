import type { Assumptions, Variant } from './assumptions.ts';

/** People by age, in bands of five years of which the last is open, of each sex. */
export interface AgesBySex {
  readonly female: readonly number[];
  readonly male: readonly number[];
}

/** Years of one step: people of one band are in the next after it. */
export const STEP = 5;

/** What of the assumptions is put otherwise: percents of births and deaths, and moves more a year of 1,000. */
export type Changed = Pick<Variant, 'births_percent' | 'deaths_percent' | 'moves_more'>;

/**
 * Projects people by the cohort-component method: everybody grows five years older, some die, some move in or out, and women
 * who may have children have some. Rates are a year of 1,000; deaths thin a band steadily over the five years, moves are of
 * those who would be there, and births are of the women there halfway. Nothing is rounded, and all of it is in proportion:
 * what is projected of two places together is the sum of both.
 *
 * @param steps how many times five years
 */
export function project(
  people: AgesBySex,
  assumptions: Assumptions,
  changed: Changed,
  steps: number,
): AgesBySex {
  let now = people;
  for (let step = 0; step < steps; step++) now = fiveYears(now, assumptions, changed);
  return now;
}

function fiveYears(people: AgesBySex, assumptions: Assumptions, changed: Changed): AgesBySex {
  const female = grown(people.female, assumptions, changed, 'deaths_female');
  const male = grown(people.male, assumptions, changed, 'deaths_male');
  const births = assumptions.ages.reduce((sum, { births: rate }, age) => {
    const women = ((people.female[age] ?? 0) + (female[age] ?? 0)) / 2;
    return sum + (STEP * women * rate * changed.births_percent) / 100_000;
  }, 0);
  const girls = 100 / (100 + assumptions.boys_for_100_girls);
  // Whoever is born within the five years has on average half of them to live through.
  const born = (share: number, sex: Death) =>
    moved(births * share * survival(assumptions, changed, 0, sex, STEP / 2), assumptions, changed, 0);
  return {
    female: [born(girls, 'deaths_female'), ...female.slice(1)],
    male: [born(1 - girls, 'deaths_male'), ...male.slice(1)],
  };
}

type Death = 'deaths_female' | 'deaths_male';

/** Everybody five years older; the first band is empty, and the last keeps its own. */
function grown(people: readonly number[], assumptions: Assumptions, changed: Changed, sex: Death): number[] {
  const last = people.length - 1;
  return people.map((_, age) => {
    if (age === 0) return 0;
    const alive = (from: number) => (people[from] ?? 0) * survival(assumptions, changed, from, sex, STEP);
    return moved(alive(age - 1) + (age === last ? alive(last) : 0), assumptions, changed, age);
  });
}

function survival({ ages }: Assumptions, changed: Changed, age: number, sex: Death, years: number): number {
  return Math.exp((-years * (ages[age]?.[sex] ?? 0) * changed.deaths_percent) / 100_000);
}

function moved(people: number, { ages }: Assumptions, changed: Changed, age: number): number {
  return Math.max(0, people * (1 + (STEP * ((ages[age]?.moves ?? 0) + changed.moves_more)) / 1000));
}

export function allOf({ female, male }: AgesBySex): number {
  return [...female, ...male].reduce((sum, people) => sum + people, 0);
}

export function together(parts: readonly AgesBySex[], ages: number): AgesBySex {
  const sum = (sex: keyof AgesBySex) =>
    Array.from({ length: ages }, (_, age) => parts.reduce((total, part) => total + (part[sex][age] ?? 0), 0));
  return { female: sum('female'), male: sum('male') };
}
