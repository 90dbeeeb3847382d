import type { Solver } from '../../../platform/solver/index.ts';
import type { Minutes } from './visits-and-worth.ts';

/** Somebody who can be on the list, with what that takes and what it is worth. */
export interface Selectable {
  readonly person: number;
  readonly needRank: number | null;
  readonly worth: number;
  readonly minutes: Minutes;
  /** On the list in any case: somebody said so. */
  readonly must: boolean;
}

/** The minutes of one discipline over the period that are left for a list. */
export interface Room {
  readonly discipline: string;
  readonly minutes: number;
}

/** What one more hour a week of a discipline would buy. */
export interface OneMoreHour {
  readonly discipline: string;
  /** Points above the list's. Null: not worked out in the time there was. */
  readonly gain: number | null;
  readonly comeIn: readonly number[];
  readonly goOut: readonly number[];
}

export interface ChosenList {
  /** Who is on it, those worth most first. */
  readonly people: readonly number[];
  readonly worth: number;
  /** No list that fits is worth more than this. */
  readonly atMost: number;
  readonly proved: boolean;
  /** On it and nearest to not being, and off it and nearest to being: by points for the time that they take. */
  readonly justInside: readonly number[];
  readonly justOutside: readonly number[];
  readonly oneMoreHour: readonly OneMoreHour[];
}

interface Choosing {
  readonly people: readonly Selectable[];
  readonly room: readonly Room[];
  readonly periodWeeks: number;
  readonly seconds: number;
  readonly solver: Solver;
}

const NEAR_INSIDE = 5;
const NEAR_OUTSIDE = 10;

/**
 * The list that is worth most and fits, with who is just inside and just outside and what one more hour would buy. The
 * same people give the same list in whatever order they come: of lists worth the same, the one that takes least time;
 * of people who take the same and are worth the same, those with the greater need. Everybody who must be on it has to
 * fit: ask `shortfall` first.
 */
export async function chooseList(choosing: Choosing): Promise<ChosenList> {
  const { room, solver, seconds } = choosing;
  const people = [...choosing.people].sort(byWorth);
  const choices = people.map((each) => ({
    worth: each.worth,
    needs: room.map(({ discipline }) => each.minutes[discipline] ?? 0),
    must: each.must,
  }));
  const limits = room.map(({ minutes }) => minutes);
  const best = await solver.best({ choices, limits, seconds });
  const on = new Set(best.chosen);
  const personAt = (at: number) => people[at]?.person ?? 0;
  const oneMoreHour: OneMoreHour[] = [];
  for (const [nth, { discipline }] of room.entries()) {
    const more = limits.map((limit, at) => (at === nth ? limit + 60 * choosing.periodWeeks : limit));
    const rather = people.map((_, at) => (on.has(at) ? 0 : 1));
    const roomier = await solver.best({ choices, limits: more, rather, seconds: seconds / 4 });
    const then = new Set(roomier.chosen);
    const known = best.proved && roomier.proved;
    oneMoreHour.push({
      discipline,
      gain: known ? roomier.worth - best.worth : null,
      comeIn: known ? roomier.chosen.filter((at) => !on.has(at)).map(personAt) : [],
      goOut: known ? best.chosen.filter((at) => !then.has(at)).map(personAt) : [],
    });
  }
  const inside = best.chosen.filter((at) => !people[at]?.must).map((at) => people[at] as Selectable);
  const outside = people.filter((each, at) => !on.has(at) && each.worth > 0);
  const nearest = (some: readonly Selectable[], way: 1 | -1, most: number) =>
    [...some]
      .sort((one, other) => way * (rate(one, room) - rate(other, room)) || way * byWorth(other, one))
      .slice(0, most)
      .map(({ person }) => person);
  return {
    people: best.chosen.map(personAt),
    worth: best.worth,
    atMost: best.atMost,
    proved: best.proved,
    justInside: nearest(inside, 1, NEAR_INSIDE),
    justOutside: nearest(outside, -1, NEAR_OUTSIDE),
    oneMoreHour,
  };
}

/** By how many minutes those who must be on the list exceed each discipline; empty when they fit. */
export function shortfall(people: readonly Selectable[], room: readonly Room[]): Room[] {
  return room.flatMap(({ discipline, minutes }) => {
    const taken = sumOfMinutes(
      people.filter(({ must }) => must),
      discipline,
    );
    return taken > minutes ? [{ discipline, minutes: taken - minutes }] : [];
  });
}

export function sumOfMinutes(people: readonly { readonly minutes: Minutes }[], discipline: string): number {
  return people.reduce((sum, { minutes }) => sum + (minutes[discipline] ?? 0), 0);
}

function byWorth(one: Selectable, other: Selectable): number {
  const rank = ({ needRank }: Selectable) => needRank ?? Number.MAX_SAFE_INTEGER;
  return other.worth - one.worth || rank(one) - rank(other) || one.person - other.person;
}

/** Points for a minute of any discipline that has hours here. */
function rate({ worth, minutes }: Selectable, room: readonly Room[]): number {
  const taken = room.reduce((sum, { discipline }) => sum + (minutes[discipline] ?? 0), 0);
  return worth / Math.max(1, taken);
}
