export { type DefectKinds, readDefectKinds } from './defect-kinds.ts';
export { defectStates } from './defect-states.ts';
export { defectsMigrations } from './migrations.ts';
export { type DefectRow, describeDefects, readBoard, readLastSearch } from './read-board.ts';
export { type SearchResult, searchForDefects } from './search-for-defects.ts';
export { defectActs } from './web/defect-acts.tsx';
export { type QualityParts, qualityRoutes } from './web/quality-routes.tsx';
export { defectHref, StateTag as DefectStateTag } from './web/words.tsx';
export { maySeeQuality } from './who-may.ts';
