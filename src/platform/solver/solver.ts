import { Refusal } from '../../kernel/index.ts';
import { openThread } from '../thread/index.ts';
import { type BestChoice, type ChoiceProblem, chooseBest } from './choose-best.ts';

/** Works out what fits, one question after another, off the web server's event loop. */
export interface Solver {
  /** As `chooseBest`. Throws Refusal `solver_busy` when too many wait already. */
  best(problem: ChoiceProblem): Promise<BestChoice>;
  close(): Promise<void>;
}

/** Whoever waits holds a transaction meanwhile, so that not everybody may. */
const MOST_WAITING = 6;

/** `script` is the built `solver-worker.js`; without it, in tests, the calling thread works. */
export function openSolver(script: URL | null): Solver {
  if (script === null) return { best: chooseBest, close: async () => {} };
  const thread = openThread<ChoiceProblem, BestChoice>({
    script,
    failed: 'What fits could not be worked out',
  });
  return {
    best: async (problem) => {
      if (thread.waiting >= MOST_WAITING)
        throw new Refusal({
          code: 'solver_busy',
          because: 'Several others are working out a list at this moment.',
          remedy: 'Wait half a minute and try again. What you typed is still here.',
        });
      return await thread.ask(problem);
    },
    close: () => thread.close(),
  };
}
