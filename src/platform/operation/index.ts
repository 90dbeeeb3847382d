export { type DiskSpace, diskSpace, folderBytes, LEAST_FREE_BYTES, requireRoom } from './disk.ts';
export { operationMigrations } from './migrations.ts';
export {
  acceptRestoration,
  type BackupNote,
  countRestorations,
  noteBackup,
  noteRestoration,
  noteVerification,
  type Restoration,
  readLastBackup,
  readLastVerification,
  readRestoration,
  type Verification,
} from './notes.ts';
