import { Worker } from 'node:worker_threads';
import type { Format } from './encode.ts';
import type { BoroughPlan } from './plan.ts';
import type { WrittenPractice } from './write-practice.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly plan: BoroughPlan;
  readonly out: string;
  readonly format: Format;
}

/** What a worker answers when it is asked for the practice at a place of the plan. */
export type WorkerAnswer =
  | { readonly at: number; readonly written: WrittenPractice }
  | { readonly at: number; readonly error: string };

/**
 * Writes the practices in several threads, the largest first, so that none is left waiting for a large one at the
 * end. The answers come back in the order of the plan. The first failure stops all.
 */
export async function writeInThreads(
  plan: BoroughPlan,
  how: { out: string; format: Format; threads: number; script: URL },
  onDone: (done: number) => void,
): Promise<readonly WrittenPractice[]> {
  const queue = plan.practices
    .map(({ registered }, at) => ({ registered, at }))
    .sort((one, other) => other.registered - one.registered || one.at - other.at)
    .map(({ at }) => at);
  const written: WrittenPractice[] = [];
  let done = 0;
  const workers = Array.from(
    { length: how.threads },
    () => new Worker(how.script, { workerData: taskOf(plan, how) }),
  );
  try {
    await Promise.all(
      workers.map((worker) =>
        work(worker, queue, (at, practice) => {
          written[at] = practice;
          done += 1;
          onDone(done);
        }),
      ),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return written;
}

function taskOf(
  plan: BoroughPlan,
  { out, format }: WorkerTask | { out: string; format: Format },
): WorkerTask {
  return { plan, out, format };
}

/** Hands one worker practice after practice until the queue is empty. */
function work(
  worker: Worker,
  queue: number[],
  onWritten: (at: number, practice: WrittenPractice) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const at = queue.shift();
      if (at === undefined) resolve();
      else worker.postMessage(at);
    };
    worker.on('message', (answer: WorkerAnswer) => {
      if ('error' in answer) {
        queue.length = 0;
        reject(new Error(`The synthetic borough could not be written: ${answer.error}`));
        return;
      }
      onWritten(answer.at, answer.written);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`A synthetic worker ended with ${code}`)));
    next();
  });
}
