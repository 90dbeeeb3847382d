import { rangeText, ratioText } from '../equity/gap-words.ts';
import type { Profile, ProfileRow } from './read-profile.ts';

// How a profile says its numbers, on the page and in the document alike.

const GROUPED = new Intl.NumberFormat('en-GB');
export const HIDDEN = 'hidden';

export function peopleText({ people }: ProfileRow): string {
  return people.people === null ? HIDDEN : GROUPED.format(people.people);
}

export function percentText(share: number | null): string {
  return share === null ? HIDDEN : `${(share * 100).toFixed(1)}%`;
}

export function rowRatioText({ ratio }: ProfileRow): string {
  return ratio === null ? 'none' : `${ratioText(ratio.value)} (${rangeText(ratio)})`;
}

export function changeText({ change }: ProfileRow): string {
  if (change === null) return 'none';
  return change === 0 ? 'no change' : `${change > 0 ? '+' : '−'}${GROUPED.format(Math.abs(change))}`;
}

/** Which kind of numbers these are, and whether they add up. */
export function aboutNumbers(profile: Profile): string {
  if (profile.exact)
    return 'These are exact numbers, for those who may see the people. Those of all neighbourhoods, or of all networks, add up to the borough; those of practices to their neighbourhood and their network.';
  return `These numbers are rounded to the nearest ${profile.rounding}, and small ones are hidden, so that nobody can be recognised: rounded numbers need not add up. People who object to the use of their record beyond their own care are left out.`;
}

export const ABOUT_RATIO =
  'The ratio says how many there are for each that would be expected, were the rates of everybody here by age and sex those of this place: 1 is as many, 2 twice as many. In brackets the 95% interval; where it holds 1, the difference may be chance.';

export const NO_GAPS =
  'Of the gaps that are looked at, none is one that chance does not explain after age and sex. That is not to say that there are none.';

export const GAPS_NOT_PUBLISHED =
  'Groups of one practice are too small to be published. They are shown to those who may see its people.';
