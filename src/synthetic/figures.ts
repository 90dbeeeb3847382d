// What is told about the borough beside its records: a survey, comparators, attendances, training, residents. Where
// the strategies give the figure itself it is theirs; every comparator and every split is invented, and is marked so in
// the file that carries it.

/** A figure that nobody has verified: configuration, with somebody who owns it and a day on which to look again. */
interface Unverified<Value> {
  readonly value: Value;
  readonly owner: string;
  readonly review: string;
}

/**
 * Residents of the borough in 2016, about: not the registered list, which is larger (strategy of 2016 gives the growth
 * and the list, not this base).
 */
export const RESIDENTS_2016: Unverified<number> = {
  value: 301_000,
  owner: 'Analytics lead',
  review: '2027-05-01',
};

/** Residents more after five years (strategy of 2016), with fewer aged 20 to 29. */
export const GROWTH = 20_000;

/** Age from, of 1,000 residents in 2016, and the change over five years. Invented; the changes add up to GROWTH. */
export const RESIDENTS_BY_AGE: readonly (readonly [from: number, share: number, change: number])[] = [
  [0, 76, 900],
  [5, 65, 1_700],
  [10, 54, 2_500],
  [15, 53, 900],
  [20, 71, -500],
  [25, 102, -300],
  [30, 105, 1_000],
  [35, 94, 1_800],
  [40, 76, 2_200],
  [45, 70, 800],
  [50, 64, 1_100],
  [55, 48, 2_600],
  [60, 35, 2_000],
  [65, 28, 800],
  [70, 20, 900],
  [75, 16, 700],
  [80, 12, 400],
  [85, 11, 500],
];

/** Hospital emergency attendances: 12% more in 2015/16 than in 2014/15 (strategy of 2016); the number is invented. */
export const ATTENDANCES = { base: 96_000, percentMore: 12 } as const;

/** Percent of an ordinary month, April to March. Invented. */
export const ATTENDANCES_BY_MONTH = [98, 102, 101, 102, 94, 99, 103, 101, 102, 99, 95, 104];

/**
 * The patient survey of July 2016: below London and England on each of three questions (strategy of 2016, which gives
 * the direction only). All percentages are invented.
 */
export const SURVEY = [
  { question: 'nurse_trust', asks: 'Trusts the nurse', place: 78, london: 82, england: 85 },
  {
    question: 'phone_ease',
    asks: 'Finds it easy to get through by telephone',
    place: 62,
    london: 67,
    england: 70,
  },
  {
    question: 'ltc_support',
    asks: 'Has enough support for a long-term condition',
    place: 54,
    london: 59,
    england: 63,
  },
] as const;

/** People of a practice who answer, and how far practices lie apart, in points. Invented. */
export const SURVEY_ANSWERS = 110;
export const SURVEY_SPREAD = 6;

/** More than 95% of the clinical workforce had training in care planning (strategy of 2016): all but one in so many. */
export const UNTRAINED_EVERY = 32;

/**
 * How "1.6% above London" and "5% more" are read: in points, or relative to London. The strategy does not say; the
 * comparators are made for both and named by the reading.
 */
export type ComparedIn = 'points' | 'relative';

interface CommissioningMeasure {
  readonly measure: string;
  /** The borough's figure in the strategy, in percent, and its rank among the 32 of London; null where none is given. */
  readonly target: number;
  readonly rank: number | null;
  /** London, by reading. */
  readonly london: Readonly<Record<ComparedIn, number>>;
}

/** Uptake among the groups of London (strategy of 2016: targets, distances and ranks; the others are invented). */
export const UPTAKE_IN_LONDON: readonly CommissioningMeasure[] = [
  { measure: 'pneumococcal_65', target: 72.6, rank: 1, london: { points: 64.9, relative: 64.9 } },
  { measure: 'flu_65', target: 68, rank: null, london: { points: 66.4, relative: 66.9 } },
  { measure: 'flu_at_risk', target: 44.3, rank: null, london: { points: 42.7, relative: 42.7 } },
  { measure: 'flu_pregnant', target: 43.6, rank: 5, london: { points: 38.6, relative: 41.5 } },
];

/** The groups of London that commissioned care in 2016, this one among them. */
export const GROUPS_IN_LONDON = 32;

/**
 * Districts of England that the strategy of 2016 ranks: this one 48th most deprived and 14th most diverse of 326. The
 * others' figures are invented, either side of these.
 */
export const DISTRICTS = { count: 326, deprivationRank: 48, diversityRank: 14, diversity: 49.3 } as const;

/** Mean decile of the borough's small areas, in thousandths, to which the districts were made. */
export const MEAN_DECILE = 3_592;
