import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import { type AgeAndSex, readAgeAndSex, readReferenceRates } from '../equity/age-and-sex.ts';
import { compareGroups } from '../equity/compare-groups.ts';
import { dimensionsOf } from '../equity/compared.ts';
import { countedAs, figureNamed } from '../equity/figures.ts';
import { type Estimate, type Known, standardisedRatio } from '../equity/ratios.ts';
import { expectedOf, readEquity } from '../equity/read-equity.ts';
import { type PlaceNumber, type PlaceNumbers, readPlaceNumbers } from '../facts/place-numbers.ts';
import { type Publication, readPublicationBefore } from '../facts/publication.ts';
import type { Definition, Register } from '../language/library.ts';
import { bandMeasure } from '../refresh/measure-names.ts';
import type { Measures } from '../web/measures.ts';
import { shortName } from '../web/measures.ts';
import type { ProfileRules } from './profile-rules.ts';

/** One line of a profile: a number of the place beside its borough's. */
export interface ProfileRow {
  /** The definition, or the band of one, as lists name it. */
  readonly reference: string;
  readonly name: string;
  readonly people: PlaceNumber;
  /** Shares of everybody registered, from 0 to 1; null where a number is hidden. */
  readonly share: number | null;
  readonly boroughShare: number | null;
  /** As many as the rates of everybody here by age and sex would give is 1. */
  readonly ratio: Estimate | null;
  /** Since the publication before; null where there is none, or one of the two numbers is hidden. */
  readonly change: number | null;
}

/** Everything that a profile says of one place. */
export interface Profile {
  readonly place: Place;
  readonly borough: Place;
  readonly asOf: PlainDate;
  readonly before: PlainDate | null;
  readonly registered: ProfileRow;
  readonly exact: boolean;
  /** What numbers that are not exact are rounded to. */
  readonly rounding: number;
  readonly ages: readonly AgeAndSex[] | null;
  readonly segments: readonly ProfileRow[];
  readonly conditions: readonly ProfileRow[];
  readonly serviceUse: readonly ProfileRow[];
  /** The widest gaps that chance does not explain, in words; null where groups are not published. */
  readonly gaps: readonly string[] | null;
}

export interface ProfileRequest {
  readonly publication: Publication;
  readonly tree: PlaceTree;
  readonly place: Place;
  readonly visible: ReadonlySet<number>;
  readonly measures: Measures;
  readonly rules: ProfileRules;
}

/** Reads the profile of a place, as far as the reader may see it. Null where nobody is registered. */
export async function readProfile(tx: Tx, request: ProfileRequest): Promise<Profile | null> {
  const { publication, tree, place, visible, measures, rules } = request;
  const borough = tree.enclosing(place, 'borough') ?? place;
  const rounding = measures.rulesOf(publication).round_to;
  const numbers = await readPlaceNumbers(tx, publication, tree, [place, borough], visible);
  const all = numbers.of(place, 'registered', 'all');
  if (all.people === null || all.people === 0) return null;
  const earlier = await readPublicationBefore(tx, publication);
  const before = earlier && (await readPlaceNumbers(tx, earlier, tree, [place], visible));
  const ages = await readAgeAndSex(tx, publication, tree, {
    place,
    library: measures.library,
    visible,
    rounding,
  });
  const rates = await readReferenceRates(tx, publication);
  const row = rowsOf({
    place,
    borough,
    numbers,
    before,
    ages,
    rates,
    slack: all.exact ? 0 : Math.floor(rounding / 2),
  });
  const register = (each: Definition) => row(each.id, shortName(each), `definition:${each.id}`, 'in');
  const segments = measures.library.definition(rules.segments);
  return {
    place,
    borough,
    asOf: publication.asOf,
    before: earlier?.asOf ?? null,
    registered: row('registered', 'Registered people', 'registered', 'all'),
    exact: all.exact,
    rounding,
    ages,
    segments:
      segments.kind === 'segmentation'
        ? segments.segments.map(({ id, title }) =>
            row(`${segments.id}/${id}`, title, bandMeasure(segments.id), id),
          )
        : [],
    conditions: [...measures.conditions].sort(byName).map(register),
    serviceUse: rules.service_use.map((id) => register(measures.library.definition(id))),
    gaps: await readGaps(tx, request),
  };
}

function byName(a: Register, b: Register): number {
  return shortName(a).localeCompare(shortName(b), 'en');
}

interface RowSource {
  readonly place: Place;
  readonly borough: Place;
  readonly numbers: PlaceNumbers;
  readonly before: PlaceNumbers | null;
  readonly ages: readonly AgeAndSex[] | null;
  readonly rates: ReadonlyMap<string, readonly number[]>;
  /** How far a published number may be off. */
  readonly slack: number;
}

function rowsOf({ place, borough, numbers, before, ages, rates, slack }: RowSource) {
  const shareOf = (of: Place, measure: string, band: string) => {
    const counted = numbers.of(of, measure, band).people;
    const all = numbers.of(of, 'registered', 'all').people;
    return counted === null || !all ? null : Math.min(1, counted / all);
  };
  const registered = numbers.of(place, 'registered', 'all').people ?? 0;
  return (reference: string, name: string, measure: string, band: string): ProfileRow => {
    const people = numbers.of(place, measure, band);
    const earlier = before?.of(place, measure, band) ?? null;
    const comparable = earlier !== null && earlier.people !== null && earlier.exact === people.exact;
    return {
      reference,
      name,
      people,
      share: shareOf(place, measure, band),
      boroughShare: shareOf(borough, measure, band),
      ratio: ratioOf(people, registered, slack, ages, rates.get(`${measure} ${band}`)),
      change: comparable && people.people !== null ? people.people - (earlier.people ?? 0) : null,
    };
  };
}

function ratioOf(
  { people }: PlaceNumber,
  registered: number,
  slack: number,
  ages: readonly AgeAndSex[] | null,
  rates: readonly number[] | undefined,
): Estimate | null {
  if (people === null || !ages || !rates) return null;
  const known = (value: number): Known => ({
    value,
    low: value === 0 ? 0 : Math.max(0, value - slack),
    high: value === 0 ? 0 : value + slack,
  });
  const strata = ages.map(({ people: own }) => own);
  return standardisedRatio(known(people), expectedOf(strata, known(registered), rates));
}

/** The gaps between groups of this place that are not chance after age and sex, the widest first. */
async function readGaps(
  tx: Tx,
  { publication, tree, place, visible, measures, rules }: ProfileRequest,
): Promise<string[] | null> {
  const { library } = measures;
  const between = dimensionsOf(library).filter(({ id }) => rules.gaps.between.includes(id));
  const found: { said: string; width: number }[] = [];
  for (const reference of rules.gaps.figures) {
    const figure = figureNamed(library, reference);
    const figures = await readEquity(tx, publication, tree, {
      place,
      figure,
      visible,
      rounding: measures.rulesOf(publication).round_to,
    });
    if (!figures) return null;
    for (const dimension of between)
      for (const { gap } of compareGroups(dimension, figures, countedAs(figure)).groups)
        if (gap?.adjusted && !holdsOne(gap.adjusted))
          found.push({ said: gap.said, width: Math.abs(Math.log(gap.adjusted.value)) });
  }
  return found
    .sort((a, b) => b.width - a.width)
    .slice(0, rules.gaps.shown)
    .map(({ said }) => said);
}

function holdsOne({ interval }: Estimate): boolean {
  return interval.lower <= 1 && interval.upper >= 1;
}
