import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestBook } from '../../../test/support/test-book.ts';
import { createLogger } from '../log/index.ts';
import { type Jobs, openJobs, prepareJobs } from './index.ts';

describe('a job', () => {
  const at = useTestBook();
  const log = createLogger('silent');
  const opened: Jobs[] = [];
  const open = async () => {
    const jobs = await openJobs(at.book, log);
    opened.push(jobs);
    return jobs;
  };
  beforeAll(async () => {
    await prepareJobs(at.book, ['drawn', 'idle']);
    await prepareJobs(at.book, ['drawn', 'idle']);
  });
  afterAll(async () => {
    for (const jobs of opened) await jobs.stop();
  });

  test('that a killed process was doing is done by the next that takes it up again, and only then', async () => {
    // Killed: it never comes back, and never says that it is done.
    const killed = await open();
    await killed.send('drawn', { number: 1 });
    await new Promise<void>((taken) => {
      void killed.work('drawn', () => new Promise<void>(() => taken()));
    });

    const next = await open();
    const done: object[] = [];
    await next.work('drawn', async (data) => {
      done.push(data);
    });
    await next.send('drawn', { number: 2 });
    await expect.poll(() => done, { timeout: 10_000 }).toEqual([{ number: 2 }]);
    await next.takeUpAgain('drawn');
    await expect.poll(() => done, { timeout: 20_000 }).toEqual([{ number: 2 }, { number: 1 }]);
  });

  test('is not given up for being killed, however often that is, and is for killing each time', async () => {
    const jobs = await open();
    await jobs.send('idle', { number: 3 });
    const asOwner = (text: string) => at.book.pool('owner').query(text);
    const kill = () =>
      asOwner(
        `update jobs.job set state = 'active', started_on = now() - interval '1 hour', retry_count = retry_count + 1
          where data ->> 'number' = '3'`,
      );
    const state = async () =>
      (await asOwner(`select state from jobs.job where data ->> 'number' = '3'`)).rows[0].state;
    for (let killed = 0; killed < 10; killed++) {
      await kill();
      await jobs.takeUpAgain('idle');
      expect([killed, await state()]).toEqual([killed, 'retry']);
    }
    for (let killed = 10; killed < 30; killed++) {
      await kill();
      await jobs.takeUpAgain('idle');
    }
    expect(await state()).toBe('failed');
  });

  test('that somebody is doing since then is left to them', async () => {
    const jobs = await open();
    await jobs.send('idle', { number: 4 });
    await at.book
      .pool('owner')
      .query(`update jobs.job set state = 'active', started_on = now() where data ->> 'number' = '4'`);
    await jobs.takeUpAgain('idle');
    const { rows } = await at.book
      .pool('owner')
      .query(`select state from jobs.job where data ->> 'number' = '4'`);
    expect(rows).toEqual([{ state: 'active' }]);
  });
});
