import { coordinationMigrations } from '../domains/coordination/index.ts';
import { defectsMigrations } from '../domains/defects/index.ts';
import { directoryMigrations } from '../domains/directory/index.ts';
import { governanceMigrations } from '../domains/governance/index.ts';
import { nationalMigrations } from '../domains/national/index.ts';
import { needMigrations } from '../domains/need/index.ts';
import { registerMigrations } from '../domains/register/index.ts';
import { workMigrations } from '../domains/work/index.ts';
import { auditMigrations } from '../platform/audit/index.ts';
import { authMigrations } from '../platform/auth/index.ts';
import type { MigrationStep } from '../platform/database/index.ts';
import { operationMigrations } from '../platform/operation/index.ts';

/** Every room's schema, in order of name. A step that has been released is never edited: a new one follows it. */
export const migrations: readonly MigrationStep[] = [
  ...auditMigrations,
  ...authMigrations,
  ...directoryMigrations,
  ...registerMigrations,
  ...needMigrations,
  ...workMigrations,
  ...governanceMigrations,
  ...coordinationMigrations,
  ...nationalMigrations,
  ...defectsMigrations,
  ...operationMigrations,
];
