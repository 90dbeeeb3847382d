/** Said by the driver itself when a connection breaks while an answer is waited for: such errors have no code. */
const BROKEN =
  /^(Connection terminated|Client has encountered a connection error|read ECONNRESET|write EPIPE)/;

/**
 * Whether the database went away while it was used: it was stopped, it ended itself (for want of room, say), or the
 * connection broke. SQLSTATE 57P01 to 57P03 (it stops, was killed, or starts), classes 08 (connections) and, without a
 * code, what the driver says.
 */
export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isDatabaseGone(error.cause) || BROKEN.test(error.message)) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(57P0[123]|08...)$/.test(code);
}

/** What to say then. */
export const DATABASE_GONE = {
  code: 'database_gone',
  because: 'The database ended while this was being done.',
  remedy:
    'What had not been finished was not kept. See that the database runs and that its disk has room, then try again.',
} as const;
