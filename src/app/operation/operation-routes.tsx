import { z } from 'zod';
import { NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Logger } from '../../platform/log/index.ts';
import { openMetrics } from '../../platform/metrics/index.ts';
import type { Web } from '../../platform/web/index.ts';
import type { Product } from '../product.ts';
import { type Condition, readConditions } from './conditions.ts';
import { readFigures } from './figures.ts';
import { OPERATIONS, OperationPage } from './operation-page.tsx';
import { readOperation } from './read-operation.ts';
import { mayReadMetrics, mayRetryJobs, maySeeOperation } from './who-may.ts';

/** Whoever asks more often than this is told what was found last: looking costs a little. */
const CONDITIONS_HOLD_MS = 2000;

/** For whoever runs the product: a page of how it does, and what machines ask for to watch it. */
export function operationRoutes(web: Web, product: Product, jobs: Jobs, log: Logger): void {
  web.route({
    method: 'GET',
    url: OPERATIONS,
    may: maySeeOperation,
    query: z.object({ tried: z.string().max(60).optional() }),
    handle: async (visit) => {
      const operation = await readOperation(visit.tx, product, jobs, visit.now);
      return { page: <OperationPage visit={visit} operation={operation} tried={visit.query.tried} /> };
    },
  });
  web.route({
    method: 'POST',
    url: `${OPERATIONS}/jobs/:job/retry`,
    may: mayRetryJobs,
    params: z.object({ job: z.uuid() }),
    handle: async ({ tx, params, because }) => {
      // What cannot be audited is not done; what was not done is not audited.
      await writeAudit(tx, { action: 'job.retried', purpose: because, detail: { job: params.job } });
      const queue = await jobs.retry(params.job);
      if (queue === null)
        throw new NotFound('There is no such job that was given up.', 'Go back: it may be done already.');
      return { redirect: `${OPERATIONS}?tried=${encodeURIComponent(queue)}` };
    },
  });
  watcherRoutes(web, product, jobs, log);
}

function watcherRoutes(web: Web, product: Product, jobs: Jobs, log: Logger): void {
  const { fastify } = web;
  const { slowQueryMs, metricsToken } = product.config;
  const metrics = openMetrics();
  let looked: { at: number; conditions: Promise<Condition[]> } | null = null;
  const conditions = () => {
    if (!looked || Date.now() - looked.at > CONDITIONS_HOLD_MS)
      looked = { at: Date.now(), conditions: readConditions(product, jobs, new Date()) };
    return looked.conditions;
  };

  fastify.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    metrics.answered({
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
  product.book.watch(({ login, statement, ms }) => {
    const slow = slowQueryMs > 0 && ms >= slowQueryMs;
    metrics.asked({ login, seconds: ms / 1000, slow });
    if (slow) log.warn({ login, ms: Math.round(ms), statement }, 'slow query');
  });

  const ready = { access: { everybody: 'says whether we can work, yes or no, to who watches us' } };
  fastify.get('/ready', { config: ready }, async (_request, reply) => {
    const found = await conditions();
    const ok = found.every((condition) => condition.ok);
    return reply.status(ok ? 200 : 503).send({
      status: ok ? 'ready' : 'not ready',
      checks: Object.fromEntries(found.map((condition) => [condition.name, condition.ok])),
    });
  });
  const watchers = {
    access: { everybody: 'who brings the token, or asks from this machine; others are refused. No people' },
  };
  fastify.get('/metrics', { config: watchers }, async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken))
      throw new NotPermitted(
        'The metrics are for who watches this installation.',
        'Ask from the machine itself, or set NEIGHBOURHOLD_METRICS_TOKEN and bring it.',
      );
    const figures = await readFigures(product, jobs, await conditions());
    return reply.type(metrics.contentType).send(await metrics.text(figures));
  });
}
