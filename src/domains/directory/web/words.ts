import { formatDay } from '../../../kernel/index.ts';
import type { DirectoryState } from '../directory-state.ts';
import type { ChangeKind } from '../planned-change.ts';
import type { ShownChange } from '../read-changes.ts';
import type { ChangeSetState, PlaceKind, PlaceRelation } from '../tables.ts';

const KIND_WORDS: Record<PlaceKind, string> = {
  icb: 'Integrated care board',
  borough: 'Borough',
  neighbourhood: 'Neighbourhood',
  pcn: 'Primary care network',
  practice: 'Practice',
  site: 'Site of a practice',
  federation: 'Federation of practices',
  pharmacy: 'Community pharmacy',
  commissioner: 'Commissioner',
};

export function kindInWords(kind: PlaceKind): string {
  return KIND_WORDS[kind];
}

const RELATION_WORDS: Record<PlaceRelation, string> = {
  within: 'Lies in',
  member_of: 'Member of',
  part_of: 'Site of',
  federated_in: 'In the federation',
  commissioned_by: 'Commissioned by',
};

export function relationInWords(relation: PlaceRelation): string {
  return RELATION_WORDS[relation];
}

/** The page of a place; with a day, as it was on it. */
export function placeHref(place: { readonly code: string }, on: string | null = null): string {
  return `/places/${encodeURIComponent(place.code)}${on === null ? '' : `?on=${on}`}`;
}

export const CHANGE_WORDS: Record<ChangeKind, string> = {
  opened: 'Opens',
  closed: 'Closes',
  reopened: 'Opens again',
  renamed: 'Is renamed',
  corrected: 'Is corrected',
  joined: 'Joins',
  moved: 'Moves',
  left: 'Leaves',
  dated: 'First day is learned',
  past: 'Past is added',
  merged: 'Merges',
  split: 'Is split',
};

export const STATE_WORDS: Record<ChangeSetState, string> = {
  offered: 'Waits to be decided on',
  applied: 'Applied',
  discarded: 'Laid aside',
  undone: 'Undone',
};

/** What organisations are called, those too that the changes at hand open. */
export function namesOf(
  { places }: Pick<DirectoryState, 'places'>,
  changes: readonly ShownChange[] = [],
): ReadonlyMap<string, string> {
  const opened = changes.filter(({ what }) => what === 'opened');
  return new Map([
    ...opened.map(({ code, becomes }): [string, string] => [code, becomes ?? code]),
    ...[...places.values()].map(({ code, name }): [string, string] => [code, name]),
  ]);
}

/** One change as a sentence's worth of words: `The Old Surgery to The New Surgery, from 1 April 2026`. */
export function changeInWords(change: ShownChange, names: ReadonlyMap<string, string>): string {
  const { what, was, becomes, relation, day } = change;
  const named = (code: string | null) => (code === null ? '' : (names.get(code) ?? code));
  const on = (word: string) => (day === null ? '' : `, ${word} ${formatDay(day)}`);
  const how = relation === null ? '' : ` (${relationInWords(relation).toLowerCase()})`;
  switch (what) {
    case 'opened':
      return `New in the directory${on('open from')}`;
    case 'closed':
      return `Last day open: ${becomes === null ? 'not known' : formatDay(becomes)}`;
    case 'reopened':
      return `Was closed${was === null ? '' : ` on ${formatDay(was)}`}, and is open`;
    case 'renamed':
      return `From ${was} to ${becomes}${on('from')}`;
    case 'corrected':
      return `From ${was ?? 'not known'} to ${becomes ?? 'not known'}`;
    case 'joined':
      return `${named(becomes)}${how}${on('from')}`;
    case 'moved':
      return `From ${named(was)} to ${named(becomes)}${how}${on('from')}`;
    case 'left':
      return `${named(was)}${how}${on('from')}`;
    case 'dated':
      return `${named(becomes)}${how}${on('since')}`;
    case 'past':
      return `${named(was)}${how}${on('from')}${becomes === null ? '' : ` until before ${formatDay(becomes)}`}`;
    case 'merged':
      return `Into ${named(becomes)}${on('from')}`;
    case 'split':
      return `Into ${becomes}${on('from')}`;
  }
}
