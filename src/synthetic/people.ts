import { type Area, areasByNeighbourhood, areasOutside } from './areas.ts';
import type { Practice } from './borough.ts';
import { ageAt, EXTRACT_DAY } from './calendar.ts';
import type { Dice } from './dice.ts';
import { type EthnicGroup, ethnicGroups, ethnicShares } from './ethnicity.ts';
import { neighbourhoodsBeside } from './territory.ts';

export type Sex = 'F' | 'M';

/** What a person is, before anything happens to them. */
export interface Person {
  readonly number: number;
  readonly sex: Sex;
  readonly born: number;
  /** The day after their last day here: the extract, or when they left or died. */
  readonly until: number;
  readonly died: boolean;
  /** In completed years on that day. */
  readonly age: number;
  readonly group: EthnicGroup;
  readonly area: Area;
  /** Shared by all conditions of a person, so that illness gathers: 100 is ordinary. */
  readonly frailty: number;
  /** From 0, takes every offer of prevention, to 99, takes none. */
  readonly reluctance: number;
  readonly bornHere: boolean;
  readonly practice: Practice;
}

/** First ages of the ten bands that every table by age has. */
export const AGE_BANDS = [0, 5, 15, 25, 35, 45, 55, 65, 75, 85] as const;

/** Of 1,000 people; like Lewisham in about 2021 (docs/synthetic-borough.md). */
const AGE_MIX = [65, 115, 115, 190, 175, 130, 105, 60, 30, 15];

/** Of 1,000 people who died. Invented, in the shape of national deaths by age in a young borough. */
const AGE_MIX_OF_DEATHS = [5, 2, 5, 10, 20, 45, 95, 160, 260, 398];

/** Years in each band; the last one is long and thins out. */
const BAND_YEARS = [5, 10, 10, 10, 10, 10, 10, 10, 10, 17];

/** Women of 100 people, by band: women live longer. */
const WOMEN = [49, 49, 50, 51, 50, 50, 51, 53, 57, 64];

/** Sixteen equal parts of the population, in percent of the ordinary risk. Invented; the mean is near 100. */
const FRAILTY = [17, 25, 33, 41, 49, 57, 65, 74, 85, 98, 113, 132, 157, 194, 250, 350];

/** Steps of that by which those who died were frailer. Invented. */
const FRAILER = 4;

/** Live in another neighbourhood than their practice's, or outside the borough, of 100. Invented. */
const LIVE_IN_ANOTHER = 9;
const LIVE_OUTSIDE = 5;

/** Days before the extract that the youngest was born: it takes a fortnight to be registered. */
const YOUNGEST = 16;

export type Ending = 'registered' | 'left' | 'died';

/** Draws a person. `dice` has begun the identity stream of this person. */
export function drawPerson(dice: Dice, number: number, practice: Practice, ending: Ending): Person {
  const until = lastDay(dice, ending);
  const band = dice.weighted(ending === 'died' ? AGE_MIX_OF_DEATHS : AGE_MIX);
  const born = birthday(dice, band, until);
  const sex = dice.chance(WOMEN[band] ?? 50) ? 'F' : 'M';
  const group = ethnicGroups[dice.weighted(ethnicShares)] ?? dice.one(ethnicGroups);
  const area = home(dice, practice);
  return {
    number,
    sex,
    born,
    until,
    died: ending === 'died',
    age: ageAt(until, born),
    group,
    area,
    frailty: frailty(dice, area.decile, ending),
    reluctance: dice.below(100),
    bornHere: dice.chance(group.heritage === 'white' || group.heritage === 'mixed' ? 80 : 50),
    practice,
  };
}

/** The place in a table by age band. */
export function bandOf(age: number): number {
  let band = AGE_BANDS.length - 1;
  while (band > 0 && age < (AGE_BANDS[band] ?? 0)) band -= 1;
  return band;
}

function lastDay(dice: Dice, ending: Ending): number {
  if (ending === 'registered') return EXTRACT_DAY;
  // Records of people who went are kept for years; more of them are recent.
  const years = ending === 'died' ? 5 : 9;
  return EXTRACT_DAY - 1 - Math.min(dice.below(365 * years), dice.below(365 * years));
}

function birthday(dice: Dice, band: number, until: number): number {
  const first = AGE_BANDS[band] ?? 0;
  const years = BAND_YEARS[band] ?? 10;
  // Within the two oldest bands every year has fewer people than the one before.
  const tries = band === 9 ? 3 : band >= 7 ? 2 : 1;
  let days = dice.below(years * 365);
  for (let again = 1; again < tries; again++) days = Math.min(days, dice.below(years * 365));
  return Math.min(until - daysOf(first) - days - 1, until - YOUNGEST);
}

/** Days in so many years, leap days included. */
function daysOf(years: number): number {
  return Math.floor((years * 1461) / 4);
}

/** Each practice draws on a stretch of its neighbourhood, so that lists differ in deprivation. */
function home(dice: Dice, practice: Practice): Area {
  const where = dice.below(100);
  if (where < LIVE_OUTSIDE) return dice.one(areasOutside);
  const turn = where < LIVE_OUTSIDE + LIVE_IN_ANOTHER ? dice.between(1, 3) : 0;
  const beside = neighbourhoodsBeside(practice.neighbourhood);
  const there = beside[(beside.indexOf(practice.neighbourhood) + turn) % beside.length] ?? 0;
  const areas = areasByNeighbourhood[there] ?? areasOutside;
  if (turn > 0) return dice.one(areas);
  if (dice.chance(20)) return dice.one(areas);
  const from = (practice.number * 17) % areas.length;
  const away = (dice.below(areas.length) + dice.below(areas.length) - areas.length) >> 2;
  return areas[inside(from + away, areas.length)] ?? dice.one(areas);
}

/** Turns back at the ends of a list. */
function inside(place: number, length: number): number {
  const above = place < 0 ? -place : place;
  return above < length ? above : Math.max(0, 2 * length - 2 - above);
}

function frailty(dice: Dice, decile: number, ending: Ending): number {
  const step =
    dice.below(FRAILTY.length) +
    (dice.chance(Math.max(0, 6 - decile) * 6) ? 1 : 0) +
    (ending === 'died' ? FRAILER : 0);
  return FRAILTY[Math.min(step, FRAILTY.length - 1)] ?? 100;
}
