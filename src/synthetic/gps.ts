import { type Practice, VICTORIA_PRACTICE } from './borough.ts';
import { Dice } from './dice.ts';
import { familyName, givenNames } from './names.ts';
import { streams } from './streams.ts';

/** A GP of the made-up borough, as the place pack lists them. */
export interface GpLine {
  readonly id: string;
  readonly name: string;
  readonly practice: string;
  /** The key of their account, where they sign in to the demonstration. */
  readonly staff?: string;
}

/** People on a list for each GP, about as many as there are in London, heads counted. */
const PEOPLE_A_GP = 1800;
const LISTS = ['english', 'southAsian', 'westAfrican', 'european', 'caribbean', 'eastAsian'] as const;

/** The GPs of each practice, two at the least, so that somebody is left when one leaves. The same for every seed. */
export function gps(practices: readonly Practice[]): GpLine[] {
  const dice = new Dice();
  return practices.flatMap(({ code, number, list }) => {
    const many = Math.max(2, Math.round(list / PEOPLE_A_GP));
    return Array.from({ length: many }, (_, at): GpLine => {
      const id = `${code}-GP${at + 1}`;
      if (code === VICTORIA_PRACTICE && at === 0)
        return { id, name: 'Dr Priya Kestrelmarsh', practice: code, staff: 'gp' };
      dice.begin(number, at, streams.gps);
      const first = givenNames(dice, dice.chance(55) ? 'F' : 'M', LISTS).split(' ')[0] ?? '';
      return { id, name: `Dr ${first} ${familyName(dice)}`, practice: code };
    });
  });
}
