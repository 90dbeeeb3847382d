import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { Heading, type HeadingLevel, type HeadingSize } from './heading.tsx';

export interface LabelProps {
  readonly children: ComponentChildren;
  readonly for?: string | undefined;
  readonly size?: HeadingSize | undefined;
  /** Makes the question a heading too: level 1 on a page that asks one thing. */
  readonly heading?: HeadingLevel | undefined;
  readonly id?: string | undefined;
  readonly class?: string | undefined;
}

/** The name of a field. */
export function Label({ children, for: field, size, heading, id, class: more }: LabelProps) {
  const label = (
    <label class={classNames('nhsuk-label', size && `nhsuk-label--${size}`, more)} for={field} id={id}>
      {children}
    </label>
  );
  if (heading === undefined) return label;
  return (
    <Heading level={heading} class="nhsuk-label-wrapper">
      {label}
    </Heading>
  );
}
