export { readAlertPathway } from './alerts/alert-pathway.ts';
export { type PersonEvent, readCoordinated, tellOfHospitalEvents } from './alerts/hospital-alert.ts';
export { takeBackAlerts } from './alerts/take-back-alerts.ts';
export { arrivalPanel, arrivalRoutes, urgentCareSection } from './arrivals/arrival-routes.tsx';
export { readUrgentCare, type UrgentCare } from './arrivals/arrivals-content.ts';
export { readLeads } from './capacity.ts';
export {
  type CaseloadFilter,
  caseloadCount,
  caseloadListHref,
  countCaseload,
  dueTimes,
} from './caseload-filter.ts';
export { type CaseloadPathway, caseloadStates, readCaseloadPathway } from './caseload-pathway.ts';
export { discharge, handOver, setNextStep, takeOn } from './change-caseload.ts';
export { dashboardRoutes, teamSection } from './dashboard/dashboard-routes.tsx';
export type { DashboardParts } from './dashboard/read-dashboard.ts';
export { readFollowed } from './followed-facts.ts';
export {
  type InReachPathway,
  readInReachPathway,
  visitStates,
  visitStateWords,
} from './inreach/in-reach-pathway.ts';
export { countNotVisited, type KeptInReach, keepInReach } from './inreach/keep-in-reach.ts';
export { openDueVisits } from './inreach/open-visits.ts';
export { countToday } from './inreach/read-in-reach.ts';
export { inReachPanel } from './inreach/web/cadence-page.tsx';
export { inReachRoutes } from './inreach/web/in-reach-routes.tsx';
export { visitedHref } from './inreach/web/in-reach-words.tsx';
export { visitActs } from './inreach/web/visit-acts.tsx';
export { mayVisit } from './inreach/who-may.ts';
export { endFinishedSight } from './mdt/hold-meeting.ts';
export { type MdtPathway, readMdtPathway } from './mdt/mdt-pathway.ts';
export { passOverUnbegun } from './mdt/pass-over.ts';
export { readOutcomes } from './mdt/read-case.ts';
export { referWhoWaits } from './mdt/refer-who-waits.ts';
export { type MdtParts, mdtRoutes, OutcomesForPerson } from './mdt/web/mdt-routes.tsx';
export { maySeeMeetings } from './mdt/who-may.ts';
export { coordinationMigrations } from './migrations.ts';
export { type Assigned, assignNamedGps } from './named/change-named-gp.ts';
export { type ContinuityContent, readContinuityContent } from './named/continuity.ts';
export { keepContacts } from './named/keep-contacts.ts';
export { namedGpRoutes, namedPanel, Professional } from './named/named-routes.tsx';
export { countWithoutNamedGp, readNamedPeople } from './named/read-named.ts';
export { mayChangeNamedGps } from './named/who-may.ts';
export { keepOutreach } from './outreach/keep-outreach.ts';
export { type OutreachPathway, outreachEndings, readOutreachPathway } from './outreach/outreach-pathway.ts';
export { startOutreach } from './outreach/start-outreach.ts';
export { outreachRoutes, outreachStep, outreachWorkList } from './outreach/web/outreach-routes.tsx';
export { maySeeOutreach } from './outreach/who-may.ts';
export {
  type Agreement,
  type Author,
  agreePlan,
  type Content,
  describePlanWork,
  duePlansSection,
  grantParts,
  mayDecidePlans,
  mayWorkOnPlans,
  onlyEntryId,
  ownPage,
  type Plan,
  type PlanContent,
  type PlanEntry,
  type PlanLook,
  type PlanParts,
  planPanel,
  planRequestActs,
  planRequestStates,
  planRoutes,
  planSections,
  planStepActs,
  planStepStates,
  plansWorkList,
  proposePlan,
  readEntries,
  readHead,
  readOwnCarers,
  readPlan,
  readPlanContent,
  readPlansOfPerson,
  type SectionId,
  savePart,
  sectionIds,
  sharePlan,
  startPlan,
  stepStatus,
  type Voice,
} from './plan/index.ts';
export { type KeptPlanWork, keepPlanWork, openDueReviews } from './plan/keep-plan-work.ts';
export {
  type CaseloadRow,
  describeCaseload,
  leadsOfPeople,
  readCaseload,
  readEntryOfPerson,
  readVisibleCaseload,
} from './read-caseload.ts';
export {
  addMember,
  readHours,
  readIntStandard,
  readSelectionContent,
  type SelectionContent,
  type SelectionParts,
  selectionRoutes,
  selectionStep,
} from './selection/index.ts';
export { type KeptSmi, keepSmi } from './smi/keep-smi.ts';
export { countSmi, listSmi } from './smi/read-smi.ts';
export { readSmiPathway, type SmiPathway } from './smi/smi-pathway.ts';
export { startChase } from './smi/start-chase.ts';
export { smiPanel } from './smi/web/smi-panel.tsx';
export { smiRoutes, smiWorkList } from './smi/web/smi-routes.tsx';
export { maySeeSmi } from './smi/who-may.ts';
export { declinePerson, deferPerson, undoDecision } from './standing/need-decision.ts';
export { actsOnPeople } from './standing/web/decide-in-list.tsx';
export { type StandingParts, standingRoutes } from './standing/web/standing-routes.tsx';
export { caseloadHref } from './web/caseload-href.ts';
export { leadText } from './web/caseload-pages.tsx';
export { type CaseloadParts, caseloadPanel, caseloadRoutes } from './web/caseload-routes.tsx';
export { caseloadActs } from './web/entry-acts.tsx';
export { mayReceive, maySeeCaseload } from './who-may.ts';
