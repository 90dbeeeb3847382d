import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';

export interface HintProps {
  readonly children: ComponentChildren;
  readonly id?: string | undefined;
  readonly class?: string | undefined;
}

/** Help with a question, before it is answered. */
export function Hint({ children, id, class: more }: HintProps) {
  return (
    <div class={classNames('nhsuk-hint', more)} id={id}>
      {children}
    </div>
  );
}
