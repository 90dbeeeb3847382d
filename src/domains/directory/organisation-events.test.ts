import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../kernel/index.ts';
import { type DirectoryState, NOTHING_KNOWN } from './directory-state.ts';
import { type PlaceTree, placesAsAt, placesToday } from './place-tree.ts';
import { type OrganisationEvent, planEvent } from './plan-event.ts';
import { planVintage } from './plan-vintage.ts';
import { afterChanges } from './planned-change.ts';
import type { PlaceKind, PlaceRelation } from './tables.ts';

const SOURCE = 'drawn';

/** `practice A in n1, of p1`: a directory drawn in lines, all of it open since 2020 but for what has no day. */
function drawn(...lines: string[]): DirectoryState {
  const places = lines.map((line) => {
    const [kind, code] = line.split(' ');
    return { kind: kind as PlaceKind, code: code ?? '', name: `The ${code}`, opened: '2020-01-01' };
  });
  const WORDS: Record<string, PlaceRelation> = { in: 'within', of: 'member_of', site: 'part_of' };
  const parents = lines.flatMap((line) =>
    [
      ...line
        .split(' ')
        .slice(2)
        .join(' ')
        .matchAll(/\b(in|of|site) (\w+)/g),
    ].map(([, word = '', parent = '']) => ({
      child: line.split(' ')[1]?.replace(',', '') ?? '',
      parent,
      relation: WORDS[word] ?? 'within',
      starts: '2020-01-01',
    })),
  );
  const plan = planVintage(NOTHING_KNOWN, { places, parents, asOf: '2020-01-01', source: SOURCE });
  return afterChanges(NOTHING_KNOWN, plan.changes);
}

const borough = () =>
  drawn(
    'icb I',
    'borough B in I',
    'neighbourhood n1 in B',
    'neighbourhood n2 in B',
    'pcn p1 in B',
    'pcn p2 in B',
    'practice A in n1 of p1',
    'practice C in n1 of p2',
    'practice D in n2 of p2',
    'practice E in n2 of p1',
    'practice F in n1 of p1',
    'site A1 site A',
  );

const following = (state: DirectoryState, ...events: OrganisationEvent[]) =>
  events.reduce((now, event) => afterChanges(now, planEvent(now, event, SOURCE)), state);

const codes = (tree: PlaceTree, of: string) => tree.practices(tree.named(of)).map(({ code }) => code);
const refusal = (state: DirectoryState, event: OrganisationEvent) => {
  try {
    planEvent(state, event, SOURCE);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return null;
};

describe('what happens to organisations', () => {
  const DAY = '2025-04-01';

  test('a merger closes the one the day before, keeps its list where the other lies, and leaves the past alone', () => {
    const state = following(borough(), { kind: 'merge', from: ['D'], into: 'A', day: DAY });
    const before = placesAsAt(state, '2025-03-31');
    const then = placesAsAt(state, DAY);
    expect(state.places.get('D')?.closed).toBe('2025-03-31');
    expect([codes(before, 'n2'), codes(before, 'p2')]).toEqual([
      ['D', 'E'],
      ['C', 'D'],
    ]);
    expect([codes(then, 'n1'), codes(then, 'n2'), codes(then, 'p2')]).toEqual([
      ['A', 'C', 'D', 'F'],
      ['E'],
      ['C'],
    ]);
    expect(then.openPractices(then.named('B')).map(({ code }) => code)).toEqual(['A', 'C', 'E', 'F']);
    expect(then.named('D').mergedInto).toBe(then.named('A').id);
  });

  test('a list follows through several mergers', () => {
    const state = following(
      borough(),
      { kind: 'merge', from: ['A'], into: 'C', day: '2024-04-01' },
      { kind: 'merge', from: ['C'], into: 'D', day: DAY },
    );
    expect(codes(placesAsAt(state, DAY), 'n2')).toEqual(['A', 'C', 'D', 'E']);
    expect(codes(placesAsAt(state, '2024-06-01'), 'n1')).toEqual(['A', 'C', 'F']);
  });

  test('the sites of a practice that merges move with it', () => {
    const state = following(borough(), { kind: 'merge', from: ['A'], into: 'C', day: DAY });
    const site = (day: string) => {
      const tree = placesAsAt(state, day);
      return tree.place(tree.named('A1').partOf ?? 0)?.code;
    };
    expect([site('2025-03-31'), site(DAY)]).toEqual(['A', 'C']);
  });

  test('a split opens the new ones where the old one lay', () => {
    const into = [
      { code: 'G', name: 'New One' },
      { code: 'H', name: 'New Two' },
    ];
    const state = following(borough(), { kind: 'split', from: 'A', into, closes: true, day: DAY });
    const then = placesAsAt(state, DAY);
    expect([codes(then, 'n1'), codes(then, 'p1')]).toEqual([
      ['A', 'C', 'F', 'G', 'H'],
      ['A', 'E', 'F', 'G', 'H'],
    ]);
    expect(then.named('A').mergedInto).toBe(then.named('G').id);
    expect(codes(placesAsAt(state, '2025-03-31'), 'n1')).toEqual(['A', 'C', 'F']);
  });

  test('a closure is of its last day, and takes the sites with it', () => {
    const state = following(borough(), { kind: 'close', code: 'A', day: '2025-03-31' });
    const open = (day: string) =>
      placesAsAt(state, day)
        .all.map(({ code }) => code)
        .filter((code) => code.startsWith('A'));
    expect([open('2025-03-31'), open(DAY)]).toEqual([['A', 'A1'], []]);
  });

  test('a closed practice stays where it lay, marked closed, until nobody is on its list', () => {
    const lists = (ends: string | null) => ({
      ...following(borough(), { kind: 'close', code: 'A', day: '2025-03-31' }),
      lists: new Map([['A', ends]]),
    });
    const after = placesAsAt(lists(null), DAY);
    expect([codes(after, 'n1'), codes(after, 'p1'), codes(after, 'B')]).toEqual([
      ['A', 'C', 'F'],
      ['A', 'E', 'F'],
      ['A', 'C', 'D', 'E', 'F'],
    ]);
    expect(after.named('A')).toMatchObject({ closed: '2025-03-31', mergedInto: null });
    expect(after.openPractices(after.named('n1')).map(({ code }) => code)).toEqual(['C', 'F']);
    expect(codes(placesAsAt(lists('2025-06-01'), '2025-05-31'), 'n1')).toEqual(['A', 'C', 'F']);
    expect(codes(placesAsAt(lists('2025-06-01'), '2025-06-01'), 'n1')).toEqual(['C', 'F']);
  });

  test('a transfer moves a practice from one network to another on its day', () => {
    const state = following(borough(), { kind: 'transfer', code: 'A', to: 'p2', day: DAY });
    expect(codes(placesAsAt(state, '2025-03-31'), 'p1')).toEqual(['A', 'E', 'F']);
    expect(codes(placesAsAt(state, DAY), 'p1')).toEqual(['E', 'F']);
    expect(codes(placesAsAt(state, DAY), 'p2')).toEqual(['A', 'C', 'D']);
  });

  test('a new name holds from its day; before it the old one is read', () => {
    const state = following(
      borough(),
      { kind: 'rename', code: 'A', name: 'Second', day: '2024-01-01' },
      { kind: 'rename', code: 'A', name: 'Third', day: DAY },
    );
    const name = (day: string) => placesAsAt(state, day).named('A').name;
    expect([name('2023-12-31'), name('2024-01-01'), name('2025-03-31'), name(DAY)]).toEqual([
      'The A',
      'Second',
      'Second',
      'Third',
    ]);
  });

  test.each<[OrganisationEvent, string]>([
    [{ kind: 'merge', from: ['A'], into: 'A', day: DAY }, 'merge_with_itself'],
    [{ kind: 'merge', from: ['A'], into: 'Z', day: DAY }, 'unknown_place'],
    [{ kind: 'merge', from: ['p1'], into: 'A', day: DAY }, 'not_a_practice'],
    [{ kind: 'merge', from: ['A'], into: 'C', day: '2020-01-01' }, 'opened_later'],
    [{ kind: 'close', code: 'p1', day: DAY }, 'not_empty'],
    [{ kind: 'transfer', code: 'A', to: 'n2', day: DAY }, 'not_a_network'],
    [{ kind: 'transfer', code: 'A', to: 'p1', day: DAY }, 'already_there'],
    [{ kind: 'rename', code: 'A', name: 'The A', day: DAY }, 'same_name'],
  ])('%j is refused as %s', (event, code) => {
    expect(refusal(borough(), event)).toBe(code);
  });
});

describe('today', () => {
  const moving = following(borough(), { kind: 'transfer', code: 'A', to: 'p2', day: '2027-04-01' });

  test('does not run ahead of a move that is to come', () => {
    expect(codes(placesToday(moving, '2027-03-31'), 'p2')).toEqual(['C', 'D']);
    expect(codes(placesToday(moving, '2027-04-01'), 'p2')).toEqual(['A', 'C', 'D']);
  });

  test('takes what a place file says for a day to come where nothing holds yet', () => {
    const open = {
      ...borough(),
      places: new Map([...borough().places].map(([code, place]) => [code, { ...place, opened: null }])),
    };
    expect(codes(placesToday(open, '2019-12-31'), 'n1')).toEqual(['A', 'C', 'F']);
    expect(codes(placesAsAt(open, '2019-12-31'), 'n1')).toEqual([]);
  });
});

describe('for any events, in any order', () => {
  const practice = fc.constantFrom('A', 'C', 'D', 'E', 'F', 'S0', 'S1');
  const kinds = fc.oneof(
    fc.record({
      kind: fc.constant('merge' as const),
      from: fc.array(practice, { minLength: 1, maxLength: 2 }),
      into: practice,
    }),
    fc.record({ kind: fc.constant('transfer' as const), code: practice, to: fc.constantFrom('p1', 'p2') }),
    fc.record({ kind: fc.constant('rename' as const), code: practice, name: fc.constantFrom('X', 'Y', 'W') }),
    fc.record({
      kind: fc.constant('split' as const),
      from: practice,
      into: fc.constantFrom(
        [{ code: 'S0', name: 'S0' }],
        [
          { code: 'S1', name: 'S1' },
          { code: 'S0', name: 'S0' },
        ],
      ),
      closes: fc.boolean(),
    }),
  );
  const events = fc.array(kinds, { maxLength: 12 });
  const lists: Record<string, number> = { A: 4000, C: 7001, D: 35, E: 12_345, F: 1, S0: 600, S1: 70 };
  const total = (tree: PlaceTree, code: string) =>
    tree.practices(tree.named(code)).reduce((sum, { code }) => sum + (lists[code] ?? 0), 0);
  const dayOf = (at: number) => `2025-${String(at + 1).padStart(2, '0')}-01`;
  const picture = (tree: PlaceTree) => JSON.stringify(tree.all.map((place) => ({ ...place, id: 0 })));

  test('people registered are neither lost nor counted twice, whichever way they are added up', () => {
    let happened = 0;
    fc.assert(
      fc.property(events, (drawnEvents) => {
        let state = borough();
        drawnEvents.forEach((drawnEvent, at) => {
          const event = { ...drawnEvent, day: dayOf(at) };
          if (refusal(state, event) !== null) return;
          happened++;
          const known = Object.keys(lists).filter((code) => state.places.has(code));
          state = following(state, event);
          const tree = placesAsAt(state, event.day);
          const opened = Object.keys(lists).filter((code) => state.places.has(code) && !known.includes(code));
          const sum = [...known, ...opened].reduce((people, code) => people + (lists[code] ?? 0), 0);
          expect(total(tree, 'I')).toBe(sum);
          expect(total(tree, 'n1') + total(tree, 'n2')).toBe(sum);
          expect(total(tree, 'p1') + total(tree, 'p2')).toBe(sum);
        });
      }),
    );
    expect(happened).toBeGreaterThan(200);
  });

  test('every earlier day reads as it did', () => {
    fc.assert(
      fc.property(events, (drawnEvents) => {
        let state = borough();
        const was = new Map<string, string>();
        drawnEvents.forEach((drawnEvent, at) => {
          const event = { ...drawnEvent, day: dayOf(at) };
          if (refusal(state, event) !== null) return;
          was.set(`2025-${String(at + 1).padStart(2, '0')}-15`, '');
          state = following(state, event);
          for (const [day, seen] of was) {
            const now = picture(placesAsAt(state, day));
            if (seen === '') was.set(day, now);
            else expect(now).toBe(seen);
          }
        });
      }),
    );
  });

  test('no two relations of one kind hold on one day', () => {
    fc.assert(
      fc.property(events, (drawnEvents) => {
        let state = borough();
        drawnEvents.forEach((drawnEvent, at) => {
          const event = { ...drawnEvent, day: dayOf(at) };
          if (refusal(state, event) === null) state = following(state, event);
        });
        for (const a of state.relations) {
          expect(a.ends === null || a.starts === null || a.ends > a.starts).toBe(true);
          const others = state.relations.filter(
            (b) =>
              b !== a &&
              b.child === a.child &&
              b.relation === a.relation &&
              (b.starts ?? '') < (a.ends ?? '9999') &&
              (a.starts ?? '') < (b.ends ?? '9999'),
          );
          expect(others).toEqual([]);
        }
      }),
    );
  });
});
