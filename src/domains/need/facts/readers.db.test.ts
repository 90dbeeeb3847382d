import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { actAs, asBatch } from '../../../../test/support/drawn-team.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { openPseudonyms } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { VICTORIA_NHS_NUMBER, VICTORIA_PRACTICE } from '../../../synthetic/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { openRelationship, type RegisterTables, readPerson, visiblePractices } from '../../register/index.ts';
import { askBitmaps } from '../bitmaps/ask-bitmaps.ts';
import { readLibrary } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';
import { countPeople, findPeople, listPeople, shownValue } from './find-people.ts';
import { type PeopleFilter, peopleFilterSchema } from './people-filter.ts';
import { readPlaceNumbers } from './place-numbers.ts';
import { type Publication, readPublication } from './publication.ts';

type Whom = 'everybody' | 'planning' | 'practice' | 'victoria' | 'nobody';

describe('who reads whom in the borough', () => {
  const at = useTestBorough();
  let places: PlaceTree;
  let publication: Publication;
  const expected = {} as Record<Whom, number[]>;
  beforeAll(async () => {
    const book = at.book.as('batch');
    const db = book.withTables<RegisterTables & NeedTables>();
    places = await readPlaces(book);
    const found = await readPublication(book);
    if (!found) throw new Error('the small borough has no publication');
    publication = found;
    const victorias = places.named(VICTORIA_PRACTICE).id;
    const people = await db
      .selectFrom('register.person as person')
      .innerJoin('need.person_fact as fact', 'fact.person_no', 'person.person_no')
      .where('person.registered', '=', true)
      .select([
        'person.person_no as no',
        'person.practice_id as practice',
        'person.nhs_number',
        'fact.planning',
      ])
      .orderBy('no')
      .execute();
    const which = (wanted: (person: (typeof people)[number]) => boolean) =>
      people.filter(wanted).map(({ no }) => no);
    expected.everybody = which(() => true);
    expected.planning = which(({ planning }) => planning);
    expected.practice = which(({ practice }) => practice === victorias);
    expected.victoria = which(({ nhs_number }) => nhs_number === VICTORIA_NHS_NUMBER);
    expected.nobody = [];
  });

  const as = async <Result>(key: string, work: (tx: Tx) => Promise<Result>) =>
    actAs(at.book, await persona(at.book, key), work);
  const filterOf = (filter: Partial<PeopleFilter> = {}): PeopleFilter => ({
    ...peopleFilterSchema.parse({}),
    ...filter,
  });
  const numbers = async (tx: Tx, table: 'register.person' | 'need.person_fact') => {
    const { rows } = await sql<{
      no: number;
    }>`select person_no as no from ${sql.table(table)} order by 1`.execute(tx);
    return rows.map(({ no }) => no);
  };

  test('the drawn borough has people of every kind that the rules are about', async () => {
    expect(expected.everybody).toHaveLength(4000);
    expect(expected.planning.length).toBeLessThan(4000);
    expect(expected.practice.length).toBeGreaterThan(20);
    expect(expected.victoria).toHaveLength(1);
  });

  describe.each<[string, Whom, Whom]>([
    ['int_lead', 'everybody', 'everybody'],
    ['care_coordinator', 'everybody', 'everybody'],
    ['care_coordinator_2', 'everybody', 'everybody'],
    ['gp', 'practice', 'practice'],
    ['practice_nurse', 'practice', 'practice'],
    ['practice_manager', 'practice', 'practice'],
    ['pcn_manager', 'nobody', 'nobody'],
    ['analyst', 'nobody', 'planning'],
    ['commissioner', 'nobody', 'nobody'],
    ['ig_lead', 'nobody', 'nobody'],
    ['patient', 'victoria', 'victoria'],
    ['carer', 'victoria', 'victoria'],
  ])('%s: people %s, facts %s', (key, people, facts) => {
    test('in the tables themselves', async () => {
      await as(key, async (tx) => {
        expect(await numbers(tx, 'register.person')).toEqual(expected[people]);
        expect(await numbers(tx, 'need.person_fact')).toEqual(expected[facts]);
      });
    });

    test('in lists, counts and downloads', async () => {
      await as(key, async (tx) => {
        const all = await findPeople(tx, publication, places, filterOf(), null);
        expect(all.map(({ personNo }) => personNo).sort((a, b) => a - b)).toEqual(expected[facts]);
        expect(await countPeople(tx, publication, places, filterOf())).toBe(expected[facts].length);
        const named = all.filter(
          ({ publicId, familyName, nhsNumber }) => publicId ?? familyName ?? nhsNumber,
        );
        expect(named).toHaveLength(expected[people].length);
      });
    });
  });

  test('the application’s login sees no facts without a scope, and never the parts of the table', async () => {
    const app = (statement: string) => at.book.pool('app').query(statement);
    expect((await app('select from need.person_fact')).rowCount).toBe(0);
    const part = `need.person_fact_${publication.snapshotId}`;
    await expect(app(`select from ${part}`)).rejects.toThrow('permission denied');
    for (const function_ of ['begin_facts', 'attach_facts', 'drop_facts'])
      await expect(app(`select need.${function_}(1)`)).rejects.toThrow('permission denied');
  });

  describe('under pseudonyms', () => {
    test('everybody is somebody else, the same in every list, and another in the next snapshot', async () => {
      await as('analyst', async (tx) => {
        const pseudonyms = async (of: Publication) =>
          new Map(
            (await findPeople(tx, of, places, filterOf(), null)).map((row) => [row.personNo, row.pseudonym]),
          );
        const first = await pseudonyms(publication);
        expect(new Set(first.values()).size).toBe(expected.planning.length);
        expect(await pseudonyms(publication)).toEqual(first);
        const stands = await openPseudonyms(tx);
        const [[no, pseudonym] = [0, '']] = first;
        expect(stands(`${publication.snapshotId} ${no}`)).toBe(pseudonym);
        expect(stands(`${publication.snapshotId + 1} ${no}`)).not.toBe(pseudonym);
      });
    });

    test('nobody is opened by an address that somebody else sent', async () => {
      const victoria = await as('gp', async (tx) => {
        const [row] = await tx
          .withTables<RegisterTables>()
          .selectFrom('register.person')
          .select('public_id')
          .where('nhs_number', '=', VICTORIA_NHS_NUMBER)
          .execute();
        return row?.public_id ?? '';
      });
      for (const key of ['analyst', 'commissioner', 'pcn_manager', 'ig_lead'])
        await as(key, (tx) => expect(readPerson(tx, victoria)).rejects.toMatchObject({ code: 'not_found' }));
    });
  });

  describe('records', () => {
    const facts = (tx: Tx) =>
      tx.withTables<NeedTables & RegisterTables>().selectFrom('need.person_fact as fact');
    const outside = async (wanted: 'dead' | 'gone') => {
      const people = at.book
        .as('batch')
        .withTables<RegisterTables>()
        .selectFrom('register.person')
        .select('person_no');
      return await people
        .where('registered', '=', false)
        .where('death_date', wanted === 'dead' ? 'is not' : 'is', null)
        .execute();
    };

    test.each(['dead', 'gone'] as const)(
      'of people who are %s have no facts and are on nobody’s list',
      async (which) => {
        const people = (await outside(which)).map(({ person_no }) => person_no);
        expect(people.length).toBeGreaterThan(10);
        const seen = new Set([...expected.everybody, ...expected.planning]);
        expect(people.filter((no) => seen.has(no))).toEqual([]);
        for (const key of ['int_lead', 'gp']) {
          const found = await as(key, async (tx) => {
            const all = await numbers(tx, 'register.person');
            return all.filter((no) => people.includes(no));
          });
          expect(found).toEqual([]);
        }
      },
    );

    test('of people who object are read for their own care and never for planning', async () => {
      const number = publication.definitions.find(({ id }) => id === 'type-1-objection')?.no ?? 0;
      const rows = await as('int_lead', (tx) =>
        facts(tx).select(['person_no', 'planning', 'in_ids', 'unknown_ids']).execute(),
      );
      // Not known to agree counts as objecting.
      for (const { planning, in_ids, unknown_ids } of rows)
        expect(planning).toBe(!in_ids.includes(number) && !unknown_ids.includes(number));
      expect(rows.filter(({ planning }) => !planning).length).toBe(4000 - expected.planning.length);
    });

    test('marked sensitive count like all others, and do not say where they are registered', async () => {
      await as('int_lead', async (tx) => {
        const marked = await tx
          .withTables<RegisterTables>()
          .selectFrom('register.person')
          .where((where) => where.or([where('sensitive', '=', true), where('confidential', '=', true)]))
          .select('person_no')
          .execute();
        expect(marked.length).toBeGreaterThan(0);
        const all = await findPeople(tx, publication, places, filterOf(), null);
        const without = all.filter(({ practiceId }) => practiceId === null).map(({ personNo }) => personNo);
        expect(without.sort((a, b) => a - b)).toEqual(
          marked.map(({ person_no }) => person_no).sort((a, b) => a - b),
        );
      });
    });
  });

  describe('every number opens exactly the people it counts', () => {
    const library = readLibrary('content');
    const conditions = library.definitions.flatMap((each) => (each.kind === 'register' ? [each.id] : []));
    const ranking = library.definitions.find((each) => each.kind === 'ranking');
    const frailty = library.definition('electronic-frailty-index');
    const bands = (of: typeof ranking | typeof frailty) =>
      of && 'bands' in of ? of.bands.map(({ id }) => id) : [];
    const filter = fc.record(
      {
        condition: fc.uniqueArray(fc.constantFrom(...conditions), { maxLength: 2 }),
        frailty: fc.constantFrom(...bands(frailty)),
        need: fc.constantFrom(...bands(ranking), 'unranked'),
        top: fc.constantFrom(1, 2, 9, 50),
        from: fc.integer({ min: 0, max: 90 }),
      },
      { requiredKeys: [] },
    );

    test('places above are the sum of those below, for any filter: neighbourhoods, networks and practices', async () => {
      const borough = places.all.find(({ kind }) => kind === 'borough');
      const parts = (kind: string) => places.all.filter((place) => place.kind === kind);
      await as('int_lead', (tx) =>
        fc.assert(
          fc.asyncProperty(filter, async (drawn) => {
            const count = (code?: string) =>
              countPeople(tx, publication, places, filterOf({ ...drawn, place: code }));
            const whole = await count();
            expect(await count(borough?.code)).toBe(whole);
            for (const kind of ['neighbourhood', 'pcn']) {
              let sum = 0;
              for (const { code } of parts(kind)) sum += await count(code);
              expect({ kind, sum }).toEqual({ kind, sum: whole });
            }
          }),
          { numRuns: 15 },
        ),
      );
    });

    test('pages follow each other without a gap or a repeat, in every order', async () => {
      await as('int_lead', async (tx) => {
        for (const sort of ['need', 'name', 'age', 'practice'] as const) {
          const drawn = filterOf({ condition: ['diabetes'], sort });
          const all = (await findPeople(tx, publication, places, drawn, null)).map(
            ({ personNo }) => personNo,
          );
          const paged: number[] = [];
          for (let page = 1; paged.length < all.length; page++) {
            const rows = await findPeople(tx, publication, places, { ...drawn, page });
            expect(rows.length).toBe(Math.min(50, all.length - paged.length));
            paged.push(...rows.map(({ personNo }) => personNo));
          }
          expect(paged).toEqual(all);
          expect(new Set(all).size).toBe(await countPeople(tx, publication, places, drawn));
        }
      });
    });

    test('numbers of places are exact for who may see all of their people, and published for all others', async () => {
      const practice = places.named(VICTORIA_PRACTICE);
      const other = places.all.find(({ kind, id }) => kind === 'practice' && id !== practice.id);
      const borough = places.all.find(({ kind }) => kind === 'borough');
      if (!other || !borough) throw new Error('the small borough has lost its places');
      const shown = (key: string) =>
        as(key, async (tx) => {
          const visible = new Set(await visiblePractices(tx, await persona(at.book, key)));
          const read = await readPlaceNumbers(tx, publication, places, [borough, practice, other], visible);
          return [borough, practice, other].map((place) => read.of(place, 'registered', 'all'));
        });
      const exactOf = async (place: string) =>
        as('int_lead', (tx) => countPeople(tx, publication, places, filterOf({ place })));
      expect((await shown('int_lead')).map(({ exact }) => exact)).toEqual([true, true, true]);
      expect((await shown('gp')).map(({ exact }) => exact)).toEqual([false, true, false]);
      expect((await shown('commissioner')).map(({ exact }) => exact)).toEqual([false, false, false]);
      expect((await shown('gp'))[1]?.people).toBe(await exactOf(practice.code));
      expect((await shown('int_lead'))[0]?.people).toBe(4000);
    });
  });

  test.each<[string, Partial<PeopleFilter>]>([
    ['everybody', {}],
    ['a condition, by age', { condition: ['diabetes'], sort: 'age' }],
    [
      'two conditions, by name, the second page',
      { condition: ['diabetes', 'hypertension'], sort: 'name', page: 2 },
    ],
    ['a band, by the value', { condition: ['cardiovascular-risk/from-20'], sort: 'value' }],
    ['a value that is not shown', { condition: ['diabetes'], sort: 'value' }],
    ['a practice, by practice', { place: VICTORIA_PRACTICE, sort: 'practice' }],
    ['an age that nobody has', { from: 130 }],
    ['a page that there is not', { top: 1, page: 9 }],
  ])(
    'a list says the same whether it is read in one pass or in the order of an index: %s',
    async (_, asked) => {
      const filter = filterOf(asked);
      await as('int_lead', async (tx) => {
        const expected = {
          total: await countPeople(tx, publication, places, filter),
          people: await findPeople(tx, publication, places, filter),
        };
        for (const few of [0, 3, 15_000])
          expect(await listPeople(tx, publication, places, filter, undefined, few)).toEqual(expected);
      });
    },
  );

  test('a list of a band shows the values, in the band and the highest first; no other list shows one', async () => {
    await as('int_lead', async (tx) => {
      const filter = filterOf({ condition: ['cardiovascular-risk/from-10'], sort: 'value' });
      const value = shownValue(publication, filter);
      expect(value).toMatchObject({ id: 'cardiovascular-risk', unit: '%' });
      const values = (await findPeople(tx, publication, places, filter, null)).map((person) =>
        person.value === null ? null : person.value / 10 ** (value?.places ?? 0),
      );
      expect(values.length).toBeGreaterThan(50);
      expect(values.every((each) => each !== null && each >= 10 && each < 20)).toBe(true);
      expect(values).toEqual([...values].sort((a, b) => (b ?? 0) - (a ?? 0)));
      const others = filterOf({ condition: ['diabetes'] });
      expect(shownValue(publication, others)).toBeNull();
      const [first] = await findPeople(tx, publication, places, others);
      expect(first?.value).toBeNull();
    });
  });

  describe('bitmaps say whom a filter means as facts do', () => {
    const library = readLibrary('content');
    const conditions = library.definitions.flatMap((each) => (each.kind === 'register' ? [each.id] : []));
    const bands = (id: string) => {
      const definition = library.definition(id);
      return 'bands' in definition ? (definition.bands ?? []).map((band) => band.id) : [];
    };
    const need = library.definitions.find(({ kind }) => kind === 'ranking');
    const filter = fc.record(
      {
        condition: fc.uniqueArray(
          fc.constantFrom(
            ...conditions,
            ...bands('electronic-frailty-index').map((band) => `electronic-frailty-index/${band}`),
            'cardiovascular-risk/from-20',
          ),
          { maxLength: 3 },
        ),
        frailty: fc.constantFrom(...bands('electronic-frailty-index')),
        need: fc.constantFrom(...bands(need?.id ?? ''), 'unranked'),
        top: fc.constantFrom(0.5, 1, 9, 33.33, 100),
        from: fc.integer({ min: 0, max: 130 }),
        to: fc.integer({ min: 0, max: 130 }),
        sort: fc.constantFrom('need', 'name', 'age', 'practice', 'value'),
        page: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: [] },
    );
    const few = fc.constantFrom(0, 60, 15_000);

    test('as the book has it: nobody sees one without a scope, an analyst none, a GP their practice’s', async () => {
      const seen = async (tx: Tx) => {
        const { rows } = await sql<{ practices: number[] }>`
          select coalesce(array_agg(distinct practice_id), '{}') as practices from need.practice_bitmap`.execute(
          tx,
        );
        return rows[0]?.practices;
      };
      const unscoped = await at.book.pool('app').query('select from need.practice_bitmap');
      expect(unscoped.rowCount).toBe(0);
      expect(await as('analyst', seen)).toEqual([]);
      expect(await as('gp', seen)).toEqual([places.named(VICTORIA_PRACTICE).id]);
      await as('int_lead', async (tx) => {
        const answer = await askBitmaps(tx, publication.snapshotId, { inAll: [] }, null);
        expect(answer?.reduce((sum, { people }) => sum + people, 0)).toBe(4000);
        expect(await askBitmaps(tx, publication.snapshotId + 1, { inAll: [] }, null)).toBe(null);
      });
    });

    test.each([
      ['int_lead', null],
      ['int_lead', VICTORIA_PRACTICE],
      ['gp', null],
      ['practice_nurse', null],
      ['analyst', null],
    ])('for %s, at %s', async (key, place) => {
      await as(key, (tx) =>
        fc.assert(
          fc.asyncProperty(filter, few, async (drawn, most) => {
            const asked = filterOf({ ...drawn, ...(place === null ? {} : { place }) });
            expect(await listPeople(tx, publication, places, asked, undefined, most)).toEqual({
              total: await countPeople(tx, publication, places, asked),
              people: await findPeople(tx, publication, places, asked),
            });
          }),
          { numRuns: 40 },
        ),
      );
    });

    test('people whom a GP sees one by one, at other practices, are counted and listed too', async () => {
      const by = await persona(at.book, 'gp');
      const elsewhere = expected.everybody.filter((no) => !expected.practice.includes(no)).slice(0, 7);
      await asBatch(at.book, async (tx) => {
        for (const person of elsewhere)
          await openRelationship(tx, {
            kind: 'contact',
            holder: { account: by.account },
            about: { person },
            purpose: 'A drawn contact',
            starts: new Date(Date.now() - 60_000),
          });
      });
      await as('gp', (tx) =>
        fc.assert(
          fc.asyncProperty(filter, few, async (drawn, most) => {
            const asked = filterOf(drawn);
            const found = await listPeople(tx, publication, places, asked, undefined, most);
            expect(found).toEqual({
              total: await countPeople(tx, publication, places, asked),
              people: await findPeople(tx, publication, places, asked),
            });
          }),
          { numRuns: 40 },
        ),
      );
      await as('gp', async (tx) =>
        expect((await listPeople(tx, publication, places, filterOf())).total).toBe(
          expected.practice.length + elsewhere.length,
        ),
      );
    });
  });
});
