import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anActor } from '../../test/support/actors.ts';
import { asProduct } from '../../test/support/site.ts';
import { useTestBook } from '../../test/support/test-book.ts';
import { beginImportRun, readRuns } from '../domains/register/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import { forgetUnsentUploads } from './queues.ts';

const at = useTestBook();
const NOW = new Date('2026-11-02T09:00:00Z');
const LONG_AGO = new Date('2026-11-02T07:00:00Z');

test('an upload whose job was never sent is closed and its files go; one with a job, or that may still come in, stays', async () => {
  const begin = async (name: string, when: Date) => {
    const runId = await beginImportRun(at.book, anActor('analyst'));
    await at.book
      .pool('owner')
      .query('update register.import_run set started_at = $2 where run_id = $1', [runId, when]);
    const folder = join(at.home.deliveries, `upload-${name}`);
    mkdirSync(folder);
    utimesSync(folder, when, when);
    return { runId, folder };
  };
  const lost = await begin('lost', LONG_AGO);
  const sent = await begin('sent', LONG_AGO);
  const coming = await begin('coming', new Date(NOW.getTime() - 60_000));
  const jobs = { waiting: async () => [sent] } as Partial<Jobs> as Jobs;

  await forgetUnsentUploads(asProduct(at), jobs, NOW);

  const runs = new Map((await readRuns(at.book.as('batch'))).map((run) => [run.run_id, run.state]));
  expect([lost, sent, coming].map(({ runId }) => runs.get(runId))).toEqual(['failed', 'running', 'running']);
  expect(readdirSync(at.home.deliveries).sort()).toEqual(['upload-coming', 'upload-sent']);
});
