import { formatInstant } from '../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Details,
  EmptyState,
  FileUpload,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Table,
  Tag,
  type Visit,
  WarningCallout,
} from '../../../platform/web/index.ts';
import type { ImportRun, ReadDelivery } from '../intake/read-runs.ts';
import type { SilentPractice } from '../intake/senders.ts';
import { AccountTable } from './delivery-page.tsx';
import { deliveryHref } from './quarantine-words.tsx';

const GROUPED = new Intl.NumberFormat('en-GB');

const STATES = {
  running: { word: 'Running', colour: 'blue' },
  done: { word: 'Done', colour: 'green' },
  refused: { word: 'Refused', colour: 'orange' },
  failed: { word: 'Failed', colour: 'red' },
} as const;

function StateTag({ run }: { run: ImportRun }) {
  const { word, colour } = STATES[run.state];
  return <Tag colour={colour}>{word}</Tag>;
}

/** Every import, and the form that begins one. */
export function RunsPage({
  visit,
  runs,
  open,
  mayImport,
}: {
  visit: Visit;
  runs: readonly ImportRun[];
  /** Rows that were put aside and are still open. */
  open: number;
  mayImport: boolean;
}) {
  return (
    <Page title="Imports" chrome={visit.chrome}>
      <PageHeading>Imports</PageHeading>
      {mayImport && <UploadForm visit={visit} />}
      <p>
        <a href="/imports/quarantine">Quarantine</a>
        {open === 0
          ? ': no row is open'
          : `: ${GROUPED.format(open)} ${open === 1 ? 'row is' : 'rows are'} open`}
      </p>
      <Heading level={2}>What has come</Heading>
      {runs.length === 0 ? (
        <EmptyState title="Nothing has been imported yet">
          <p>
            Send a practice extract, FHIR files, a national file of practices, or a place pack. Each row is
            loaded, recognised as a duplicate, or put aside with the reason; the three add up.
          </p>
        </EmptyState>
      ) : (
        <Table
          caption="Imports, the latest first"
          hideCaption
          compact
          responsive
          rows={runs}
          columns={[
            {
              heading: 'Import',
              rowHeader: true,
              cell: (run) => <a href={`/imports/${run.run_id}`}>{`Import ${run.run_id}`}</a>,
            },
            { heading: 'Begun', nowrap: true, cell: (run) => formatInstant(run.started_at) },
            { heading: 'State', cell: (run) => <StateTag run={run} /> },
            { heading: 'Deliveries', numeric: true, cell: (run) => run.deliveries },
            { heading: 'Read', numeric: true, cell: (run) => GROUPED.format(run.read) },
            { heading: 'Loaded', numeric: true, cell: (run) => GROUPED.format(run.loaded) },
            { heading: 'Quarantined', numeric: true, cell: (run) => GROUPED.format(run.quarantined) },
            { heading: 'Duplicate', numeric: true, cell: (run) => GROUPED.format(run.duplicate) },
          ]}
        />
      )}
    </Page>
  );
}

function UploadForm({ visit }: { visit: Visit }) {
  return (
    <Details summary="Import files" open>
      <form method="post" action="/imports" enctype="multipart/form-data">
        <CsrfField token={visit.chrome.csrfToken} />
        <FileUpload
          name="files"
          multiple
          label="Files of one delivery"
          labelSize="s"
          hint="Choose all the tables of one practice extract together (CSV, gzipped CSV or Parquet, with delivery.json if there is one), or FHIR files, or a directory file."
        />
        <Button preventDoubleClick>Import</Button>
      </form>
    </Details>
  );
}

const OPEN_AT_MOST = 10;

/** One import: each delivery with its accounts, and what has to be mended. */
export function RunPage(props: {
  visit: Visit;
  run: ImportRun;
  deliveries: readonly ReadDelivery[];
  silent: readonly SilentPractice[];
}) {
  const { visit, run, deliveries, silent } = props;
  return (
    <Page
      title={`Import ${run.run_id}`}
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Imports', href: '/imports' }]}
    >
      <PageHeading caption={`Begun ${formatInstant(run.started_at)}`}>
        {`Import ${run.run_id}`} <StateTag run={run} />
      </PageHeading>
      {run.state === 'running' && (
        <InsetText>
          <p>{run.progress}.</p>
          <p>
            The snapshot before this import stays live until everything is safe.{' '}
            <a href={`/imports/${run.run_id}`}>Look again</a>
          </p>
        </InsetText>
      )}
      {run.message !== null && <WarningCallout heading="What happened" text={run.message} />}
      {run.said.length > 0 && <SaidOfFiles said={run.said} />}
      {silent.length > 0 && <SilentPractices silent={silent} />}
      {deliveries.map((delivery) => (
        <DeliverySection key={delivery.delivery_id} delivery={delivery} />
      ))}
    </Page>
  );
}

function SaidOfFiles({ said }: { said: readonly string[] }) {
  return (
    <Details summary={`What to know of the files (${said.length})`} open={said.length <= OPEN_AT_MOST}>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {said.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Details>
  );
}

function SilentPractices({ silent }: { silent: readonly SilentPractice[] }) {
  const practices =
    silent.length === 1 ? '1 practice of the directory' : `${silent.length} practices of the directory`;
  return (
    <Details summary={`Nothing came from ${practices}`}>
      <p>What they sent before stays as it was.</p>
      <Table
        caption="Practices that sent nothing in this import"
        hideCaption
        compact
        responsive
        rows={silent}
        columns={[
          { heading: 'Practice', rowHeader: true, cell: ({ name }) => name },
          { heading: 'Code', cell: ({ code }) => code },
          {
            heading: 'Last sent',
            unknown: 'Never',
            cell: ({ lastSent }) => (lastSent === null ? null : formatInstant(lastSent)),
          },
        ]}
      />
    </Details>
  );
}

function DeliverySection({ delivery }: { delivery: ReadDelivery }) {
  const about = [
    delivery.format,
    delivery.publisher,
    delivery.extracted_at && `extracted ${formatInstant(delivery.extracted_at)}`,
  ];
  const quarantined = delivery.tables.reduce((sum, table) => sum + table.quarantined, 0);
  return (
    <section>
      <Heading level={2}>{delivery.name}</Heading>
      <p class="app-secondary">{about.filter((part) => part).join(', ')}</p>
      {delivery.refusal && (
        <WarningCallout heading="This delivery was refused">
          <p>{delivery.refusal.because}</p>
          <p>{delivery.refusal.remedy}</p>
        </WarningCallout>
      )}
      {delivery.tables.length > 0 && <AccountTable delivery={delivery} />}
      {quarantined > 0 && (
        <p>
          <a href={deliveryHref(delivery)}>
            {`See why ${GROUPED.format(quarantined)} ${quarantined === 1 ? 'row of' : 'rows of'} ${delivery.name} ${quarantined === 1 ? 'was' : 'were'} put aside`}
          </a>
        </p>
      )}
    </section>
  );
}
