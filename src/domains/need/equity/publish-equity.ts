import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyIn } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import type { DisclosureRules } from '../refresh/disclosure.ts';
import { grouped } from '../refresh/disclosure.ts';
import { keepWide, knownOf, type Range, type Sum } from '../refresh/keep-wide.ts';
import {
  type Counted,
  countedOf,
  denominatorsOf,
  dimensionsOf,
  EVERYBODY,
  groupsOf,
  nestedGroups,
  strataOf,
} from './compared.ts';
import { addUpPlaces, type EquityFiles, type EquitySource, type PlaceCells } from './count-equity.ts';
import { hideMore, type Line } from './hide-more.ts';
import { referenceRates } from './reference-rates.ts';

export interface EquityPublication extends EquitySource, EquityFiles {
  readonly places: PlaceTree;
  readonly disclosure: DisclosureRules;
  /** What is published of everybody, by `place measure band`: null where hidden. What is hidden of everybody is not split. */
  readonly shown: ReadonlyMap<string, number | null>;
}

/**
 * Loads the exact counts by group, and publishes the protected ones, of places above practices: of one practice's people
 * almost every group is small. Counts by age and sex are published too, as what figures are standardised with, so that
 * nothing about a group rests on a number that is not itself protected.
 */
export async function publishEquity(copyIn: CopyIn, publication: EquityPublication): Promise<void> {
  const { snapshot, scratch } = publication;
  await copyIn(
    'need.equity_count',
    ['snapshot_id', 'practice_id', 'measure', 'band', 'people'],
    publication.countsFile,
  );
  await copyIn(
    'need.equity_stratum',
    ['snapshot_id', 'practice_id', 'denominator', 'stratum', 'people'],
    publication.strataFile,
  );
  const { figures, strata, rates } = await protectEquity(publication);
  const files = {
    'need.published_equity': { columns: ['place_id', 'measure', 'band', 'people'], rows: figures },
    'need.published_stratum': { columns: ['place_id', 'denominator', 'stratum', 'people'], rows: strata },
    'need.reference_rate': { columns: ['measure', 'band', 'rates'], rows: rates },
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

interface Protected {
  readonly figures: Cell[][];
  readonly strata: Cell[][];
  readonly rates: Cell[][];
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
}

async function protectEquity(publication: EquityPublication): Promise<Protected> {
  const { library, compiled, places, disclosure, shown } = publication;
  const peopled = places.all.filter(
    (place) => place.kind !== 'practice' && places.practices(place).length > 0,
  );
  if (peopled.length === 0) return { figures: [], strata: [], rates: [] };
  const cells = await addUpPlaces(
    publication,
    new Map(peopled.map((place) => [place.id, places.practices(place).map(({ id }) => id)])),
  );
  const { ages, sexes } = strataOf(library);
  const table: Table = {
    places: peopled,
    groups: groupsOf(library).length,
    strata: ages * sexes,
    families: familiesOf(peopled),
    dimensions: dimensionLines(publication),
    nested: nestedLines(publication),
    across: [...dimensionLines(publication), ...nestedLines(publication)],
    rules: disclosure,
  };
  /** What anybody knows of a place without groups, from the published counts. */
  const everybodyOf = (place: Place, measure: string, band: string): Range => {
    const people = shown.get(`${place.id} ${measure} ${band}`);
    if (people === undefined) return { least: 0, most: Number.POSITIVE_INFINITY };
    return knownOf({ people: people ?? 0, hidden: people === null, noughtHides: false }, disclosure);
  };
  const denominators = denominatorsOf(library, compiled).map(({ of }) => of);
  const totals = denominators.map((_, at) => totalsOf(table, cells, at));
  const everybody = totals[0] ?? new Int32Array();
  const shownTotals: Shown[] = [];
  totals.forEach((people, at) => {
    const of = denominators[at] ?? EVERYBODY;
    const isScore = library.definitions.some(({ id, kind }) => id === of && kind === 'score');
    const wholeOf = (place: Place) =>
      of === EVERYBODY
        ? everybodyOf(place, 'registered', 'all')
        : isScore
          ? everybodyOf(place, `definition:${of}`, 'in')
          : { least: 0, most: Number.POSITIVE_INFINITY };
    const first = shownTotals[0];
    const above = first ? { people: everybody, hidden: first.hidden } : null;
    shownTotals.push(protectTotals(table, people, { everybody: above, wholeOf }));
  });
  const strata = denominators.flatMap((of, at) => protectStrata(table, cells, { of, at }));
  const counted = countedOf(library, compiled).map((each, figure) => ({ ...each, figure }));
  const figures = [...grouped(counted, ({ measure }) => measure).values()].flatMap((bands) => {
    const at = denominators.indexOf(bands[0]?.of ?? EVERYBODY);
    return protectFigures(table, cells, {
      bands,
      total: totals[at] ?? everybody,
      hiddenTotal: shownTotals[at]?.hidden ?? new Uint8Array(),
      wholeOf: (place, { measure, band }) => everybodyOf(place, measure, band),
    });
  });
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
  const whole = denominators.flatMap((of, at) =>
    peopled.map((place, row): Cell[] => [place.id, 'of', of, shownTotals[at]?.row(row) ?? []]),
  );
  return { figures: [...whole, ...figures], strata, rates: [...concerned, ...rates] };
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

interface Shown {
  readonly hidden: Uint8Array;
  row(place: number): (number | null)[];
}

function shownRows(table: Table, people: Int32Array, hidden: Uint8Array, from = 0): Shown {
  return {
    hidden,
    row: (place) =>
      Array.from({ length: table.groups }, (_, group) => {
        const at = from + place * table.groups + group;
        return hidden[at] ? null : rounded(people[at] ?? 0, table.rules);
      }),
  };
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
function protectTotals(table: Table, people: Int32Array, { everybody, wholeOf }: OfTotals): Shown {
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
  return shownRows(table, people, hidden);
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

function protectStrata(table: Table, cells: PlaceCells, { of, at }: { of: string; at: number }): Cell[][] {
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
    everyStratum.map((stratum): Cell[] => [
      id,
      of,
      stratum,
      everyGroup.map((group) => {
        const cell = place(where, stratum, group);
        return hidden[cell] ? null : rounded(people[cell] ?? 0, rules);
      }),
    ]),
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
): Cell[][] {
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
  return bands.flatMap(({ measure, band }, at) => {
    const shown = shownRows(table, people, hidden, at * size);
    return places.map(({ id }, where): Cell[] => [id, measure, band, shown.row(where)]);
  });
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
