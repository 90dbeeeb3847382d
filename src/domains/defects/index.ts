export { type DefectKinds, readDefectKinds } from './defect-kinds.ts';
export { defectStates } from './defect-states.ts';
export { defectsMigrations } from './migrations.ts';
export { type SearchResult, searchForDefects } from './search-for-defects.ts';
