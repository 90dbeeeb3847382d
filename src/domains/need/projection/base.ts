import type { AgeAndSex } from '../equity/age-and-sex.ts';
import type { Residents } from './assumptions.ts';
import type { AgesBySex } from './cohort-component.ts';

/**
 * People of a place in bands of five years, from bands of ten: each is split by the shape of the residents. Whose age is not
 * known is spread over all ages, and who is recorded as neither sex counts half to each, so that nobody is lost. What is
 * hidden shares what is left of everybody registered.
 */
export function baseOf(ages: readonly AgeAndSex[], registered: number, residents: Residents): AgesBySex {
  const shown = ages.reduce((sum, { people }) => sum + (people?.value ?? 0), 0);
  const hidden = ages.filter(({ people, age, sex }) => people === null && isUsual(age, sex)).length;
  const each = hidden === 0 ? 0 : Math.max(0, registered - shown) / hidden;
  const base = {
    female: residents.residents.map(() => 0),
    male: residents.residents.map(() => 0),
  };
  for (const { age, sex, people } of ages) {
    const value = people?.value ?? (isUsual(age, sex) ? each : 0);
    const sexes: readonly (keyof AgesBySex)[] =
      sex === 'female' || sex === 'male' ? [sex] : ['female', 'male'];
    for (const of of sexes) spread(base[of], value / sexes.length, bandsOf(age, residents), of, residents);
  }
  return base;
}

/** Hidden strata of people without a known age or sex are taken as nobody: they nearly always are. */
function isUsual(age: string, sex: string): boolean {
  return age !== 'not-known' && (sex === 'female' || sex === 'male');
}

/** The bands of five years that an age band is made of: of `5-14` those from 5 and from 10. */
export function bandsOf(age: string, { residents }: Residents): number[] {
  const [from, to] = age.split('-').map(Number);
  const last = to === undefined || Number.isNaN(to) ? Number.POSITIVE_INFINITY : to;
  const all = residents.map((_, at) => at);
  if (from === undefined || Number.isNaN(from)) return all;
  return all.filter((at) => at * 5 >= from && at * 5 <= last);
}

function spread(
  over: number[],
  people: number,
  bands: readonly number[],
  sex: keyof AgesBySex,
  { residents }: Residents,
): void {
  const shape = bands.map((at) => residents[at]?.[sex] ?? 0);
  const all = shape.reduce((sum, count) => sum + count, 0);
  bands.forEach((at, place) => {
    over[at] = (over[at] ?? 0) + (people * (shape[place] ?? 0)) / Math.max(1, all);
  });
}
