import type { CompiledLibrary } from '../compile/compile.ts';
import {
  bandsOf,
  type Definition,
  type Library,
  partsOfReference,
  type Segmentation,
} from '../language/library.ts';
import { bandMeasure } from '../refresh/measure-names.ts';

// What is compared between groups of people: whom each figure is of, and who is counted. The same words stand in the
// book, so that a page finds what a refresh wrote.

/** The denominator of figures that concern everybody who is registered. */
export const EVERYBODY = 'everybody';

/** One figure: a measure of the counts and one of its bands, as a share of `of`: everybody, or whom a definition concerns. */
export interface Compared {
  readonly measure: string;
  readonly band: string;
  readonly of: string;
  /** Whether bands of it are all of `of`, each person in one. */
  readonly divides: boolean;
}

/** A figure with the SQL that says of a row of `fact` whether it counts. */
export interface Counted extends Compared {
  readonly condition: string;
}

/** The groups that people are compared by, in the order of the arrays of the book: each dimension's groups together. */
export interface Group {
  readonly dimension: string;
  readonly group: string;
}

/** The two that figures are standardised by. */
export const AGE = 'age-band';
export const SEX = 'sex';

/** The dimensions of which a standardised figure says nothing. */
export const STANDARDISED_BY: readonly string[] = [AGE, SEX];

/** The dimensions: definitions of who people are. */
export function dimensionsOf(library: Library): Segmentation[] {
  return library.definitions.filter(
    (definition): definition is Segmentation =>
      definition.kind === 'segmentation' && definition.group === 'equity',
  );
}

export function groupsOf(library: Library): Group[] {
  return dimensionsOf(library).flatMap(({ id, segments }) =>
    segments.map((segment) => ({ dimension: id, group: segment.id })),
  );
}

/** How many cells of age and sex there are. A stratum is the place of the age band times the sexes, plus that of the sex. */
export function strataOf(library: Library): { readonly ages: number; readonly sexes: number } {
  return {
    ages: bandsOf(library.definition(AGE)).length,
    sexes: bandsOf(library.definition(SEX)).length,
  };
}

/** SQL of the stratum of a row of `fact`. */
export function stratumSql(library: Library, compiled: CompiledLibrary): string {
  const band = (id: string) => `band_${compiled.definitions.indexOf(id)}`;
  return `${band(AGE)} * ${strataOf(library).sexes} + ${band(SEX)}`;
}

const NOT_COMPARED: readonly Definition['group'][] = ['equity', 'record'];

/** The figures that are compared: registers, bands of scores and of the ranking, segments that concern somebody. */
export function comparedOf(definition: Definition): Compared[] {
  if (NOT_COMPARED.includes(definition.group)) return [];
  switch (definition.kind) {
    case 'register':
      return [{ measure: `definition:${definition.id}`, band: 'in', of: EVERYBODY, divides: false }];
    case 'score':
    case 'calculation':
      return definition.bands.map(({ id }) => ({
        measure: bandMeasure(definition.id),
        band: id,
        of: definition.id,
        divides: true,
      }));
    case 'segmentation':
      return definition.segments
        .filter(({ id }) => !definition.does_not_apply.includes(id))
        .map(({ id }) => ({
          measure: bandMeasure(definition.id),
          band: id,
          of: definition.does_not_apply.length === 0 ? EVERYBODY : definition.id,
          divides: true,
        }));
    case 'ranking':
      return [...definition.bands.map(({ id }) => id), 'unranked'].map((band) => ({
        measure: 'need',
        band,
        of: EVERYBODY,
        divides: true,
      }));
  }
}

/** Everything that is compared, with how it is counted. */
export function countedOf(library: Library, compiled: CompiledLibrary): Counted[] {
  return library.definitions.flatMap((definition) =>
    comparedOf(definition).map((compared) => ({
      ...compared,
      condition: conditionOf(definition, compared.band, compiled),
    })),
  );
}

function conditionOf(definition: Definition, band: string, compiled: CompiledLibrary): string {
  const at = compiled.definitions.indexOf(definition.id);
  if (definition.kind === 'register') return `outcome_${at}`;
  if (definition.kind === 'ranking')
    return band === 'unranked' ? 'need_rank is null' : `need_band = '${band}'`;
  return `band_${at} = ${bandsOf(definition).findIndex(({ id }) => id === band)}`;
}

/** Whom figures are of, everybody first, and the SQL of who is one of them. */
export function denominatorsOf(
  library: Library,
  compiled: CompiledLibrary,
): { readonly of: string; readonly condition: string }[] {
  const concerned = library.definitions.flatMap((definition) => {
    if (!comparedOf(definition).some(({ of }) => of === definition.id)) return [];
    const at = compiled.definitions.indexOf(definition.id);
    if (definition.kind !== 'segmentation') return [{ of: definition.id, condition: `outcome_${at}` }];
    const outside = definition.does_not_apply.map((id) =>
      definition.segments.findIndex((segment) => segment.id === id),
    );
    return [{ of: definition.id, condition: `band_${at} not in (${outside.join(', ')})` }];
  });
  return [{ of: EVERYBODY, condition: 'true' }, ...concerned];
}

/**
 * Groups that are made of groups of another dimension, as the five ethnic groups of the nineteen: each of the broad ones
 * with its parts, as places in the list of groups.
 */
export function nestedGroups(
  library: Library,
): { readonly whole: number; readonly parts: readonly number[] }[] {
  const groups = groupsOf(library);
  const placeOf = (dimension: string, group: string) =>
    groups.findIndex((each) => each.dimension === dimension && each.group === group);
  return dimensionsOf(library).flatMap(({ id, segments }) =>
    segments.flatMap((segment) => {
      const any = segment.when !== undefined && 'any' in segment.when ? segment.when.any : [];
      const parts = any.flatMap((condition) => {
        if (!('definition' in condition)) return [];
        const { id: of, band } = partsOfReference(condition.definition);
        const place = band === null ? -1 : placeOf(of, band);
        return place < 0 ? [] : [place];
      });
      return parts.length > 0 && parts.length === any.length
        ? [{ whole: placeOf(id, segment.id), parts }]
        : [];
    }),
  );
}
