// What forms ask for each word of the language: the fields of its body, as docs/definitions.md explains them. A word, or
// a part of a body, that is not here is left as text, so that the language can grow without the forms.

/** Which codelists fit a question. */
export type ListsFor = 'entries' | 'medicines' | 'values' | 'statuses' | 'diagnoses';

export type Field =
  | {
      readonly kind: 'codes';
      readonly key: string | null;
      readonly label: string;
      readonly lists: readonly ListsFor[];
      readonly optional?: true;
    }
  | {
      readonly kind: 'whole';
      readonly key: string;
      readonly label: string;
      readonly least: number;
      readonly most?: number;
      readonly fallback?: number;
      readonly optional?: true;
    }
  | {
      readonly kind: 'choice';
      readonly key: string | null;
      readonly label: string;
      readonly of: readonly (readonly [string, string])[];
      readonly fallback?: string;
      readonly optional?: true;
    }
  | { readonly kind: 'yes'; readonly key: string; readonly label: string; readonly says?: string }
  | { readonly kind: 'date'; readonly key: string; readonly label: string; readonly optional?: true }
  | { readonly kind: 'window'; readonly label: string; readonly season: boolean; readonly needed?: true }
  | { readonly kind: 'compare'; readonly label: string }
  | {
      readonly kind: 'definition';
      readonly key: string | null;
      readonly label: string;
      /** Only those that have a value, without their bands. */
      readonly scores?: true;
      readonly optional?: true;
    };

export interface WordForm {
  readonly title: string;
  readonly hint: string;
  readonly fields: readonly Field[];
  /** At least one of these keys has to be given. */
  readonly oneOf?: { readonly keys: readonly string[]; readonly message: string };
}

const codes = (
  label = 'Codelists',
  lists: readonly ListsFor[] = ['entries', 'medicines'],
  key: string | null = 'codes',
): Field => ({ kind: 'codes', key, label, lists });
const window: Field = { kind: 'window', label: 'How far back', season: true };
const atLeast = (label: string, fallback?: number): Field => ({
  kind: 'whole',
  key: 'at_least',
  label,
  least: 1,
  ...(fallback === undefined ? {} : { fallback }),
});
const from = (label: string, least: number, most?: number): Field => ({
  kind: 'whole',
  key: 'from',
  label,
  least,
  ...(most === undefined ? {} : { most }),
  optional: true,
});
const to = (label: string, least: number, most?: number): Field => ({
  kind: 'whole',
  key: 'to',
  label,
  least,
  ...(most === undefined ? {} : { most }),
  optional: true,
});
const fromDate: Field = { kind: 'date', key: 'from', label: 'From', optional: true };
const toDate: Field = { kind: 'date', key: 'to', label: 'To', optional: true };
const eitherEnd = { keys: ['from', 'to'], message: 'Write the lowest, the highest, or both' };
const compare: Field = { kind: 'compare', label: 'The value is' };
const compared = {
  keys: ['below', 'at_most', 'at_least', 'above'],
  message: 'Write what the value is compared with',
};

const bound = (key: string, label: string, least: number, most?: number): Field => ({
  kind: 'whole',
  key,
  label,
  least,
  ...(most === undefined ? {} : { most }),
  optional: true,
});
/** By what people are compared, and with whom. */
const standing: readonly Field[] = [
  { kind: 'definition', key: 'of', label: 'Score', scores: true },
  {
    kind: 'choice',
    key: 'over',
    label: 'Compared with everybody of the same',
    of: [
      ['neighbourhood', 'Neighbourhood'],
      ['borough', 'Borough'],
      ['practice', 'Practice'],
    ],
  },
  { kind: 'definition', key: 'among', label: 'Only with those in', optional: true },
];

/** The words that have a form, in the order in which they are offered. */
export const wordForms: Readonly<Record<string, WordForm>> = {
  within: {
    title: 'Recorded, or issued, in the last so many months',
    hint: 'An entry, or a medicine, of a codelist in a stretch of time that ends on the day of the data.',
    fields: [codes(), window],
  },
  current: {
    title: 'A medicine that somebody should be taking now',
    hint: 'Issued so lately that it lasts until the day of the data, with some days for those who collect late.',
    fields: [
      codes('Codelists of medicines', ['medicines']),
      {
        kind: 'whole',
        key: 'usual_days',
        label: 'Days that an issue lasts where it does not say',
        least: 1,
        most: 366,
      },
      { kind: 'whole', key: 'grace_days', label: 'Days after its end that still count', least: 0, most: 366 },
    ],
  },
  ever: {
    title: 'Recorded at any time',
    hint: 'With or without a date.',
    fields: [codes('Codelists', ['entries', 'medicines'], null)],
  },
  active: {
    title: 'A diagnosis that was not resolved since',
    hint: 'Recorded, and not resolved on or after the day of the latest record.',
    fields: [
      codes('Codelists of the diagnosis'),
      codes('Codelists of what resolves it', ['entries', 'medicines'], 'resolved'),
    ],
  },
  count: {
    title: 'Recorded, or issued, at least so many times',
    hint: 'Counts entries, or days with one.',
    fields: [
      codes(),
      window,
      atLeast('At least how many'),
      { kind: 'yes', key: 'on_different_days', label: 'Count days', says: 'Several on one day count as one' },
    ],
  },
  first_within: {
    title: 'Recorded for the first time in the last so many months',
    hint: 'Newly recorded.',
    fields: [codes(), window],
  },
  nth_within: {
    title: 'Recorded for the second, or nth, time in the last so many months',
    hint: 'Counted from the earliest entry of all.',
    fields: [
      codes(),
      { kind: 'whole', key: 'nth', label: 'Which, counted from the earliest', least: 1, most: 100 },
      window,
    ],
  },
  age_at: {
    title: 'Age when something was recorded',
    hint: 'Completed years on the day of the first entry of all, or of the latest.',
    fields: [
      codes(),
      from('From', 0),
      to('To', 0),
      {
        kind: 'choice',
        key: 'entry',
        label: 'Which entry',
        of: [
          ['first', 'The first'],
          ['latest', 'The latest'],
        ],
        fallback: 'first',
      },
    ],
    oneOf: eitherEnd,
  },
  since: {
    title: 'Recorded on or after a day',
    hint: 'A fixed day, such as the start of a rule.',
    fields: [codes(), { kind: 'date', key: 'date', label: 'On or after' }],
  },
  between: {
    title: 'Recorded between two days',
    hint: 'Both days count. One of them may be left out.',
    fields: [codes(), fromDate, toDate],
    oneOf: { keys: ['from', 'to'], message: 'Write the first day, the last day, or both' },
  },
  latest_is: {
    title: 'The latest recorded of several is this',
    hint: 'For what changes, such as smoking.',
    fields: [
      codes('The latest is on'),
      codes('Of these and', ['entries', 'medicines'], 'of'),
      window,
      {
        kind: 'choice',
        key: 'if_none',
        label: 'If none is recorded',
        of: [['unknown', 'Unknown, as everybody has one']],
        optional: true,
      },
    ],
  },
  followed: {
    title: 'Followed by something else',
    hint: 'On or after the day of the latest of the first there is one of the second.',
    fields: [codes('The latest of'), codes('Is followed by', ['entries', 'medicines'], 'by')],
  },
  near: {
    title: 'Recorded within so many days of something else',
    hint: 'Such as a second reading within two weeks, or a result within a month of the order. Days below nought are before it.',
    fields: [
      codes('What is recorded'),
      codes('So many days after', ['entries', 'medicines'], 'to'),
      { kind: 'whole', key: 'from_days', label: 'From how many days', least: -3660, most: 3660 },
      { kind: 'whole', key: 'to_days', label: 'To how many days', least: -3660, most: 3660 },
      window,
    ],
  },
  measured: {
    title: 'A result compared with a value',
    hint: 'The latest result, or the highest, lowest or mean of the latest few.',
    fields: [
      codes('Codelists of the measurement', ['values']),
      compare,
      window,
      {
        kind: 'choice',
        key: 'take',
        label: 'Which result',
        of: [
          ['latest', 'The latest'],
          ['highest_of_last', 'The highest of the last few'],
          ['lowest_of_last', 'The lowest of the last few'],
          ['mean_of_last', 'The mean of the last few'],
        ],
        fallback: 'latest',
      },
      { kind: 'whole', key: 'last', label: 'Of how many results', least: 1, most: 8, fallback: 1 },
      {
        kind: 'yes',
        key: 'on_different_days',
        label: 'Results of different days',
        says: 'A day has one result, its highest',
      },
    ],
    oneOf: compared,
  },
  sustained: {
    title: 'Results that last',
    hint: 'The latest results all compare so, and go back at least so many days.',
    fields: [
      codes('Codelists of the measurement', ['values']),
      compare,
      { kind: 'whole', key: 'for_days', label: 'Over at least how many days', least: 1 },
      window,
    ],
    oneOf: compared,
  },
  distinct_paragraphs: {
    title: 'Medicines of at least so many kinds',
    hint: 'Kinds are BNF paragraphs.',
    fields: [codes('Codelists of medicines', ['medicines']), window, atLeast('At least how many kinds')],
  },
  age: {
    title: 'Age',
    hint: 'Completed years, months or days on the day of the data.',
    fields: [
      from('From', 0),
      to('To', 0),
      {
        kind: 'choice',
        key: 'unit',
        label: 'In',
        of: [
          ['years', 'Years'],
          ['months', 'Months'],
          ['days', 'Days'],
        ],
        fallback: 'years',
      },
    ],
    oneOf: eitherEnd,
  },
  born: {
    title: 'Born between two days',
    hint: 'For cohorts.',
    fields: [fromDate, toDate],
    oneOf: { keys: ['from', 'to'], message: 'Write the first day, the last day, or both' },
  },
  sex: {
    title: 'Sex',
    hint: 'As recorded.',
    fields: [
      {
        kind: 'choice',
        key: null,
        label: 'Sex',
        of: [
          ['female', 'Female'],
          ['male', 'Male'],
        ],
      },
    ],
  },
  deprivation: {
    title: 'Deprivation of where they live',
    hint: 'Tenths of the Index of Multiple Deprivation; 1 is the most deprived.',
    fields: [from('From tenth', 1, 10), to('To tenth', 1, 10)],
    oneOf: eitherEnd,
  },
  registered_for: {
    title: 'Registered for at least so long',
    hint: 'With the practice where they are registered now.',
    fields: [{ kind: 'window', label: 'For at least', season: false, needed: true }],
  },
  appointments: {
    title: 'Appointments',
    hint: 'At least so many, by their status.',
    fields: [codes('Lists of statuses', ['statuses'], 'status'), window, atLeast('At least how many', 1)],
  },
  admitted: {
    title: 'Admitted to hospital',
    hint: 'At least so many stays that began in the time.',
    fields: [
      {
        kind: 'choice',
        key: 'method',
        label: 'How',
        of: [
          ['emergency', 'As an emergency'],
          ['elective', 'As planned'],
          ['maternity', 'Maternity'],
          ['other', 'Other'],
        ],
        optional: true,
      },
      { kind: 'codes', key: 'diagnoses', label: 'Lists of diagnoses', lists: ['diagnoses'], optional: true },
      window,
      atLeast('At least how many', 1),
    ],
  },
  attended: {
    title: 'Attended an emergency department',
    hint: 'At least so many times.',
    fields: [window, atLeast('At least how many', 1)],
  },
  scored: {
    title: 'The value of a score',
    hint: 'Of a score or a calculation, compared with a number. Whom it does not apply to, it is not true of.',
    fields: [
      { kind: 'definition', key: 'definition', label: 'Score', scores: true },
      { ...compare, label: 'Its value is' },
    ],
    oneOf: compared,
  },
  percentile: {
    title: 'High among others by a score',
    hint: 'Percentile 91 or more is the top 9%. Counted are all who are registered in the same place.',
    fields: [
      ...standing,
      bound('at_least', 'Percentile at least', 0, 99),
      bound('at_most', 'Percentile at most', 0, 99),
    ],
    oneOf: { keys: ['at_least', 'at_most'], message: 'Write the lowest percentile, the highest, or both' },
  },
  rank: {
    title: 'Among the first so many by a score',
    hint: 'Rank 1 has the highest value; of equal values the older person comes first.',
    fields: [...standing, bound('at_most', 'Rank at most', 1), bound('at_least', 'Rank at least', 1)],
    oneOf: { keys: ['at_least', 'at_most'], message: 'Write the last rank, the first, or both' },
  },
  definition: {
    title: 'In another definition',
    hint: 'In it, or in one band or segment of it.',
    fields: [{ kind: 'definition', key: null, label: 'Definition' }],
  },
};
