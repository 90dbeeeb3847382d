import type { Group } from '../attempt.ts';
import { allEndings, type OutreachPathway } from '../outreach-pathway.ts';
import type { OutreachFilter } from '../read-outreach.ts';

export const groupWords: Readonly<Record<Group, string>> = {
  in_hand: 'In hand',
  reached: 'Reached',
  not_reached: 'Not reached',
  gone: 'Nobody to reach any more',
  not_done: 'Declined, or not done',
};

/** A group or an ending in words. */
export function outcomeWords(pathway: OutreachPathway, outcome: string): string {
  return (
    groupWords[outcome as Group] ??
    allEndings(pathway).find(({ id }) => id === outcome)?.title ??
    groupWords.not_done
  );
}

/** The address of the list, filtered. */
export function outreachHref(filter: OutreachFilter, page = 1): string {
  const query = new URLSearchParams();
  if (filter.of === 'untried') query.set('outcome', 'untried');
  if (filter.of === 'attempts') {
    query.set('outcome', filter.outcome ?? 'any');
    if (filter.seen) query.set('seen', 'yes');
  }
  if (page > 1) query.set('page', String(page));
  return query.size === 0 ? '/outreach' : `/outreach?${query}`;
}
