import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { dimensionsOf } from '../equity/compared.ts';
import { hasValue, readLibrary } from '../language/library.ts';
import { readDisclosureRules } from './disclosure.ts';

interface Published {
  readonly place: number;
  readonly measure: string;
  readonly band: string;
  readonly people: number | null;
}

/** What planners see, held against the people that it counts, and against somebody who wants to know the rest. */
describe('the published cube', () => {
  const at = useTestBorough();
  const rules = readDisclosureRules('content');
  // Groups of people are published with the figures by group: see published-equity.db.test.ts.
  const library = readLibrary('content');
  const dimensions = dimensionsOf(library).map(({ id }) => id);
  let places: PlaceTree;
  let cube: Published[];
  /** The exact numbers of those who do not object, counted from facts: by place, measure and band. */
  const exact = new Map<string, number>();
  const keyOf = (place: number, measure: string, band: string) => `${place}|${measure}|${band}`;

  beforeAll(async () => {
    const db = at.book.as('batch');
    places = await readPlaces(db);
    cube = (
      await sql<Published>`select place_id as place, measure, band, people from need.published_count`.execute(
        db,
      )
    ).rows;
    const { rows } = await sql<{ practice: number; measure: string; band: string; people: number }>`
      with definition as (
        select each ->> 'id' as id, (each ->> 'no')::int as no from need.publication, jsonb_array_elements(definitions) as each
         where not each ->> 'id' = any (${dimensions}::text[])),
      register as (select * from definition join need.definition as worded on worded.definition_no = no where kind = 'register')
      select practice_id as practice, 'registered' as measure, 'all' as band, count(*)::int as people
        from need.person_fact where planning group by 1
      union all select practice_id, 'band:' || band.of, band.id, count(*)::int
        from need.person_fact join (
          select each ->> 'id' as of, part ->> 'id' as id, (part ->> 'no')::int as no
            from need.publication, jsonb_array_elements(definitions) as each, jsonb_array_elements(each -> 'bands') as part
           where not each ->> 'id' = any (${dimensions}::text[])
        ) as band on band.no = any (in_ids)
       where planning group by 1, 2, 3
      union all select practice_id, 'need', coalesce(need_band, 'unranked'), count(*)::int from need.person_fact
        where planning group by 1, 3
      union all select practice_id, 'definition:' || register.id,
          case when no = any (unknown_ids) then 'unknown' when kind = 'segmentation' or no = any (in_ids) then 'in' else 'out' end,
          count(*)::int
        from need.person_fact cross join (select definition.id, definition.no, worded.kind from definition
             join need.definition as worded on worded.definition_no = definition.no where worded.kind in ('register', 'segmentation')) as register
       where planning group by 1, 2, 3`.execute(db);
    for (const place of places.all) {
      const practices = new Set(places.practices(place).map(({ id }) => id));
      for (const { practice, measure, band, people } of rows) {
        if (!practices.has(practice)) continue;
        const key = keyOf(place.id, measure, band);
        exact.set(key, (exact.get(key) ?? 0) + people);
      }
    }
  });

  /** Whom a score applies to, and where a register loses people, stand in no fact: counted when they were worked out. */
  const valued = new Set(library.definitions.filter(hasValue).map(({ id }) => `definition:${id}`));
  const isNotInFacts = (measure: string) => valued.has(measure) || measure.startsWith('lost:');

  test('has every place, measure and band once, hidden or not', () => {
    const bands = new Set(cube.map(({ measure, band }) => `${measure}|${band}`));
    const isLoss = (measure: string) => measure.startsWith('lost:');
    const losses = [...bands].filter(isLoss);
    const everywhere = cube.filter(({ measure }) => !isLoss(measure));
    expect(everywhere).toHaveLength(places.all.length * (bands.size - losses.length));
    // Losses are of the largest places alone, where nothing else of the definition is hidden.
    const roots = places.roots.map(({ id }) => id);
    expect(losses.length).toBeGreaterThan(0);
    expect(cube.filter(({ measure, place }) => isLoss(measure) && !roots.includes(place))).toEqual([]);
    expect(new Set(cube.map(({ place, measure, band }) => keyOf(place, measure, band))).size).toBe(
      cube.length,
    );
    expect([...exact.keys()].filter((key) => !bands.has(key.slice(key.indexOf('|') + 1)))).toEqual([]);
  });

  test('shows the people who do not object, rounded to 5, and none of the numbers from 1 to 7', () => {
    expect([rules.hide_up_to, rules.round_to]).toEqual([7, 5]);
    const compared = cube.filter(({ measure }) => !isNotInFacts(measure));
    for (const { place, measure, band, people } of compared) {
      const counted = exact.get(keyOf(place, measure, band)) ?? 0;
      const small = counted >= 1 && counted <= 7;
      if (small) expect([place, measure, band, people]).toEqual([place, measure, band, null]);
      if (people !== null)
        expect([place, measure, band, people]).toEqual([place, measure, band, 5 * Math.round(counted / 5)]);
    }
    expect(compared.filter(({ people }) => people === null).length).toBeGreaterThan(100);
    expect(compared.filter(({ people }) => people !== null && people > 0).length).toBeGreaterThan(500);
  });

  test('hides a number that is not small only to keep a small one hidden', () => {
    const hiddenOf = (measure: string) =>
      cube.filter((cell) => cell.measure === measure && cell.people === null);
    for (const measure of new Set(cube.map((cell) => cell.measure))) {
      if (isNotInFacts(measure)) continue;
      const hidden = hiddenOf(measure).map(({ place, band }) => exact.get(keyOf(place, measure, band)) ?? 0);
      expect({ measure, zero: hidden.includes(0) }).toEqual({ measure, zero: false });
      if (hidden.length > 0)
        expect({ measure, small: hidden.some((people) => people <= 7) }).toEqual({ measure, small: true });
    }
  });

  describe('against somebody with a pencil', () => {
    interface Sum {
      readonly whole: string;
      readonly parts: readonly string[];
    }
    const bandsOf = (measure: string) => [
      ...new Set(cube.filter((cell) => cell.measure === measure).map((cell) => cell.band)),
    ];
    const measures = () => [...new Set(cube.map(({ measure }) => measure))];

    /** Everything that adds up to something: places to the places above, bands to everybody there. */
    const sums = (): Sum[] => {
      const families = new Map<string, { of: number; places: number[] }>();
      for (const place of places.all) {
        for (const of of [place.within, place.memberOf]) {
          if (of === null) continue;
          const family = families.get(`${of} ${place.kind}`) ?? { of, places: [] };
          families.set(`${of} ${place.kind}`, { of, places: [...family.places, place.id] });
        }
      }
      const ofPlaces = measures().flatMap((measure) =>
        bandsOf(measure).flatMap((band) =>
          [...families.values()].map((family) => ({
            whole: keyOf(family.of, measure, band),
            parts: family.places.map((place) => keyOf(place, measure, band)),
          })),
        ),
      );
      const ofBands = places.all.flatMap(({ id }) =>
        measures()
          .filter((measure) => measure !== 'registered')
          .map((measure) => ({
            // The bands of a score are of those to whom it applies; all else is of everybody.
            whole: measure.startsWith('band:')
              ? keyOf(id, measure.replace('band:', 'definition:'), 'in')
              : measure.startsWith('lost:')
                ? keyOf(id, measure.replace('lost:', 'definition:'), 'out')
                : keyOf(id, 'registered', 'all'),
            parts: bandsOf(measure).map((band) => keyOf(id, measure, band)),
          })),
      );
      // Losses are not shown everywhere; where they are not, there is nothing to add up.
      const shown = new Set(cube.map(({ place, measure, band }) => keyOf(place, measure, band)));
      return [...ofPlaces, ...ofBands].filter(({ whole, parts }) =>
        [whole, ...parts].every((key) => shown.has(key)),
      );
    };

    /** What can be known of each number: shown ones within their rounding, hidden ones from 1 up, then sum by sum. */
    const workOut = () => {
      const known = new Map<string, { least: number; most: number }>();
      for (const { place, measure, band, people } of cube) {
        const shown =
          people === null
            ? { least: 1, most: Number.POSITIVE_INFINITY }
            : people === 0
              ? { least: 0, most: 0 }
              : { least: Math.max(rules.hide_up_to + 1, people - 2), most: people + 2 };
        known.set(keyOf(place, measure, band), shown);
      }
      const all = sums();
      for (let learned = true; learned; ) {
        learned = false;
        const learn = (key: string, least: number, most: number) => {
          const now = known.get(key);
          if (!now || (least <= now.least && most >= now.most)) return;
          const then = { least: Math.max(now.least, least), most: Math.min(now.most, most) };
          if (then.least > then.most) throw new Error(`what is shown contradicts itself at ${key}`);
          known.set(key, then);
          learned = true;
        };
        for (const { whole, parts } of all) {
          const of = (key: string) => known.get(key) ?? { least: 0, most: 0 };
          const least = parts.reduce((sum, key) => sum + of(key).least, 0);
          const most = parts.reduce((sum, key) => sum + of(key).most, 0);
          learn(whole, least, most);
          const unbounded = parts.filter((key) => of(key).most === Number.POSITIVE_INFINITY);
          for (const key of parts) {
            const othersMost =
              unbounded.length > 1 || (unbounded.length === 1 && unbounded[0] !== key)
                ? Number.POSITIVE_INFINITY
                : parts.reduce((sum, other) => sum + (other === key ? 0 : of(other).most), 0);
            learn(key, of(whole).least - othersMost, of(whole).most - (least - of(key).least));
          }
        }
      }
      return known;
    };

    test('the pencil is right: what it works out holds for every number', () => {
      const known = workOut();
      for (const [key, people] of exact) {
        const { least = 0, most = 0 } = known.get(key) ?? {};
        expect([key, people >= least && people <= most]).toEqual([key, true]);
      }
    });

    test('no hidden number can be worked out from those that are shown', () => {
      const known = workOut();
      const hidden = cube.filter(({ people }) => people === null);
      const found = hidden.flatMap(({ place, measure, band }) => {
        const { least, most } = known.get(keyOf(place, measure, band)) ?? { least: 0, most: 0 };
        return least === most ? [`${places.place(place)?.code} ${measure} ${band} is ${least}`] : [];
      });
      expect(found).toEqual([]);
    });
  });
});
