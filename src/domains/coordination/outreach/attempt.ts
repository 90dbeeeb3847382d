import { allEndings, type OutreachPathway } from './outreach-pathway.ts';

/** Where outreach to somebody stands. `not_done`: it was declined, or stopped. */
export const groups = ['in_hand', 'reached', 'not_reached', 'gone', 'not_done'] as const;
export type Group = (typeof groups)[number];

/** The latest outreach to somebody, and how they stand by the facts of today. */
export interface Attempt {
  readonly personNo: number;
  /** Null while it is in hand. */
  readonly outcome: string | null;
  readonly closedAt: Date | null;
  /** On a list of a practice here, and alive. */
  readonly listed: boolean;
  /** Still among those who are not seen. */
  readonly onRegister: boolean;
  /** Came to an appointment, by the definition that the pathway names. */
  readonly seen: boolean;
}

/** Which outreach somebody asks for: a group or an ending (null: any), and whether the person has been seen since. */
export interface AttemptFilter {
  readonly outcome: string | null;
  readonly seen: boolean;
}

export function groupOf(pathway: OutreachPathway, { outcome }: Pick<Attempt, 'outcome'>): Group {
  if (outcome === null) return 'in_hand';
  return allEndings(pathway).find(({ id }) => id === outcome)?.counts ?? 'not_done';
}

/**
 * Whether somebody has been seen since the outreach was begun: it can be begun only for who had not been for a year, so
 * that whoever is not on the register now and came to an appointment did so since. Of outreach that was not done it is not
 * said, nor of who is on no list any more.
 */
export function isSeenSince(pathway: OutreachPathway, attempt: Attempt): boolean {
  return groupOf(pathway, attempt) !== 'not_done' && attempt.listed && !attempt.onRegister && attempt.seen;
}

export function isAskedFor(
  pathway: OutreachPathway,
  attempt: Attempt,
  { outcome, seen }: AttemptFilter,
): boolean {
  const asked = outcome === null || outcome === attempt.outcome || outcome === groupOf(pathway, attempt);
  return asked && (!seen || isSeenSince(pathway, attempt));
}

/** A line of the figures: a group, or one ending of it. The list of exactly those people opens by `outcome`. */
export interface Line {
  /** A group or an ending; null: all of them together. */
  readonly outcome: string | null;
  /** An ending stands below its group. */
  readonly within: Group | null;
  readonly people: number;
  readonly seen: number;
}

/** The figures: each group, below it its endings that somebody had, and all together. Each person counts once in each. */
export function measure(pathway: OutreachPathway, attempts: readonly Attempt[]): Line[] {
  const line = (outcome: string | null, within: Group | null): Line => {
    const count = (seen: boolean) =>
      attempts.filter((attempt) => isAskedFor(pathway, attempt, { outcome, seen })).length;
    return { outcome, within, people: count(false), seen: count(true) };
  };
  const endings = allEndings(pathway);
  const lines = groups.flatMap((group) => [
    line(group, null),
    ...endings
      .filter(({ counts }) => counts === group)
      .map(({ id }) => line(id, group))
      .filter(({ people }) => people > 0),
  ]);
  return [...lines, line(null, null)];
}
