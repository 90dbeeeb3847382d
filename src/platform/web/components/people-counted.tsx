import type { ComponentChildren } from 'preact';

const GROUPED = new Intl.NumberFormat('en-GB');

export interface PeopleCountedProps {
  readonly total: number;
  /** Which page of them follows, where they are listed by pages. */
  readonly page?: number;
  readonly pageCount?: number;
  /** What else is to be said of them. */
  readonly children?: ComponentChildren;
}

/** How many people a list has, above it. */
export function PeopleCounted({ total, page = 1, pageCount = 1, children }: PeopleCountedProps) {
  return (
    <p class="app-list-summary">
      <strong>{total === 1 ? '1 person' : `${GROUPED.format(total)} people`}</strong>
      {pageCount > 1 && `, page ${page} of ${GROUPED.format(pageCount)}`}
      {children}
    </p>
  );
}
