export { evaluate, type Evaluation, type Finding, type Outcome } from './evaluate/reference-evaluator.ts';
export { type Library, readLibrary } from './language/library.ts';
export { needMigrations } from './migrations.ts';
export { type DisclosureRules, readDisclosureRules } from './refresh/disclosure.ts';
export { type RefreshResult, refresh } from './refresh/refresh.ts';
export type { DefinitionCount, NeedTables } from './tables.ts';
