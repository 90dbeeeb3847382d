/**
 * Whether something failed for want of room on a disk, whoever noticed: the operating system, the database (SQLSTATE
 * 53100) or DuckDB, which says it in words.
 */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return true;
  return /no space left on device|disk quota exceeded/i.test(error.message) || isDiskFull(error.cause);
}

/** What to say then. */
export const DISK_FULL = {
  code: 'disk_full',
  because: 'There is no room left on the disk.',
  remedy: 'Nothing of this was kept. Have room made on the disk of the data folder, then try again.',
} as const;
