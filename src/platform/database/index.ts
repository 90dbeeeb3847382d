export { type Book, type Login, openBook, type Tables, type Tx } from './connect.ts';
export { type CopyIn, transactionWithCopy } from './copy-in.ts';
export { type EmbeddedServer, joinEmbeddedServer } from './embedded-server.ts';
export { LOCK_SPACE, type LockName, locks } from './locks.ts';
export { type MigrationStep, migrate } from './migrate.ts';
export { withSessionLock } from './session-lock.ts';
