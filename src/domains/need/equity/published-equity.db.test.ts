import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { type Place, type PlaceTree, readPlaces } from '../../directory/index.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { readLibrary } from '../language/library.ts';
import { readDisclosureRules } from '../refresh/disclosure.ts';
import { comparedOf, dimensionsOf, EVERYBODY, nestedGroups } from './compared.ts';

/** What planners see of groups, held against the people, and against somebody who adds up and takes away. */
describe('published counts by group of people', () => {
  const at = useTestBorough();
  const rules = readDisclosureRules('content');
  const library = readLibrary('content');
  let tree: PlaceTree;
  let publication: Publication;
  let places: Place[];
  interface Row {
    readonly place: number;
    readonly measure: string;
    readonly band: string;
    readonly people: (number | null)[];
  }
  let figures: Row[];
  let strata: { place: number; denominator: string; stratum: number; people: (number | null)[] }[];
  let cube: { place: number; measure: string; band: string; people: number | null }[];

  beforeAll(async () => {
    const db = at.book.as('batch');
    tree = await readPlaces(db);
    const found = await readPublication(db);
    if (!found) throw new Error('the small borough has no publication');
    publication = found;
    places = tree.all.filter((place) => place.kind !== 'practice' && tree.practices(place).length > 0);
    figures = (
      await sql<Row>`select place_id as place, measure, band, people from need.published_equity`.execute(db)
    ).rows;
    strata = (
      await sql<
        (typeof strata)[number]
      >`select place_id as place, denominator, stratum, people from need.published_stratum`.execute(db)
    ).rows;
    cube = (
      await sql<
        (typeof cube)[number]
      >`select place_id as place, measure, band, people from need.published_count`.execute(db)
    ).rows;
  });

  test('are of every place above practices, every figure and every group', () => {
    const compared = library.definitions.flatMap(comparedOf);
    const denominators = new Set(compared.map(({ of }) => of));
    expect(figures).toHaveLength(places.length * (compared.length + denominators.size));
    expect(new Set(figures.map(({ place }) => place))).toEqual(new Set(places.map(({ id }) => id)));
    const wrong = [...figures, ...strata].filter(({ people }) => people.length !== publication.groups.length);
    expect(wrong).toEqual([]);
  });

  test('show the people who do not object, rounded, and never below 8, nor all but 1 to 7', async () => {
    const db = at.book.as('batch');
    // From the facts that lists are made of: who is in what, and in which group.
    const { rows } = await sql<{ practice: number; what: string; group: string; people: number }>`
      with worded as (select definition_no as no, id, kind from need.definition),
      person as (select person_no, practice_id, in_ids from need.person_fact where planning),
      of as (select person_no, practice_id, worded.id, worded.kind from person, unnest(in_ids) as each join worded on worded.no = each)
      select one.practice_id as practice, one.id as what, other.id as "group", count(*)::int as people
        from of as one join of as other using (person_no)
       where other.id = any (${publication.groups.map(({ dimension, group }) => `${dimension}/${group}`)}::text[])
       group by 1, 2, 3`.execute(db);
    const exact = new Map<string, number>();
    for (const place of places) {
      const practices = new Set(tree.practices(place).map(({ id }) => id));
      for (const { practice, what, group, people } of rows) {
        if (!practices.has(practice)) continue;
        const key = `${place.id} ${what} ${group}`;
        exact.set(key, (exact.get(key) ?? 0) + people);
      }
    }
    const whatOf = ({ measure, band }: Row) =>
      measure.startsWith('band:')
        ? `${measure.slice('band:'.length)}/${band}`
        : measure.startsWith('definition:')
          ? measure.slice('definition:'.length)
          : null;
    let shown = 0;
    for (const row of figures) {
      const what = whatOf(row);
      if (what === null) continue;
      row.people.forEach((count, group) => {
        const named = publication.groups[group];
        const own = exact.get(`${row.place} ${what} ${named?.dimension}/${named?.group}`) ?? 0;
        const whole =
          exact.get(`${row.place} ${named?.dimension}/${named?.group} ${named?.dimension}/${named?.group}`) ??
          0;
        if (count === null) return;
        shown += count > 0 ? 1 : 0;
        expect([what, own > 0 && own <= rules.hide_up_to, count]).toEqual([
          what,
          false,
          5 * Math.round(own / 5),
        ]);
        const isOfAll = row.measure.startsWith('definition:');
        // Where nobody at all counts, the others are the whole group, which is a number of its own.
        if (isOfAll && count > 0) expect(whole - own > 0 && whole - own <= rules.hide_up_to).toBe(false);
      });
    }
    expect(shown).toBeGreaterThan(1000);
  });

  describe('against somebody with a pencil', () => {
    /** Numbers with the least and the most that each may be, and the sums that they are in. */
    class Pencil {
      readonly least: number[] = [];
      readonly most: number[] = [];
      readonly hidden: number[] = [];
      readonly sums: (readonly number[])[] = [];

      /** Of groups nought is hidden too; of everybody it is shown. */
      number(shown: number | null | undefined, leastHidden = 0): number {
        const at = this.least.length;
        if (shown === null) this.hidden.push(at);
        if (shown === null || shown === undefined) {
          this.least.push(shown === null ? leastHidden : 0);
          this.most.push(Number.POSITIVE_INFINITY);
        } else if (shown === 0) {
          this.least.push(0);
          this.most.push(0);
        } else {
          this.least.push(Math.max(rules.hide_up_to + 1, shown - 2));
          this.most.push(shown + 2);
        }
        return at;
      }

      /** The last is the sum of the others. */
      adds(parts: readonly number[], whole: number): void {
        this.sums.push([...parts, whole]);
      }

      workOut(): void {
        for (let learned = true; learned; ) {
          learned = false;
          for (const line of this.sums) if (this.learn(line)) learned = true;
        }
      }

      private learn(line: readonly number[]): boolean {
        const whole = line[line.length - 1] ?? 0;
        let least = 0;
        let most = 0;
        let unbounded = 0;
        for (let at = 0; at < line.length - 1; at++) {
          const part = line[at] ?? 0;
          least += this.least[part] ?? 0;
          if (this.most[part] === Number.POSITIVE_INFINITY) unbounded += 1;
          else most += this.most[part] ?? 0;
        }
        let learned = this.narrow(whole, least, unbounded > 0 ? Number.POSITIVE_INFINITY : most);
        const wholeLeast = this.least[whole] ?? 0;
        const wholeMost = this.most[whole] ?? 0;
        for (let at = 0; at < line.length - 1; at++) {
          const part = line[at] ?? 0;
          const own = this.most[part] ?? 0;
          const isOpen = own === Number.POSITIVE_INFINITY;
          const othersMost =
            unbounded - (isOpen ? 1 : 0) > 0 ? Number.POSITIVE_INFINITY : isOpen ? most : most - own;
          if (this.narrow(part, wholeLeast - othersMost, wholeMost - (least - (this.least[part] ?? 0))))
            learned = true;
        }
        return learned;
      }

      private narrow(at: number, least: number, most: number): boolean {
        const [low, high] = [this.least[at] ?? 0, this.most[at] ?? 0];
        if (least <= low && most >= high) return false;
        this.least[at] = Math.max(low, least);
        this.most[at] = Math.min(high, most);
        if ((this.least[at] ?? 0) > (this.most[at] ?? 0)) throw new Error('what is shown contradicts itself');
        return true;
      }
    }

    test('no hidden number can be worked out, over groups, places, bands, ages and the counts of everybody', () => {
      const pencil = new Pencil();
      const groups = publication.groups.map((_, group) => group);
      let from = 0;
      const dimensions = dimensionsOf(library).map(({ segments }) => {
        const line = segments.map((_, at) => from + at);
        from += segments.length;
        return line;
      });
      const nested = nestedGroups(library);
      expect(nested).toHaveLength(5);
      const margin = new Map(
        cube.map(({ place, measure, band, people }) => [
          `${place} ${measure} ${band}`,
          pencil.number(people),
        ]),
      );
      const cell = new Map(
        figures.map(({ place, measure, band, people }) => [
          `${place} ${measure} ${band}`,
          people.map((count) => pencil.number(count)),
        ]),
      );
      const byAge = new Map(
        strata.map(({ place, denominator, stratum, people }) => [
          `${place} ${denominator} ${stratum}`,
          people.map((count) => pencil.number(count)),
        ]),
      );
      const own = (key: string, group: number) => cell.get(key)?.[group] ?? -1;
      const across = (numbers: readonly number[], whole: number) => {
        for (const line of dimensions)
          pencil.adds(
            line.map((group) => numbers[group] ?? 0),
            whole,
          );
        for (const { whole: broad, parts } of nested)
          pencil.adds(
            parts.map((group) => numbers[group] ?? 0),
            numbers[broad] ?? 0,
          );
      };
      for (const [key, numbers] of cell) {
        const [place, measure] = key.split(' ');
        const whole =
          measure === 'of' ? (key.endsWith(` ${EVERYBODY}`) ? `${place} registered all` : '') : key;
        across(numbers, margin.get(whole) ?? pencil.number(undefined));
      }
      const families = new Map<string, { of: number; places: number[] }>();
      for (const place of places)
        for (const of of [place.within, place.memberOf])
          if (of !== null) {
            const family = families.get(`${of} ${place.kind}`) ?? { of, places: [] };
            families.set(`${of} ${place.kind}`, { of, places: [...family.places, place.id] });
          }
      const places_ = [...families.values()];
      const named = [...new Set(figures.map(({ measure, band }) => `${measure} ${band}`))];
      for (const { of, places: parts } of places_) {
        for (const name of named)
          for (const group of groups)
            pencil.adds(
              parts.map((place) => own(`${place} ${name}`, group)),
              own(`${of} ${name}`, group),
            );
      }
      // Bands divide those whom a definition concerns; of a register, and of whom it concerns, the others are a number too.
      for (const place of places)
        for (const definition of library.definitions) {
          const bands = comparedOf(definition);
          const [first] = bands;
          if (!first) continue;
          for (const group of groups) {
            const parts = bands.map(({ measure, band }) => own(`${place.id} ${measure} ${band}`, group));
            const whole = own(`${place.id} of ${first.of}`, group);
            pencil.adds(first.divides ? parts : [...parts, pencil.number(undefined)], whole);
          }
        }
      const denominators = [...new Set(strata.map(({ denominator }) => denominator))];
      const cells = [...new Set(strata.map(({ stratum }) => stratum))];
      const aged = (place: number, denominator: string, stratum: number, group: number) =>
        byAge.get(`${place} ${denominator} ${stratum}`)?.[group] ?? -1;
      for (const denominator of denominators) {
        for (const { id } of places) {
          for (const stratum of cells)
            across(byAge.get(`${id} ${denominator} ${stratum}`) ?? [], pencil.number(undefined));
          for (const group of groups) {
            pencil.adds(
              cells.map((stratum) => aged(id, denominator, stratum, group)),
              own(`${id} of ${denominator}`, group),
            );
            if (denominator !== EVERYBODY)
              for (const stratum of cells)
                pencil.adds(
                  [aged(id, denominator, stratum, group), pencil.number(undefined)],
                  aged(id, EVERYBODY, stratum, group),
                );
          }
        }
        for (const { of, places: parts } of places_)
          for (const stratum of cells)
            for (const group of groups)
              pencil.adds(
                parts.map((place) => aged(place, denominator, stratum, group)),
                aged(of, denominator, stratum, group),
              );
      }
      expect(pencil.sums.length).toBeGreaterThan(100_000);
      expect(pencil.sums.some((line) => line.includes(-1))).toBe(false);
      pencil.workOut();
      const known = pencil.hidden.filter(
        (at) => (pencil.least[at] ?? 0) > 0 && pencil.least[at] === pencil.most[at],
      );
      expect(known).toEqual([]);
      expect(pencil.hidden.length).toBeGreaterThan(10_000);
    }, 120_000);
  });

  describe('exact counts', () => {
    test('of the groups of every dimension add up to everybody whom the figure counts', async () => {
      const { rows } = await sql<{
        practice: number;
        measure: string;
        band: string;
        people: number[];
        all: number;
      }>`
        select practice_id as practice, measure, band, own.people, counted.people as all
          from need.equity_count as own join need.practice_count as counted using (practice_id, measure, band)`.execute(
        at.book.as('batch'),
      );
      expect(rows.length).toBeGreaterThan(2000);
      let from = 0;
      for (const { segments } of dimensionsOf(library)) {
        const wrong = rows.filter(
          ({ people, all }) =>
            people.slice(from, from + segments.length).reduce((sum, count) => sum + count, 0) !== all,
        );
        expect(wrong).toEqual([]);
        from += segments.length;
      }
    });

    test('of strata add up to the people of each group', async () => {
      const { rows } = await sql<{ practice: number; all: number; people: number }>`
        select practice_id as practice, counted.people as all, sum(own.people[1 + 0])::int as people
          from need.equity_stratum as own join need.practice_count as counted using (practice_id)
         where denominator = 'everybody' and counted.measure = 'registered' group by 1, 2`.execute(
        at.book.as('batch'),
      );
      expect(rows).toHaveLength(40);
    });
  });
});
