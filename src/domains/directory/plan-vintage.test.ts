import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../kernel/index.ts';
import { type DirectoryState, NOTHING_KNOWN } from './directory-state.ts';
import { type ParentChange, type PlaceChange, planVintage, type Vintage } from './plan-vintage.ts';
import { afterChanges } from './planned-change.ts';

const vintage = (about: Partial<Vintage>): Vintage => ({
  places: [],
  parents: [],
  asOf: '2025-08-01',
  source: 'file',
  ...about,
});
const practice = (code: string, about: Partial<PlaceChange> = {}): PlaceChange => ({
  code,
  kind: 'practice',
  name: `The ${code}`,
  ...about,
});
const pcn = (code: string): PlaceChange => ({ code, kind: 'pcn', name: code });
const taken = (state: DirectoryState, said: Partial<Vintage>) =>
  afterChanges(state, planVintage(state, vintage(said)).changes);

describe('a vintage against what is known', () => {
  const known = taken(NOTHING_KNOWN, {
    places: [
      practice('A', { opened: '1990-01-01' }),
      practice('C', { closed: '2022-03-31' }),
      pcn('p'),
      pcn('q'),
    ],
    parents: [{ child: 'A', parent: 'p', relation: 'member_of' }],
  });

  test.each<[string, Partial<Vintage>, unknown[]]>([
    ['a new code opens', { places: [practice('N')] }, [['opened', 'N', null, 'The N']]],
    ['the same again is no news', { places: [practice('A')] }, []],
    ['another name renames', { places: [practice('A', { name: 'Z' })] }, [['renamed', 'A', 'The A', 'Z']]],
    [
      'a closing day closes',
      { places: [practice('A', { closed: '2025-06-30' })] },
      [['closed', 'A', null, '2025-06-30']],
    ],
    [
      'a file that says open opens again',
      { places: [practice('C', { closed: null })] },
      [['reopened', 'C', '2022-03-31', null]],
    ],
    ['a file that does not say leaves it closed', { places: [practice('C')] }, []],
    [
      'another day of opening corrects',
      { places: [practice('A', { opened: '1991-01-01' })] },
      [['corrected', 'A', '1990-01-01', '1991-01-01']],
    ],
    [
      'another parent moves',
      { parents: [{ child: 'A', parent: 'q', relation: 'member_of' }] },
      [['moved', 'A', 'p', 'q']],
    ],
    [
      'a first day that was not known is learned',
      { parents: [{ child: 'A', parent: 'p', relation: 'member_of', starts: '2019-07-01' }] },
      [['dated', 'A', null, 'p']],
    ],
    [
      'an end ends',
      { parents: [{ child: 'A', parent: 'p', relation: 'member_of', ends: '2025-07-01' }] },
      [['left', 'A', 'p', null]],
    ],
    [
      'a past relation is added where there is room',
      {
        parents: [
          { child: 'C', parent: 'q', relation: 'member_of', starts: '2019-07-01', ends: '2020-04-01' },
        ],
      },
      [['past', 'C', 'q', '2020-04-01']],
    ],
  ])('%s', (_, said, expected) => {
    const { changes } = planVintage(known, vintage(said));
    expect(changes.map(({ what, code, was, becomes }) => [what, code, was, becomes])).toEqual(expected);
  });

  test('a past that the directory knows otherwise is neither taken nor passed over', () => {
    const said: ParentChange = {
      child: 'A',
      parent: 'q',
      relation: 'member_of',
      starts: '2019-07-01',
      ends: '2020-04-01',
    };
    const { changes, contradictions } = planVintage(known, vintage({ parents: [said] }));
    expect([changes, [...contradictions]]).toEqual([[], [0]]);
  });

  test('two parents from one day on are not decided between, and nothing belongs to itself', () => {
    const parents: ParentChange[] = [
      { child: 'C', parent: 'p', relation: 'member_of', starts: '2024-01-01' },
      { child: 'C', parent: 'q', relation: 'member_of', starts: '2024-01-01' },
      { child: 'A', parent: 'A', relation: 'part_of' },
    ];
    const { changes, contradictions } = planVintage(known, vintage({ parents }));
    expect([changes.map(({ becomes }) => becomes), [...contradictions].sort()]).toEqual([['p'], [1, 2]]);
  });

  test('a file that is older than a name does not bring the older name back', () => {
    const renamed = taken(known, { places: [practice('A', { name: 'Z' })] });
    const older = { asOf: '2025-01-01', places: [practice('A')] };
    expect(planVintage(renamed, vintage(older)).changes).toEqual([]);
  });

  test('a code of another kind is refused', () => {
    expect(() => planVintage(known, vintage({ places: [pcn('A')] }))).toThrow(Refusal);
  });
});

describe('for any vintages, one after the other', () => {
  const codes = ['A', 'C', 'D'];
  const day = fc.integer({ min: 1, max: 28 }).map((at) => `2025-02-${String(at).padStart(2, '0')}`);
  const places = fc.array(
    fc.record({
      code: fc.constantFrom(...codes),
      kind: fc.constant('practice' as const),
      name: fc.constantFrom('One', 'Two', 'Three'),
      closed: fc.constantFrom(null, '2025-01-31', undefined),
    }),
    { maxLength: 3 },
  );
  const once = (said: readonly PlaceChange[]) => [...new Map(said.map((one) => [one.code, one])).values()];
  const parents = fc.array(
    fc.record({
      child: fc.constantFrom(...codes),
      parent: fc.constantFrom('p', 'q', 'r'),
      relation: fc.constant('member_of' as const),
    }),
    { maxLength: 3 },
  );
  const vintages = fc.array(fc.record({ places, parents, asOf: day }), { minLength: 1, maxLength: 6 });
  const start = taken(NOTHING_KNOWN, {
    places: [...codes.map((code) => practice(code)), ...['p', 'q', 'r'].map(pcn)],
  });

  test('the same vintage again is no news, and relations never overlap', () => {
    fc.assert(
      fc.property(vintages, (drawn) => {
        let state = start;
        for (const { places, parents, asOf } of drawn) {
          const said = {
            places: once(places),
            parents: [...new Map(parents.map((one) => [one.child, one])).values()],
            asOf,
          };
          state = taken(state, said);
          expect(planVintage(state, vintage(said)).changes).toEqual([]);
        }
        for (const code of codes) {
          const own = state.relations.filter(({ child }) => child === code);
          const inOrder = [...own].sort((a, b) => (a.starts ?? '').localeCompare(b.starts ?? ''));
          inOrder.slice(1).forEach((link, at) => {
            expect(inOrder[at]?.ends ?? '9999').toSatisfy((ends: string) => ends <= (link.starts ?? ''));
          });
        }
      }),
    );
  });
});
