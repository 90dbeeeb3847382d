export { type BestChoice, type Choice, type ChoiceProblem, chooseBest } from './choose-best.ts';
export { Reach, SLIGHT, type Witness } from './reach.ts';
export { openSolver, type Solver } from './solver.ts';
