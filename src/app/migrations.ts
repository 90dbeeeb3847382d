import { auditMigrations } from '../platform/audit/index.ts';
import type { MigrationStep } from '../platform/database/index.ts';

/** Every room's schema, in order of name. A step that has been released is never edited: a new one follows it. */
export const migrations: readonly MigrationStep[] = [...auditMigrations];
