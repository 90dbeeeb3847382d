import { addDays, londonDay, type PlainDate } from '../../../kernel/index.ts';
import { firstVisitDay, spreadOf, weekdayOf } from './cadence.ts';
import { type InReachPathway, type RecordEnding, type SettingId, settingOf } from './in-reach-pathway.ts';

/** Somebody whom the record says to visit. */
export interface Wanted {
  readonly person: number;
  readonly setting: SettingId;
  /** The team that visits them. */
  readonly team: number;
  /** The key of the building where they live. */
  readonly site: string;
}

/** Somebody who is, or was, visited. */
export interface Visited {
  readonly person: number;
  readonly setting: SettingId;
  readonly team: number;
  readonly site: string;
  /** Null: visits have ended. */
  readonly nextDay: PlainDate | null;
  readonly endedAt: Date | null;
  /** The outcome of the last visit, or what the record said. */
  readonly endedBecause: string | null;
}

/** What has to change so that everybody whom the record says to visit is, and nobody else. */
export interface InReachPlan {
  readonly begin: readonly (Wanted & { readonly nextDay: PlainDate })[];
  /** They live elsewhere, or are another team's; where the setting is another one, `notAfter` is their next visit at the latest. */
  readonly change: readonly (Wanted & { readonly notAfter: PlainDate | null; readonly newTeam: boolean })[];
  readonly end: readonly { readonly person: number; readonly because: RecordEnding }[];
}

/**
 * Compares whom the record says to visit with who is visited. Pure, and settled in one go: carried out and asked again on
 * the same day, there is nothing to do. Of whom it is not known (`unknown`) whether the record says it, nothing changes.
 * That somebody moved or died is believed of who visited them, for as long as the pathway says.
 */
export function planInReach(about: {
  readonly wanted: readonly Wanted[];
  readonly unknown: ReadonlySet<number>;
  readonly visited: readonly Visited[];
  /** Of people who are on no list any more: why, where that is known. */
  readonly gone: ReadonlyMap<number, RecordEnding>;
  readonly pathway: InReachPathway;
  readonly now: Date;
}): InReachPlan {
  const { wanted, unknown, visited, gone, pathway, now } = about;
  const today = londonDay(now);
  const known = new Map(visited.map((each) => [each.person, each]));
  const isWanted = new Set(wanted.map(({ person }) => person));
  const rounds = weekdayOfRounds(visited, pathway);
  const first = (each: Wanted): PlainDate => {
    const setting = settingOf(pathway, each.setting);
    return firstVisitDay({
      today,
      setting,
      roundDays: pathway.round_days,
      roundOn: rounds.get(each.site) ?? null,
      spread: spreadOf(setting.keeps_rhythm && each.site !== '' ? each.site : `person ${each.person}`),
    });
  };
  const begins = (each: Wanted) => {
    const before = known.get(each.person);
    return before === undefined || (before.endedAt !== null && !isStaffWord(before, pathway, now));
  };
  return {
    begin: wanted.filter(begins).map((each) => ({ ...each, nextDay: first(each) })),
    change: wanted.flatMap((each) => {
      const before = known.get(each.person);
      if (!before || before.endedAt !== null || isSame(before, each)) return [];
      const notAfter = before.setting === each.setting ? null : first(each);
      return [{ ...each, notAfter, newTeam: before.team !== each.team }];
    }),
    end: visited
      .filter(({ person, endedAt }) => endedAt === null && !isWanted.has(person) && !unknown.has(person))
      .map(({ person }) => ({ person, because: gone.get(person) ?? 'no_longer' })),
  };
}

function isSame(before: Visited, now: Wanted): boolean {
  return before.setting === now.setting && before.team === now.team && before.site === now.site;
}

/** Whether visits ended because whoever visited said so, lately enough to count against the record. */
function isStaffWord({ endedAt, endedBecause }: Visited, pathway: InReachPathway, now: Date): boolean {
  if (endedAt === null || !pathway.outcomes.some(({ id }) => id === endedBecause)) return false;
  return addDays(londonDay(endedAt), pathway.word_of_staff_days) > londonDay(now);
}

/** On which weekday most people of a building are visited, where rounds keep theirs. Of as many, the earlier in the week. */
function weekdayOfRounds(visited: readonly Visited[], pathway: InReachPathway): Map<string, number> {
  const counts = new Map<string, Map<number, number>>();
  for (const { site, setting, nextDay } of visited) {
    if (site === '' || nextDay === null || !settingOf(pathway, setting).keeps_rhythm) continue;
    const days = counts.get(site) ?? new Map<number, number>();
    const weekday = weekdayOf(nextDay);
    counts.set(site, days.set(weekday, (days.get(weekday) ?? 0) + 1));
  }
  return new Map(
    [...counts].map(([site, days]) => {
      const [most] = [...days].sort(([day, people], [other, others]) => others - people || day - other);
      return [site, most?.[0] ?? 1];
    }),
  );
}
