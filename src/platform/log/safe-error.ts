/**
 * An error as it may be logged: what kind it is and where it came from, so that it can be mended. A database says in
 * its messages what somebody typed and what a row holds, so its words stay out; ours keep theirs, without what stands
 * in quotes and without long numbers.
 */
export function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', cause } = error;
  const about = error as { code?: unknown; severity?: unknown; table?: unknown; constraint?: unknown };
  const said = about.severity === undefined ? withoutQuotes(message) : undefined;
  return {
    type: name,
    ...(said === undefined ? {} : { message: said }),
    ...texts({ code: about.code, table: about.table, constraint: about.constraint }),
    at: frames(stack),
    ...(cause instanceof Error ? { cause: safeError(cause) } : {}),
  };
}

/** The first line, because the lines after it of a query's error are the query. */
function withoutQuotes(message: string): string {
  return (message.split('\n', 1)[0] ?? '')
    .replace(/(["'`“‘]).*["'`”’]/g, '…')
    .replace(/\d[\d ]{4,}/g, '…')
    .slice(0, 300);
}

function frames(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .slice(0, 12);
}

function texts(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
