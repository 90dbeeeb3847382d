import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../thread/index.ts';
import { type Cell, openDuck, type Row } from './duck.ts';

// The other side of LakeReader: a thread with a DuckDB of its own, so that the web server's event loop never waits
// for a query or for turning its rows into objects.

export interface LakeQuestion {
  readonly sql: string;
  readonly values: readonly Cell[];
}

const duck = openDuck(workerData);

answerQuestions<LakeQuestion, Row[]>(async ({ sql, values }, stop) => (await duck).rows(sql, values, stop));
