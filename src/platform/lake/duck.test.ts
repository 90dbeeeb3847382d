import { expect, test } from 'vitest';
import { openDuck } from './duck.ts';

test('a query that nobody wants any more is ended, and the next is answered', async () => {
  const duck = await openDuck({ threads: 2 });
  const stop = new AbortController();
  const asked = duck.rows(
    'select count(*) as n from range(1_000_000_000_000_000) where hash(range) = 1',
    [],
    stop.signal,
  );
  setTimeout(() => stop.abort('enough'), 20);
  await expect(asked).rejects.toBe('enough');
  expect(await duck.one('select 1 as n')).toEqual({ n: 1 });
  await expect(duck.rows('select 1 as n', [], stop.signal)).rejects.toBe('enough');
  // Of one that was answered nothing is left that could end another.
  const later = new AbortController();
  expect(await duck.rows('select 1 as n', [], later.signal)).toEqual([{ n: 1 }]);
  later.abort();
  expect(await duck.one('select sum(range)::double as n from range(3_000_000)')).toEqual({
    n: 4_499_998_500_000,
  });
  duck.close();
});
