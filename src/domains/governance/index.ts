export { breakGlass, closeBreakGlass } from './break-glass.ts';
export { type BreakGlassPathway, breakGlassStates, readBreakGlassPathway } from './break-glass-pathway.ts';
export { type LookPatterns, readLookPatterns } from './look-patterns.ts';
export { governanceMigrations } from './migrations.ts';
export { type Retained, type RetentionRules, readRetentionRules } from './retention-rules.ts';
export { reviewBreakGlass } from './review-break-glass.ts';
export { breakGlassPanel, breakGlassRoutes } from './web/break-glass-routes.tsx';
export { patternRoutes } from './web/pattern-routes.tsx';
export { mayBreakGlass, mayReviewAccess } from './who-may.ts';
