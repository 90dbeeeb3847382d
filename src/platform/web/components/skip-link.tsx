import { safeHref } from './html.ts';

export interface SkipLinkProps {
  readonly href?: string;
  readonly text?: string;
}

/** The first stop of the Tab key: past the header, to the page. */
export function SkipLink({ href = '#maincontent', text = 'Skip to main content' }: SkipLinkProps) {
  return (
    <a class="nhsuk-skip-link" data-module="nhsuk-skip-link" href={safeHref(href)}>
      {text}
    </a>
  );
}
