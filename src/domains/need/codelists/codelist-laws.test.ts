import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLibrary } from '../language/library.ts';
import type { ListedCode } from './codelist-file.ts';
import { diffCodes } from './diff.ts';
import { type CodelistDecision, decisionInEffect } from './in-effect.ts';
import { definitionsNaming, definitionsUsing } from './used-by.ts';
import { type LoadedList, withCodelists } from './with-codelists.ts';

const content = readLibrary('content');

const CODES = ['44054006', '46635009', '73211009', '237599002', '8801005', '999791000000106'];
const codes: fc.Arbitrary<ListedCode[]> = fc
  .uniqueArray(fc.constantFrom(...CODES), { minLength: 1 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((code) =>
        fc.record({
          code: fc.constant(code),
          term: fc.constantFrom('', 'one', 'two'),
          category: fc.constantFrom(null, null, '1', '2'),
        }),
      ),
    ),
  );

function listOf(id: string, members: readonly ListedCode[], more: Partial<LoadedList> = {}): LoadedList {
  return {
    id,
    versionNo: 1,
    number: 1,
    hash: 'drawn',
    kind: 'snomed',
    title: 'Drawn',
    source: 'Drawn',
    file: 'drawn.csv',
    released: null,
    codes: members,
    ...more,
  };
}

describe('what differs between two versions', () => {
  test('the other way round is the opposite, and of one version nothing', () => {
    fc.assert(
      fc.property(codes, codes, (a, b) => {
        const there = diffCodes(a, b);
        const back = diffCodes(b, a);
        const only = (some: readonly ListedCode[]) => some.map(({ code }) => code);
        expect(only(there.added)).toEqual(only(back.removed));
        expect(only(there.removed)).toEqual(only(back.added));
        expect(there.moved.map(({ code, from, to }) => [code, from, to])).toEqual(
          back.moved.map(({ code, from, to }) => [code, to, from]),
        );
        expect(there.kept).toBe(back.kept);
        expect(a.length).toBe(there.kept + there.removed.length);
        expect(b.length).toBe(there.kept + there.added.length);
        expect(diffCodes(a, a)).toEqual({ added: [], removed: [], moved: [], kept: a.length });
      }),
    );
  });

  test('applied to the one, gives the other', () => {
    fc.assert(
      fc.property(codes, codes, (a, b) => {
        const { added, removed } = diffCodes(a, b);
        const gone = new Set(removed.map(({ code }) => code));
        const made = [
          ...a.map(({ code }) => code).filter((code) => !gone.has(code)),
          ...added.map(({ code }) => code),
        ];
        expect(made.sort()).toEqual(b.map(({ code }) => code).sort());
      }),
    );
  });
});

describe('the content hash of a definition', () => {
  const hashWith = (members: readonly ListedCode[]) =>
    withCodelists(content, [listOf('DM_COD', members)]).library.contentHash('diabetes');
  const decides = (members: readonly ListedCode[]) =>
    JSON.stringify(members.map(({ code, category }) => [code, category]).sort());

  test('changes when, and only when, the codes of a list that it uses change', () => {
    fc.assert(
      fc.property(codes, codes, fc.boolean(), (a, b, reversed) => {
        const other = reversed ? [...a].reverse().map((code) => ({ ...code, term: 'called otherwise' })) : b;
        expect(hashWith(a) === hashWith(other)).toBe(decides(a) === decides(other));
      }),
    );
  });

  test('is the same for the codes of content, from wherever they come', () => {
    const list = content.codelists.get('DM_COD');
    if (list?.kind !== 'snomed') throw new Error('content has no DM_COD');
    const same = list.codes.map(({ code }) => ({ code, term: 'from a file', category: null }));
    expect(hashWith(same)).toBe(content.contentHash('diabetes'));
    expect(hashWith(same.slice(1))).not.toBe(content.contentHash('diabetes'));
  });

  test('of definitions that rest on it changes too, and of others does not', () => {
    const { library } = withCodelists(content, [
      listOf('DM_COD', [{ code: '44054006', term: '', category: null }]),
    ]);
    const changed = content.definitions
      .map(({ id }) => id)
      .filter((id) => library.contentHash(id) !== content.contentHash(id));
    expect(changed).toEqual(definitionsUsing(content, 'DM_COD').map(({ id }) => id));
    expect(changed).toEqual(expect.arrayContaining(['diabetes', 'need', 'priority-overall']));
    expect(changed.length).toBeGreaterThan(definitionsNaming(content, 'DM_COD').length);
    expect(changed.length).toBeLessThan(content.definitions.length);
  });
});

describe('a loaded list in the place of one of content', () => {
  const one = [{ code: '44054006', term: '', category: null }];

  test('keeps the units and the plausible values that content knows', () => {
    const before = content.codelists.get('HBA1C');
    const after = withCodelists(content, [listOf('HBA1C', one)]).library.codelists.get('HBA1C');
    if (before?.kind !== 'snomed' || after?.kind !== 'snomed') throw new Error('content has no HBA1C');
    expect(after.units).toEqual(before.units);
    expect(after.plausible).toEqual(before.plausible);
    expect(after.codes).toEqual([{ code: '44054006', term: '' }]);
    expect(after.loaded).toMatchObject({ number: 1, file: 'drawn.csv' });
  });

  test.each([
    ['LITHIUM', 'snomed', /list of bnf, and this one is of snomed/],
    ['DM_COD', 'dmd', /list of snomed, and this one is of dmd/],
    ['HBA1C', 'ctv3', /is measured/],
    ['ETHNICITY', 'snomed', /sorted into A, B, .* and this file has 44054006 in none/],
  ] as const)('is left out and said where %s would become %s', (id, kind, because) => {
    const { library, leftOut } = withCodelists(content, [listOf(id, one, { kind })]);
    expect(leftOut).toEqual([{ id, version: '1', because: expect.stringMatching(because) }]);
    expect(library.codelists.get(id)).toBe(content.codelists.get(id));
  });

  test('calls categories as content does, whatever the file calls them', () => {
    const white = [{ code: '92391000000108', term: 'White British', category: '1' }];
    const { library, leftOut } = withCodelists(content, [listOf('ETHNICITY', white)]);
    expect(leftOut).toEqual([]);
    expect(library.codelists.get('ETHNICITY')).toMatchObject({
      codes: [{ code: '92391000000108', category: 'A' }],
    });
    const strange = withCodelists(content, [
      listOf('ETHNICITY', [{ ...one[0], category: '99' } as ListedCode]),
    ]);
    expect(strange.leftOut).toMatchObject([{ because: expect.stringContaining('44054006 in 99') }]);
  });

  test('takes medicines by number where content has them by BNF', () => {
    const { library, leftOut } = withCodelists(content, [listOf('LITHIUM', one, { kind: 'dmd' })]);
    expect(leftOut).toEqual([]);
    expect(library.codelists.get('LITHIUM')).toMatchObject({ kind: 'dmd' });
  });

  test('and beside it, under an id that content has not', () => {
    const { library } = withCodelists(content, [listOf('NEW_LIST', one, { kind: 'opcs' })]);
    expect(library.codelists.get('NEW_LIST')).toMatchObject({ kind: 'opcs', prefixes: ['44054006'] });
  });
});

describe('what is in effect', () => {
  /** `p1 p2 u` publishes 1, then 2, and takes the last back. */
  const decisions = (text: string): CodelistDecision[] => {
    const made: CodelistDecision[] = [];
    for (const [at, word] of text.split(' ').filter(Boolean).entries())
      made.push(
        word === 'u'
          ? { id: at + 1, versionNo: null, undoes: decisionInEffect(made)?.id ?? null }
          : { id: at + 1, versionNo: Number(word.slice(1)), undoes: null },
      );
    return made;
  };

  test.each([
    ['', null],
    ['p1', 1],
    ['p1 p2', 2],
    ['p1 p2 u', 1],
    ['p1 p2 u u', null],
    ['p1 u p2', 2],
    ['p1 p2 u p3 u', 1],
    ['p1 p1', 1],
  ])('after "%s" is %s', (text, version) => {
    expect(decisionInEffect(decisions(text))?.versionNo ?? null).toBe(version);
  });
});
