export { answerQuestion, askPractice } from './ask-practice.ts';
export { decide } from './decide.ts';
export { type IdentityPathway, identityQuestionStates, readIdentityPathway } from './identity-question.ts';
export { identityReviewStates, readReviewOfMatches } from './identity-review.ts';
export { type KeptReviews, keepReviews } from './keep-reviews.ts';
export { type MatchParts, matchRoutes } from './web/match-routes.tsx';
export { mayReviewMatches } from './who-may.ts';
