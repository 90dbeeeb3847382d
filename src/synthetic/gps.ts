import { type Practice, VICTORIA_PRACTICE } from './borough.ts';
import { Dice } from './dice.ts';
import { familyName, givenNames } from './names.ts';
import { doctorsOf } from './practice-style.ts';
import { streams } from './streams.ts';

/** A GP of the made-up borough, as the place pack lists them. */
export interface GpLine {
  readonly id: string;
  readonly name: string;
  readonly practice: string;
  /** As appointments name them. */
  readonly practitioners: readonly string[];
  /** The key of their account, where they sign in to the demonstration. */
  readonly staff?: string;
}

const LISTS = ['english', 'southAsian', 'westAfrican', 'european', 'caribbean', 'eastAsian'] as const;

/** The GPs of each practice, under the ids that appointments name them by. The same for every seed. */
export function gps(practices: readonly Practice[]): GpLine[] {
  const dice = new Dice();
  return practices.flatMap((practice) => {
    const { code, number } = practice;
    return Array.from({ length: doctorsOf(practice) }, (_, at): GpLine => {
      const id = `${code}-GP${at + 1}`;
      const practitioners = [`${number}-gp-${at + 1}`];
      // Whom Victoria sees most.
      if (code === VICTORIA_PRACTICE && at === 1)
        return { id, name: 'Dr Priya Kestrelmarsh', practice: code, practitioners, staff: 'gp' };
      dice.begin(number, at, streams.gps);
      const first = givenNames(dice, dice.chance(55) ? 'F' : 'M', LISTS).split(' ')[0] ?? '';
      return { id, name: `Dr ${first} ${familyName(dice)}`, practice: code, practitioners };
    });
  });
}
