import { expect, test } from 'vitest';
import { z } from 'zod';
import { readContent } from '../platform/content/index.ts';
import { REGISTERS } from './calibration-reading.ts';

const lists = z.union([z.string(), z.array(z.string())]).transform((ids) => [ids].flat().join(' '));
const score = z.object({
  terms: z.array(
    z.object({
      when: z.union([
        z.strictObject({ ever: lists }).transform(({ ever }) => [ever, null] as const),
        z
          .strictObject({ active: z.strictObject({ codes: lists, resolved: lists }) })
          .transform(({ active }) => [active.codes, active.resolved] as const),
      ]),
    }),
  ),
});

test('the conditions that the calibration counts are those of the count that the product shows', () => {
  const { terms } = readContent('content/definitions/long-term-conditions.yaml', score);
  expect(terms.map(({ when }) => when)).toEqual(REGISTERS);
});
