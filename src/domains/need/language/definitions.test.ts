import { describe, expect, test } from 'vitest';
import { drawnPopulation, drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { toSteps } from '../evaluate/exact.ts';
import { bandIn, evaluate } from '../evaluate/reference-evaluator.ts';
import { type Library, readLibrary } from './library.ts';

const library: Library = readLibrary('content');

describe('every shipped definition', () => {
  test('has drawn people', () => {
    const without = library.definitions.filter(({ id }) => !library.cases.has(id)).map(({ id }) => id);
    expect(without).toEqual([]);
  });

  test('is due for review in the future of its own writing, and names who stands behind it', () => {
    for (const { review, owner, checker, source } of library.definitions) {
      expect(review > '2026-11-01').toBe(true);
      expect([owner, checker, source].every((text) => text.length > 3)).toBe(true);
    }
  });
});

describe.each([...library.cases.values()])(
  'the people drawn for $definition',
  ({ definition, reference_date, people }) => {
    const asked = library.definition(definition);
    // A ranking is about everybody: its people say who is ranked at all, which is the business of its score.
    const id = asked.kind === 'ranking' ? asked.of : definition;

    test.each(people)('$name: $expect.outcome', (person) => {
      const found = evaluate(
        library,
        id,
        drawnRecord(person),
        plainDate(reference_date),
        drawnPopulation(library, person),
      );
      expect(found.outcome).toBe(person.expect.outcome);
      if (person.expect.value !== undefined && 'steps' in found)
        expect(found.steps).toBe(toSteps(person.expect.value, found.places));
      if (person.expect.band !== undefined && asked.kind !== 'ranking')
        expect(bandIn(found)).toBe(person.expect.band);
    });
  },
);
