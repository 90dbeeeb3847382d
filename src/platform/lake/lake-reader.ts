import { Worker } from 'node:worker_threads';
import type { Cell, DuckSettings, Row } from './duck.ts';
import type { Answer, Question } from './lake-worker.ts';

/** Reads the lake for pages: short queries on few files, off the web server's event loop. */
export interface LakeReader {
  rows<Shape extends Row = Row>(sql: string, values?: readonly Cell[]): Promise<Shape[]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

/**
 * Starts the reading thread. A thread that ends unexpectedly fails the questions that were open and is replaced at
 * the next one. `script` is the built `lake-worker.js`.
 */
export function openLakeReader(script: URL, settings: DuckSettings): LakeReader {
  let worker: Worker | null = null;
  let next = 1;
  const waiting = new Map<number, Waiting>();

  const fail = (error: Error) => {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(script, { workerData: settings });
    started.on('message', (answer: Answer) => {
      const question = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) question?.reject(new Error(`The lake could not answer: ${answer.error}`));
      else question?.resolve(answer.rows);
    });
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The lake reader ended')));
    started.unref();
    return started;
  };

  return {
    rows: <Shape extends Row>(sql: string, values: readonly Cell[] = []) =>
      new Promise<Shape[]>((resolve, reject) => {
        worker ??= start();
        const question: Question = { id: next++, sql, values };
        waiting.set(question.id, { resolve: (rows) => resolve(rows as Shape[]), reject });
        worker.postMessage(question);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
