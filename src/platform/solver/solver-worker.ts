import { answerQuestions } from '../thread/index.ts';
import { type BestChoice, type ChoiceProblem, chooseBest } from './choose-best.ts';

// The other side of Solver: a thread that works out what fits, so that the web server's event loop never waits for it.

answerQuestions<ChoiceProblem, BestChoice>(chooseBest);
