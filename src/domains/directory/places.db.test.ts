import { beforeEach, describe, expect, test } from 'vitest';
import { asBatch } from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { addDays, londonDay } from '../../kernel/index.ts';
import { changeParents, changePlaces, type ParentChange, type PlaceChange, readPlaces } from './index.ts';

const today = londonDay(new Date());
const yesterday = addDays(today, -1);
const tomorrow = addDays(today, 1);

describe('places over time', () => {
  const at = useTestBook();
  const owner = (statement: string) => at.book.pool('owner').query(statement);
  beforeEach(() => owner('truncate directory.place, directory.place_parent restart identity cascade'));

  const places = (changes: readonly PlaceChange[]) =>
    asBatch(at.book, (tx) => changePlaces(tx, changes, 'file 1'));
  const parents = (changes: readonly ParentChange[], asOf = '2026-04-01') =>
    asBatch(at.book, (tx) => changeParents(tx, changes, { source: 'file 1', asOf }));
  const practice = (more: Partial<PlaceChange> = {}): PlaceChange => ({
    code: 'Z90001',
    kind: 'practice',
    name: 'Drawn Surgery',
    ...more,
  });
  const tree = () => readPlaces(at.book.as('batch'));
  const known = async (code = 'Z90001') =>
    (
      await owner(
        `select name, closed::text, opened::text, postcode, kind from directory.place where code = '${code}'`,
      )
    ).rows[0];
  const relations = async () =>
    (
      await owner(`select child.code as child, parent.code as parent, relation, starts::text, ends::text
        from directory.place_parent join directory.place child on child.place_id = child
        join directory.place parent on parent.place_id = parent order by starts nulls first, parent.code`)
    ).rows;

  describe('the tree of a page', () => {
    const names = async () => (await tree()).all.map(({ name }) => name);

    test('is made once while nothing changes, and anew after whatever changes', async () => {
      await places([practice()]);
      const before = await tree();
      expect(await tree()).toBe(before);
      await places([practice({ name: 'Drawn Practice' })]);
      expect(await names()).toEqual(['Drawn Practice']);
      await owner("update directory.place set name = 'Written by hand'");
      expect(await names()).toEqual(['Written by hand']);
      await owner('delete from directory.place');
      expect(await names()).toEqual([]);
    });

    test('of whoever changes it shows each change at once; to others, and after an end without one, it is as before', async () => {
      await places([practice()]);
      const undone = asBatch(at.book, async (tx) => {
        const seen = async () => (await readPlaces(tx)).all.map(({ name }) => name);
        await changePlaces(tx, [practice({ name: 'First' })], 'file 1');
        expect(await seen()).toEqual(['First']);
        await changePlaces(tx, [practice({ name: 'Second' })], 'file 1');
        expect(await seen()).toEqual(['Second']);
        expect(await names()).toEqual(['Drawn Surgery']);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await names()).toEqual(['Drawn Surgery']);
    });

    test('is of today, and of a day that is asked for', async () => {
      await places([practice({ closed: yesterday })]);
      expect(await names()).toEqual([]);
      const asAt = await readPlaces(at.book.as('batch'), { asAt: yesterday });
      expect(asAt.all.map(({ name }) => name)).toEqual(['Drawn Surgery']);
    });
  });

  describe('a place', () => {
    test.each<[string, Partial<PlaceChange>, number, object]>([
      ['said again is no news', {}, 0, { name: 'Drawn Surgery' }],
      ['has a new name', { name: 'Drawn Practice' }, 1, { name: 'Drawn Practice' }],
      ['keeps its postcode when a file has none', { postcode: null }, 0, { postcode: 'ZZ1 1AA' }],
      ['has a new postcode', { postcode: 'ZZ2 2BB' }, 1, { postcode: 'ZZ2 2BB' }],
      ['closes', { closed: '2026-01-31' }, 1, { closed: '2026-01-31' }],
    ])('%s', async (_, change, loaded, after) => {
      await places([practice({ postcode: 'ZZ1 1AA', opened: '1990-04-01' })]);
      expect(await places([practice(change)])).toEqual({ loaded, duplicate: 1 - loaded });
      expect(await known()).toMatchObject({ opened: '1990-04-01', ...after });
    });

    test('never becomes another kind of place: a file that says so is refused', async () => {
      await places([practice()]);
      await expect(places([practice({ kind: 'pcn' })])).rejects.toMatchObject({ code: 'another_kind' });
      expect(await known()).toMatchObject({ kind: 'practice' });
    });

    test('that a file closed is opened only by a file that says so', async () => {
      await places([practice({ closed: '2026-01-31' })]);
      await places([practice()]);
      expect(await known()).toMatchObject({ closed: '2026-01-31' });
      await places([practice({ closed: null })]);
      expect(await known()).toMatchObject({ closed: null });
    });

    test.each([
      [
        'closed before it opened',
        "insert into directory.place (code, kind, name, source, opened, closed) values ('X', 'practice', 'x', 'x', '2020-01-02', '2020-01-01')",
      ],
      [
        'of no known kind',
        "insert into directory.place (code, kind, name, source) values ('X', 'hospital', 'x', 'x')",
      ],
      [
        'in itself',
        "insert into directory.place_parent (child, parent, relation, source) values (1, 1, 'within', 'x')",
      ],
    ])('cannot be %s', async (_, statement) => {
      await places([practice()]);
      await expect(owner(statement)).rejects.toThrow('violates check constraint');
    });
  });

  describe('a parent', () => {
    const drawn = async () => {
      const others = (['N1', 'N2', 'N3'] as const).map((code) => ({
        code,
        kind: 'neighbourhood' as const,
        name: code,
      }));
      await places([practice(), ...others, { code: 'U1', kind: 'pcn', name: 'U1' }]);
    };
    const within = (parent: string, more: Partial<ParentChange> = {}): ParentChange => ({
      child: 'Z90001',
      parent,
      relation: 'within',
      ...more,
    });

    test.each<[string, ParentChange, number, [string, string | null, string | null][]]>([
      ['the same again is no news', within('N1'), 0, [['N1', '2020-01-01', null]]],
      [
        'another one ends it on the day it begins',
        within('N2', { starts: '2024-07-01' }),
        1,
        [
          ['N1', '2020-01-01', '2024-07-01'],
          ['N2', '2024-07-01', null],
        ],
      ],
      [
        'another one without a day begins with the file',
        within('N2'),
        1,
        [
          ['N1', '2020-01-01', '2026-04-01'],
          ['N2', '2026-04-01', null],
        ],
      ],
      [
        'one older than the present is no news',
        within('N2', { starts: '2019-01-01' }),
        0,
        [['N1', '2020-01-01', null]],
      ],
      [
        'it ends without another',
        within('N1', { ends: '2025-03-31' }),
        1,
        [['N1', '2020-01-01', '2025-03-31']],
      ],
    ])('%s', async (_, change, loaded, after) => {
      await drawn();
      await parents([within('N1', { starts: '2020-01-01' })]);
      expect(await parents([change])).toMatchObject({ loaded });
      expect((await relations()).map(({ parent, starts, ends }) => [parent, starts, ends])).toEqual(after);
    });

    test('of one kind is one at a time, and the other kind is its own affair', async () => {
      await drawn();
      await parents([within('N1'), { child: 'Z90001', parent: 'U1', relation: 'member_of' }]);
      const two = owner(
        "insert into directory.place_parent (child, parent, relation, source) values (1, 3, 'within', 'x')",
      );
      await expect(two).rejects.toThrow('place_parent_open');
      const read = await tree();
      expect(read.practices(read.named('N1')).map(({ code }) => code)).toEqual(['Z90001']);
      expect(read.practices(read.named('u1')).map(({ code }) => code)).toEqual(['Z90001']);
    });

    test('that nobody knows is a fault, and nothing is changed', async () => {
      await drawn();
      await expect(parents([within('N1'), within('N9')])).rejects.toThrow('N9');
      expect(await relations()).toEqual([]);
    });

    test.each([
      ['since yesterday', yesterday, 'N2'],
      ['from today', today, 'N2'],
      ['only from tomorrow', tomorrow, 'N1'],
    ])('that is another one %s: the practice lies in its place of today', async (_, starts, expected) => {
      await drawn();
      await parents([within('N1', { starts: '2020-01-01' })]);
      await parents([within('N2', { starts })]);
      const read = await tree();
      const lies = read.enclosing(read.named('Z90001'), 'neighbourhood');
      expect(lies?.code).toBe(expected);
      const counted = ['N1', 'N2', 'N3'].filter((code) => read.practices(read.named(code)).length > 0);
      expect(counted).toEqual([expected]);
    });

    test.each([
      ['yesterday', yesterday, null],
      ['today', today, null],
      ['tomorrow', tomorrow, 'N1'],
    ])('that ends %s is one until that day', async (_, ends, expected) => {
      await drawn();
      await parents([within('N1', { starts: '2020-01-01' })]);
      await parents([within('N1', { ends })]);
      const read = await tree();
      expect(read.enclosing(read.named('Z90001'), 'neighbourhood')?.code ?? null).toBe(expected);
    });
  });

  test.each([
    ['yesterday', yesterday, false],
    ['today', today, true],
    ['tomorrow', tomorrow, true],
  ])('a practice whose last day is %s is among the places, or not any more', async (_, closed, there) => {
    await places([practice({ closed }), practice({ code: 'Z90002' })]);
    expect((await tree()).all.map(({ code }) => code)).toEqual(there ? ['Z90001', 'Z90002'] : ['Z90002']);
  });

  test('who works where is for the application to read, and not to write', async () => {
    await places([practice()]);
    const app = at.book.pool('app');
    expect((await app.query('select from directory.place')).rowCount).toBe(1);
    for (const attempt of [
      "update directory.staff set role = 'gp'",
      'delete from directory.staff',
      "update directory.team set name = ''",
    ])
      await expect(app.query(attempt)).rejects.toThrow('permission denied');
  });
});
