import type { PlainDate } from '../../../kernel/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { type FeedRule, isStale } from '../../register/index.ts';
import { fromSteps } from '../evaluate/exact.ts';
import { scorePlaces } from '../evaluate/reference-evaluator.ts';
import type { PeopleFilter } from '../facts/people-filter.ts';
import type { Publication } from '../facts/publication.ts';
import type { Calculation } from '../language/definition.ts';
import type { Library, Ranking, Register, Score, Segmentation } from '../language/library.ts';
import { bandsOf, partsOfReference } from '../language/library.ts';
import type { DisclosureRules } from '../refresh/disclosure.ts';
import { onlyRanking } from '../refresh/refresh.ts';
import type { PublishedRules, PublishedValue } from '../tables.ts';

/** What pages need of the content, looked up once: registers, the two scores of facts, the ranking, what is hidden. */
export interface Measures {
  readonly library: Library;
  /** The registers of conditions; governance registers such as objections are not among them. */
  readonly conditions: readonly Register[];
  /** Registers that find people whom a clinician may want to look at. */
  readonly proposals: readonly Register[];
  /** Risk models over everybody, by their bands. */
  readonly calculations: readonly Calculation[];
  /** Segmentations of everybody by need. */
  readonly segmentations: readonly Segmentation[];
  /** Priority groups of those on registers, and where somebody stands with vaccination and screening. */
  readonly priorities: readonly Segmentation[];
  readonly prevention: readonly Segmentation[];
  readonly multimorbidity: Score;
  readonly frailty: Score;
  readonly ranking: Ranking;
  /** How the counts of a publication were protected, to be said beside them: by the rules kept with it, not by today's. */
  rulesOf(publication: Publication | null): PublishedRules;
  /** Whether figures of a day are too old on another, as was agreed: then every chart of them says so. */
  isStale(date: PlainDate | null, today: PlainDate): boolean;
}

/**
 * What pages need of definitions that come and go while the product runs: each visit finds those of the facts that it
 * shows (`LivingLibrary.follow`).
 */
export function measuresOf(
  source: { readonly current: Library },
  disclosure: DisclosureRules,
  feeds: readonly FeedRule[],
): Measures {
  let made: OfLibrary = ofLibrary(source.current);
  const now = () => {
    if (made.library !== source.current) made = ofLibrary(source.current);
    return made;
  };
  return {
    get library() {
      return now().library;
    },
    get conditions() {
      return now().conditions;
    },
    get proposals() {
      return now().proposals;
    },
    get calculations() {
      return now().calculations;
    },
    get segmentations() {
      return now().segmentations;
    },
    get priorities() {
      return now().priorities;
    },
    get prevention() {
      return now().prevention;
    },
    get multimorbidity() {
      return now().multimorbidity;
    },
    get frailty() {
      return now().frailty;
    },
    get ranking() {
      return now().ranking;
    },
    rulesOf: (publication) => publication?.disclosure ?? disclosure,
    isStale: (date, today) => isStale(feeds, date, today),
  };
}

type OfLibrary = Omit<Measures, 'rulesOf' | 'isStale'>;

function ofLibrary(library: Library): OfLibrary {
  const score = (id: string) => {
    const definition = library.definition(id);
    if (definition.kind !== 'score') throw new Error(`${id} is not a score`);
    return definition;
  };
  const registers = (group: Register['group']) =>
    library.definitions.filter(
      (definition): definition is Register => definition.kind === 'register' && definition.group === group,
    );
  const segmentations = (group: Segmentation['group']) =>
    library.definitions.filter(
      (definition): definition is Segmentation =>
        definition.kind === 'segmentation' && definition.group === group,
    );
  return {
    library,
    conditions: registers('condition'),
    proposals: registers('case-finding'),
    calculations: library.definitions.filter(
      (definition): definition is Calculation => definition.kind === 'calculation',
    ),
    segmentations: segmentations('population'),
    priorities: segmentations('priority'),
    prevention: segmentations('prevention'),
    multimorbidity: score('cambridge-multimorbidity'),
    frailty: score('electronic-frailty-index'),
    ranking: onlyRanking(library),
  };
}

export function shortName(definition: {
  readonly title: string;
  readonly short?: string | undefined;
}): string {
  return definition.short ?? definition.title;
}

/** A stored sum of weights as people read it. */
export function scoreText(score: Score, steps: number): string {
  const places = scorePlaces(score);
  return score.divide_by === undefined
    ? fromSteps(steps, places)
    : `${fromSteps(steps, places)} of ${score.divide_by}`;
}

/** A value as lists show it: "12.3%", "0.25". */
export function valueText({ places, unit }: PublishedValue, steps: number): string {
  const value = fromSteps(steps, places);
  return unit === null ? value : unit === '%' ? `${value}%` : `${value} ${unit}`;
}

/** "Top 3%": how much of the borough ranks before somebody, rounded up to a whole percent. */
export function topPercent(needBefore: number): string {
  return `Top ${Math.max(1, Math.ceil((needBefore + 1) / 100))}%`;
}

/** The bands of the ranking that lie inside the top nine percent, the strategy's own line for who needs most. */
export function topNineBands(ranking: Ranking): string[] {
  return ranking.bands.filter((band) => band.up_to_percent <= 9).map(({ id }) => id);
}

/** The short names of conditions by their number in the book. */
export function conditionNames(
  measures: Measures,
  publication: Publication | null,
): ReadonlyMap<number, string> {
  const conditions = new Map(measures.conditions.map((register) => [register.id, shortName(register)]));
  return new Map(
    (publication?.definitions ?? []).flatMap(({ id, no }) => {
      const name = conditions.get(id);
      return name === undefined ? [] : [[no, name] as const];
    }),
  );
}

/** The name of what a list is filtered by: a register, or one band of a score or segmentation, as `segments/frailty`. */
export function filterName(measures: Measures, reference: string): string {
  const { id, band } = partsOfReference(reference);
  const definition = measures.library.definitions.find((each) => each.id === id);
  if (!definition) return reference;
  const title = bandsOf(definition).find((each) => each.id === band)?.title;
  return title === undefined ? shortName(definition) : `${shortName(definition)}: ${title}`;
}

/** The conditions that somebody has, in the order of the alphabet. */
export function namesOf(inIds: readonly number[], names: ReadonlyMap<number, string>): string[] {
  return inIds.flatMap((no) => names.get(no) ?? []).sort((a, b) => a.localeCompare(b, 'en'));
}

/** What a list can be filtered by: conditions first, then what was found, then segments and where prevention stands. */
export function filterChoices(measures: Measures): { value: string; text: string }[] {
  const named = (values: readonly string[]) =>
    values.map((value) => ({ value, text: filterName(measures, value) }));
  return [
    ...named(measures.conditions.map(({ id }) => id)),
    ...named(measures.proposals.map(({ id }) => id)),
    ...named(measures.calculations.flatMap(({ id, bands }) => bands.map((band) => `${id}/${band.id}`))),
    ...named(
      [...measures.segmentations, ...measures.priorities, ...measures.prevention].flatMap(
        ({ id, segments }) => segments.map((segment) => `${id}/${segment.id}`),
      ),
    ),
  ];
}

/** Each part of a filter in words, such as "Top 9% of need", with the name of the part. */
export function filterInWords(
  measures: Measures,
  places: PlaceTree,
  filter: PeopleFilter,
): { part: keyof PeopleFilter; value: string; text: string }[] {
  const title = (bands: readonly { id: string; title: string }[], id: string) =>
    bands.find((band) => band.id === id)?.title ?? id;
  const { place, condition, frailty, need, top, from, to } = filter;
  const named = places.all.find(({ code }) => code.toLowerCase() === place?.toLowerCase());
  const parts: { part: keyof PeopleFilter; value: string | number | undefined; text: string | undefined }[] =
    [
      { part: 'place', value: place, text: named?.name ?? place },
      ...condition.map((id) => ({ part: 'condition' as const, value: id, text: filterName(measures, id) })),
      { part: 'frailty', value: frailty, text: `Frailty: ${title(measures.frailty.bands, frailty ?? '')}` },
      { part: 'need', value: need, text: `Need: ${title(measures.ranking.bands, need ?? '')}` },
      { part: 'top', value: top, text: `Top ${top}% of need` },
      { part: 'from', value: from, text: `Aged ${from} or over` },
      { part: 'to', value: to, text: `Aged ${to} or under` },
    ];
  return parts.flatMap(({ part, value, text }) =>
    value === undefined || text === undefined ? [] : [{ part, value: String(value), text }],
  );
}
