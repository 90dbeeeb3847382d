export { type AuthTables, changeAccount, DEMO_ISSUER } from './accounts.ts';
export { act, type OpenScope } from './act.ts';
export { type Actor, isRole, type Origin, type Role, roles } from './actor.ts';
export { authMigrations } from './migrations.ts';
