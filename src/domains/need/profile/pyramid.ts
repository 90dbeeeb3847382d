import type { AgeAndSex } from '../equity/age-and-sex.ts';

/** One age of a population pyramid. Widths are percents of the longest bar; a hidden number has none. */
export interface PyramidRow {
  readonly title: string;
  readonly female: string;
  readonly male: string;
  readonly femaleWidth: number;
  readonly maleWidth: number;
}

const GROUPED = new Intl.NumberFormat('en-GB');

/** Ages from the oldest down, women and men. People recorded as neither are too few for a side of their own. */
export function pyramidOf(ages: readonly AgeAndSex[] | null): PyramidRow[] {
  if (!ages) return [];
  const longest = Math.max(1, ...ages.map(({ people }) => people?.value ?? 0));
  const bands = [...new Set(ages.map(({ age }) => age))].filter((age) => age !== 'not-known');
  const of = (age: string, sex: string) =>
    ages.find((each) => each.age === age && each.sex === sex)?.people ?? null;
  const text = (age: string, sex: string) => {
    const people = of(age, sex);
    return people === null ? 'hidden' : GROUPED.format(people.value);
  };
  const width = (age: string, sex: string) => Math.round(((of(age, sex)?.value ?? 0) / longest) * 1000) / 10;
  return bands.reverse().map((age) => ({
    title: age.replace('-and-over', '+').replace('-', ' to '),
    female: text(age, 'female'),
    male: text(age, 'male'),
    femaleWidth: width(age, 'female'),
    maleWidth: width(age, 'male'),
  }));
}
