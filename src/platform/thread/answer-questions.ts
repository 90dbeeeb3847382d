import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../kernel/index.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-answer.ts';

/** The other side of a `Thread`: answers whatever is asked of the thread in which it is called. */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
): void {
  parentPort?.on('message', async ({ id, question }: ThreadQuestion<Question>) => {
    parentPort?.postMessage(await said(id, () => answer(question)));
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
