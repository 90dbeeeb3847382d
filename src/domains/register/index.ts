export {
  beginImportRun,
  closeAbandonedRuns,
  type ImportResult,
  importDeliveries,
  type OpenedDeliveries,
} from './intake/import-deliveries.ts';
export type { TableAccount } from './intake/import-in-hand.ts';
export type { DeliveryAccount, DeliveryRefusal, DirectoryFile } from './intake/publish.ts';
export { explainReason, type Reason, reasons } from './intake/reasons.ts';
export {
  type ColumnType,
  columnTypes,
  type EventKind,
  eventKinds,
  type Position,
  type SourceDelivery,
  type SourceTable,
  type Stage,
  type StagedColumn,
  stages,
  type UnreadableRow,
  versioningColumns,
} from './intake/staging.ts';
export type { RefusedDelivery } from './intake/take-in.ts';
export { type Lake, type LakeFile, liveRows, type Manifest, wholeTable } from './lake/manifest.ts';
export { lakeFaults, orphanFiles, readSnapshot, type Snapshot, sweepLake } from './lake/snapshots.ts';
export { registerMigrations } from './migrations.ts';
export type { RegisterTables, RelationshipKind } from './tables.ts';
export { type CareRelationship, endRelationship, openRelationship, personNumber } from './relationship/care-relationship.ts';
export { openScope, seesPeople, seesPseudonyms, visiblePractices } from './relationship/scope.ts';
