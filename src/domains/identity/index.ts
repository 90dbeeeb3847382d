export { answerQuestion, askPractice } from './ask-practice.ts';
export { decide } from './decide.ts';
export { type IdentityPathway, identityQuestionStates, readIdentityPathway } from './identity-question.ts';
export { type MatchParts, matchRoutes } from './web/match-routes.tsx';
export { mayReviewMatches } from './who-may.ts';
