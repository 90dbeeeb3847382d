import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { ContextLink } from './context-link.tsx';
import { safeHref } from './html.ts';

export interface FilterInUse {
  readonly text: string;
  /** The same list without this filter. */
  readonly removeHref: string;
}

export interface FilterBarProps {
  /** The address of the list itself; the fields become its query. */
  readonly action: string;
  readonly children: ComponentChildren;
  readonly inUse?: readonly FilterInUse[] | undefined;
  /** The list without any filter. */
  readonly clearHref?: string | undefined;
  /** What must survive filtering, as hidden fields: the order of the list. */
  readonly keep?: Readonly<Record<string, string>> | undefined;
  /** Unfolded from the start: there is something to mend in it. */
  readonly open?: boolean | undefined;
  readonly title?: string;
  readonly submit?: string;
}

/** The questions one can ask of a list, above it. On a phone they fold away until they are wanted. */
export function FilterBar(props: FilterBarProps) {
  const {
    action,
    children,
    inUse = [],
    keep = {},
    open,
    title = 'Filters',
    submit = 'Apply filters',
  } = props;
  return (
    <search class="app-filters" aria-label={title}>
      <details class="nhsuk-details app-filters__fold" open={open}>
        <summary class="nhsuk-details__summary">
          <span class="nhsuk-details__summary-text">
            {title}
            {inUse.length > 0 && ` (${inUse.length} in use)`}
          </span>
        </summary>
        <form class="app-filters__form" method="get" action={safeHref(action)}>
          {Object.entries(keep).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {children}
          <Button variant="secondary" small>
            {submit}
          </Button>
        </form>
      </details>
      <FiltersInUse {...props} inUse={inUse} />
    </search>
  );
}

function FiltersInUse({ inUse = [], clearHref }: FilterBarProps) {
  if (inUse.length === 0) return null;
  return (
    <ul class="nhsuk-list app-filters__in-use" aria-label="Filters in use">
      {inUse.map(({ text, removeHref }) => (
        <li key={text}>
          <span class="app-filters__filter">{text}</span>{' '}
          <ContextLink text="Remove" context={`filter ${text}`} href={removeHref} />
        </li>
      ))}
      {clearHref !== undefined && (
        <li>
          <ContextLink text="Clear all" context="filters" href={clearHref} />
        </li>
      )}
    </ul>
  );
}
