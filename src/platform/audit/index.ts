export { type Look, readLooksAt } from './looks.ts';
export { auditMigrations } from './migrations.ts';
export { type AuditCheck, sealAudit, verifyAudit } from './seal.ts';
export type { AuditTables } from './tables.ts';
export { type AuditEntry, writeAudit } from './write-audit.ts';
