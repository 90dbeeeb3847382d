import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import { readAgeAndSex, readReferenceRates } from '../equity/age-and-sex.ts';
import { AGE, EVERYBODY, SEX } from '../equity/compared.ts';
import { figureNamed } from '../equity/figures.ts';
import { readPlaceNumbers } from '../facts/place-numbers.ts';
import type { Publication } from '../facts/publication.ts';
import { bandsOf as bandsOfDefinition } from '../language/library.ts';
import type { Measures } from '../web/measures.ts';
import type { ProjectionContent } from './assumptions.ts';
import { bandsOf, baseOf } from './base.ts';
import { type AgesBySex, allOf, type Changed, project, STEP, together } from './cohort-component.ts';

/** A number now, then as expected, and then under the lowest and highest assumptions. */
export interface Projected {
  readonly name: string;
  readonly now: number;
  readonly then: number;
  readonly low: number;
  readonly high: number;
}

export interface Projection {
  readonly place: Place;
  readonly asOf: PlainDate;
  readonly exact: boolean;
  readonly all: Projected;
  readonly ages: readonly Projected[];
  /** The neighbourhoods that the place is made of, which add up to it; empty of a place that is not made of any. */
  readonly parts: readonly Projected[];
  readonly figures: readonly Projected[];
}

export interface ProjectionRequest {
  readonly publication: Publication;
  readonly tree: PlaceTree;
  readonly place: Place;
  readonly visible: ReadonlySet<number>;
  readonly measures: Measures;
  readonly content: ProjectionContent;
  readonly years: number;
  readonly changed: Changed;
}

/**
 * Projects the registered people of a place, neighbourhood by neighbourhood, and whoever has a condition at today's rates by
 * age and sex. Null where there are no numbers by age that the reader may see.
 */
export async function readProjection(tx: Tx, request: ProjectionRequest): Promise<Projection | null> {
  const { publication, place, content, years, changed } = request;
  const found = await readParts(tx, request);
  if (!found) return null;
  const { assumptions, residents } = content;
  const ages = assumptions.ages.length;
  const base = together(
    found.parts.map((part) => part.base),
    ages,
  );
  // Low and high are the content's, moved as the reader moved the middle.
  const variants = assumptions.variants.map((variant) => ({
    births_percent: (changed.births_percent * variant.births_percent) / 100,
    deaths_percent: (changed.deaths_percent * variant.deaths_percent) / 100,
    moves_more: changed.moves_more + variant.moves_more,
  }));
  const steps = years / STEP;
  const projected = (people: AgesBySex, by: Changed) => project(people, assumptions, by, steps);
  const range = (name: string, people: AgesBySex, count: (of: AgesBySex) => number): Projected => {
    const ends = variants.map((variant) => count(projected(people, variant)));
    const then = count(projected(people, changed));
    return { name, now: count(people), then, low: Math.min(then, ...ends), high: Math.max(then, ...ends) };
  };
  const rates = await readRates(tx, request);
  return {
    place,
    asOf: publication.asOf,
    exact: found.exact,
    all: range('Everybody', base, allOf),
    ages: residents.residents.map(({ from }, at) =>
      range(
        at === ages - 1 ? `${from} and over` : `${from} to ${from + 4}`,
        base,
        ({ female, male }) => (female[at] ?? 0) + (male[at] ?? 0),
      ),
    ),
    parts: found.parts.length > 1 ? found.parts.map(({ name, base: own }) => range(name, own, allOf)) : [],
    figures: rates.map(({ name, of }) => range(name, base, (people) => atRates(people, of))),
  };
}

interface Part {
  readonly name: string;
  readonly base: AgesBySex;
}

async function readParts(
  tx: Tx,
  { publication, tree, place, visible, measures, content }: ProjectionRequest,
): Promise<{ exact: boolean; parts: Part[] } | null> {
  const neighbourhoods = tree.children(place).filter(({ kind }) => kind === 'neighbourhood');
  const covered = neighbourhoods.flatMap((each) => tree.practices(each)).length;
  const places = covered > 0 && covered === tree.practices(place).length ? neighbourhoods : [place];
  const peopled = places.filter((each) => tree.practices(each).length > 0);
  const numbers = await readPlaceNumbers(tx, publication, tree, peopled, visible);
  const parts: Part[] = [];
  for (const each of peopled) {
    const ages = await readAgeAndSex(tx, publication, tree, {
      place: each,
      library: measures.library,
      visible,
      rounding: measures.rulesOf(publication).round_to,
    });
    if (!ages) return null;
    const registered = numbers.of(each, 'registered', 'all').people ?? 0;
    parts.push({ name: each.name, base: baseOf(ages, registered, content.residents) });
  }
  const exact = peopled.every((each) => numbers.of(each, 'registered', 'all').exact);
  return parts.length === 0 ? null : { exact, parts };
}

/** Rates of a figure in bands of five years, by sex. */
interface FigureRates {
  readonly name: string;
  readonly of: { readonly female: readonly number[]; readonly male: readonly number[] };
}

async function readRates(
  tx: Tx,
  { publication, measures, content }: ProjectionRequest,
): Promise<FigureRates[]> {
  const { library } = measures;
  const rates = await readReferenceRates(tx, publication);
  const ages = bandsOfDefinition(library.definition(AGE));
  const sexes = bandsOfDefinition(library.definition(SEX)).map(({ id }) => id);
  return content.assumptions.figures.flatMap((reference) => {
    const figure = figureNamed(library, reference);
    const own = rates.get(`${figure.measure} ${figure.band}`);
    const concerned = figure.of === EVERYBODY ? undefined : rates.get(`of ${figure.of}`);
    if (!own || (figure.of !== EVERYBODY && !concerned)) return [];
    const of = (sex: string) => {
      const byFive = content.residents.residents.map(() => 0);
      ages.forEach(({ id }, age) => {
        if (id === 'not-known') return;
        const stratum = age * sexes.length + sexes.indexOf(sex);
        for (const at of bandsOf(id, content.residents))
          byFive[at] = (own[stratum] ?? 0) * (concerned?.[stratum] ?? 1);
      });
      return byFive;
    };
    return [{ name: figure.name, of: { female: of('female'), male: of('male') } }];
  });
}

function atRates({ female, male }: AgesBySex, of: FigureRates['of']): number {
  const sum = (people: readonly number[], rates: readonly number[]) =>
    people.reduce((total, count, at) => total + count * (rates[at] ?? 0), 0);
  return sum(female, of.female) + sum(male, of.male);
}
