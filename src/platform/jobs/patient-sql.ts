import { setTimeout as pause } from 'node:timers/promises';

export type ExecuteSql = (
  text: string,
  values: unknown[],
) => Promise<{ rows: unknown[]; rowCount?: number | null }>;

const PAUSES_MS = [100, 250, 500, 1000, 2000] as const;

/**
 * Sends the statements of the job queue, and sends them again while the database is away or has no room: pg-boss says
 * that a job is done without waiting for the answer, so that a failure of that would end the process. Only for
 * statements that may be carried out twice. What is still under way when the queue has stopped never ends.
 */
export function patientSql(
  send: ExecuteSql,
  isStopped: () => boolean,
  pauses: readonly number[] = PAUSES_MS,
): ExecuteSql {
  return async (text, values) => {
    for (let tries = 0; ; tries++) {
      try {
        return await send(text, values);
      } catch (error) {
        if (!mayPass(error)) throw error;
        if (isStopped()) return await new Promise<never>(() => {});
        await pause(pauses[Math.min(tries, pauses.length - 1)]);
      }
    }
  };
}

/** Whether an error is of the moment: no answer at all, a server that starts or stops, or one without room. */
export function mayPass(error: unknown): boolean {
  const { severity, code } = error as { severity?: unknown; code?: unknown };
  if (severity === undefined) return true;
  return typeof code === 'string' && /^(08|53|57P0)/.test(code);
}
