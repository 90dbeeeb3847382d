import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';

export interface DetailsProps {
  readonly summary: ComponentChildren;
  readonly children: ComponentChildren;
  readonly open?: boolean | undefined;
  readonly id?: string | undefined;
  /** The larger look, for a section of a page rather than an aside. */
  readonly expander?: boolean | undefined;
}

/** More for those who want it. The browser opens and closes it, without JavaScript. */
export function Details({ summary, children, id, open = false, expander = false }: DetailsProps) {
  return (
    <details class={classNames('nhsuk-details', expander && 'nhsuk-expander')} id={id} open={open}>
      <summary class="nhsuk-details__summary">
        <span class="nhsuk-details__summary-text">{summary}</span>
      </summary>
      <div class="nhsuk-details__text">{children}</div>
    </details>
  );
}
