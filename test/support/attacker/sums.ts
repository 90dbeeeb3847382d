import type { Place, PlaceTree } from '../../../src/domains/directory/index.ts';
import { comparedOf, dimensionsOf, nestedGroups } from '../../../src/domains/need/equity/compared.ts';
import {
  bandsOf,
  type Definition,
  type Library,
  stepsOf,
} from '../../../src/domains/need/language/library.ts';
import type { DisclosureRules } from '../../../src/domains/need/refresh/disclosure.ts';
import type { Knowledge } from './bounds.ts';
import { calibrationCell, cellOf } from './sightings.ts';

/** More people than there are anywhere: what nobody has said anything about. */
const OPEN = 1_000_000;

/** What adds up to what, of one definition: everything that an attacker can name, seen or not. */
export class Sums implements Knowledge {
  readonly least: number[] = [];
  readonly most: number[] = [];
  readonly sums: { parts: number[]; whole: number; exactly: boolean }[] = [];
  readonly cells = new Map<string, number>();
  private readonly seen: ReadonlyMap<string, number | null>;
  private readonly rules: DisclosureRules;

  constructor(seen: ReadonlyMap<string, number | null>, rules: DisclosureRules) {
    this.seen = seen;
    this.rules = rules;
  }

  /** The place of a cell. What is hidden of everybody is somebody, as nought is shown; of groups it may be nobody. */
  at(cell: string): number {
    const known = this.cells.get(cell);
    if (known !== undefined) return known;
    const shown = this.seen.get(cell);
    const slack = Math.floor(this.rules.round_to / 2);
    const isOfGroup = !cell.endsWith('|');
    const [least, most] =
      shown === undefined
        ? [0, OPEN]
        : shown === null
          ? [isOfGroup ? 0 : 1, OPEN]
          : shown === 0
            ? [0, 0]
            : [Math.max(this.rules.hide_up_to + 1, shown - slack), shown + slack];
    const at = this.least.push(least) - 1;
    this.most.push(most);
    this.cells.set(cell, at);
    return at;
  }

  adds(parts: readonly string[], whole: string): void {
    this.sums.push({ parts: parts.map((part) => this.at(part)), whole: this.at(whole), exactly: true });
  }

  atMost(parts: readonly string[], whole: string): void {
    this.sums.push({ parts: parts.map((part) => this.at(part)), whole: this.at(whole), exactly: false });
  }

  /** The cells that were seen to be hidden. */
  hidden(): string[] {
    return [...this.cells.keys()].filter((cell) => this.seen.get(cell) === null);
  }
}

export interface World {
  readonly library: Library;
  readonly tree: PlaceTree;
  readonly rules: DisclosureRules;
}

/** Places that add up to another: its children of one kind. Neighbourhoods add up to a borough, and so do its networks. */
function families(tree: PlaceTree): { of: Place; children: Place[] }[] {
  const found = new Map<string, { of: Place; children: Place[] }>();
  for (const place of tree.all)
    for (const above of [place.within, place.memberOf]) {
      const of = above === null ? undefined : tree.place(above);
      if (!of) continue;
      const key = `${of.id} ${place.kind}`;
      const family = found.get(key) ?? { of, children: [] };
      family.children.push(place);
      found.set(key, family);
    }
  return [...found.values()];
}

/** Everything about one definition that was seen, and what it adds up to. Null where nothing of it was seen. */
export function sumsOf(
  definition: Definition,
  seen: ReadonlyMap<string, number | null>,
  world: World,
): Sums | null {
  const sums = new Sums(seen, world.rules);
  const wanted = (cell: string) => seen.has(cell);
  const measures = measuresOf(definition);
  const peopled = world.tree.all.filter((place) => world.tree.practices(place).length > 0);
  const kin = families(world.tree);
  const overPlaces = (measure: string, band: string, group = '') => {
    for (const { of, children } of kin)
      if (group === '' || of.kind !== 'practice')
        if (group === '' || children.every(({ kind }) => kind !== 'practice'))
          sums.adds(
            children.map(({ code }) => cellOf(code, measure, band, group)),
            cellOf(of.code, measure, band, group),
          );
  };
  if (
    !measures.some(({ measure, bands }) =>
      bands.some((band) => peopled.some(({ code }) => wanted(cellOf(code, measure, band)))),
    )
  )
    return null;
  overPlaces('registered', 'all');
  for (const { measure, bands, of } of measures) {
    for (const band of bands) overPlaces(measure, band);
    for (const { code } of peopled) {
      const whole = of === null ? cellOf(code, 'registered', 'all') : cellOf(code, of, 'in');
      sums.adds(
        bands.map((band) => cellOf(code, measure, band)),
        whole,
      );
    }
  }
  const root = world.tree.roots[0];
  const steps = stepsOf(definition).map((_, step) =>
    cellOf(root?.code ?? '', `lost:${definition.id}`, String(step)),
  );
  if (steps.some(wanted)) sums.adds(steps, cellOf(root?.code ?? '', `definition:${definition.id}`, 'out'));
  addGroups(definition, sums, seen, world, overPlaces);
  return sums;
}

/** Measures of everybody and their bands, which add up to everybody or to those whom another measure has in. */
function measuresOf(
  definition: Definition,
): { measure: string; bands: readonly string[]; of: string | null }[] {
  const id = definition.id;
  const outcomes = { measure: `definition:${id}`, bands: ['in', 'out', 'unknown'], of: null };
  const bands = bandsOf(definition).map((band) => band.id);
  switch (definition.kind) {
    case 'register':
      return [outcomes];
    case 'ranking':
      return [{ measure: 'need', bands: [...definition.bands.map((band) => band.id), 'unranked'], of: null }];
    case 'segmentation':
      return [{ measure: `band:${id}`, bands, of: null }];
    case 'score':
    case 'calculation':
      return [
        outcomes,
        ...(bands.length > 0 ? [{ measure: `band:${id}`, bands, of: `definition:${id}` }] : []),
      ];
  }
}

function addGroups(
  definition: Definition,
  sums: Sums,
  seen: ReadonlyMap<string, number | null>,
  { library, tree }: World,
  overPlaces: (measure: string, band: string, group: string) => void,
): void {
  const compared = comparedOf(definition);
  const dimensions = dimensionsOf(library).map(({ id, segments }) =>
    segments.map((segment) => `${id}/${segment.id}`),
  );
  const groups = dimensions.flat();
  const nested = nestedGroups(library);
  const places = tree.all.filter((place) => place.kind !== 'practice' && tree.practices(place).length > 0);
  const first = groups[0] ?? '';
  const isSeen = (measure: string, band: string) =>
    places.some(({ code }) => seen.has(cellOf(code, measure, band, first)));
  const shown = compared.filter(({ measure, band }) => isSeen(measure, band));
  if (shown.length === 0) return;
  const of = shown[0]?.of ?? 'everybody';
  const across = (place: string, measure: string, band: string, whole: string | null) => {
    const cell = (group: string) => cellOf(place, measure, band, group);
    for (const line of dimensions) sums.adds(line.map(cell), whole ?? cellOf(place, measure, band));
    for (const each of nested)
      sums.adds(
        each.parts.map((part) => cell(groups[part] ?? '')),
        cell(groups[each.whole] ?? ''),
      );
  };
  for (const { code } of places) {
    across(code, 'of', 'everybody', cellOf(code, 'registered', 'all'));
    if (of !== 'everybody') across(code, 'of', of, null);
    for (const { measure, band } of shown) across(code, measure, band, null);
    for (const group of groups) {
      const bands = compared.map(({ measure, band }) => cellOf(code, measure, band, group));
      const whole = cellOf(code, 'of', of, group);
      if (compared[0]?.divides) sums.adds(bands, whole);
      else sums.atMost(bands, whole);
      if (of !== 'everybody') sums.atMost([whole], cellOf(code, 'of', 'everybody', group));
    }
  }
  for (const group of groups) {
    overPlaces('of', 'everybody', group);
    if (of !== 'everybody') overPlaces('of', of, group);
    for (const { measure, band } of shown) overPlaces(measure, band, group);
  }
}

/** Everybody by group, and by age and sex, which add up to the groups of ages and of sexes. */
export function sumsOfEverybody(
  seen: ReadonlyMap<string, number | null>,
  { library, tree, rules }: World,
): Sums {
  const sums = new Sums(seen, rules);
  const dimensions = dimensionsOf(library);
  const groups = dimensions.flatMap(({ id, segments }) => segments.map((segment) => `${id}/${segment.id}`));
  const ages = dimensions.find(({ id }) => id === 'age-band')?.segments.map(({ id }) => id) ?? [];
  const sexes = dimensions.find(({ id }) => id === 'sex')?.segments.map(({ id }) => id) ?? [];
  const places = tree.all.filter((place) => place.kind !== 'practice' && tree.practices(place).length > 0);
  const cell = (place: string, group: string) => cellOf(place, 'of', 'everybody', group);
  for (const { code } of places) {
    for (const { id, segments } of dimensions)
      sums.adds(
        segments.map((segment) => cell(code, `${id}/${segment.id}`)),
        cellOf(code, 'registered', 'all'),
      );
    for (const { whole, parts } of nestedGroups(library))
      sums.adds(
        parts.map((part) => cell(code, groups[part] ?? '')),
        cell(code, groups[whole] ?? ''),
      );
    for (const age of ages)
      sums.adds(
        sexes.map((sex) => cell(code, `age-and-sex/${age}/${sex}`)),
        cell(code, `age-band/${age}`),
      );
    for (const sex of sexes)
      sums.adds(
        ages.map((age) => cell(code, `age-and-sex/${age}/${sex}`)),
        cell(code, `sex/${sex}`),
      );
  }
  const optOuts = (band: string) => cellOf(tree.roots[0]?.code ?? '', 'opt-outs', band);
  if (seen.has(optOuts('registered'))) {
    // Figures for planning are of everybody but who objects, and count who opted out nationally.
    const counted = cellOf(tree.roots[0]?.code ?? '', 'registered', 'all');
    sums.adds([optOuts('objecting'), counted], optOuts('registered'));
    sums.atMost([optOuts('opted-out')], counted);
  }
  const strata = ages.flatMap((age) => sexes.map((sex) => `age-and-sex/${age}/${sex}`));
  for (const { of, children } of families(tree)) {
    sums.adds(
      children.map(({ code }) => cellOf(code, 'registered', 'all')),
      cellOf(of.code, 'registered', 'all'),
    );
    if (children.every(({ kind }) => kind !== 'practice'))
      for (const group of [...groups, ...strata])
        sums.adds(
          children.map(({ code }) => cell(code, group)),
          cell(of.code, group),
        );
  }
  return sums;
}

/** The calibration of the ranking: tenths, and the groups of each dimension, add up to everybody who had a score. */
export function sumsOfCalibration(seen: ReadonlyMap<string, number | null>, { rules }: World): Sums | null {
  const sums = new Sums(seen, rules);
  const parts = new Map<string, Set<string>>();
  const outcomes = new Set<string>();
  for (const cell of seen.keys()) {
    const [, measure, outcome = '', group = ''] = cell.split('|');
    if (measure !== 'calibration') continue;
    const [part = '', ...name] = group.split('/');
    outcomes.add(outcome);
    parts.set(part, (parts.get(part) ?? new Set()).add(name.join('/')));
  }
  if (outcomes.size === 0) return null;
  for (const outcome of outcomes)
    for (const [part, names] of parts) {
      const scored = [...names].filter((name) => !name.startsWith('No score'));
      sums.adds(
        scored.map((name) => calibrationCell(outcome, part, name)),
        calibrationCell(outcome, 'everybody', 'with a score'),
      );
      for (const name of names)
        if (outcome !== 'people')
          sums.atMost([calibrationCell(outcome, part, name)], calibrationCell('people', part, name));
    }
  return sums;
}
