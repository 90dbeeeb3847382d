import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { ContextLink } from './context-link.tsx';
import { Heading, type HeadingLevel, type HeadingSize } from './heading.tsx';
import { safeHref } from './html.ts';

export interface CardAction {
  readonly text: string;
  readonly href: string;
}

export interface CardProps {
  readonly heading?: string | undefined;
  readonly headingLevel?: HeadingLevel | undefined;
  readonly headingSize?: HeadingSize | undefined;
  readonly headingId?: string | undefined;
  /** Words that only screen readers say before the heading: "Important". */
  readonly hiddenHeading?: string | undefined;
  /** Makes the heading a link. */
  readonly href?: string | undefined;
  /** With an href: the whole card can be pressed. */
  readonly clickable?: boolean | undefined;
  readonly variant?: 'feature' | 'primary' | 'secondary' | 'warning' | undefined;
  readonly actions?: readonly CardAction[] | undefined;
  readonly description?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A box with a heading: one thing among others of its kind. */
export function Card(props: CardProps) {
  const { heading, actions = [], variant, clickable, description, children } = props;
  const title = heading === undefined ? null : <CardHeading {...props} heading={heading} />;
  const above = actions.length > 0;
  return (
    <div
      class={classNames(
        'nhsuk-card',
        clickable && 'nhsuk-card--clickable',
        variant && `nhsuk-card--${variant}`,
      )}
    >
      {above && (
        <div class="nhsuk-card__heading-container">
          {title}
          <CardActions actions={actions} heading={heading} />
        </div>
      )}
      <div class="nhsuk-card__content">
        {!above && title}
        {description && <p class="nhsuk-card__description">{description}</p>}
        {children}
      </div>
    </div>
  );
}

function CardHeading(props: CardProps & { readonly heading: string }) {
  const { heading, headingLevel = 2, headingSize, hiddenHeading, href, headingId } = props;
  const size = headingSize && `nhsuk-heading-${headingSize}`;
  return (
    <Heading level={headingLevel} class={classNames('nhsuk-card__heading', size)} id={headingId}>
      {href === undefined ? (
        <HeadingText heading={heading} hiddenHeading={hiddenHeading} />
      ) : (
        <a class="nhsuk-card__link" href={safeHref(href)}>
          {heading}
        </a>
      )}
    </Heading>
  );
}

// nhsuk-frontend adds role="text" here, which is no role of ARIA: left out.
function HeadingText({ heading, hiddenHeading }: Pick<CardProps, 'heading' | 'hiddenHeading'>) {
  if (hiddenHeading === undefined) return <>{heading}</>;
  return (
    <span>
      <span class="nhsuk-u-visually-hidden">{hiddenHeading}: </span>
      {heading}
    </span>
  );
}

function CardActions({ actions, heading }: { actions: readonly CardAction[]; heading: string | undefined }) {
  const context = heading && `(${heading})`;
  const [only] = actions;
  if (actions.length === 1 && only) {
    return (
      <div class="nhsuk-card__actions">
        <ContextLink {...only} context={context} />
      </div>
    );
  }
  return (
    <ul class="nhsuk-card__actions">
      {actions.map((action) => (
        <li key={action.text} class="nhsuk-card__action">
          <ContextLink {...action} context={context} />
        </li>
      ))}
    </ul>
  );
}
