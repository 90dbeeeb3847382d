import { formatInstant } from '../../../kernel/index.ts';
import {
  ActionList,
  Button,
  CsrfField,
  EmptyState,
  FileUpload,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Table,
  Tag,
  type Visit,
  WarningCallout,
} from '../../../platform/web/index.ts';
import type { ComingAgain, PutAside } from '../intake/read-quarantine.ts';
import { isLeftOut } from '../intake/read-quarantine.ts';
import type { ReadDelivery } from '../intake/read-runs.ts';
import { canComeAgain } from '../intake/write-kept-rows.ts';
import { COUNT, deliveryHref, downloadHref, reasonInWords, rowsHref } from './quarantine-words.tsx';

export interface DeliveryPageProps {
  readonly visit: Visit;
  readonly run: number;
  readonly delivery: ReadDelivery;
  readonly putAside: readonly PutAside[];
  /** The imports that bring rows of this delivery again, the latest first. */
  readonly comingAgain: readonly ComingAgain[];
  /** Where the delivery stands whose rows this one brought again. */
  readonly first: { readonly run_id: number; readonly place: number } | null;
  readonly mayImport: boolean;
  /** How many of the open rows the reader may read and download. */
  readonly readable: number;
}

/** One delivery: the account of each table, each reason for which rows were put aside, and how they come again. */
export function DeliveryPage(props: DeliveryPageProps) {
  const { visit, run, delivery, putAside } = props;
  const about = [
    delivery.format,
    delivery.publisher,
    delivery.extracted_at && `extracted ${formatInstant(delivery.extracted_at)}`,
  ];
  return (
    <Page
      title={`${delivery.name}, import ${run}`}
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'Imports', href: '/imports' },
        { text: `Import ${run}`, href: `/imports/${run}` },
      ]}
    >
      <PageHeading caption={`Import ${run}`}>{delivery.name}</PageHeading>
      <p class="app-secondary">{about.filter((part) => part).join(', ')}</p>
      <UnderWay {...props} />
      {delivery.mends !== null && <CameAgain {...props} />}
      {delivery.refusal && (
        <WarningCallout heading="This delivery was refused">
          <p>{delivery.refusal.because}</p>
          <p>{delivery.refusal.remedy}</p>
        </WarningCallout>
      )}
      {delivery.tables.length > 0 && <AccountTable delivery={delivery} />}
      {wereRemoved(delivery) && <RowsRemoved at={delivery.rows_removed_at} />}
      {delivery.refusal === null &&
        !(wereRemoved(delivery) && putAside.length === 0) &&
        (putAside.length === 0 ? (
          <EmptyState title="No row was put aside">
            <p>Every row was loaded, or was known already.</p>
          </EmptyState>
        ) : (
          <Reasons {...props} />
        ))}
      <History {...props} />
    </Page>
  );
}

/** Whether rows of it were put aside that are kept no more. */
function wereRemoved(delivery: ReadDelivery): boolean {
  return delivery.rows_removed_at !== null && delivery.tables.some(({ quarantined }) => quarantined > 0);
}

function RowsRemoved({ at }: { at: Date | null }) {
  return (
    <InsetText>
      <p>
        {`The rows that were put aside were removed on ${at === null ? '' : formatInstant(at)}, because their time was over. The account above stays. If they are needed, ask the sender for them again.`}
      </p>
    </InsetText>
  );
}

/** The account of a delivery as it was when it came. It never changes. */
export function AccountTable({ delivery }: { delivery: ReadDelivery }) {
  return (
    <Table
      caption={`${delivery.name}: read = loaded + quarantined + duplicate`}
      captionSize="s"
      compact
      responsive
      rows={delivery.tables}
      columns={[
        { heading: 'Table', rowHeader: true, cell: (table) => table.table_name },
        { heading: 'Read', numeric: true, cell: (table) => COUNT.format(table.read) },
        { heading: 'Loaded', numeric: true, cell: (table) => COUNT.format(table.loaded) },
        { heading: 'Quarantined', numeric: true, cell: (table) => COUNT.format(table.quarantined) },
        { heading: 'Duplicate', numeric: true, cell: (table) => COUNT.format(table.duplicate) },
        {
          heading: 'Removed by a full delivery',
          numeric: true,
          cell: (table) => COUNT.format(table.removed),
        },
      ]}
    />
  );
}

function UnderWay({ delivery, comingAgain }: DeliveryPageProps) {
  const [last] = comingAgain;
  if (last?.state === 'running')
    return (
      <InsetText>
        <p>
          <a href={`/imports/${last.run_id}`}>{`Import ${last.run_id}`}</a> brings rows of this delivery
          again. Until it is done everything stays as it is. <a href={deliveryHref(delivery)}>Look again</a>
        </p>
      </InsetText>
    );
  if (last?.state === 'failed' || last?.state === 'refused')
    return (
      <WarningCallout heading={`Import ${last.run_id}, which was to bring rows again, was not taken in`}>
        <p>{last.message ?? 'The files were refused. The page of the import says why.'}</p>
        <p>
          Nothing has changed. <a href={`/imports/${last.run_id}`}>{`See import ${last.run_id}`}</a>
        </p>
      </WarningCallout>
    );
  return null;
}

function CameAgain({ delivery, first }: DeliveryPageProps) {
  const link = first && <a href={deliveryHref(first)}>{`import ${first.run_id}`}</a>;
  return (
    <InsetText>
      <p>
        These rows had been put aside in {link}.{' '}
        {delivery.is_release
          ? 'They were tried again as they are. What is still refused stays open there.'
          : 'Somebody mended them and sent them again. What is still wrong is open here.'}
      </p>
    </InsetText>
  );
}

function Reasons(props: DeliveryPageProps) {
  const { delivery, putAside } = props;
  const open = putAside.reduce((sum, row) => sum + (isLeftOut(row.reason) ? 0 : row.open), 0);
  const replaced = putAside.find(({ replaced_by }) => replaced_by !== null)?.replaced_by;
  const hasRows = (row: PutAside) => !isLeftOut(row.reason) && !delivery.is_release;
  return (
    <>
      <Heading level={2}>
        {delivery.is_release
          ? 'Still refused'
          : open === 0
            ? 'Quarantine: nothing is open'
            : `Quarantine: ${COUNT.format(open)} open`}
      </Heading>
      {replaced && (
        <p>
          {'All rows of some of these tables came again in '}
          <a href={`/imports/${replaced}`}>{`import ${replaced}`}</a>. Nobody waits for the rows of before.
        </p>
      )}
      <Table
        caption="Rows that were put aside, by reason"
        hideCaption
        compact
        responsive
        rows={putAside}
        columns={[
          {
            heading: 'Reason',
            rowHeader: true,
            cell: (row) =>
              hasRows(row) ? (
                <a href={rowsHref(delivery, { table: row.table_name, reason: row.reason })}>
                  {reasonInWords(row.reason)}
                </a>
              ) : (
                reasonInWords(row.reason)
              ),
          },
          { heading: 'Table', cell: (row) => row.table_name },
          { heading: 'Rows', numeric: true, cell: (row) => COUNT.format(row.rows) },
          ...(delivery.is_release
            ? []
            : [
                { heading: 'Mended', numeric: true, cell: (row: PutAside) => COUNT.format(row.mended) },
                {
                  heading: 'Again',
                  numeric: true,
                  cell: (row: PutAside) => COUNT.format(row.again),
                },
                {
                  heading: 'Open',
                  numeric: true,
                  cell: (row: PutAside) =>
                    isLeftOut(row.reason) ? 'Left out on purpose' : COUNT.format(row.open),
                },
              ]),
        ]}
      />
      {open > 0 && !delivery.is_release && <Mend {...props} />}
    </>
  );
}

function Mend({ visit, delivery, mayImport, readable }: DeliveryPageProps) {
  if (!mayImport)
    return <p>{'Practice managers, analysts and information governance leads bring rows again.'}</p>;
  if (!canComeAgain(delivery.format))
    return (
      <>
        <p>A file of this kind is sent again as a whole: mend it where it came from, and import it.</p>
        <ActionList items={[{ text: 'Download these rows', href: downloadHref(delivery) }]} />
      </>
    );
  return (
    <>
      <Heading level={2}>Mend and send again</Heading>
      {readable > 0 ? (
        <>
          <p>
            {`You may read ${COUNT.format(readable)} of the open rows. Download them, mend the cells, and send the file again: only these rows. Leave the first column as it is. An apostrophe before a value keeps a spreadsheet from changing it, and is taken off again.`}
          </p>
          <ActionList
            items={[{ text: 'Download all open rows that you may read', href: downloadHref(delivery) }]}
          />
        </>
      ) : (
        <p>What the rows say is for the practice manager of the practice whose people they are about.</p>
      )}
      <form method="post" action="/imports" enctype="multipart/form-data">
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="mends" value={String(delivery.mends ?? delivery.delivery_id)} />
        <FileUpload
          name="files"
          multiple
          label="Mended files"
          labelSize="s"
          hint="As they were downloaded, with the first column or the lines between."
        />
        <Button preventDoubleClick>Send again</Button>
      </form>
      <Heading level={2}>Try again as they are</Heading>
      <p>
        When a rule has changed, or a patient has come since, rows may be usable as they are. Those that are
        still refused stay open.
      </p>
      <PostButton
        action={`${deliveryHref(delivery)}/release`}
        csrfToken={visit.chrome.csrfToken}
        variant="secondary"
      >
        Try these rows again
      </PostButton>
    </>
  );
}

const STATES = {
  running: { word: 'Running', colour: 'blue' },
  done: { word: 'Done', colour: 'green' },
  refused: { word: 'Refused', colour: 'orange' },
  failed: { word: 'Failed', colour: 'red' },
} as const;

function History({ comingAgain }: DeliveryPageProps) {
  if (comingAgain.length === 0) return null;
  return (
    <>
      <Heading level={2}>Rows that came again</Heading>
      <Table
        caption="Imports that brought rows of this delivery again"
        hideCaption
        compact
        responsive
        rows={comingAgain}
        columns={[
          {
            heading: 'Import',
            rowHeader: true,
            cell: ({ run_id, place }) => (
              <a
                href={place === null ? `/imports/${run_id}` : deliveryHref({ run_id, place })}
              >{`Import ${run_id}`}</a>
            ),
          },
          {
            heading: 'How',
            unknown: 'Not yet known',
            cell: ({ is_release }) => (is_release === null ? null : is_release ? 'As they were' : 'Mended'),
          },
          {
            heading: 'State',
            cell: ({ state }) => <Tag colour={STATES[state].colour}>{STATES[state].word}</Tag>,
          },
          { heading: 'Taken', numeric: true, cell: ({ loaded }) => COUNT.format(loaded) },
          { heading: 'Still refused', numeric: true, cell: ({ quarantined }) => COUNT.format(quarantined) },
        ]}
      />
    </>
  );
}
