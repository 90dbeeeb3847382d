import type { ComponentChildren } from 'preact';

export type HeadingLevel = 1 | 2 | 3 | 4 | 5;
export type HeadingSize = 's' | 'm' | 'l' | 'xl';

export interface HeadingProps {
  readonly level: HeadingLevel;
  readonly class?: string | undefined;
  readonly id?: string | undefined;
  readonly children: ComponentChildren;
}

/** An h1 to h5 whose rank is decided where it is used, because the same card stands under different headings. */
export function Heading({ level, children, ...attributes }: HeadingProps) {
  const Element = `h${level}` as const;
  return <Element {...attributes}>{children}</Element>;
}

export interface PageHeadingProps {
  readonly children: ComponentChildren;
  /** What the page belongs to, in smaller type above: "Ash Grove neighbourhood". */
  readonly caption?: ComponentChildren;
}

/** The one h1 of a page. */
export function PageHeading({ children, caption }: PageHeadingProps) {
  return (
    <h1 class="nhsuk-heading-l">
      {caption && <span class="nhsuk-caption-l">{caption}</span>}
      {children}
    </h1>
  );
}
