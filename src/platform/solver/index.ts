export { type BestChoice, type Choice, type ChoiceProblem, chooseBest } from './choose-best.ts';
export { openSolver, type Solver } from './solver.ts';
