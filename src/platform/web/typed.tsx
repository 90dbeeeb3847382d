import type { FieldError, Refusal } from '../../kernel/index.ts';
import { WarningCallout } from './components/index.ts';

/** What was typed into a form and what was wrong with it: a form that comes back comes back filled. */
export interface Typed {
  readonly fields: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal | null;
}

/** A form that nobody has sent yet. */
export const nothingTyped: Typed = { fields: {}, errors: [], refusal: null };

/** With which status a page with a form answers: 422 for what was typed, 409 for what the rules refuse; else 200. */
export function statusOf({ errors, refusal }: Pick<Typed, 'errors' | 'refusal'>): { status?: 422 | 409 } {
  if (errors.length > 0) return { status: 422 };
  return refusal === null ? {} : { status: 409 };
}

/** Above a form that comes back: what the rules refused. Errors of fields stand in the summary and beside them. */
export function Refused({ typed }: { typed: Pick<Typed, 'errors' | 'refusal'> }) {
  if (!typed.refusal || typed.errors.length > 0) return null;
  return (
    <WarningCallout heading={typed.refusal.message}>
      <p>{typed.refusal.remedy}</p>
    </WarningCallout>
  );
}
