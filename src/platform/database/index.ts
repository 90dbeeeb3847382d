export { type BaseBackup, type BookFile, copyFile, takeBaseBackup } from './base-backup.ts';
export { type Book, type Login, openBook, type Tables, type Tx, type WatchedQuery } from './connect.ts';
export { type CopyIn, transactionWithCopy } from './copy-in.ts';
export { type EmbeddedServer, joinEmbeddedServer } from './embedded-server.ts';
export { LOCK_SPACE, type LockName, locks } from './locks.ts';
export { type MigrationStep, migrate } from './migrate.ts';
export { type Recovered, type RecoveryTarget, recoverCluster } from './recover-cluster.ts';
export { withSessionLock } from './session-lock.ts';
export { archiveStatus, keepWalIn, stopKeepingWal, type WalArchiveStatus, walKeptIn } from './wal-archive.ts';
