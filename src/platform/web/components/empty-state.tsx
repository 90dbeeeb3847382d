import type { ComponentChildren } from 'preact';
import { ActionList } from './action-link.tsx';
import { Heading, type HeadingLevel } from './heading.tsx';

export interface EmptyStateProps {
  /** What is not there: "Nobody is waiting for a review". */
  readonly title: ComponentChildren;
  readonly titleLevel?: HeadingLevel;
  /** Why, and what would put something here. */
  readonly children?: ComponentChildren;
  readonly actions?: readonly { readonly text: string; readonly href: string }[];
}

/** Stands where a list would be. An empty list is a moment to say what it is for and what to do next. */
export function EmptyState({ title, titleLevel = 2, children, actions = [] }: EmptyStateProps) {
  return (
    <div class="app-empty">
      <Heading level={titleLevel} class="nhsuk-heading-s">
        {title}
      </Heading>
      {children}
      <ActionList items={actions} />
    </div>
  );
}
