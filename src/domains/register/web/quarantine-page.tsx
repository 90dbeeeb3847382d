import { formatInstant } from '../../../kernel/index.ts';
import { EmptyState, InsetText, Page, PageHeading, Table, type Visit } from '../../../platform/web/index.ts';
import type { PutAside } from '../intake/read-quarantine.ts';
import type { ImportRun } from '../intake/read-runs.ts';
import { COUNT, reasonInWords, rowsHref } from './quarantine-words.tsx';

/** Everything that is still open, over all deliveries: whose rows, why, how many, and since when. */
export function QuarantinePage({
  visit,
  open,
  running,
}: {
  visit: Visit;
  open: readonly PutAside[];
  running: ImportRun | null;
}) {
  const total = open.reduce((sum, row) => sum + row.open, 0);
  return (
    <Page title="Quarantine" chrome={visit.chrome} breadcrumbs={[{ text: 'Imports', href: '/imports' }]}>
      <PageHeading>Quarantine</PageHeading>
      {running && (
        <InsetText>
          <p>
            <a href={`/imports/${running.run_id}`}>{`Import ${running.run_id}`}</a> is running. What it puts
            aside or loads is not counted yet. <a href="/imports/quarantine">Look again</a>
          </p>
        </InsetText>
      )}
      {open.length === 0 ? (
        <EmptyState title="No row is open" actions={[{ text: 'Imports', href: '/imports' }]}>
          <p>
            A row that cannot be used is put aside with the reason, and kept as it came. Here stands every
            such row until it is mended and sent again, or a changed rule lets it in.
          </p>
        </EmptyState>
      ) : (
        <>
          <p>
            {`${COUNT.format(total)} ${total === 1 ? 'row waits' : 'rows wait'} to be mended, or for a rule that lets them in. The oldest stand first.`}
          </p>
          <Table
            caption="Open rows by practice, table and reason"
            hideCaption
            compact
            responsive
            rows={open}
            columns={[
              {
                heading: 'Reason',
                rowHeader: true,
                cell: (row) => (
                  <a href={rowsHref(row, { table: row.table_name, reason: row.reason })}>
                    {reasonInWords(row.reason)}
                  </a>
                ),
              },
              { heading: 'Practice or sender', unknown: 'Named by the rows', cell: (row) => row.publisher },
              { heading: 'Table', cell: (row) => row.table_name },
              { heading: 'Open', numeric: true, cell: (row) => COUNT.format(row.open) },
              { heading: 'Since', nowrap: true, cell: (row) => formatInstant(row.since) },
              { heading: 'Delivery', cell: (row) => `${row.name}, import ${row.run_id}` },
            ]}
          />
        </>
      )}
    </Page>
  );
}
