import { safeHref } from './html.ts';

export interface ContextLinkProps {
  readonly text: string;
  readonly href: string;
  /** What tells it from the other links with the same text: "date of birth", "(Regional Manager)". */
  readonly context?: string | undefined;
}

/** "Change", "Remove", "View": a short link whose full sense is spoken to people who cannot see the row. */
export function ContextLink({ text, href, context }: ContextLinkProps) {
  return (
    <a class="nhsuk-link" href={safeHref(href)}>
      {text}
      {context && <span class="nhsuk-u-visually-hidden"> {context}</span>}
    </a>
  );
}
