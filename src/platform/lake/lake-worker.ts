import { parentPort, workerData } from 'node:worker_threads';
import { type Cell, openDuck, type Row } from './duck.ts';

// The other side of LakeReader: a thread with a DuckDB of its own, so that the web server's event loop never waits
// for a query or for turning its rows into objects.

export interface Question {
  readonly id: number;
  readonly sql: string;
  readonly values: readonly Cell[];
}

export type Answer =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly error: string };

const duck = openDuck(workerData);

parentPort?.on('message', async (question: Question) => {
  const answer = await (await duck).rows(question.sql, question.values).then(
    (rows): Answer => ({ id: question.id, rows }),
    (error: unknown): Answer => ({ id: question.id, error: String(error) }),
  );
  parentPort?.postMessage(answer);
});
