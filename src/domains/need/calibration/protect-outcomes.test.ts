import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDisclosureRules } from '../refresh/disclosure.ts';
import { OUTCOMES, TENTHS } from './calibration-rules.ts';
import type { OutcomeCell } from './count-outcomes.ts';
import { ALL_SCORED, protectOutcomes } from './protect-outcomes.ts';

const rules = readDisclosureRules('content');
const dimensions = [{ id: 'drawn', groups: ['one', 'two', 'three'] }];

describe('published outcomes', () => {
  test('no small number is shown; a hidden one is never alone among groups or tenths', () => {
    const cell = fc
      .tuple(fc.nat(TENTHS), fc.nat(2), fc.nat(120), fc.nat(40))
      .map(([tenth, group, people, some]): OutcomeCell => {
        const happened = Math.min(people, some);
        return { tenth, groups: [group], people, happened: [happened, happened, 0] };
      });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 5, maxLength: 60 }), (cells) => {
        const rows = protectOutcomes(cells, dimensions, rules);
        expect(rows).toHaveLength((1 + OUTCOMES.length) * 4);
        for (const { tenths } of rows)
          for (const count of tenths) if (count !== null) expect(count).toBeGreaterThan(rules.hide_up_to);
        for (const outcome of ['people', ...OUTCOMES]) {
          const of = rows.filter((row) => row.outcome === outcome);
          const real = (group: number | null, tenth: number) =>
            cells
              .filter((each) => each.tenth === tenth && (group === null || each.groups[0] === group))
              .reduce(
                (sum, each) =>
                  sum +
                  (outcome === 'people'
                    ? each.people
                    : (each.happened[OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number])] ?? 0)),
                0,
              );
          for (let tenth = 0; tenth <= TENTHS; tenth++) {
            const line = of.map((row, at) => ({
              shown: row.tenths[tenth] ?? null,
              people: real(at === 0 ? null : at - 1, tenth),
            }));
            const hidden = line.filter(({ shown }) => shown === null);
            const others = line.filter(({ shown }) => shown !== null);
            if (hidden.length === 1 && (hidden[0]?.people ?? 0) > 0) expect(others).toEqual([]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('everybody with a score is the sum of the tenths', () => {
    const cells = [0, 1].map((tenth) => ({ tenth, groups: [0], people: 50, happened: [20, 20, 0] }));
    const [everybody] = protectOutcomes(
      [...cells, { tenth: TENTHS, groups: [0], people: 30, happened: [0, 0, 0] }],
      dimensions,
      rules,
    );
    expect([everybody?.tenths[0], everybody?.tenths[TENTHS], everybody?.tenths[ALL_SCORED]]).toEqual([
      50, 30, 100,
    ]);
  });
});
