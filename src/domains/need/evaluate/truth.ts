/** Kleene's three values: true, false, and null for unknown. */
export type Truth = boolean | null;

/** False as soon as one is false; true when all are true; else unknown. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

/** True as soon as one is true; false when all are false; else unknown. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(null) ? null : false;
}

export function negate(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

/** What a definition says of somebody. */
export type Outcome = 'in' | 'out' | 'unknown';
