import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../kernel/index.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-answer.ts';

/**
 * The other side of a `Thread`: answers whatever is asked of the thread in which it is called. `stop` is aborted when
 * nobody wants the answer any more; what comes back then is not read.
 */
export function answerQuestions<Question, Answer>(
  answer: (question: Question, stop: AbortSignal) => Answer | Promise<Answer>,
): void {
  const open = new Map<number, AbortController>();
  parentPort?.on('message', async (asked: ThreadQuestion<Question>) => {
    const { id } = asked;
    if ('stop' in asked) return open.get(id)?.abort();
    const stopping = new AbortController();
    open.set(id, stopping);
    const answered = await said(id, () => answer(asked.question, stopping.signal));
    open.delete(id);
    parentPort?.postMessage(answered);
  });
}

async function said<Answer>(
  id: number,
  answer: () => Answer | Promise<Answer>,
): Promise<ThreadAnswer<Answer>> {
  try {
    return { id, answer: await answer() };
  } catch (error) {
    if (error instanceof Refusal)
      return { id, refused: { code: error.code, because: error.message, remedy: error.remedy } };
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
