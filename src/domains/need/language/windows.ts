import { addDays, addMonths, type PlainDate, toEpochDay } from '../../../kernel/index.ts';

/** A look-back window in epoch days, both ends included; `from` null is the beginning of the record. */
export interface Window {
  readonly from: number | null;
  readonly to: number;
}

export interface LookBack {
  readonly days?: number | undefined;
  readonly months?: number | undefined;
  readonly years?: number | undefined;
}

/**
 * The window that ends on the reference date and includes it, and begins the day after the same day so much earlier:
 * twelve months to 1 November 2026 begin on 2 November 2025. Nothing after the reference date ever counts.
 */
export function lookBackWindow(reference: PlainDate, back: LookBack): Window {
  const to = toEpochDay(reference);
  const months = (back.months ?? 0) + 12 * (back.years ?? 0);
  if (months > 0) return { from: toEpochDay(addMonths(reference, -months)) + 1, to };
  if (back.days !== undefined) return { from: toEpochDay(addDays(reference, -back.days)) + 1, to };
  return { from: null, to };
}
