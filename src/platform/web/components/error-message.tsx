import type { ComponentChildren } from 'preact';

export interface ErrorMessageProps {
  readonly children: ComponentChildren;
  readonly id?: string | undefined;
}

/** What is wrong with one field, beside it, in the words of what to do: "Enter a date in the future". */
export function ErrorMessage({ children, id }: ErrorMessageProps) {
  return (
    <span class="nhsuk-error-message" id={id}>
      <span class="nhsuk-u-visually-hidden">Error: </span>
      {children}
    </span>
  );
}
