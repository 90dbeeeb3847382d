import type { PlainDate } from '../../../kernel/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import type { Absent } from './judge.ts';

/** One import: its day, and the practices that it brought something of. */
export interface Round {
  readonly day: PlainDate;
  readonly practices: ReadonlySet<string>;
}

/**
 * The practices that should have sent something and have not: open ones of a place from which others send, that never
 * came; and ones that came before but not with the last import that brought at least `share` of all who ever sent.
 *
 * A directory may hold the whole country: a practice of whose borough (else PCN) nobody sends is not missing.
 */
export function absentPractices(about: {
  readonly places: PlaceTree;
  readonly rounds: readonly Round[];
  /** The practices of which the snapshot has records. */
  readonly known: ReadonlySet<string>;
  readonly share: number;
}): Absent[] {
  const { places, rounds, known, share } = about;
  const sent = new Map<string, PlainDate>();
  for (const { day, practices } of rounds)
    for (const practice of practices) if ((sent.get(practice) ?? '') < day) sent.set(practice, day);
  const senders = new Set([...known, ...sent.keys()]);
  const whole = lastWholeRound(rounds, sent.size * share);
  const open = places.all.filter(({ kind, closed }) => kind === 'practice' && closed === null);
  const served = new Set(open.filter(({ code }) => senders.has(code)).map((place) => areaOf(places, place)));
  return open
    .filter((place) => served.has(areaOf(places, place)) && areaOf(places, place) !== null)
    .flatMap(({ code }): Absent[] => {
      const lastCame = sent.get(code) ?? null;
      const round = whole?.day ?? null;
      if (!senders.has(code)) return [{ practice: code, lastCame: null, round }];
      // Who comes in somebody else's delivery is not in a round of their own.
      if (!whole || lastCame === null || whole.practices.has(code) || lastCame > whole.day) return [];
      return [{ practice: code, lastCame, round }];
    });
}

/** With one or two senders everything is a whole round, and says nothing. */
const FEWEST = 3;

function lastWholeRound(rounds: readonly Round[], least: number): Round | null {
  return (
    [...rounds]
      .sort((a, b) => b.day.localeCompare(a.day))
      .find(({ practices }) => practices.size >= Math.max(least, FEWEST)) ?? null
  );
}

/** The borough that a practice lies in, or its PCN where the directory knows no borough. */
function areaOf(places: PlaceTree, place: Place): number | null {
  return places.path(place).find(({ kind }) => kind === 'borough')?.id ?? place.memberOf;
}
