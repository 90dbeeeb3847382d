export { answerQuestions } from './answer-questions.ts';
export { openThread, type Thread } from './open-thread.ts';
