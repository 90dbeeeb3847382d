import { addDays, plainDate, Refusal } from '../../kernel/index.ts';
import {
  type DirectoryState,
  holdsOn,
  isOpenOn,
  type KnownPlace,
  type KnownRelation,
} from './directory-state.ts';
import type { PlannedChange, Step } from './planned-change.ts';
import type { PlaceRelation } from './tables.ts';

/** Something that happened to an organisation. `day` is the first day of the new state; of a closure, the last day open. */
export type OrganisationEvent =
  | { readonly kind: 'merge'; readonly from: readonly string[]; readonly into: string; readonly day: string }
  | {
      readonly kind: 'split';
      readonly from: string;
      /** The practices that come out of it, known ones or new; the first answers for lists that still name the old one. */
      readonly into: readonly { readonly code: string; readonly name: string }[];
      /** Whether the old one ends; else it goes on beside them. */
      readonly closes: boolean;
      readonly day: string;
    }
  | { readonly kind: 'close'; readonly code: string; readonly day: string }
  | { readonly kind: 'transfer'; readonly code: string; readonly to: string | null; readonly day: string }
  | { readonly kind: 'rename'; readonly code: string; readonly name: string; readonly day: string };

/**
 * What an event changes. Pure. Nothing is taken out: what closes keeps its name, its parents and its days, so that any
 * earlier day reads as it did. Throws Refusal when the event cannot have happened to the directory as it is.
 */
export function planEvent(state: DirectoryState, event: OrganisationEvent, source: string): PlannedChange[] {
  const on = { state, source, day: event.day };
  switch (event.kind) {
    case 'merge':
      return planMerge(on, event);
    case 'split':
      return planSplit(on, event);
    case 'close':
      return planClosure(on, event.code);
    case 'transfer':
      return planTransfer(on, event);
    case 'rename':
      return planRenaming(on, event);
  }
}

interface On {
  readonly state: DirectoryState;
  readonly source: string;
  readonly day: string;
}

function planMerge(on: On, { from, into }: Extract<OrganisationEvent, { kind: 'merge' }>): PlannedChange[] {
  const successor = openPractice(on, into);
  if (from.length === 0 || from.includes(into))
    throw refuse('merge_with_itself', 'A practice merges into another one.');
  return [...new Set(from)].flatMap((code) => {
    const predecessor = openPractice(on, code);
    const went: Step = {
      put: 'succession',
      row: { predecessor: code, successor: into, kind: 'merge', day: on.day, position: 0, source: on.source },
    };
    return [
      plain('merged', code, {
        day: on.day,
        was: code,
        becomes: successor.code,
        steps: [went, ...ending(on, predecessor)],
      }),
      ...sitesOf(on, code).map((site) => moved(on, site, into)),
    ];
  });
}

function planSplit(on: On, event: Extract<OrganisationEvent, { kind: 'split' }>): PlannedChange[] {
  const { from, closes } = event;
  const into = [...new Map(event.into.map((part) => [part.code, part])).values()];
  const predecessor = openPractice(on, from);
  if (into.length === 0 || into.some(({ code }) => code === from))
    throw refuse('split_into_itself', 'A practice is split into others.');
  const opened = into
    .filter(({ code }) => !on.state.places.has(code))
    .map((part) => partOpens(on, from, part));
  const known = into.filter(({ code }) => on.state.places.has(code));
  for (const { code } of known) openPractice(on, code);
  const went = into.map(
    ({ code }, position): Step => ({
      put: 'succession',
      row: { predecessor: from, successor: code, kind: 'split', day: on.day, position, source: on.source },
    }),
  );
  return [
    ...opened,
    plain('split', from, {
      day: on.day,
      was: from,
      becomes: into.map(({ code }) => code).join(', '),
      steps: [...went, ...(closes ? ending(on, predecessor) : [])],
    }),
    // Sites cannot be shared out by rule; they go with the first until somebody moves them.
    ...(closes ? sitesOf(on, from).map((site) => moved(on, site, into[0]?.code ?? from)) : []),
  ];
}

/** A new practice that comes out of another begins where the other lay. */
function partOpens(on: On, from: string, { code, name }: { code: string; name: string }): PlannedChange {
  const { day, source } = on;
  const parents = on.state.relations.filter((link) => link.child === from && holdsOn(link, day));
  return plain('opened', code, {
    day,
    becomes: name,
    steps: [
      {
        put: 'place',
        row: { code, kind: 'practice', name, postcode: null, opened: day, closed: null, source },
      },
      ...parents.map(
        ({ parent, relation, ends }): Step => ({
          put: 'relation',
          row: { child: code, parent, relation, starts: day, ends, source },
        }),
      ),
    ],
  });
}

function planClosure(on: On, code: string): PlannedChange[] {
  const place = openPlace(on, code);
  const after = nextDay(on.day);
  const sites = sitesOf(on, code);
  const left = on.state.relations.find(
    (link) =>
      link.parent === code &&
      !sites.includes(link) &&
      (link.ends === null || link.ends > after) &&
      isOpenAt(on.state, link.child, after),
  );
  if (left)
    throw refuse(
      'not_empty',
      `${place.name} still has ${left.child} in it after that day.`,
      'Move what belongs to it first; then close it.',
    );
  const closing = (of: KnownPlace): PlannedChange =>
    plain('closed', of.code, {
      day: on.day,
      becomes: on.day,
      steps: ending({ ...on, day: after }, of),
    });
  const closedSites = sites.flatMap(({ child }) => {
    const site = on.state.places.get(child);
    return site && isOpenOn(site, after) ? [closing(site)] : [];
  });
  return [...closedSites, closing(place)];
}

function planTransfer(
  on: On,
  { code, to }: Extract<OrganisationEvent, { kind: 'transfer' }>,
): PlannedChange[] {
  const place = openPractice(on, code);
  const now = relationOn(on, code, 'member_of');
  if (to === null && now === null)
    throw refuse('in_no_network', `${place.name} is in no network on that day.`);
  if (to !== null) {
    const target = openPlace(on, to);
    if (target.kind !== 'pcn') throw refuse('not_a_network', `${target.name} is no primary care network.`);
    if (now?.parent === to) throw refuse('already_there', `${place.name} is in ${target.name} already.`);
  }
  if (now && to !== null) return [moved(on, now, to)];
  if (now)
    return [
      plain('left', code, {
        relation: 'member_of',
        day: on.day,
        was: now.parent,
        steps: [cut(on, now)],
      }),
    ];
  return [
    plain('joined', code, {
      relation: 'member_of',
      day: on.day,
      becomes: to,
      steps: [
        {
          put: 'relation',
          row: {
            child: code,
            parent: to ?? '',
            relation: 'member_of',
            starts: on.day,
            ends: null,
            source: on.source,
          },
        },
      ],
    }),
  ];
}

function planRenaming(
  on: On,
  { code, name }: Extract<OrganisationEvent, { kind: 'rename' }>,
): PlannedChange[] {
  const place = openPlace(on, code);
  if (name.trim() === '' || name === place.name)
    throw refuse('same_name', `${place.name} has that name already.`, 'Write the new name.');
  const last = on.state.formerNames.filter((former) => former.code === code).at(-1);
  if (last && on.day <= last.ends)
    throw refuse(
      'renamed_later',
      `${place.name} was renamed on ${last.ends}, which is not before that day.`,
      'Give a later day, or undo the later change first.',
    );
  return [
    plain('renamed', code, {
      day: on.day,
      was: place.name,
      becomes: name,
      steps: [
        { put: 'formerName', row: { code, name: place.name, ends: on.day, source: place.source } },
        { alter: 'place', code, to: { name, source: on.source } },
      ],
    }),
  ];
}

/** A place ends the day before: it closes, and what it belonged to lets it go on the day. */
function ending(on: On, place: KnownPlace): Step[] {
  const own = on.state.relations.filter(({ child, ends }) => child === place.code && ends === null);
  return [
    { alter: 'place', code: place.code, to: { closed: dayBefore(on.day), source: on.source } },
    ...own.map((link) => cut(on, link)),
  ];
}

function moved(on: On, link: KnownRelation, to: string): PlannedChange {
  const { child, relation, parent, ends } = link;
  return plain('moved', child, {
    relation,
    day: on.day,
    was: parent,
    becomes: to,
    steps: [
      cut(on, link),
      { put: 'relation', row: { child, parent: to, relation, starts: on.day, ends, source: on.source } },
    ],
  });
}

function cut({ day }: On, link: KnownRelation): Step {
  if (link.starts !== null && day <= link.starts)
    throw refuse(
      'before_it_began',
      `${link.child} belongs to ${link.parent} only from ${link.starts} on, which is not before that day.`,
      'Give a later day, or undo the later change first.',
    );
  return { alter: 'relation', of: link, to: { ends: day } };
}

function sitesOf(on: On, practice: string): KnownRelation[] {
  return on.state.relations.filter(
    (link) => link.parent === practice && link.relation === 'part_of' && holdsOn(link, on.day),
  );
}

function relationOn(on: On, child: string, relation: PlaceRelation): KnownRelation | null {
  return (
    on.state.relations.find(
      (link) => link.child === child && link.relation === relation && holdsOn(link, on.day),
    ) ?? null
  );
}

function openPlace({ state, day }: On, code: string): KnownPlace {
  const place = state.places.get(code);
  if (!place)
    throw refuse(
      'unknown_place',
      `There is no organisation ${code}.`,
      'Compare the code with the directory.',
    );
  if (!isOpenOn(place, day) || (place.closed !== null && place.closed >= day))
    throw refuse('not_open', `${place.name} is not open, or closes, on or after that day.`);
  return place;
}

function openPractice(on: On, code: string): KnownPlace {
  const place = openPlace(on, code);
  if (place.kind !== 'practice') throw refuse('not_a_practice', `${place.name} is no practice.`);
  if (on.state.successions.some(({ predecessor, day }) => predecessor === code && day > on.day))
    throw refuse('went_later', `${place.name} merged or split after that day.`);
  if (place.opened !== null && place.opened >= on.day)
    throw refuse('opened_later', `${place.name} opened on ${place.opened}, which is not before that day.`);
  return place;
}

function isOpenAt(state: DirectoryState, code: string, day: string): boolean {
  const place = state.places.get(code);
  return place !== undefined && isOpenOn(place, day);
}

function dayBefore(day: string): string {
  return addDays(plainDate(day), -1);
}

function nextDay(day: string): string {
  return addDays(plainDate(day), 1);
}

function plain(
  what: PlannedChange['what'],
  code: string,
  about: Partial<PlannedChange> & Pick<PlannedChange, 'steps'>,
): PlannedChange {
  return { relation: null, day: null, was: null, becomes: null, ...about, what, code };
}

function refuse(
  code: string,
  because: string,
  remedy = 'Look at its history in the directory, and correct the codes or the day.',
): Refusal {
  return new Refusal({ code, because, remedy });
}
