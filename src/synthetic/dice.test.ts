import { describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';

describe('the dice', () => {
  test('throw the same numbers on every machine', () => {
    const dice = new Dice().begin(1, 42, 3);
    expect([dice.next(), dice.next(), dice.next()]).toEqual([1_106_335_130, 3_723_622_412, 2_825_803_489]);
  });

  test('differ by seed, by person and by stream', () => {
    const first = (seed: number, person: number, stream: number) =>
      new Dice().begin(seed, person, stream).next();
    const throws = new Set<number>();
    for (let person = 0; person < 1_000; person++) throws.add(first(1, person, 1));
    throws.add(first(2, 0, 1)).add(first(1, 0, 2));
    expect(throws.size).toBe(1_002);
  });

  test('are fair', () => {
    const dice = new Dice().begin(1, 1, 1);
    const counts = new Array<number>(10).fill(0);
    for (let at = 0; at < 100_000; at++) {
      const face = dice.below(10);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('make a bell of the mean and the deviation that are asked for', () => {
    const dice = new Dice().begin(1, 2, 1);
    const values = Array.from({ length: 50_000 }, () => dice.bell(120, 15));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(120, 0);
    expect(Math.sqrt(variance)).toBeCloseTo(15, 0);
  });

  test('prefer what weighs more', () => {
    const dice = new Dice().begin(1, 3, 1);
    const counts = [0, 0, 0];
    for (let at = 0; at < 30_000; at++) {
      const place = dice.weighted([1, 0, 2]);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(counts[1]).toBe(0);
    expect(Math.abs((counts[2] ?? 0) - 20_000)).toBeLessThan(400);
  });
});
