/**
 * Every advisory lock of the product, in one place so that no two share a number.
 * The first key is ours, the second says what is locked.
 */
export const LOCK_SPACE = 748_220;

export const locks = {
  /** Shared by every process that uses the embedded server; the one that gets it alone may stop the server. */
  serverUsers: 1,
  /** One migration at a time. */
  migration: 2,
  /** One writer of snapshots at a time: imports and refreshes queue here. */
  snapshot: 3,
  /** One sealing of audit at a time. */
  auditSeal: 4,
  /** Held, shared, by who copies the lake: while somebody does, no file of it is removed. */
  lakeFiles: 5,
  /** One backup at a time. */
  backup: 6,
} as const;

export type LockName = keyof typeof locks;
