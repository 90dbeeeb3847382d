import { type DestinationStream, type Logger, pino } from 'pino';
import { safeError } from './safe-error.ts';

export type { Logger } from 'pino';
export { safeError } from './safe-error.ts';

/**
 * Structured logs, one JSON object a line, on standard error so that standard output stays free for results.
 * What may be logged: ids of requests, runs, deliveries, jobs; counts; durations. What may not: anything that
 * a person could be known by. Objects with such fields are never passed whole; the paths below are a second
 * net for the fields that would do most harm.
 */
export function createLogger(level: string, to: DestinationStream = standardError()): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: safeError },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['req.headers', 'headers', 'cookie', 'nhs_number', '*.nhs_number', 'body', '*.body'],
        remove: true,
      },
    },
    to,
  );
}

function standardError(): DestinationStream {
  return pino.destination({ dest: 2, sync: false });
}
