export { authMigrations } from './migrations.ts';
export { act, type OpenScope } from './act.ts';
export { type Actor, isRole, type Origin, type Role, roles } from './actor.ts';
