import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is looked up when somebody asks for the metrics: names without the prefix, each with its labelled values. */
export type Figures = Readonly<
  Record<
    string,
    { readonly help: string; readonly values: readonly { labels: Record<string, string>; value: number }[] }
  >
>;

/** Numbers about the running product, for whoever watches it. Labels are routes by pattern, logins, queues: never people. */
export interface Metrics {
  /** One answer of the web server. */
  answered(request: { method: string; route: string; status: number; seconds: number }): void;
  /** One statement of the database. */
  asked(query: { login: string; seconds: number; slow: boolean }): void;
  /** The text of the Prometheus exposition format. */
  text(figures: Figures): Promise<string>;
  readonly contentType: string;
}

const PREFIX = 'neighbourhold_';
const REQUEST_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4];
const QUERY_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const requests = new Histogram({
    name: `${PREFIX}http_request_seconds`,
    help: 'Answers of the web server, by route pattern and class of status.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  const queries = new Histogram({
    name: `${PREFIX}query_seconds`,
    help: 'Statements of the database, by login.',
    labelNames: ['login'],
    buckets: QUERY_SECONDS,
    registers: [registry],
  });
  const slow = new Counter({
    name: `${PREFIX}slow_queries_total`,
    help: 'Statements that took as long as the log of slow ones asks for.',
    labelNames: ['login'],
    registers: [registry],
  });
  const gauges = new Map<string, Gauge>();
  return {
    answered: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds),
    asked({ login, seconds, slow: isSlow }) {
      queries.observe({ login }, seconds);
      if (isSlow) slow.inc({ login });
    },
    async text(figures) {
      for (const [name, { help, values }] of Object.entries(figures)) {
        const labelNames = Object.keys(values[0]?.labels ?? {});
        const gauge =
          gauges.get(name) ?? new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
        gauges.set(name, gauge);
        // What is gone, such as a queue, is not shown as it was.
        gauge.reset();
        for (const { labels, value } of values) gauge.set(labels, value);
      }
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}
