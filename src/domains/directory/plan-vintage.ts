import { Refusal } from '../../kernel/index.ts';
import type { DirectoryState, FormerName, KnownPlace, KnownRelation } from './directory-state.ts';
import type { PlannedChange } from './planned-change.ts';
import type { PlaceKind, PlaceRelation } from './tables.ts';

/** A place as a file describes it. `undefined` leaves what is known as it is; `closed: null` says that it is open. */
export interface PlaceChange {
  readonly code: string;
  readonly kind: PlaceKind;
  readonly name: string;
  readonly postcode?: string | null;
  readonly opened?: string | null;
  /** The last day on which it was open. */
  readonly closed?: string | null | undefined;
}

/** A relation as a file describes it. With `ends` it is over, or was; that is the first day on which it does not hold. */
export interface ParentChange {
  readonly child: string;
  readonly parent: string;
  readonly relation: PlaceRelation;
  readonly starts?: string | null;
  readonly ends?: string | null;
}

/** What one vintage of a file says of organisations, as far as it says anything. */
export interface Vintage {
  readonly places: readonly PlaceChange[];
  readonly parents: readonly ParentChange[];
  /** The day that the file is of: from it on holds what has no day of its own. */
  readonly asOf: string;
  readonly source: string;
  /** A name from a source whose name begins so stays: of two files that spell differently one is the authority. */
  readonly deferTo?: string | undefined;
}

/** What would change, and which of the file's rows are news: places by code, parents by their place in the list. */
export interface VintagePlan {
  readonly changes: readonly PlannedChange[];
  readonly newPlaces: ReadonlySet<string>;
  readonly newParents: ReadonlySet<number>;
  /** Rows about a past that the directory knows otherwise. Neither is taken over the other: a person has to look. */
  readonly contradictions: ReadonlySet<number>;
}

/**
 * Compares what a file says with what is known. Pure: the same plan is shown, decided on and carried out. A file that
 * says nothing of a place leaves it alone; nothing closes because it is missing.
 *
 * Throws Refusal when a code names another kind of thing, and Error when a relation names a place that nobody knows.
 */
export function planVintage(state: DirectoryState, vintage: Vintage): VintagePlan {
  const changes: PlannedChange[] = [];
  const newPlaces = new Set<string>();
  const lastName = new Map(state.formerNames.map((former) => [former.code, former]));
  for (const said of vintage.places) {
    const known = state.places.get(said.code);
    const planned = known
      ? changesOfPlace(known, said, vintage, lastName.get(said.code))
      : [opening(said, vintage.source)];
    if (planned.length > 0) newPlaces.add(said.code);
    changes.push(...planned);
  }
  const codes = new Set([...state.places.keys(), ...vintage.places.map(({ code }) => code)]);
  const parents = planParents(state.relations, vintage, codes);
  return { ...parents, changes: [...changes, ...parents.changes], newPlaces };
}

function opening(said: PlaceChange, source: string): PlannedChange {
  const { code, kind, name, postcode = null, opened = null, closed = null } = said;
  return {
    what: 'opened',
    code,
    relation: null,
    day: opened,
    was: null,
    becomes: name,
    steps: [{ put: 'place', row: { code, kind, name, postcode, opened, closed, source } }],
  };
}

function changesOfPlace(
  known: KnownPlace,
  said: PlaceChange,
  { source, asOf, deferTo }: Vintage,
  lastName: FormerName | undefined,
): PlannedChange[] {
  if (known.kind !== said.kind) throw anotherKind(known, said);
  const settled = deferTo !== undefined && known.source.startsWith(deferTo);
  const from = settled ? {} : { source };
  const change = (
    what: PlannedChange['what'],
    about: Partial<PlannedChange> & { to: Extract<PlannedChange['steps'][number], { alter: 'place' }>['to'] },
  ): PlannedChange => {
    const { to, steps = [], ...rest } = about;
    return {
      what,
      code: known.code,
      relation: null,
      day: null,
      was: null,
      becomes: null,
      ...rest,
      steps: [...steps, { alter: 'place', code: known.code, to: { ...to, ...from } }],
    };
  };
  const changes: PlannedChange[] = [];
  const older = lastName !== undefined && asOf < lastName.ends;
  if (!settled && !older && said.name !== known.name)
    changes.push(
      change('renamed', {
        day: asOf,
        was: known.name,
        becomes: said.name,
        to: { name: said.name },
        // Two names of one day are one name, put right.
        steps:
          lastName?.ends === asOf
            ? []
            : [
                {
                  put: 'formerName',
                  row: { code: known.code, name: known.name, ends: asOf, source: known.source },
                },
              ],
      }),
    );
  if (said.closed !== undefined && said.closed !== known.closed) {
    const closed = said.closed;
    changes.push(
      closed === null
        ? change('reopened', { was: known.closed, to: { closed } })
        : change('closed', { day: closed, was: known.closed, becomes: closed, to: { closed } }),
    );
  }
  for (const field of ['postcode', 'opened'] as const) {
    const now = said[field] ?? null;
    if (now !== null && now !== known[field])
      changes.push(change('corrected', { was: known[field], becomes: now, to: { [field]: now } }));
  }
  return changes;
}

function anotherKind(known: KnownPlace, said: PlaceChange): Refusal {
  return new Refusal({
    code: 'another_kind',
    because: `${said.code} is a ${known.kind} in the directory and a ${said.kind} in this file.`,
    remedy: 'Give one of the two another code, and send the file again.',
  });
}

function planParents(
  known: readonly KnownRelation[],
  vintage: Vintage,
  codes: ReadonlySet<string>,
): Omit<VintagePlan, 'newPlaces'> {
  const links = new Map<string, KnownRelation[]>();
  const key = (of: Pick<KnownRelation, 'child' | 'relation'>) => `${of.child} ${of.relation}`;
  for (const link of known) links.set(key(link), [...(links.get(key(link)) ?? []), link]);
  const changes: PlannedChange[] = [];
  const newParents = new Set<number>();
  const contradictions = new Set<number>();
  const held = new Map<string, string>();
  for (const { said, at } of inOrderOfTime(vintage.parents)) {
    if (!codes.has(said.child) || !codes.has(said.parent))
      throw new Error(`No place ${said.child} or ${said.parent}`);
    if (said.child === said.parent) {
      contradictions.add(at);
      continue;
    }
    const begins = `${key(said)} ${said.starts ?? vintage.asOf}`;
    if (!said.ends && (held.get(begins) ?? said.parent) !== said.parent) {
      // Two parents from one day on: there can be one, and which is not for a program to say.
      contradictions.add(at);
      continue;
    }
    if (!said.ends) held.set(begins, said.parent);
    const own = links.get(key(said)) ?? [];
    const planned = said.ends
      ? planEnded(own, { ...said, ends: said.ends }, vintage)
      : planHolding(own, said, vintage);
    if (planned === 'contradicts') contradictions.add(at);
    if (planned === null || planned === 'contradicts') continue;
    newParents.add(at);
    changes.push(planned.change);
    links.set(key(said), planned.links);
  }
  return { changes, newParents, contradictions };
}

/**
 * What holds comes before what has ended, because it may say the first day that makes room for the past; and what began
 * earlier before what began later, which takes its place.
 */
function inOrderOfTime(parents: readonly ParentChange[]): { said: ParentChange; at: number }[] {
  return parents
    .map((said, at) => ({ said, at }))
    .sort(
      (a, b) =>
        Number(Boolean(a.said.ends)) - Number(Boolean(b.said.ends)) ||
        (a.said.starts ?? '').localeCompare(b.said.starts ?? ''),
    );
}

type PlannedLink = { readonly change: PlannedChange; readonly links: KnownRelation[] } | 'contradicts' | null;

/** A relation that is said to hold now. */
function planHolding(own: readonly KnownRelation[], said: ParentChange, vintage: Vintage): PlannedLink {
  const { child, relation, parent } = said;
  const starts = said.starts ?? null;
  const open = own.find(({ ends }) => ends === null);
  const past = own.filter((link) => link !== open);
  const about = { code: child, relation };
  const row = (from: string | null): KnownRelation => ({
    child,
    parent,
    relation,
    starts: from,
    ends: null,
    source: vintage.source,
  });
  if (open?.parent === parent) {
    const learned =
      starts !== null && open.starts === null && past.every(({ ends }) => (ends ?? '') <= starts);
    if (!learned) return null;
    const to = { starts };
    return {
      change: {
        ...about,
        what: 'dated',
        day: starts,
        was: null,
        becomes: parent,
        steps: [{ alter: 'relation', of: open, to }],
      },
      links: [...past, { ...open, ...to }],
    };
  }
  if (!open) {
    const lastEnd = past.reduce((last, { ends }) => (ends !== null && ends > last ? ends : last), '');
    if (lastEnd !== '' && vintage.asOf < lastEnd) return null;
    const from = lastEnd === '' ? starts : laterOf(starts ?? vintage.asOf, lastEnd);
    const made = row(from);
    return {
      change: {
        ...about,
        what: 'joined',
        day: from,
        was: null,
        becomes: parent,
        steps: [{ put: 'relation', row: made }],
      },
      links: [...past, made],
    };
  }
  const day = starts ?? vintage.asOf;
  if (open.starts !== null && day < open.starts) return null;
  const moved = { ...about, what: 'moved' as const, day, was: open.parent, becomes: parent };
  if (open.starts === day) {
    // Moved twice on one day: the first move was a mistake, and leaves no relation of no length behind.
    const to = { parent };
    return {
      change: { ...moved, steps: [{ alter: 'relation', of: open, to }] },
      links: [...past, { ...open, ...to }],
    };
  }
  const made = row(day);
  return {
    change: {
      ...moved,
      steps: [
        { alter: 'relation', of: open, to: { ends: day } },
        { put: 'relation', row: made },
      ],
    },
    links: [...past, { ...open, ends: day }, made],
  };
}

/** A relation that is said to have ended, or to end on a day to come. */
function planEnded(
  own: readonly KnownRelation[],
  said: ParentChange & { readonly ends: string },
  { source }: Vintage,
): PlannedLink {
  const { child, relation, parent, ends } = said;
  const starts = said.starts ?? null;
  const about = { code: child, relation };
  const open = own.find((link) => link.ends === null && link.parent === parent);
  if (open && (open.starts === null || (starts ?? open.starts) === open.starts)) {
    if (open.starts !== null && ends <= open.starts) return null;
    const others = own.filter((link) => link !== open);
    const to = { ends, ...(open.starts === null && starts !== null ? { starts } : {}) };
    return {
      change: {
        ...about,
        what: 'left',
        day: ends,
        was: parent,
        becomes: null,
        steps: [{ alter: 'relation', of: open, to }],
      },
      links: [...others, { ...open, ...to }],
    };
  }
  const known = own.some(
    (link) => link.parent === parent && link.ends === ends && (starts === null || link.starts === starts),
  );
  // Without its first day a past relation has no place among the others.
  if (known || starts === null) return null;
  if (ends <= starts || own.some((link) => overlaps(link, { starts, ends }))) return 'contradicts';
  const made = { child, parent, relation, starts, ends, source };
  return {
    change: {
      ...about,
      what: 'past',
      day: starts,
      was: parent,
      becomes: ends,
      steps: [{ put: 'relation', row: made }],
    },
    links: [...own, made],
  };
}

function overlaps(link: KnownRelation, span: { starts: string; ends: string }): boolean {
  return (link.starts ?? '') < span.ends && span.starts < (link.ends ?? '9999');
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}
