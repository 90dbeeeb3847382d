import type { SelectionContent } from './selection-content.ts';

/** What is known of somebody who may be selected, by the facts of one publication. */
export interface PersonFacts {
  readonly person: number;
  /** From 1, the greatest need; null for whoever is not ranked. */
  readonly needRank: number | null;
  /** How much of the borough ranks before them, in hundredths of a percent. */
  readonly needBefore: number | null;
  /** The definitions and bands that they are in: `diabetes`, `electronic-frailty-index/severe`. */
  readonly groups: ReadonlySet<string>;
}

/** Points for one thing, with its words. */
export interface Points {
  readonly points: number;
  readonly why: string;
}

/** Minutes over the whole period, by discipline. */
export type Minutes = Readonly<Record<string, number>>;

type Visits = Pick<SelectionContent, 'visits' | 'needs' | 'period_weeks'>;

/** The visits that somebody needs, in the order of the content. */
export function visitsOf(
  content: Visits,
  { groups }: Pick<PersonFacts, 'groups'>,
): SelectionContent['visits'] {
  const needed = new Set([
    ...content.needs.everybody,
    ...content.needs.by_need
      .filter((need) => need.in.some((group) => groups.has(group)))
      .map(({ visit }) => visit),
  ]);
  return content.visits.filter(({ id }) => needed.has(id));
}

/**
 * The minutes that somebody's visits take of each discipline over the period. A visit that has begun counts whole: one
 * every five weeks counts three times in twelve.
 */
export function minutesOf(content: Visits, person: Pick<PersonFacts, 'groups'>): Minutes {
  const minutes: Record<string, number> = {};
  for (const visit of visitsOf(content, person)) {
    const times = Math.ceil(content.period_weeks / visit.every_weeks);
    minutes[visit.discipline] = (minutes[visit.discipline] ?? 0) + times * visit.minutes;
  }
  return minutes;
}

/**
 * What helping somebody is worth, each reason with its points: where they stand by need, what can be done now, and that the team
 * and they know each other.
 */
export function worthOf(
  { worth }: Pick<SelectionContent, 'worth'>,
  person: PersonFacts,
  isKnown: boolean,
): Points[] {
  const { needBefore, groups } = person;
  const line =
    needBefore === null
      ? undefined
      : worth.need.find(({ top_percent }) => needBefore < Math.round(top_percent * 100));
  return [
    ...(line ? [{ points: line.points, why: `In the top ${line.top_percent}% of need` }] : []),
    ...worth.gaps
      .filter((gap) => gap.in.some((group) => groups.has(group)))
      .map(({ points, title }) => ({ points, why: title })),
    ...(isKnown ? [{ points: worth.continuity.points, why: worth.continuity.title }] : []),
  ];
}

export function sumOfPoints(reasons: readonly Points[]): number {
  return reasons.reduce((sum, { points }) => sum + points, 0);
}
