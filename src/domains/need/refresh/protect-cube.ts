import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import { dimensionsOf } from '../equity/compared.ts';
import type { EquitySource } from '../equity/count-equity.ts';
import { bandsOf, type Definition, hasValue, type Library, stepsOf } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';
import { type Cell, type DisclosureRules, grouped, protectCounts } from './disclosure.ts';
import { knownOf, type Range } from './keep-wide.ts';
import type { Ledger } from './ledger.ts';
import { bandMeasure, stepMeasure } from './measure-names.ts';

export interface CubeSource extends Pick<EquitySource, 'duck' | 'snapshot' | 'library' | 'compiled'> {
  readonly places: PlaceTree;
  readonly disclosure: DisclosureRules;
}

/** One number of the cube: how many people of a place are in a band of a measure. */
export interface CubeCell {
  readonly place: number;
  readonly measure: string;
  readonly band: string;
}

export function cubeKey({ place, measure, band }: CubeCell): string {
  return `${place} ${measure} ${band}`;
}

/** The table of the ledger in which everybody is counted, by place and by group. */
export const EVERYBODYS_TABLE = 'everybody';

/**
 * Protects the counts of every place, and enters them into the ledger with what they add up to. Returns what there is to
 * publish. Losses of the steps of a register stand there shown, or do not stand there.
 */
export async function protectCube(source: CubeSource, ledger: Ledger): Promise<CubeCell[]> {
  const { duck, library, compiled, places, disclosure } = source;
  const rows = await duck.rows<{ practice_id: number; measure: string; band: string; planning: number }>(
    'select practice_id, measure, band, planning from practice_count',
  );
  const measures = grouped(rows, ({ measure }) => measure);
  const cellsOf = (measure: string, at: readonly Place[]) => {
    const bands = [...grouped(measures.get(measure) ?? [], ({ band }) => band)];
    return bands.flatMap(([band, counts]) =>
      placeCells(
        places,
        at,
        band,
        new Map(counts.map(({ practice_id, planning }) => [practice_id, planning])),
      ),
    );
  };
  const isLoss = (measure: string) => measure.startsWith(stepMeasure(''));
  // Groups of people are published by protectEquity: a number that is protected twice is not protected at all.
  const ofGroups = new Set(dimensionsOf(library).flatMap(({ id }) => [`definition:${id}`, bandMeasure(id)]));
  // What is hidden of a measure may be told by what its bands add up to: everybody, and of scores those who have them. These
  // are protected first, and what is known of them is known of the rest.
  const known = new Map<string, Range>();
  const inOrder = (measure: string) =>
    measure === 'registered' ? 0 : measure.startsWith('definition:') ? 1 : 2;
  const plain = [...measures.keys()]
    .filter((measure) => !isLoss(measure) && !ofGroups.has(measure))
    .sort((a, b) => inOrder(a) - inOrder(b))
    .flatMap((measure): CubeCell[] => {
      const whole = wholeOf(measure, library);
      const shown = protectCounts(cellsOf(measure, places.all), disclosure, (place) =>
        whole === null ? undefined : known.get(cubeKey({ place, ...whole })),
      );
      return [...shown].map(([{ place, band, people }, showing]) => {
        const hidden = showing === null;
        const cell = { place, measure, band };
        known.set(cubeKey(cell), knownOf({ people, hidden, noughtHides: false }, disclosure));
        ledger.add(cubeKey(cell), { people, hidden });
        return cell;
      });
    });
  // Whom each step of a register loses adds up to who is out of it, which is another measure: so the losses of a place are
  // shown all or none, of the largest places alone.
  const isGuarded = (id: string, place: number) =>
    ['in', 'out', 'unknown'].some(
      (band) => ledger.shown(cubeKey({ place, measure: `definition:${id}`, band })) === null,
    );
  const losses = compiled.definitions.flatMap((id) =>
    places.roots.flatMap((place): CubeCell[] => {
      if (ofGroups.has(`definition:${id}`) || isGuarded(id, place.id)) return [];
      const shown = protectCounts(cellsOf(stepMeasure(id), [place]), disclosure);
      if ([...shown.values()].includes(null)) return [];
      return [...shown].map(([{ band, people }]) => {
        const cell = { place: place.id, measure: stepMeasure(id), band };
        ledger.add(cubeKey(cell), { people, hidden: false, noughtHides: true, orNothing: true });
        return cell;
      });
    }),
  );
  addUpCube(source, ledger);
  return [...plain, ...losses];
}

/** What the bands of a measure are together of each place; null of everybody, who are of nothing larger. */
function wholeOf(
  measure: string,
  library: Library,
): { readonly measure: string; readonly band: string } | null {
  if (measure === 'registered') return null;
  const valued = library.definitions.find((each) => hasValue(each) && bandMeasure(each.id) === measure);
  return valued ? { measure: `definition:${valued.id}`, band: 'in' } : { measure: 'registered', band: 'all' };
}

/** The measures that pages show of a definition, each with its bands. */
function measuresOf(definition: Definition): { measure: string; bands: readonly string[] }[] {
  const { id } = definition;
  const outcomes = { measure: `definition:${id}`, bands: ['in', 'out', 'unknown'] };
  if (definition.kind === 'ranking')
    return [{ measure: 'need', bands: [...definition.bands.map((band) => band.id), 'unranked'] }];
  const bands = bandsOf(definition).map((band) => band.id);
  return bands.length === 0 ? [outcomes] : [outcomes, { measure: bandMeasure(id), bands }];
}

function addUpCube({ library, places }: CubeSource, ledger: Ledger): void {
  const families = familiesOf(places);
  const addPlaces = (table: string, measure: string, band: string) => {
    for (const { above, members } of families)
      ledger.addUp(
        table,
        members.map((place) => cubeKey({ place, measure, band })),
        cubeKey({ place: above, measure, band }),
      );
  };
  addPlaces(EVERYBODYS_TABLE, 'registered', 'all');
  for (const definition of library.definitions) {
    const table = definition.id;
    addPlaces(table, 'registered', 'all');
    for (const { measure, bands } of measuresOf(definition)) {
      const whole = wholeOf(measure, library);
      for (const band of bands) addPlaces(table, measure, band);
      for (const { id: place } of places.all)
        ledger.addUp(
          table,
          bands.map((band) => cubeKey({ place, measure, band })),
          cubeKey({ place, ...(whole ?? { measure, band: 'all' }) }),
        );
    }
    for (const { id: place } of places.roots)
      ledger.addUp(
        table,
        stepsOf(definition).map((_, step) =>
          cubeKey({ place, measure: stepMeasure(definition.id), band: String(step) }),
        ),
        cubeKey({ place, measure: `definition:${definition.id}`, band: 'out' }),
      );
  }
}

/** Places of one kind that add up to another: neighbourhoods to their borough, and so, on their own, do its networks. */
function familiesOf({ all }: PlaceTree): { readonly above: number; readonly members: readonly number[] }[] {
  const members = all.flatMap((place) =>
    [place.within, place.memberOf].flatMap((above) => (above === null ? [] : [{ place, above }])),
  );
  return [...grouped(members, ({ place, above }) => `${place.kind} of ${above}`).values()].map((family) => ({
    above: family[0]?.above ?? 0,
    members: family.map(({ place }) => place.id),
  }));
}

/** Writes the cube as it is shown. Losses are left out where one of them, or anything of their definition there, is hidden. */
export async function writeCube(
  tx: Tx,
  { snapshot }: CubeSource,
  { ledger, cube }: { ledger: Ledger; cube: readonly CubeCell[] },
): Promise<void> {
  const rows = cube.map((cell) => ({ cell, people: ledger.shown(cubeKey(cell)) }));
  const guarded = new Set(
    rows.filter(({ people }) => people === null).map(({ cell }) => `${cell.measure} ${cell.place}`),
  );
  const published = rows
    .filter(({ cell: { measure, place } }) => {
      const id = measure.startsWith(stepMeasure('')) ? measure.slice(stepMeasure('').length) : null;
      return id === null || !(guarded.has(`${measure} ${place}`) || guarded.has(`definition:${id} ${place}`));
    })
    .map(({ cell: { place, measure, band }, people }) => ({
      snapshot_id: snapshot.id,
      place_id: place,
      measure,
      band,
      people,
    }));
  for (let at = 0; at < published.length; at += 5000)
    await tx
      .withTables<NeedTables>()
      .insertInto('need.published_count')
      .values(published.slice(at, at + 5000))
      .execute();
}

function placeCells(
  places: PlaceTree,
  at: readonly Place[],
  band: string,
  counts: ReadonlyMap<number, number>,
): Cell[] {
  return at.map((place) => ({
    place: place.id,
    band,
    // Neighbourhoods add up to their borough, and so, on their own, do its PCNs.
    families: [place.within, place.memberOf]
      .filter((above) => above !== null)
      .map((above) => ({ of: above, kind: place.kind })),
    people: places.practices(place).reduce((sum, practice) => sum + (counts.get(practice.id) ?? 0), 0),
  }));
}
