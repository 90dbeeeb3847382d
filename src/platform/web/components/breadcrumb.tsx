import { BackLink } from './back-link.tsx';
import { safeHref } from './html.ts';

export interface BreadcrumbItem {
  readonly text: string;
  readonly href: string;
}

export interface BreadcrumbProps {
  readonly items: readonly BreadcrumbItem[];
}

/** Where the page hangs in the whole, without the page itself. On a phone only the last step is shown. */
export function Breadcrumb({ items }: BreadcrumbProps) {
  const parent = items.at(-1);
  if (parent === undefined) return null;
  return (
    <nav class="nhsuk-breadcrumb" aria-label="Breadcrumb">
      <ol class="nhsuk-breadcrumb__list">
        {items.map(({ text, href }) => (
          <li key={text} class="nhsuk-breadcrumb__list-item">
            <a class="nhsuk-breadcrumb__link" href={safeHref(href)}>
              {text}
            </a>
          </li>
        ))}
      </ol>
      <BackLink href={parent.href} hiddenText="Back to">
        {parent.text}
      </BackLink>
    </nav>
  );
}
