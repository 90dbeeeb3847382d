import type { ComponentChildren } from 'preact';

/**
 * Whether there is something to print. Preact prints nothing for null, undefined and booleans, and an empty
 * cell in a clinical table reads as "no", so that components ask here and say that nothing is recorded.
 */
export function isMissing(value: ComponentChildren): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return true;
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.every(isMissing);
}

/** What stands in the place of a value that nobody recorded, unless the page knows better words. */
export const NOT_RECORDED = 'Not recorded';

export interface ValueProps {
  readonly of: ComponentChildren;
  /** The words when there is none: "Not measured", "No usual GP". */
  readonly unknown?: string | undefined;
}

/** A value, or words in grey that say there is none. Never an empty space. */
export function Value({ of, unknown = NOT_RECORDED }: ValueProps) {
  if (isMissing(of)) return <span class="nhsuk-u-secondary-text-colour">{unknown}</span>;
  return <>{of}</>;
}
