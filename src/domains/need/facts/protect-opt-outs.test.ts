import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf } from '../../../../test/support/attacker/bounds.ts';
import { protectOptOuts } from './opt-outs.ts';

const rules = { hide_up_to: 7, round_to: 5, protected_up_to: 7 };
const few = fc.integer({ min: 0, max: 30 });

/** What a number of everybody may be that is shown so; nought is shown, and what is hidden is somebody. */
function range(shown: number | null): [number, number] {
  if (shown === null) return [1, 100_000];
  return shown === 0 ? [0, 0] : [Math.max(8, shown - 2), shown + 2];
}

test('nobody finds out how few objected, opted out or were never asked, also not with the published number of everybody', async () => {
  await fc.assert(
    fc.asyncProperty(
      few,
      few,
      fc.integer({ min: 0, max: 4000 }),
      fc.nat(),
      async (objecting, optedOut, rest, of) => {
        const registered = objecting + optedOut + rest;
        const shown = protectOptOuts(
          { registered, objecting, optedOut, asked: registered - (of % (registered + 1)) },
          rules,
        );
        // As the cube has it: everybody but who objects.
        const planning = registered - objecting;
        const published = planning > 0 && planning <= 7 ? null : Math.round(planning / 5) * 5;
        const ranges = [
          range(shown.registered),
          range(shown.objecting),
          range(shown.optedOut),
          [0, 100_000] as const,
          range(published),
          range(shown.neverAsked),
          [0, 100_000] as const,
        ];
        // Registered, objecting, opted out, the rest, planning, never asked, asked.
        const knowledge = {
          least: ranges.map(([least]) => least),
          most: ranges.map(([, most]) => most),
          sums: [
            { parts: [1, 4], whole: 0, exactly: true },
            { parts: [2, 3], whole: 4, exactly: true },
            { parts: [5, 6], whole: 0, exactly: true },
          ],
        };
        const hidden = [
          shown.registered,
          shown.objecting,
          shown.optedOut,
          null,
          published,
          shown.neverAsked,
        ].flatMap((value, at) => (value === null && at !== 3 && at !== 4 ? [at] : []));
        const bounds = await boundsOf(knowledge, hidden);
        for (const [at, { least, most }] of bounds)
          expect([at, most > 7 && most > least]).toEqual([at, true]);
      },
    ),
    { numRuns: 300 },
  );
});

test('information governance has the numbers themselves', () => {
  expect(protectOptOuts({ registered: 100, objecting: 3, optedOut: 2, asked: 99 }, null)).toEqual({
    registered: 100,
    objecting: 3,
    optedOut: 2,
    neverAsked: 1,
  });
});
