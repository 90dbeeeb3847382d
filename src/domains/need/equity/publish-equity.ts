import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyIn } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import { hasValue } from '../language/library.ts';
import type { DisclosureRules } from '../refresh/disclosure.ts';
import { grouped } from '../refresh/disclosure.ts';
import { keepWide, knownOf, type Range, type Sum } from '../refresh/keep-wide.ts';
import type { Ledger } from '../refresh/ledger.ts';
import { type CubeCell, cubeKey, EVERYBODYS_TABLE } from '../refresh/protect-cube.ts';
import {
  AGE,
  type Counted,
  comparedOf,
  countedOf,
  denominatorsOf,
  dimensionsOf,
  EVERYBODY,
  groupsOf,
  nestedGroups,
  SEX,
  strataOf,
} from './compared.ts';
import { addUpPlaces, type EquityFiles, type EquitySource, type PlaceCells } from './count-equity.ts';
import { hideMore, type Line } from './hide-more.ts';
import { referenceRates } from './reference-rates.ts';

export interface EquityPublication extends EquitySource {
  readonly places: PlaceTree;
  readonly disclosure: DisclosureRules;
}

/** Loads the exact counts by group, of practices. */
export async function loadExactEquity(
  copyIn: CopyIn,
  { countsFile, strataFile }: EquityFiles,
): Promise<void> {
  await copyIn('need.equity_count', ['snapshot_id', 'practice_id', 'measure', 'band', 'people'], countsFile);
  await copyIn(
    'need.equity_stratum',
    ['snapshot_id', 'practice_id', 'denominator', 'stratum', 'people'],
    strataFile,
  );
}

/**
 * Publishes the counts by group, of places above practices: of one practice's people almost every group is small. Counts by
 * age and sex are published too, as what figures are standardised with, so that nothing about a group rests on a number that
 * is not itself protected.
 */
export async function writeEquity(
  copyIn: CopyIn,
  { snapshot, scratch }: EquityPublication,
  { ledger, equity }: { ledger: Ledger; equity: ProtectedEquity },
): Promise<void> {
  const shown = (keys: readonly string[]) => keys.map((key) => ledger.shown(key));
  const files = {
    'need.published_equity': {
      columns: ['place_id', 'measure', 'band', 'people'],
      rows: equity.figures.map(({ place, measure, band, keys }): Cell[] => [
        place,
        measure,
        band,
        shown(keys),
      ]),
    },
    'need.published_stratum': {
      columns: ['place_id', 'denominator', 'stratum', 'people'],
      rows: equity.strata.map(({ place, of, stratum, groups }): Cell[] => [
        place,
        of,
        stratum,
        groups.map((group) => (typeof group === 'string' ? ledger.shown(group) : group)),
      ]),
    },
    'need.reference_rate': { columns: ['measure', 'band', 'rates'], rows: equity.rates },
  };
  for (const [table, { columns, rows }] of Object.entries(files)) {
    const file = join(scratch, `${table}.csv`);
    const named = ['snapshot_id', ...columns];
    const lines = rows.map((row) => [snapshot.id, ...row.map(cellText)].join(','));
    writeFileSync(file, `${[named.join(','), ...lines].join('\n')}\n`, { mode: 0o600 });
    await copyIn(table, named, file);
  }
}

type Cell = string | number | readonly (number | null)[];

function cellText(cell: Cell): string {
  if (typeof cell === 'object') return `"{${cell.map((count) => count ?? 'NULL').join(',')}}"`;
  return String(cell);
}

/** What there is to publish: keys of the ledger, where the numbers are. */
export interface ProtectedEquity {
  readonly figures: readonly FigureRow[];
  readonly strata: readonly StratumRow[];
  readonly rates: Cell[][];
}

/** One number of each group: of a figure, or of whom figures are `of`. */
interface FigureRow {
  readonly place: number;
  readonly measure: string;
  readonly band: string;
  readonly keys: readonly string[];
}

interface StratumRow {
  readonly place: number;
  readonly of: string;
  readonly stratum: number;
  /** Of each group the number as it is shown; a key where pages show the number by itself. */
  readonly groups: readonly (string | number | null)[];
}

function groupKey({ place, measure, band }: CubeCell, group: number): string {
  return `${cubeKey({ place, measure, band })} ${group}`;
}

function stratumKey(place: number, stratum: number): string {
  return `${place} age-and-sex ${stratum}`;
}

/** Places, groups and strata with the lines on which their numbers add up. */
interface Table {
  readonly places: readonly Place[];
  readonly groups: number;
  readonly strata: number;
  /** Places in one line with the place that they add up to. */
  readonly families: readonly (readonly number[])[];
  /** Groups of one dimension, and groups with those that they are made of. */
  readonly across: readonly (readonly number[])[];
  readonly dimensions: readonly (readonly number[])[];
  /** Groups that are made of others: the parts, and the broad one at the end. */
  readonly nested: readonly (readonly number[])[];
  readonly rules: DisclosureRules;
  /** The group of its age that everybody of a stratum is in. */
  groupOfStratum(stratum: number): number;
}

/**
 * Protects the counts by group, one figure after another, and enters them into the ledger with what they add up to. What is
 * hidden of everybody, who must be in the ledger, is not split.
 */
export async function protectEquity(
  publication: EquityPublication,
  ledger: Ledger,
): Promise<ProtectedEquity> {
  const { library, compiled, places, disclosure } = publication;
  const peopled = places.all.filter(
    (place) => place.kind !== 'practice' && places.practices(place).length > 0,
  );
  if (peopled.length === 0) return { figures: [], strata: [], rates: [] };
  const cells = await addUpPlaces(
    publication,
    new Map(peopled.map((place) => [place.id, places.practices(place).map(({ id }) => id)])),
  );
  const { ages, sexes } = strataOf(library);
  const ageAt = groupsOf(library).findIndex(({ dimension }) => dimension === AGE);
  const table: Table = {
    places: peopled,
    groups: groupsOf(library).length,
    strata: ages * sexes,
    families: familiesOf(peopled),
    dimensions: dimensionLines(publication),
    nested: nestedLines(publication),
    across: [...dimensionLines(publication), ...nestedLines(publication)],
    rules: disclosure,
    groupOfStratum: (stratum) => ageAt + Math.floor(stratum / sexes),
  };
  /** What anybody knows of a place without groups, from the published counts. */
  const everybodyOf = (place: Place, measure: string, band: string): Range =>
    ledger.knownAs(cubeKey({ place: place.id, measure, band })) ?? {
      least: 0,
      most: Number.POSITIVE_INFINITY,
    };
  const denominators = denominatorsOf(library, compiled).map(({ of }) => of);
  const totals = denominators.map((_, at) => totalsOf(table, cells, at));
  const everybody = totals[0] ?? new Int32Array();
  const hiddenTotals: Uint8Array[] = [];
  const figures: FigureRow[] = [];
  const enter = (measure: string, band: string, { people, hidden, from }: Entered) =>
    peopled.forEach(({ id: place }, row) => {
      const keys = Array.from({ length: table.groups }, (_, group) => {
        const at = from + row * table.groups + group;
        const key = groupKey({ place, measure, band }, group);
        ledger.add(key, { people: people[at] ?? 0, hidden: hidden[at] === 1, noughtHides: true });
        return key;
      });
      figures.push({ place, measure, band, keys });
    });
  totals.forEach((people, at) => {
    const of = denominators[at] ?? EVERYBODY;
    const isValued = library.definitions.some((each) => each.id === of && hasValue(each));
    const wholeOf = (place: Place) =>
      of === EVERYBODY
        ? everybodyOf(place, 'registered', 'all')
        : isValued
          ? everybodyOf(place, `definition:${of}`, 'in')
          : { least: 0, most: Number.POSITIVE_INFINITY };
    const first = hiddenTotals[0];
    const above = first ? { people: everybody, hidden: first } : null;
    const hidden = protectTotals(table, people, { everybody: above, wholeOf });
    hiddenTotals.push(hidden);
    enter('of', of, { people, hidden, from: 0 });
  });
  const strata = denominators.flatMap((of, at) => protectStrata(table, cells, { of, at }, ledger));
  const counted = countedOf(library, compiled).map((each, figure) => ({ ...each, figure }));
  for (const bands of grouped(counted, ({ measure }) => measure).values()) {
    const at = denominators.indexOf(bands[0]?.of ?? EVERYBODY);
    const { people, hidden } = protectFigures(table, cells, {
      bands,
      total: totals[at] ?? everybody,
      hiddenTotal: hiddenTotals[at] ?? new Uint8Array(),
      wholeOf: (place, { measure, band }) => everybodyOf(place, measure, band),
    });
    bands.forEach(({ measure, band }, nth) => {
      enter(measure, band, { people, hidden, from: nth * peopled.length * table.groups });
    });
  }
  addUpGroups(publication, table, ledger);
  const rates = counted.flatMap(({ measure, band, of, figure }): Cell[][] => {
    const people = cells.denominatorRates.get(denominators.indexOf(of));
    const found =
      people &&
      referenceRates(cells.figureRates.get(figure) ?? people.map(() => 0), people, sexes, disclosure);
    return found ? [[measure, band, found]] : [];
  });
  // How many of everybody a definition concerns, for whoever wants the rate of a figure among everybody.
  const concerned = denominators.flatMap((of, at): Cell[][] => {
    const everyone = cells.denominatorRates.get(0);
    const own = cells.denominatorRates.get(at);
    const found = at > 0 && everyone && own && referenceRates(own, everyone, sexes, disclosure);
    return found ? [['of', of, found]] : [];
  });
  return { figures, strata, rates: [...concerned, ...rates] };
}

interface Entered {
  readonly people: ArrayLike<number>;
  readonly hidden: Uint8Array;
  /** Where the numbers of the first place begin. */
  readonly from: number;
}

/** Siblings of one kind, and their parent, as places in the list of places. */
function familiesOf(peopled: readonly Place[]): number[][] {
  const at = new Map(peopled.map(({ id }, place) => [id, place]));
  const members = peopled.flatMap((place, own) =>
    [place.within, place.memberOf].flatMap((above) =>
      above === null || !at.has(above)
        ? []
        : [{ own, family: `${place.kind} of ${above}`, above: at.get(above) ?? 0 }],
    ),
  );
  return [...grouped(members, ({ family }) => family).values()].map((family) => [
    ...family.map(({ own }) => own),
    family[0]?.above ?? 0,
  ]);
}

function dimensionLines({ library }: EquitySource): number[][] {
  let from = 0;
  return dimensionsOf(library).map(({ segments }) => {
    const line = segments.map((_, at) => from + at);
    from += segments.length;
    return line;
  });
}

function nestedLines({ library }: EquitySource): number[][] {
  return nestedGroups(library).map(({ whole, parts }) => [...parts, whole]);
}

function totalsOf(table: Table, cells: PlaceCells, denominator: number): Int32Array {
  const people = new Int32Array(table.places.length * table.groups);
  table.places.forEach(({ id }, place) => {
    for (let stratum = 0; stratum < table.strata; stratum++)
      cells.strata(id, denominator, stratum)?.forEach((count, group) => {
        people[place * table.groups + group] = (people[place * table.groups + group] ?? 0) + count;
      });
  });
  return people;
}

/** Lines of one number for each place and group, of one figure; `from` is where its numbers begin. */
function figureLines(table: Table, from = 0): Line[] {
  const at = (place: number, group: number) => from + place * table.groups + group;
  const groups = Array.from({ length: table.groups }, (_, group) => group);
  return [
    ...table.places.flatMap((_, place) => table.across.map((line) => line.map((group) => at(place, group)))),
    ...table.families.flatMap((family) => groups.map((group) => family.map((place) => at(place, group)))),
  ];
}

/** What the numbers of one figure add up to, groups to `wholes` and each other, places to the place above. */
function figureSums(table: Table, from: number, wholes: number): Sum[] {
  const at = (place: number, group: number) => from + place * table.groups + group;
  const groups = Array.from({ length: table.groups }, (_, group) => group);
  const last = (line: readonly number[]): Sum => ({
    parts: line.slice(0, -1),
    whole: line.at(-1) ?? 0,
    all: true,
  });
  return [
    ...table.places.flatMap((_, place) => [
      ...table.dimensions.map(
        (line): Sum => ({ parts: line.map((group) => at(place, group)), whole: wholes + place, all: true }),
      ),
      ...table.nested.map((line) => last(line.map((group) => at(place, group)))),
    ]),
    ...table.families.flatMap((family) =>
      groups.map((group) => last(family.map((place) => at(place, group)))),
    ),
  ];
}

interface OfTotals {
  /** Everybody by group, of whom those whom a definition concerns are some; null where these are everybody. */
  readonly everybody: { readonly people: Int32Array; readonly hidden: Uint8Array } | null;
  wholeOf(place: Place): Range;
}

/** How many people of each group a definition concerns. Whom it does not concern is a number too. */
function protectTotals(table: Table, people: Int32Array, { everybody, wholeOf }: OfTotals): Uint8Array {
  const size = people.length;
  const hidden = new Uint8Array(size);
  people.forEach((count, at) => {
    const others = everybody ? (everybody.people[at] ?? 0) - count : 0;
    if (isTelling(count, others, table.rules)) hidden[at] = 1;
  });
  hideMore(people, hidden, figureLines(table));
  const wholes = table.places.map(wholeOf);
  const fixed = [...wholes, ...knownOfGroups(everybody, table.rules)];
  const sums = figureSums(table, 0, size);
  if (everybody)
    for (let at = 0; at < size; at++)
      sums.push({ parts: [at], whole: size + wholes.length + at, all: false });
  hideWhatIsTold(people, hidden, { fixed, sums, rules: table.rules });
  return hidden;
}

function knownOfGroups(
  counts: { readonly people: Int32Array; readonly hidden: Uint8Array } | null,
  rules: DisclosureRules,
): Range[] {
  if (!counts) return [];
  return Array.from(counts.people, (people, at) =>
    knownOf({ people, hidden: counts.hidden[at] === 1, noughtHides: true }, rules),
  );
}

/** Hides more where somebody who adds and takes away would tell that a hidden number is small. `fixed` stand after the numbers. */
function hideWhatIsTold(
  people: Int32Array,
  hidden: Uint8Array,
  { fixed, sums, rules }: { fixed: readonly Range[]; sums: readonly Sum[]; rules: DisclosureRules },
): void {
  const size = people.length;
  const marks = new Uint8Array(size + fixed.length);
  marks.set(hidden);
  keepWide(
    {
      people,
      hidden: marks,
      known: (at) =>
        fixed[at - size] ??
        knownOf({ people: people[at] ?? 0, hidden: marks[at] === 1, noughtHides: true }, rules),
      sums,
    },
    rules.protected_up_to,
  );
  hidden.set(marks.subarray(0, size));
}

function protectStrata(
  table: Table,
  cells: PlaceCells,
  { of, at }: { of: string; at: number },
  ledger: Ledger,
): StratumRow[] {
  const { places, groups, strata, families, across, rules } = table;
  const people = new Int32Array(places.length * strata * groups);
  const hidden = new Uint8Array(people.length);
  const place = (where: number, stratum: number, group: number) =>
    (where * strata + stratum) * groups + group;
  places.forEach(({ id }, where) => {
    for (let stratum = 0; stratum < strata; stratum++) {
      const everybody = at === 0 ? undefined : cells.strata(id, 0, stratum);
      const found = cells.strata(id, at, stratum);
      for (let group = 0; group < groups; group++) {
        const count = found?.[group] ?? 0;
        people[place(where, stratum, group)] = count;
        const others = everybody ? (everybody[group] ?? 0) - count : 0;
        if (isTelling(count, others, rules)) hidden[place(where, stratum, group)] = 1;
      }
    }
  });
  const everyStratum = Array.from({ length: strata }, (_, stratum) => stratum);
  const everyGroup = Array.from({ length: groups }, (_, group) => group);
  hideMore(people, hidden, [
    ...places.flatMap((_, where) => [
      ...everyGroup.map((group) => everyStratum.map((stratum) => place(where, stratum, group))),
      ...everyStratum.flatMap((stratum) =>
        across.map((line) => line.map((group) => place(where, stratum, group))),
      ),
    ]),
    ...families.flatMap((family) =>
      everyStratum.flatMap((stratum) =>
        everyGroup.map((group) => family.map((where) => place(where, stratum, group))),
      ),
    ),
  ]);
  return places.flatMap(({ id }, where) =>
    everyStratum.map((stratum): StratumRow => {
      const found = everyGroup.map((group) => {
        const cell = place(where, stratum, group);
        if (at > 0 || group !== table.groupOfStratum(stratum))
          return hidden[cell] ? null : rounded(people[cell] ?? 0, rules);
        const key = stratumKey(id, stratum);
        ledger.add(key, { people: people[cell] ?? 0, hidden: hidden[cell] === 1, noughtHides: true });
        return key;
      });
      return { place: id, of, stratum, groups: found };
    }),
  );
}

interface Bands {
  readonly bands: readonly (Counted & { readonly figure: number })[];
  readonly total: Int32Array;
  readonly hiddenTotal: Uint8Array;
  /** What is published of everybody whom the figure counts. */
  wholeOf(place: Place, counted: Counted): Range;
}

/** The bands of one definition together: they add up to whom it concerns, group by group. */
function protectFigures(
  table: Table,
  cells: PlaceCells,
  { bands, total, hiddenTotal, wholeOf }: Bands,
): { readonly people: Int32Array; readonly hidden: Uint8Array } {
  const { places, groups, rules } = table;
  const size = places.length * groups;
  const people = new Int32Array(bands.length * size);
  const hidden = new Uint8Array(people.length);
  bands.forEach((counted, band) => {
    places.forEach((place, where) => {
      const found = cells.figure(place.id, counted.figure);
      const { least, most } = wholeOf(place, counted);
      const wholly = most === Number.POSITIVE_INFINITY && least > 0;
      const nobody = most === 0;
      for (let group = 0; group < groups; group++) {
        const cell = where * groups + group;
        const count = found?.[group] ?? 0;
        people[band * size + cell] = count;
        const small = isTelling(count, (total[cell] ?? 0) - count, rules);
        // Where nobody counts, which is published, it is no secret that none of a group does.
        if (!nobody && (wholly || small || hiddenTotal[cell])) hidden[band * size + cell] = 1;
      }
    });
  });
  const lines = bands.flatMap((_, band) => figureLines(table, band * size));
  if (bands[0]?.divides)
    for (let cell = 0; cell < size; cell++) lines.push(bands.map((_, band) => band * size + cell));
  hideMore(people, hidden, lines);
  const wholes = bands.flatMap((counted) => places.map((place) => wholeOf(place, counted)));
  const fixed = [...wholes, ...knownOfGroups({ people: total, hidden: hiddenTotal }, rules)];
  const sums = bands.flatMap((_, band) =>
    figureSums(table, band * size, people.length + band * places.length),
  );
  for (let cell = 0; cell < size; cell++)
    sums.push({
      parts: bands.map((_, band) => band * size + cell),
      whole: people.length + wholes.length + cell,
      all: bands[0]?.divides ?? false,
    });
  hideWhatIsTold(people, hidden, { fixed, sums, rules });
  return { people, hidden };
}

/** What groups add up to, by definition; and everybody by age and sex, which pages show too. */
function addUpGroups({ library }: EquityPublication, table: Table, ledger: Ledger): void {
  const everybody = { measure: 'of', band: EVERYBODY };
  addFigure(EVERYBODYS_TABLE, everybody, { measure: 'registered', band: 'all' });
  addStrata();
  for (const definition of library.definitions) {
    const compared = comparedOf(definition);
    const [first] = compared;
    if (!first) continue;
    const name = definition.id;
    addFigure(name, everybody, { measure: 'registered', band: 'all' });
    const of = { measure: 'of', band: first.of };
    if (first.of !== EVERYBODY)
      addFigure(name, of, { measure: `definition:${name}`, band: hasValue(definition) ? 'in' : '' });
    for (const { measure, band } of compared) addFigure(name, { measure, band }, { measure, band });
    for (const { id: place } of table.places)
      for (let group = 0; group < table.groups; group++) {
        const whole = groupKey({ place, ...of }, group);
        const bands = compared.map(({ measure, band }) => groupKey({ place, measure, band }, group));
        ledger.addUp(name, bands, whole, first.divides);
        if (first.of !== EVERYBODY)
          ledger.addUp(name, [whole], groupKey({ place, ...everybody }, group), false);
      }
  }

  /** Groups of each place to all who are counted there and to the groups that they make; places to the place above. */
  function addFigure(name: string, figure: Omit<CubeCell, 'place'>, whole: Omit<CubeCell, 'place'>): void {
    const key = (place: number, group: number) =>
      groupKey({ place: table.places[place]?.id ?? 0, ...figure }, group);
    table.places.forEach(({ id }, place) => {
      for (const line of table.dimensions)
        ledger.addUp(
          name,
          line.map((group) => key(place, group)),
          cubeKey({ place: id, ...whole }),
        );
      for (const line of table.nested)
        ledger.addUp(
          name,
          line.slice(0, -1).map((group) => key(place, group)),
          key(place, line.at(-1) ?? 0),
        );
    });
    for (const family of table.families)
      for (let group = 0; group < table.groups; group++)
        ledger.addUp(
          name,
          family.slice(0, -1).map((place) => key(place, group)),
          key(family.at(-1) ?? 0, group),
        );
  }

  function addStrata(): void {
    const strata = Array.from({ length: table.strata }, (_, stratum) => stratum);
    const { sexes } = strataOf(library);
    const sexAt = groupsOf(library).findIndex(({ dimension }) => dimension === SEX);
    for (const { id: place } of table.places) {
      const addTo = (group: number, of: (stratum: number) => boolean) =>
        ledger.addUp(
          EVERYBODYS_TABLE,
          strata.filter(of).map((stratum) => stratumKey(place, stratum)),
          groupKey({ place, ...everybody }, group),
        );
      for (const group of new Set(strata.map(table.groupOfStratum)))
        addTo(group, (stratum) => table.groupOfStratum(stratum) === group);
      for (let sex = 0; sex < sexes; sex++) addTo(sexAt + sex, (stratum) => stratum % sexes === sex);
    }
    for (const family of table.families)
      for (const stratum of strata)
        ledger.addUp(
          EVERYBODYS_TABLE,
          family.slice(0, -1).map((place) => stratumKey(table.places[place]?.id ?? 0, stratum)),
          stratumKey(table.places[family.at(-1) ?? 0]?.id ?? 0, stratum),
        );
  }
}

/**
 * Few people or none, or all but a few. None is hidden here as few are: were it shown, a group cut by age, place and band
 * would tell by its noughts in which one cell its few people are.
 */
function isTelling(people: number, others: number, rules: DisclosureRules): boolean {
  return people <= rules.hide_up_to || (others > 0 && others <= rules.hide_up_to);
}

function rounded(people: number, rules: DisclosureRules): number {
  return Math.round(people / rules.round_to) * rules.round_to;
}
