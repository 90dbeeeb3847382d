import { describe, expect, test } from 'vitest';
import { plainDate } from '../../kernel/index.ts';
import { readCaseloadPathway, stepClock } from './caseload-pathway.ts';

describe('the clock of a next step', () => {
  const pathway = readCaseloadPathway('content');

  test.each([
    ['2026-11-09', '2026-11-10T00:00:00.000Z', 'winter'],
    ['2026-07-09', '2026-07-09T23:00:00.000Z', 'summer'],
    ['2026-03-28', '2026-03-29T00:00:00.000Z', 'the day before the clocks go forward'],
    ['2026-03-29', '2026-03-29T23:00:00.000Z', 'the day on which they do'],
    ['2026-10-25', '2026-10-26T00:00:00.000Z', 'the day on which they go back'],
  ])('due %s runs out at %s: %s', (day, instant) => {
    expect(stepClock(plainDate(day), pathway).due.toISOString()).toBe(instant);
  });

  test('breach follows by the agreed days', () => {
    const { due, breach } = stepClock(plainDate('2026-11-09'), pathway);
    expect((breach.getTime() - due.getTime()) / 86_400_000).toBe(pathway.breach_after_days);
  });
});
