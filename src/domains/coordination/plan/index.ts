// The door of the care plan for its own room and its tests. Other rooms come through `coordination/index.ts`.
export { type Agreement, agreePlan, endPlan, proposePlan, takePlanBack } from './agree-plan.ts';
export {
  answerRequest,
  askForChange,
  type PlanRequest,
  planRequestStates,
  readRequests,
} from './ask-for-change.ts';
export { bringBack } from './bring-back.ts';
export { dismissCarer, grantParts, readGrants, readOwnCarers } from './carer-grants.ts';
export { compareVersions } from './compare-versions.ts';
export { describePlanWork } from './describe-plan-work.ts';
export { keepPlanWork } from './keep-plan-work.ts';
export { onlyEntryId } from './only-entry.ts';
export { type PlanContent, readPlanContent } from './plan-content.ts';
export type { Author, Content, Plan, PlanEntry } from './plan-document.ts';
export { entriesOf, only, stepStatus } from './plan-document.ts';
export { planMigrations } from './plan-migrations.ts';
export { type Audience, planSections, type SectionId, sectionIds, type Voice } from './plan-parts.ts';
export { daysOverdue, type PlanState, stateOn } from './plan-states.ts';
export { planStepStates } from './plan-step.ts';
export type { PlanTables } from './plan-tables.ts';
export {
  type PlanHead,
  readEntries,
  readHead,
  readOpenPlans,
  readPlan,
  readPlanEvents,
  readPlansOfPerson,
  readVersions,
} from './read-plan.ts';
export { PlanConflict, removePart, savePart } from './save-part.ts';
export { sharePlan } from './share-plan.ts';
export { startPlan } from './start-plan.ts';
export { ownPage } from './web/own-page.tsx';
export { type PlanParts, planRoutes, plansWorkList } from './web/plan-routes.tsx';
export type { PlanLook } from './web/plan-visit.ts';
export { planRequestActs, planStepActs } from './web/plan-work-acts.tsx';
export { duePlansSection, planPanel } from './web/plans-page.tsx';
export { whatIsMissing } from './what-is-missing.ts';
export { mayDecide as mayDecidePlans, mayOpenPlans, mayWorkOnPlans } from './who-may.ts';
