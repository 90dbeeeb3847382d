import { safeHref } from './html.ts';
import { Icon } from './icon.tsx';

export interface PaginationProps {
  /** The page that is shown, from 1. */
  readonly page: number;
  readonly pageCount: number;
  readonly href: (page: number) => string;
}

/** Numbered pages of one list. Nothing when there is only one. */
export function Pagination({ page, pageCount, href }: PaginationProps) {
  if (pageCount <= 1) return null;
  return (
    <nav class="nhsuk-pagination nhsuk-pagination--numbered" aria-label="Pagination">
      {page > 1 && (
        <a href={safeHref(href(page - 1))} class="nhsuk-pagination__previous" rel="prev">
          <Icon name="arrow-left" />
          <Title text="Previous" />
        </a>
      )}
      <ul class="nhsuk-pagination__list">
        {pagesShown(page, pageCount).map((shown) => (
          <PageItem key={shown} shown={shown} current={shown === page} href={href} />
        ))}
      </ul>
      {page < pageCount && (
        <a href={safeHref(href(page + 1))} class="nhsuk-pagination__next" rel="next">
          <Title text="Next" />
          <Icon name="arrow-right" />
        </a>
      )}
    </nav>
  );
}

interface PageItemProps {
  readonly shown: number;
  readonly current: boolean;
  readonly href: (page: number) => string;
}

function PageItem({ shown, current, href }: PageItemProps) {
  // A gap is a negative number, so that each gap has a key of its own.
  if (shown < 0) return <li class="nhsuk-pagination__item nhsuk-pagination__item--ellipsis">⋯</li>;
  return (
    <li class={`nhsuk-pagination__item${current ? ' nhsuk-pagination__item--current' : ''}`}>
      <a
        class="nhsuk-pagination__link"
        href={safeHref(href(shown))}
        aria-label={`Page ${shown}`}
        aria-current={current ? 'page' : undefined}
      >
        {shown}
      </a>
    </li>
  );
}

/** The first, the last, and two on each side of the current one; a negative number where pages are left out. */
export function pagesShown(page: number, pageCount: number): number[] {
  const near = [1, page - 2, page - 1, page, page + 1, page + 2, pageCount];
  const pages = [...new Set(near)].filter((near) => near >= 1 && near <= pageCount).sort((a, b) => a - b);
  return pages.flatMap((number, position) => {
    const before = pages[position - 1] ?? 0;
    if (number === before + 1) return [number];
    // A gap of one page is as wide as its number: show the number.
    return number === before + 2 ? [number - 1, number] : [-number, number];
  });
}

export interface Neighbour {
  readonly label: string;
  readonly href: string;
}

export interface PreviousAndNextProps {
  readonly previous?: Neighbour | undefined;
  readonly next?: Neighbour | undefined;
}

/** The neighbours of a page in a series, by name: the person before and after on a list. */
export function PreviousAndNext({ previous, next }: PreviousAndNextProps) {
  return (
    <nav class="nhsuk-pagination" aria-label="Pagination">
      <ul class="nhsuk-list nhsuk-pagination__list">
        {previous && (
          <li class="nhsuk-pagination-item--previous">
            <a
              class="nhsuk-pagination__link nhsuk-pagination__link--prev"
              href={safeHref(previous.href)}
              rel="prev"
            >
              <Title text="Previous" />
              <NeighbourName label={previous.label} />
              <Icon name="arrow-left" />
            </a>
          </li>
        )}
        {next && (
          <li class="nhsuk-pagination-item--next">
            <a
              class="nhsuk-pagination__link nhsuk-pagination__link--next"
              href={safeHref(next.href)}
              rel="next"
            >
              <Title text="Next" />
              <NeighbourName label={next.label} />
              <Icon name="arrow-right" />
            </a>
          </li>
        )}
      </ul>
    </nav>
  );
}

function Title({ text }: { readonly text: string }) {
  return (
    <span class="nhsuk-pagination__title">
      {text}
      <span class="nhsuk-u-visually-hidden"> page</span>
    </span>
  );
}

function NeighbourName({ label }: { readonly label: string }) {
  return (
    <>
      <span class="nhsuk-u-visually-hidden">:</span>
      <span class="nhsuk-pagination__page">{label}</span>
    </>
  );
}
