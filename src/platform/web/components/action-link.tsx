import type { ComponentChildren } from 'preact';
import { safeHref } from './html.ts';
import { Icon } from './icon.tsx';

export interface ActionLinkProps {
  readonly href: string;
  readonly children: ComponentChildren;
}

/** A link that starts something, with an arrow before it. */
export function ActionLink({ href, children }: ActionLinkProps) {
  return (
    <a class="nhsuk-action-link" href={safeHref(href)}>
      <Icon name="arrow-right-circle" />
      <span class="nhsuk-action-link__text">{children}</span>
    </a>
  );
}

export interface ActionListProps {
  readonly items: readonly { readonly text: string; readonly href: string }[];
}

/** The things one can start from here. Nothing at all when there is nothing to start. */
export function ActionList({ items }: ActionListProps) {
  if (items.length === 0) return null;
  return (
    <ul class="nhsuk-list app-action-list">
      {items.map(({ text, href }) => (
        <li key={text}>
          <ActionLink href={href}>{text}</ActionLink>
        </li>
      ))}
    </ul>
  );
}
