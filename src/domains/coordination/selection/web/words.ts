import type { SelectionState } from '../selection-tables.ts';
import type { Minutes } from '../visits-and-worth.ts';

export function selectionHref(selection: number): string {
  return `/selections/${selection}`;
}

export const HOURS_HREF = '/team-hours';

export const stateWords: Record<SelectionState, string> = {
  draft: 'Draft',
  accepted: 'Accepted',
  discarded: 'Discarded',
  taken_back: 'Taken back',
};

/** Minutes over a period as hours a week, to a tenth. */
export function hoursAWeek(minutes: number, weeks: number): number {
  return Math.round((minutes / 60 / weeks) * 10) / 10;
}

/** "12 hours", "1 hour". */
export function hoursText(hours: number): string {
  return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}

/** The time that somebody's visits take a week, of the disciplines that have hours here. */
export function minutesAWeek(
  minutes: Minutes,
  disciplines: readonly { readonly discipline: string }[],
  weeks: number,
): number {
  return Math.round(disciplines.reduce((sum, { discipline }) => sum + (minutes[discipline] ?? 0), 0) / weeks);
}

const GROUPED = new Intl.NumberFormat('en-GB');

export function peopleText(count: number): string {
  return `${GROUPED.format(count)} ${count === 1 ? 'person' : 'people'}`;
}

export function pointsText(points: number): string {
  return `${GROUPED.format(points)} ${points === 1 ? 'point' : 'points'}`;
}
