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
    await prepareJobs(at.book, ['drawn']);
    await prepareJobs(at.book, ['drawn']);
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
});
