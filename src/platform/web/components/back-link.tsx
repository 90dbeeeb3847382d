import type { ComponentChildren } from 'preact';
import { safeHref } from './html.ts';

export interface BackLinkProps {
  readonly href: string;
  readonly children?: ComponentChildren;
  /** Words that only screen readers say, before the visible ones: "Back to". */
  readonly hiddenText?: string | undefined;
}

/** The way back to the page before, at the top of a step in a form. */
export function BackLink({ href, hiddenText, children = 'Back' }: BackLinkProps) {
  return (
    <a class="nhsuk-back-link" href={safeHref(href)}>
      {hiddenText && <span class="nhsuk-u-visually-hidden">{hiddenText} </span>}
      {children}
    </a>
  );
}
