import { describe, expect, test } from 'vitest';
import { isOver, move, type StateTable } from './state-table.ts';

const table: StateTable = {
  kind: 'errand',
  initial: 'active',
  escalated: 'escalated',
  actions: [
    { name: 'set_next_step', from: ['active', 'escalated'], to: 'active', clock: true },
    { name: 'finish', from: ['active', 'escalated'], to: 'finished', ends: true },
  ],
};

describe('a state table', () => {
  test.each([
    ['active', 'set_next_step', 'active'],
    ['escalated', 'set_next_step', 'active'],
    ['active', 'finish', 'finished'],
  ])('%s, %s: %s', (state, action, to) => {
    expect(move(table, state, action)).toMatchObject({ to });
  });

  test.each([
    ['finished', 'finish'],
    ['finished', 'set_next_step'],
    ['active', 'juggle'],
  ])('%s, %s: why not', (state, action) => {
    expect(move(table, state, action)).toHaveProperty('whyNot');
  });

  test('work is over when nothing leads on', () => {
    expect(isOver(table, 'finished')).toBe(true);
    expect(isOver(table, 'escalated')).toBe(false);
  });
});
