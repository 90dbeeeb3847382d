import { Worker } from 'node:worker_threads';
import { Refusal } from '../../kernel/index.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-answer.ts';

/** Work that would hold up everybody else's pages, done in a thread of its own. */
export interface Thread<Question, Answer> {
  /** Aborting `stop` tells the thread that nobody wants the answer any more: when it has ended, the promise rejects with the signal's reason. */
  ask(question: Question, stop?: AbortSignal): Promise<Answer>;
  /** Questions that wait for an answer. */
  readonly waiting: number;
  close(): Promise<void>;
}

/**
 * Starts a thread when the first question is asked. A thread that ends unexpectedly fails the questions that were open
 * and is replaced at the next one. `script` is a built program that calls `answerQuestions`; `data` is given to it.
 * A Refusal there is a Refusal here; a fault is an Error that begins with `failed`.
 */
export function openThread<Question, Answer>(about: {
  readonly script: URL;
  readonly data?: unknown;
  /** What to say before the words of a fault: "The lake could not answer". */
  readonly failed: string;
}): Thread<Question, Answer> {
  let worker: Worker | null = null;
  let next = 1;
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();

  const fail = (error: Error) => {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(about.script, { workerData: about.data });
    started.on('message', (said: ThreadAnswer<Answer>) => {
      const question = waiting.get(said.id);
      waiting.delete(said.id);
      if ('refused' in said) question?.reject(new Refusal(said.refused));
      else if ('error' in said) question?.reject(new Error(`${about.failed}: ${said.error}`));
      else question?.resolve(said.answer);
    });
    started.on('error', fail);
    started.on('exit', () => fail(new Error(`${about.failed}: its thread ended`)));
    started.unref();
    return started;
  };

  return {
    ask: async (question, stop) => {
      stop?.throwIfAborted();
      worker ??= start();
      const asking = worker;
      const id = next++;
      const answer = new Promise<Answer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      const post = (asked: ThreadQuestion<Question>) => asking.postMessage(asked);
      post({ id, question });
      if (stop === undefined) return await answer;
      const leave = () => post({ id, stop: true });
      stop.addEventListener('abort', leave, { once: true });
      try {
        return await answer;
      } catch (error) {
        throw stop.aborted ? stop.reason : error;
      } finally {
        stop.removeEventListener('abort', leave);
      }
    },
    get waiting() {
      return waiting.size;
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}
