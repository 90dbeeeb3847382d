export {
  type AuthTables,
  changeAccount,
  DEMO_ISSUER,
  findAccount,
  installationId,
  openPseudonyms,
  readPersonas,
  settleInstallation,
} from './accounts.ts';
export { act, type OpenScope } from './act.ts';
export { type Actor, isRole, type Origin, type Role, roles } from './actor.ts';
export { forgetSessions, forgetSignIns } from './forget-sessions.ts';
export { forgetKept, forgetOldKept, type KeptText, keepText, readKept } from './kept-text.ts';
export { authMigrations } from './migrations.ts';
export { MINUTES_TO_SIGN_IN, type OidcSignIn, openOidc } from './oidc.ts';
export {
  ABSOLUTE_HOURS,
  accountOfEndedForm,
  beginSession,
  endEverySession,
  endSession,
  hashOf,
  IDLE_MINUTES,
  isOwnForm,
  readSession,
  type Session,
} from './sessions.ts';
