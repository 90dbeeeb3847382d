export { type FeedRule, isStale, readFeedRules } from './feeds.ts';
export { londonTimeSql } from './intake/column-sql.ts';
export { type ForgottenRows, forgetKeptRows, removeFiles } from './intake/forget-kept-rows.ts';
export {
  applyIdentityDecisions,
  beginImportRun,
  closeAbandonedRun,
  closeAbandonedRuns,
  closeEveryRun,
  closeUnsentRuns,
  type ImportResult,
  importDeliveries,
  insertImportRun,
  type OpenedDeliveries,
  type Opening,
} from './intake/import-deliveries.ts';
export type { TableAccount } from './intake/import-in-hand.ts';
export {
  cellAsItWas,
  headingAsItWas,
  headOfLines,
  type MarkLine,
  type MendedLayout,
  type MendedMark,
  mendedHeading,
  readMarkLine,
  readMendedHeading,
} from './intake/mended-form.ts';
export type { DeliveryAccount, DirectoryFile } from './intake/publish.ts';
export { type PutAside, readPutAside } from './intake/read-quarantine.ts';
export { type ImportRun, readRuns } from './intake/read-runs.ts';
export { explainReason, type Reason, reasons } from './intake/reasons.ts';
export { type RowToMend, readRowsToMend } from './intake/rows-to-mend.ts';
export { type RowsToTry, writeRowsToTry } from './intake/rows-to-try.ts';
export { readSilentPractices, type SilentPractice } from './intake/senders.ts';
export {
  type ColumnType,
  columnTypes,
  type EventKind,
  eventKinds,
  type KeptDelivery,
  namedBySql,
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
export type { DeliveryRefusal } from './intake/unusable-delivery.ts';
export { hospitalCoverageSql } from './lake/hospital-coverage.ts';
export { type Concept, LakeAccess, type OpenedLake, type Whose } from './lake/lake-access.ts';
export { referenceTable } from './lake/lake-columns.ts';
export {
  type BucketedTable,
  type Lake,
  type LakeFile,
  latestVersions,
  liveRows,
  type Manifest,
  wholeTable,
} from './lake/manifest.ts';
export { rowOwnersSql } from './lake/row-owners.ts';
export {
  keepForPages,
  lakeFaults,
  namedFiles,
  orphanFiles,
  readSnapshot,
  type Snapshot,
  sweepLake,
} from './lake/snapshots.ts';
export {
  decideMatch,
  type MatchAct,
  type MatchVerdict,
  matchVerdicts,
  noteQuestion,
} from './matching/decide-match.ts';
export {
  levelWeight,
  type MatchField,
  type MatchingMethod,
  matchFields,
  readMatchingMethod,
} from './matching/matching-method.ts';
export {
  type ListedMatch,
  MATCHES_A_PAGE,
  type Match,
  type MatchEvent,
  type MatchPerson,
  matchPeople,
  readMatch,
  readMatches,
  readWaitingPairs,
} from './matching/read-matches.ts';
export { registerMigrations } from './migrations.ts';
export { type Appointment, type Appointments, readAppointments } from './person/appointments.ts';
export { bornBoxes, withBorn } from './person/born-field.ts';
export { type AskedByBirth, findByBirth } from './person/find-by-birth.ts';
export { type HospitalEvent, readHospitalEvents } from './person/hospital-events.ts';
export {
  keepNationalCheck,
  type NationalCheck,
  numbersToAsk,
  readNationalChecks,
  readNumbers,
} from './person/national-opt-outs.ts';
export { nhsNumberField } from './person/nhs-number-field.ts';
export { type Agreement, type OwnPerson, readAgreements, readOwnPerson } from './person/own-person.ts';
export {
  countRegistered,
  findByNhsNumber,
  listName,
  numbersOfPerson,
  type Person,
  publicIdInScope,
  readPerson,
  relationshipTo,
} from './person/read-person.ts';
export { type Restricted, readTimeline, type TimelineEntry } from './person/timeline.ts';
export {
  type CareRelationship,
  endOtherRelationships,
  endRelationship,
  endRelationshipNumbered,
  openRelationship,
  personNumber,
} from './relationship/care-relationship.ts';
export {
  type Carer,
  changeGrants,
  endCarer,
  ownDecision,
  readCarers,
} from './relationship/carers.ts';
export {
  endProtection,
  type Protection,
  protectRecord,
  readProtections,
  reviewProtection,
} from './relationship/protect-record.ts';
export {
  openScope,
  ownPractice,
  seesPeople,
  seesPseudonyms,
  visiblePractices,
} from './relationship/scope.ts';
export type { ProtectionKind, RegisterTables, RelationshipKind } from './tables.ts';
export { actionInWords, auditRoutes } from './web/audit-routes.tsx';
export { GoneTag, goneInWords, type Presence } from './web/gone-tag.tsx';
export { importRoutes } from './web/import-routes.tsx';
export {
  openPerson,
  type PersonPageParts,
  type PersonPanel,
  type PersonVisit,
  personHref,
  personRoutes,
} from './web/person-routes.tsx';
export {
  mayImport,
  mayListPeople,
  mayOpenPerson,
  mayProtectRecords,
  mayReadAudit,
  maySeeImports,
  maySeeRestricted,
} from './who-may.ts';
