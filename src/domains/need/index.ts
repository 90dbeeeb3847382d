export { convertedSql } from './compile/compile.ts';
export { type EvaluatedPerson, evaluatePerson } from './evaluate/evaluate-person.ts';
export type { ExplainedEntry, Explanation } from './evaluate/explanation.ts';
export { readRecord } from './evaluate/read-record.ts';
export {
  bandIn,
  type Evaluation,
  evaluateAll,
  type Finding,
  type Outcome,
} from './evaluate/reference-evaluator.ts';
export { countPeople, findPeople } from './facts/find-people.ts';
export { peopleFilterSchema, peopleHref } from './facts/people-filter.ts';
export { readFacts } from './facts/person-facts.ts';
export { type PlaceNumbers, readPlaceNumbers } from './facts/place-numbers.ts';
export { type Publication, readPublication } from './facts/publication.ts';
export { conversionsOf } from './language/codelist.ts';
export { type Library, readLibrary } from './language/library.ts';
export { restrictedContent } from './language/restricted.ts';
export { needMigrations } from './migrations.ts';
export { expectedOf } from './models/cells.ts';
export { type Columns, findColumns, isNeeded, missingMeans } from './models/columns.ts';
export type { ModelBand, ModelInput } from './models/model.ts';
export { type Models, readModels } from './models/models.ts';
export type { Model } from './models/prepare-model.ts';
export { type ScoredRow, scoreCells, unusableRow } from './models/score-row.ts';
export { type DisclosureRules, readDisclosureRules } from './refresh/disclosure.ts';
export { bandMeasure } from './refresh/publish-facts.ts';
export { type RefreshResult, refresh } from './refresh/refresh.ts';
export type { DefinitionCount, NeedTables } from './tables.ts';
export { definitionRoutes } from './web/definition-routes.tsx';
export { type Measures, measuresOf, topNineBands } from './web/measures.ts';
export { type ListColumn, peopleRoutes } from './web/people-routes.tsx';
export { needsPanel, timelineOf, whyRoutes } from './web/person-panel.tsx';
export { needPanel, placeFileRoutes } from './web/place-panel.tsx';
