import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { ContextLink, type ContextLinkProps } from './context-link.tsx';
import { Value } from './value.tsx';

export interface SummaryRow {
  readonly key: string;
  readonly value: ComponentChildren;
  /** The words when there is no value. */
  readonly unknown?: string | undefined;
  readonly actions?: readonly ContextLinkProps[] | undefined;
}

export interface SummaryListProps {
  readonly rows: readonly SummaryRow[];
  readonly border?: boolean;
  readonly lastRowBorder?: boolean;
}

/** What is known about one thing, as names and values. A value that nobody recorded says so. */
export function SummaryList({ rows, border = true, lastRowBorder = true }: SummaryListProps) {
  const anyActions = rows.some(({ actions = [] }) => actions.length > 0);
  return (
    <dl
      class={classNames(
        'nhsuk-summary-list',
        !border && 'nhsuk-summary-list--no-border',
        border && !lastRowBorder && 'nhsuk-summary-list--no-last-row-border',
      )}
    >
      {rows.map((row) => (
        <Row key={row.key} row={row} anyActions={anyActions} />
      ))}
    </dl>
  );
}

function Row({ row, anyActions }: { readonly row: SummaryRow; readonly anyActions: boolean }) {
  const { key, value, unknown, actions = [] } = row;
  const bare = anyActions && actions.length === 0;
  return (
    <div class={classNames('nhsuk-summary-list__row', bare && 'nhsuk-summary-list__row--no-actions')}>
      <dt class="nhsuk-summary-list__key">{key}</dt>
      <dd class="nhsuk-summary-list__value">
        <Value of={value} unknown={unknown} />
      </dd>
      {actions.length > 0 && (
        <dd class="nhsuk-summary-list__actions">
          <RowActions actions={actions} />
        </dd>
      )}
    </div>
  );
}

function RowActions({ actions }: { readonly actions: readonly ContextLinkProps[] }) {
  const [only] = actions;
  if (actions.length === 1 && only) return <ContextLink {...only} />;
  return (
    <ul class="nhsuk-summary-list__actions-list">
      {actions.map((action) => (
        <li key={action.text} class="nhsuk-summary-list__actions-list-item">
          <ContextLink {...action} />
        </li>
      ))}
    </ul>
  );
}
