import type { ComponentChildren } from 'preact';
import type { FieldError } from '../../../kernel/index.ts';

export interface ErrorSummaryProps {
  readonly errors: readonly FieldError[];
  readonly heading?: ComponentChildren;
  readonly description?: ComponentChildren;
}

/**
 * Everything that is wrong with a form, at the top of the page, each line leading to its field. Takes the
 * focus when the page opens. An error without a field (its name is empty) is a plain line.
 */
export function ErrorSummary({ errors, description, heading = 'There is a problem' }: ErrorSummaryProps) {
  if (errors.length === 0 && !description) return null;
  return (
    <div class="nhsuk-error-summary" data-module="nhsuk-error-summary">
      <div role="alert">
        <h2 class="nhsuk-error-summary__heading">{heading}</h2>
        <div class="nhsuk-error-summary__body">
          {description && <p>{description}</p>}
          {errors.length > 0 && (
            <ul class="nhsuk-list nhsuk-error-summary__list">
              {errors.map(({ field, message }) => (
                <li key={field + message}>{field === '' ? message : <a href={`#${field}`}>{message}</a>}</li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </div>
  );
}
