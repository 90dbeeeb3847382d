import type { ComponentChildren } from 'preact';
import { Card } from './card.tsx';
import type { HeadingLevel } from './heading.tsx';

export interface WarningCalloutProps {
  readonly heading?: string | undefined;
  readonly headingLevel?: HeadingLevel | undefined;
  /** One paragraph of text. For more than that use children. */
  readonly text?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** Something that must not be overlooked: at most one on a page, or none of them is seen. */
export function WarningCallout({
  heading = 'Important',
  headingLevel = 2,
  text,
  children,
}: WarningCalloutProps) {
  return (
    <Card
      variant="warning"
      heading={heading}
      headingLevel={headingLevel}
      hiddenHeading={/important/i.test(heading) ? undefined : 'Important'}
      description={text}
    >
      {children}
    </Card>
  );
}
