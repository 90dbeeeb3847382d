import type { Match, MatchEvent, MatchField, MatchingMethod } from '../../register/index.ts';

/** How strong the evidence is that two are one, with its weight in bits. */
export function strengthWords(weight: number, method: MatchingMethod): string {
  return `${weight >= method.strong_at ? 'Strong' : 'Possible'} (${weight.toFixed(1)})`;
}

/** A weight with its sign, as evidence for or against. */
export function weightWords(weight: number): string {
  if (weight === 0) return 'Neither for nor against';
  return weight > 0 ? `For, ${weight.toFixed(1)}` : `Against, ${(-weight).toFixed(1)}`;
}

export const fieldWords: Record<MatchField, string> = {
  family_name: 'Family name',
  given_name: 'Given names',
  birth_date: 'Born',
  postcode: 'Postcode',
  sex: 'Sex',
};

const LEVEL_WORDS: Record<string, string> = {
  same: 'Same',
  nearly_same: 'Nearly the same',
  part_same: 'One part is the same',
  sounds_alike: 'Sounds alike',
  short_form: 'One stands for the other',
  middle_name: 'One is the other’s middle name',
  initial: 'Same initial',
  day_and_month_swapped: 'Day and month swapped',
  same_month_day_unknown: 'Same month, day not known',
  two_parts_same: 'Two of day, month and year are the same',
  same_district: 'Same district',
  different: 'Different',
};

/** What a comparison came to. Null: one side does not have it. */
export function levelWords(level: string | null): string {
  return level === null ? 'Missing on one side' : (LEVEL_WORDS[level] ?? level);
}

export function contradictionWords(of: NonNullable<Match['contradiction']>): { short: string; long: string } {
  switch (of) {
    case 'two_numbers':
      return {
        short: 'Two NHS numbers',
        long: 'These two were merged, and a practice now sends another NHS number for one of the records. The merge stands, and the new number is not used, until somebody decides. Two people with two NHS numbers must not share a record: undo the merge, or ask the practice to correct the number.',
      };
    case 'one_number':
      return {
        short: 'One NHS number',
        long: 'These two were kept apart, and both records now come with one NHS number. They stay apart until somebody decides: merge them, or keep them apart once more and have the practice correct the number.',
      };
    case 'linked':
      return {
        short: 'Linked by a supplier',
        long: 'These two were kept apart, and a supplier now says that both records are of one person. They stay apart until somebody decides.',
      };
  }
}

export const verdictWords: Record<MatchEvent['verdict'], string> = {
  merge: 'Merged',
  apart: 'Kept apart',
  unmerge: 'Merge undone',
  ask: 'Practice asked',
  answer: 'Practice answered',
};
