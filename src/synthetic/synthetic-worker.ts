import { parentPort, workerData } from 'node:worker_threads';
import { openDuck } from '../platform/lake/index.ts';
import { NhsNumbers } from './nhs-numbers.ts';
import { ENCODER_MEGABYTES } from './synthesise.ts';
import type { WorkerAnswer, WorkerTask } from './threads.ts';
import { writePractice } from './write-practice.ts';

// One of the threads that write the synthetic borough: practice after practice, each asked for by its place in the plan.

const { plan, out, format } = workerData as WorkerTask;
const duck = openDuck({ threads: 1, memoryMegabytes: ENCODER_MEGABYTES });
const numbers = new NhsNumbers(plan.seed, plan.persons);

parentPort?.on('message', async (at: number) => {
  parentPort?.postMessage(await answer(at));
});

async function answer(at: number): Promise<WorkerAnswer> {
  const practice = plan.practices[at];
  if (practice === undefined) return { at, error: `no practice ${at} in the plan` };
  try {
    return { at, written: await writePractice(plan, practice, { duck: await duck, numbers, out, format }) };
  } catch (error) {
    return { at, error: String(error) };
  }
}
