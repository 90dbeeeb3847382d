import { join } from 'node:path';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import type { Library } from '../language/library.ts';
import {
  type Counted,
  countedOf,
  denominatorsOf,
  dimensionsOf,
  groupsOf,
  strataOf,
  stratumSql,
} from './compared.ts';

export interface EquitySource {
  readonly duck: Duck;
  readonly scratch: string;
  readonly snapshot: { readonly id: number };
  readonly library: Library;
  readonly compiled: CompiledLibrary;
}

/** The files of exact counts, to be copied into the book. */
export interface EquityFiles {
  readonly countsFile: string;
  readonly strataFile: string;
}

/** Figures of which no counts by age and sex are kept have this for a stratum. */
const NO_STRATUM = 255;

/**
 * Counts everybody of the temporary table `fact` by practice, figure and group, in one pass: somebody is one row for each
 * figure that counts them, and a row is added to one group of every dimension. Leaves the temporary tables
 * `equity_cell (practice_id, planning, counted, stratum, c_0 ... )` and `equity_rate (counted, stratum, people)` of those
 * who do not object; `counted` is a place in denominators and, after them, figures.
 */
export async function countEquity(source: EquitySource): Promise<void> {
  const { duck, library, compiled } = source;
  const dimensions = dimensionsOf(library);
  const denominators = denominatorsOf(library, compiled);
  const conditions = [...denominators, ...countedOf(library, compiled)].map(({ condition }) => condition);
  const bands = dimensions.map(
    ({ id }, at) => `band_${compiled.definitions.indexOf(id)}::utinyint as d_${at}`,
  );
  const members = conditions.map((condition, at) => `case when ${condition} then ${at}::usmallint end`);
  await duck.run(
    `create or replace temp table equity_member as
     select * exclude (members), unnest(members) as counted from (
       select practice_id, planning, (${stratumSql(library, compiled)})::utinyint as stratum, ${bands.join(', ')},
              list_filter([${members.join(', ')}], lambda each: each is not null) as members
         from fact)`,
  );
  const cells = dimensions.flatMap(({ segments }, dimension) =>
    segments.map((_, group) => `count(*) filter (d_${dimension} = ${group})`),
  );
  await duck.run(
    `create or replace temp table equity_cell as
     select practice_id, planning, counted,
            case when counted < ${denominators.length} then stratum else ${NO_STRATUM} end as stratum,
            ${cells.map((cell, at) => `${cell} as c_${at}`).join(', ')}
       from equity_member group by all`,
  );
  await duck.run(
    `create or replace temp table equity_rate as
     select counted, stratum, count(*) as people from equity_member where planning group by all`,
  );
  await duck.run('drop table equity_member');
}

/** Writes the exact counts, of practices, as CSV. An array has one number for each group. */
export async function exportEquity(source: EquitySource): Promise<EquityFiles> {
  const { duck, scratch, snapshot, library, compiled } = source;
  const sums = `'{' || concat_ws(',', ${groupsOf(library)
    .map((_, at) => `sum(c_${at})`)
    .join(', ')}) || '}'`;
  const countsFile = join(scratch, 'equity-counts.csv');
  const strataFile = join(scratch, 'equity-strata.csv');
  const denominators = denominatorsOf(library, compiled);
  await nameCounted(source, countedOf(library, compiled), denominators);
  await duck.run(
    `copy (select ${snapshot.id} as snapshot_id, practice_id, measure, band, ${sums} as people
             from equity_cell join counted_name using (counted) where counted >= ${denominators.length}
            group by practice_id, measure, band) to ${literal(countsFile)} (format csv, header)`,
  );
  await duck.run(
    `copy (select ${snapshot.id} as snapshot_id, practice_id, measure as denominator, stratum, ${sums} as people
             from equity_cell join counted_name using (counted) where counted < ${denominators.length}
            group by practice_id, measure, stratum) to ${literal(strataFile)} (format csv, header)`,
  );
  return { countsFile, strataFile };
}

async function nameCounted(
  { duck }: EquitySource,
  counted: readonly Counted[],
  denominators: readonly { readonly of: string }[],
): Promise<void> {
  const names = [
    ...denominators.map(({ of }) => [of, '']),
    ...counted.map(({ measure, band }) => [measure, band]),
  ];
  const rows = names.map(([measure = '', band = ''], at) => `(${at}, ${literal(measure)}, ${literal(band)})`);
  await duck.run(
    `create or replace temp table counted_name as
     select * from (values ${rows.join(', ')}) as row (counted, measure, band)`,
  );
}

/** The counts of those who do not object, of some places, that planners see once they are protected. */
export interface PlaceCells {
  /** People of a place, denominator, stratum and group. */
  strata(place: number, denominator: number, stratum: number): readonly number[] | undefined;
  /** People of a place, figure (a place in the list of figures) and group. */
  figure(place: number, figure: number): readonly number[] | undefined;
  /** People of all places by stratum of a denominator, or of a figure. */
  readonly denominatorRates: ReadonlyMap<number, readonly number[]>;
  readonly figureRates: ReadonlyMap<number, readonly number[]>;
}

/** Adds practices up to the places that they are of. A place has no numbers where nobody is counted. */
export async function addUpPlaces(
  { duck, library, compiled }: EquitySource,
  practicesOf: ReadonlyMap<number, readonly number[]>,
): Promise<PlaceCells> {
  const rows = [...practicesOf].flatMap(([place, practices]) => practices.map((id) => `(${place}, ${id})`));
  const sums = groupsOf(library)
    .map((_, at) => `sum(c_${at})`)
    .join(', ');
  const found = await duck.rows<{ place: number; counted: number; stratum: number; people: string }>(
    `select place, counted::integer as counted, stratum::integer as stratum, concat_ws(',', ${sums}) as people
       from equity_cell join (values ${rows.join(', ')}) as row (place, practice_id) using (practice_id)
      where planning group by place, counted, stratum`,
  );
  const cells = new Map(
    found.map(({ place, counted, stratum, people }) => [
      `${place} ${counted} ${stratum}`,
      people.split(',').map(Number),
    ]),
  );
  const denominators = denominatorsOf(library, compiled).length;
  const rates = await readRates(duck, library);
  return {
    strata: (place, denominator, stratum) => cells.get(`${place} ${denominator} ${stratum}`),
    figure: (place, figure) => cells.get(`${place} ${denominators + figure} ${NO_STRATUM}`),
    denominatorRates: new Map([...rates].filter(([counted]) => counted < denominators)),
    figureRates: new Map([...rates].map(([counted, people]) => [counted - denominators, people])),
  };
}

async function readRates(duck: Duck, library: Library): Promise<Map<number, number[]>> {
  const { ages, sexes } = strataOf(library);
  const rates = new Map<number, number[]>();
  const rows = await duck.rows<{ counted: number; stratum: number; people: number }>(
    'select counted::integer as counted, stratum::integer as stratum, people from equity_rate',
  );
  for (const { counted, stratum, people } of rows) {
    const of = rates.get(counted) ?? Array.from({ length: ages * sexes }, () => 0);
    of[stratum] = people;
    rates.set(counted, of);
  }
  return rates;
}
