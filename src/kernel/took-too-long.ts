/** Whether the database ended a statement, or a transaction, because it took too long (SQLSTATE 57014 and 25P03). */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  // A statement that somebody cancelled by hand has the same code.
  if (code === '57014') return error.message.includes('statement timeout');
  return code === '25P03' || tookTooLong(error.cause);
}

/** What to say then. */
export const TOOK_TOO_LONG = {
  code: 'took_too_long',
  because: 'The database did not answer within a minute, and was told to stop.',
  remedy: 'Nothing of this was kept. Try again in a minute, or ask for less: a smaller place, or fewer days.',
} as const;
