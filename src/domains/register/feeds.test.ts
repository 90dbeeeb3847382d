import { describe, expect, test } from 'vitest';
import { plainDate } from '../../kernel/index.ts';
import { isStale, readFeedRules } from './feeds.ts';

const rule = (id: string, stale_after_days: number) => ({
  id,
  title: id,
  tables: [id],
  late_after_days: 7,
  stale_after_days,
});

describe('figures', () => {
  test.each([
    ['of the same day', '2026-11-01', '2026-11-01', false],
    ['as old as was agreed', '2026-11-01', '2026-12-16', false],
    ['a day older', '2026-11-01', '2026-12-17', true],
    ['of a day to come', '2026-12-01', '2026-11-01', false],
  ])('%s', (_, date, today, stale) => {
    expect(isStale([rule('events', 45)], plainDate(date), plainDate(today))).toBe(stale);
  });

  test('are as old as the strictest of their feeds lets them be', () => {
    const rules = [rule('events', 45), rule('appointments', 10)];
    expect(isStale(rules, plainDate('2026-11-01'), plainDate('2026-11-12'))).toBe(true);
    expect(isStale(rules, plainDate('2026-11-01'), plainDate('2026-11-11'))).toBe(false);
  });

  test('that nobody has are missing, not old', () => {
    expect(isStale([rule('events', 45)], null, plainDate('2026-11-12'))).toBe(false);
  });
});

test('content says of every feed when it is late, and stale no sooner', () => {
  const rules = readFeedRules('content');
  expect(rules.map(({ id }) => id)).toEqual(['registrations', 'events', 'medicines', 'appointments']);
  for (const { late_after_days, stale_after_days } of rules)
    expect(stale_after_days).toBeGreaterThanOrEqual(late_after_days);
});
