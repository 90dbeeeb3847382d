import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { openDuck } from '../../../platform/lake/index.ts';
import { VICTORIA_NHS_NUMBER } from '../../../synthetic/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { LakeAccess, type RegisterTables, readPerson } from '../../register/index.ts';
import { type EvaluatedPerson, evaluatePerson } from '../evaluate/evaluate-person.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { hasValue, readLibrary, stepsOf } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';
import { onlyRanking } from './refresh.ts';

const SAMPLE = 60;

describe('published facts', () => {
  const at = useTestBorough();
  const library = readLibrary('content');
  let publication: Publication;
  let places: PlaceTree;
  type Fact = NeedTables['need.person_fact'] & {
    public_id: string;
    nhs_number: string | null;
    birth_date: string | null;
  };
  let facts: Fact[];
  const numberOf = (id: string) => publication.definitions.find((each) => each.id === id)?.no ?? 0;

  beforeAll(async () => {
    const book = at.book.as('batch');
    const found = await readPublication(book);
    if (!found) throw new Error('the small borough has no publication');
    publication = found;
    places = await readPlaces(book);
    facts = await book
      .withTables<NeedTables & RegisterTables>()
      .selectFrom('need.person_fact as fact')
      .innerJoin('register.person as person', 'person.person_no', 'fact.person_no')
      .selectAll('fact')
      .select(['person.public_id', 'person.nhs_number', 'person.birth_date'])
      .orderBy('fact.person_no')
      .execute();
  });

  test('are of everybody who is registered, each once, at the practice whose list they are on', async () => {
    const registered = await at.book
      .as('batch')
      .withTables<RegisterTables>()
      .selectFrom('register.person')
      .select(['person_no', 'practice_id'])
      .where('registered', '=', true)
      .orderBy('person_no')
      .execute();
    expect(facts.map(({ person_no, practice_id }) => ({ person_no, practice_id }))).toEqual(registered);
    expect(publication.people).toBe(registered.length);
  });

  test('are what the reference evaluator says of the same people', async () => {
    const step = Math.floor(facts.length / SAMPLE);
    const sample = facts.filter(
      ({ nhs_number, unknown_ids }, index) =>
        index % step === 0 || nhs_number === VICTORIA_NHS_NUMBER || unknown_ids.length > 0,
    );
    const duck = await openDuck({ threads: 1, memoryMegabytes: 512 });
    const access = new LakeAccess(
      { rows: (statement, values) => duck.rows(statement, values), close: async () => {} },
      at.home.lake,
    );
    await at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        for (const fact of sample) {
          const people = await evaluatePerson(tx, access, library, publication, {
            person: await readPerson(tx, fact.public_id),
            practice: places.place(fact.practice_id)?.code ?? null,
            seesRestricted: true,
          });
          expect(publishedOf(fact)).toEqual(workedOut(fact.person_no, people));
        }
      });
    duck.close();
  }, 240_000);

  /** A person's row, in the words of the evaluator. */
  function publishedOf(fact: Fact) {
    const registers = library.definitions.flatMap(({ id, kind }) => (kind === 'register' ? [id] : []));
    const unknown = (id: string) => fact.unknown_ids.includes(numberOf(id));
    return {
      person: fact.person_no,
      registers: Object.fromEntries(
        registers.map((id) => [
          id,
          unknown(id) ? 'unknown' : fact.in_ids.includes(numberOf(id)) ? 'in' : 'out',
        ]),
      ),
      multimorbidity: fact.multimorbidity,
      frailty: fact.frailty,
      frailtyBand: fact.frailty_band,
      values: Object.fromEntries(
        publication.definitions.flatMap(({ id, value }) =>
          value === undefined ? [] : [[id, fact.step_values?.[value.at - 1] ?? null]],
        ),
      ),
    };
  }

  function workedOut(person: number, { evaluations }: EvaluatedPerson): ReturnType<typeof publishedOf> {
    const score = (id: string) => {
      const found = evaluations.find(({ definition }) => definition.id === id);
      if (found?.kind !== 'score') throw new Error(`${id} was not worked out`);
      return found;
    };
    const frailty = score('electronic-frailty-index');
    return {
      person,
      registers: Object.fromEntries(
        evaluations.flatMap((each) => (each.kind === 'register' ? [[each.definition.id, each.outcome]] : [])),
      ),
      multimorbidity: score('cambridge-multimorbidity').steps,
      frailty: frailty.steps,
      frailtyBand: frailty.band ?? null,
      values: Object.fromEntries(
        evaluations.flatMap((each) =>
          each.kind === 'score' || each.kind === 'calculation' ? [[each.definition.id, each.steps]] : [],
        ),
      ),
    };
  }

  test('rank the borough by score, then age, then number; nobody without a score has a rank', () => {
    const bands = onlyRanking(library).bands;
    const neighbourhoodOf = (fact: Fact) => {
      const practice = places.place(fact.practice_id);
      return practice && places.enclosing(practice, 'neighbourhood')?.id;
    };
    const sizes = new Map<unknown, number>();
    for (const fact of facts) sizes.set(neighbourhoodOf(fact), (sizes.get(neighbourhoodOf(fact)) ?? 0) + 1);
    const ranked = facts
      .filter(({ multimorbidity }) => multimorbidity !== null)
      .sort(
        (a, b) =>
          (b.multimorbidity ?? 0) - (a.multimorbidity ?? 0) ||
          (a.birth_date ?? '9').localeCompare(b.birth_date ?? '9') ||
          a.person_no - b.person_no,
      );
    const before = new Map<unknown, number>();
    const expected = ranked.map((fact, index) => {
      const near = neighbourhoodOf(fact);
      const ahead = before.get(near) ?? 0;
      before.set(near, ahead + 1);
      return {
        person: fact.person_no,
        rank: index + 1,
        before: Math.floor((index * 10_000) / facts.length),
        near: Math.floor((ahead * 10_000) / (sizes.get(near) ?? 1)),
        band: bands.find(({ up_to_percent }) => index * 100 < facts.length * up_to_percent)?.id,
      };
    });
    const published = ranked.map((fact) => ({
      person: fact.person_no,
      rank: fact.need_rank,
      before: fact.need_before,
      near: fact.need_before_neighbourhood,
      band: fact.need_band,
    }));
    expect(published).toEqual(expected);
    const unranked = facts.filter(({ multimorbidity }) => multimorbidity === null);
    expect(unranked.length).toBeGreaterThan(0);
    expect(unranked.filter(({ need_rank, need_band }) => need_rank !== null || need_band !== null)).toEqual(
      [],
    );
  });

  describe('are counted', () => {
    /** The exact counts of a place, by measure and band. */
    const countsOf = async (practices: readonly number[]) => {
      const { rows } = await sql<{ key: string; people: number }>`
        select measure || ' ' || band as key, sum(people)::int as people from need.practice_count
         where snapshot_id = ${publication.snapshotId} and practice_id = any (${practices}::int[])
         group by 1`.execute(at.book.as('batch'));
      return new Map(rows.map(({ key, people }) => [key, people]));
    };
    const practicesOf = (kind: string) =>
      places.all
        .filter((place) => place.kind === kind)
        .map((place) => ({ place, practices: places.practices(place).map(({ id }) => id) }));

    test.each(['icb', 'borough', 'neighbourhood', 'pcn', 'practice'])(
      'so that in, out and unknown are everybody, for every definition and %s',
      async (kind) => {
        const ofKind = practicesOf(kind);
        expect(ofKind.length).toBeGreaterThan(0);
        for (const { place, practices } of ofKind) {
          const counts = await countsOf(practices);
          const registered = facts.filter(({ practice_id }) => practices.includes(practice_id)).length;
          expect(counts.get('registered all')).toBe(registered);
          for (const { id, kind } of library.definitions) {
            if (kind === 'ranking') continue;
            const parts = ['in', 'out', 'unknown'].map(
              (band) => counts.get(`definition:${id} ${band}`) ?? Number.NaN,
            );
            expect([place.code, id, parts.reduce((sum, part) => sum + part)]).toEqual([
              place.code,
              id,
              registered,
            ]);
          }
        }
      },
    );

    test('and what a refresh says of each definition is the sum of its practices', async () => {
      const whole = await countsOf(places.all.map(({ id }) => id));
      expect(publication.definitions.map(({ id }) => id).sort()).toEqual(
        library.definitions.map(({ id }) => id).sort(),
      );
      for (const said of publication.definitions) {
        expect(said.in + said.out + said.unknown).toBe(publication.people);
        const definition = library.definition(said.id);
        if (definition.kind === 'ranking') continue;
        for (const band of ['in', 'out', 'unknown'] as const)
          expect([said.id, band, said[band]]).toEqual([
            said.id,
            band,
            whole.get(`definition:${said.id} ${band}`),
          ]);
        // Everybody who is out is lost at one step.
        const lost = stepsOf(definition).map((_, step) => whole.get(`lost:${said.id} ${step}`) ?? Number.NaN);
        if (lost.length > 0)
          expect([said.id, lost.reduce((sum, people) => sum + people)]).toEqual([said.id, said.out]);
      }
    });

    test('from the same rows that lists show', async () => {
      for (const { place, practices } of practicesOf('practice')) {
        const counts = await countsOf(practices);
        const people = facts.filter(({ practice_id }) => practice_id === place.id);
        const counted = new Map<string, number>([['registered all', people.length]]);
        const add = (key: string) => counted.set(key, (counted.get(key) ?? 0) + 1);
        for (const fact of people) {
          for (const { id, kind } of library.definitions) {
            const unknown = fact.unknown_ids.includes(numberOf(id));
            if (unknown) add(`definition:${id} unknown`);
            else if (kind === 'segmentation') add(`definition:${id} in`);
            else if (kind === 'register')
              add(`definition:${id} ${fact.in_ids.includes(numberOf(id)) ? 'in' : 'out'}`);
          }
          for (const { id, bands = [] } of publication.definitions)
            for (const band of bands) if (fact.in_ids.includes(band.no)) add(`band:${id} ${band.id}`);
          if (fact.frailty_band !== null)
            expect(counted.get(`band:electronic-frailty-index ${fact.frailty_band}`)).toBeGreaterThan(0);
          add(`need ${fact.need_band ?? 'unranked'}`);
        }
        const scores = library.definitions
          .filter(hasValue)
          .map(({ id }) => `definition:${id} `)
          .concat('lost:');
        for (const [key, count] of counts) {
          if (scores.some((score) => key.startsWith(score))) continue;
          expect([place.code, key, counted.get(key) ?? 0]).toEqual([place.code, key, count]);
        }
        expect([...counted.keys()].filter((key) => !counts.has(key))).toEqual([]);
      }
    });
  });
});
