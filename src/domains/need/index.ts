export { CohortLake } from './adhoc/cohort-lake.ts';
export { type CohortScope, cohortScope } from './adhoc/cohort-scope.ts';
export { type CohortCount, type CohortQuestion, countCohort, type Movers } from './adhoc/count-cohort.ts';
export { CountDesk } from './adhoc/count-desk.ts';
export { readCalibrationRules } from './calibration/calibration-rules.ts';
export { askWhoWouldMove, workOutWhoWouldMove } from './codelists/check-version.ts';
export {
  codelistCheckStates,
  describeCodelistChecks,
  type KeptCodelistChecks,
  keepCodelistChecks,
  readCodelistCheck,
} from './codelists/codelist-check.ts';
export {
  type CodelistTable,
  type ListedCode,
  type LoadableKind,
  type ReadList,
  type RefusedRow,
  type RowReason,
  rowInWords,
  type UnusableFile,
} from './codelists/codelist-file.ts';
export type { SaidOfLoad } from './codelists/codelist-tables.ts';
export { publishCodelist, takeBackCodelist } from './codelists/decide-codelist.ts';
export { diffCodes } from './codelists/diff.ts';
export { decisionInEffect, readCodelistsInEffect } from './codelists/in-effect.ts';
export {
  beginLoad,
  failLoad,
  type LoadResult,
  recordLoad,
  type TableLoaded,
} from './codelists/load-codelists.ts';
export { readCheck, readMoves } from './codelists/read-check.ts';
export { readUnlistedCodes, type UnlistedCode, type UnlistedCodes } from './codelists/read-code-use.ts';
export {
  type CodelistVersion,
  readCodes,
  readDecisions,
  readLatestVersions,
  readLoads,
  readVersions,
} from './codelists/read-codelists.ts';
export { definitionsUsing } from './codelists/used-by.ts';
export { mayCheckCodelists, mayProposeCodelists, mayPublishCodelists } from './codelists/who-may.ts';
export { codesOnSql, compileLibrary } from './compile/compile.ts';
export { hasStatusSql } from './compile/condition-sql.ts';
export { convertedSql } from './compile/entry-sql.ts';
export { definitionCheckStates, describeChecks, readCheckPathway } from './drafts/definition-check.ts';
export { definitionText, parseDefinition, readDefinition } from './drafts/definition-text.ts';
export { LivingLibrary, readCurrentLibrary, readNextLibrary } from './drafts/living-library.ts';
export { type EvaluatedPerson, evaluatePerson } from './evaluate/evaluate-person.ts';
export type { ExplainedEntry, Explanation } from './evaluate/explanation.ts';
export { readPopulation } from './evaluate/read-population.ts';
export { readRecord } from './evaluate/read-record.ts';
export {
  bandIn,
  type Evaluation,
  evaluateAll,
  type Finding,
  type Outcome,
} from './evaluate/reference-evaluator.ts';
export { type CandidateFacts, readCandidates, readFactsOf } from './facts/candidates.ts';
export {
  countByCare,
  countByDefinition,
  countByStanding,
  type StandingCount,
} from './facts/count-by-standing.ts';
export { countPeople, findPeople, type ListedPerson, type PeopleStanding } from './facts/find-people.ts';
export {
  type AskedFilter,
  askedFilterSchema,
  type PeopleFilter,
  peopleFilterSchema,
  peopleHref,
} from './facts/people-filter.ts';
export { readFacts } from './facts/person-facts.ts';
export { type PlaceNumbers, readPlaceNumbers } from './facts/place-numbers.ts';
export { type Publication, readPublication } from './facts/publication.ts';
export { codelistKinds, conversionsOf } from './language/codelist.ts';
export { type Library, readLibrary, references } from './language/library.ts';
export { restrictedContent } from './language/restricted.ts';
export { needMigrations } from './migrations.ts';
export { expectedOf } from './models/cells.ts';
export { type Columns, findColumns, isNeeded, missingMeans } from './models/columns.ts';
export type { ModelBand, ModelInput } from './models/model.ts';
export { type Models, readModels } from './models/models.ts';
export type { Model } from './models/prepare-model.ts';
export { type ScoredRow, scoreCells, unusableRow } from './models/score-row.ts';
export { readProfileRules } from './profile/profile-rules.ts';
export { readProjectionContent } from './projection/assumptions.ts';
export { outcomesFaults } from './refresh/check-outcomes.ts';
export { type DisclosureRules, readDisclosureRules } from './refresh/disclosure.ts';
export { evaluateEverybody } from './refresh/evaluate-everybody.ts';
export { loadAreas } from './refresh/load-places.ts';
export { bandMeasure } from './refresh/measure-names.ts';
export { type RefreshResult, refresh } from './refresh/refresh.ts';
export type { DefinitionCount, NeedTables } from './tables.ts';
export { draftHref } from './web/builder/draft-parts.ts';
export { draftRoutes } from './web/builder/draft-routes.ts';
export { calibrationRoutes } from './web/calibration-routes.tsx';
export { type CodelistParts, codelistRoutes } from './web/codelists/codelist-routes.tsx';
export { definitionRoutes } from './web/definition-routes.tsx';
export { equityRoutes } from './web/equity-routes.tsx';
export {
  filterChoices,
  filterInWords,
  filterName,
  type Measures,
  measuresOf,
  topNineBands,
  topPercent,
} from './web/measures.ts';
export { optOutRoutes } from './web/opt-out-routes.tsx';
export type { ActsOnPeople, OpenActs, OpenedForm } from './web/people-acts.ts';
export {
  answerPeopleList,
  type ListColumn,
  type ListStep,
  type PeopleList,
  peopleRoutes,
} from './web/people-routes.tsx';
export { needsPanel, timelineOf, whyRoutes } from './web/person-panel.tsx';
export { needPanel, placeFileRoutes } from './web/place-panel.tsx';
export { profileRoutes } from './web/profile-routes.tsx';
export { projectionRoutes } from './web/projection-routes.tsx';
export { mayCheckDefinition, mayWriteDefinitions } from './who-may.ts';
