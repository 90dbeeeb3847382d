import type { ComponentChildren } from 'preact';
import { formatDay, formatInstant } from '../../kernel/index.ts';
import type { FailedJob, QueueState } from '../../platform/jobs/index.ts';
import {
  EmptyState,
  Heading,
  InsetText,
  NotificationBanner,
  Page,
  PageHeading,
  PostButton,
  SummaryList,
  Table,
  Tag,
  type Visit,
} from '../../platform/web/index.ts';
import type { Condition } from './conditions.ts';
import type { Operation } from './read-operation.ts';

export const OPERATIONS = '/operations';

const CONDITIONS: Record<Condition['name'], string> = {
  book: 'Database',
  migrations: 'Schema',
  lake: 'Records',
  jobs: 'Background work',
  disk: 'Disk',
};

/** Queues in the words of who runs the product. */
const QUEUES: Record<string, string> = {
  'import-files': 'Imports of files',
  'identify-people': 'Decisions on who is one person',
  refresh: 'Working out every definition',
  'escalate-work': 'Escalating late work',
  'seal-audit': 'Sealing the audit',
  'search-for-defects': 'Search for defects in the data',
  backup: 'Nightly backup',
  'keep-lake': 'Keeping new records for restores',
};

const queueInWords = (queue: string) => QUEUES[queue] ?? queue;

/** How the installation does, for whoever runs it: what is wrong first. */
export function OperationPage({
  visit,
  operation,
  tried,
}: {
  visit: Visit;
  operation: Operation;
  tried: string | undefined;
}) {
  return (
    <Page title="Operations" chrome={visit.chrome}>
      {tried !== undefined && (
        <NotificationBanner variant="success">
          <p>{`${queueInWords(tried)}: it is tried again within seconds.`}</p>
        </NotificationBanner>
      )}
      <PageHeading caption={formatInstant(visit.now)}>Operations</PageHeading>
      <Conditions conditions={operation.conditions} />
      <Failures visit={visit} failures={operation.failures} />
      <Queues queues={operation.queues} />
      <Safety operation={operation} />
      <Holdings operation={operation} />
    </Page>
  );
}

function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  const wrong = conditions.filter(({ ok }) => !ok).length;
  return (
    <section>
      <Heading level={2}>{wrong === 0 ? 'Everything it needs is there' : 'Something needs you'}</Heading>
      <Table
        caption="What the product needs"
        hideCaption
        compact
        responsive
        rows={conditions}
        columns={[
          { heading: 'What', rowHeader: true, cell: ({ name }) => CONDITIONS[name] },
          {
            heading: 'State',
            nowrap: true,
            cell: ({ ok }) => <Tag colour={ok ? 'green' : 'red'}>{ok ? 'Fine' : 'Not fine'}</Tag>,
          },
          { heading: 'What was found', cell: ({ detail }) => detail },
        ]}
      />
    </section>
  );
}

function Failures({ visit, failures }: { visit: Visit; failures: readonly FailedJob[] }) {
  if (failures.length === 0) return null;
  return (
    <section>
      <Heading level={2}>Jobs that were given up</Heading>
      <Table
        caption="Jobs that were given up, the latest first"
        hideCaption
        compact
        responsive
        rows={failures}
        columns={[
          { heading: 'Job', rowHeader: true, cell: ({ queue }) => queueInWords(queue) },
          { heading: 'When', nowrap: true, cell: ({ failedAt }) => formatInstant(failedAt) },
          { heading: 'Why', cell: ({ because }) => because },
          {
            heading: 'What to do',
            hideHeading: true,
            cell: ({ id, queue }) => (
              <PostButton
                action={`${OPERATIONS}/jobs/${id}/retry`}
                csrfToken={visit.chrome.csrfToken}
                variant="secondary"
                small
              >
                Try again <span class="nhsuk-u-visually-hidden">{queueInWords(queue)}</span>
              </PostButton>
            ),
          },
        ]}
      />
    </section>
  );
}

function Queues({ queues }: { queues: readonly QueueState[] }) {
  return (
    <section>
      <Heading level={2}>Background work</Heading>
      {queues.length === 0 ? (
        <EmptyState title="There has been none yet" />
      ) : (
        <Table
          caption="Background work, by kind; given up within seven days"
          hideCaption
          compact
          responsive
          rows={queues}
          columns={[
            { heading: 'Kind', rowHeader: true, cell: ({ queue }) => queueInWords(queue) },
            { heading: 'Waiting', numeric: true, cell: ({ waiting }) => waiting },
            { heading: 'Being done', numeric: true, cell: ({ active }) => active },
            { heading: 'Given up', numeric: true, cell: ({ failed }) => failed },
            {
              heading: 'Last done',
              unknown: 'Not yet, or long ago',
              cell: ({ lastDone }) => lastDone && formatInstant(lastDone),
            },
          ]}
        />
      )}
    </section>
  );
}

/** Whether what is here would survive the loss of the machine, and whether it is what it should be. */
function Safety({ operation: { backup, verification, restoration } }: { operation: Operation }) {
  const { last, lastMade, nightlyTo, wal } = backup;
  const failed = last !== null && last.refusal !== null;
  return (
    <section>
      <Heading level={2}>Backup and checks</Heading>
      {lastMade === null && (
        <InsetText>
          There is no backup yet. On the machine, run bin/neighbourhold backup FOLDER, or set
          NEIGHBOURHOLD_BACKUP_TO for one each night.
        </InsetText>
      )}
      <SummaryList
        rows={[
          {
            key: 'Last backup',
            value:
              lastMade && `${formatInstant(lastMade.endedAt)}, ${size(lastMade.bytes)}, in ${lastMade.store}`,
            unknown: 'None',
          },
          ...(failed
            ? [
                {
                  key: 'Last attempt',
                  value: tagged('Failed', `${formatInstant(last.endedAt)}. ${last.refusal}`),
                },
              ]
            : []),
          { key: 'Nightly backup', value: nightlyTo && `At 02:00, into ${nightlyTo}`, unknown: 'Not set up' },
          ...(wal === null
            ? [{ key: 'Any moment between', value: 'By the administrator of your database server' }]
            : [{ key: 'Any moment between', value: walInWords(wal), unknown: 'Not kept' }]),
          {
            key: 'Last verify',
            value: verification && (
              <>
                {verification.failed.length === 0 ? (
                  <Tag colour="green">Fine</Tag>
                ) : (
                  <Tag colour="red">Failed</Tag>
                )}{' '}
                {`${formatInstant(verification.verifiedAt)}, ${verification.checks} checks`}
                {verification.failed.length > 0 && `; failed: ${verification.failed.join(', ')}`}
              </>
            ),
            unknown: 'Never run here',
          },
          ...(restoration
            ? [
                {
                  key: 'Restored',
                  value: `${formatInstant(restoration.restoredAt)}, from the backup of ${formatInstant(restoration.backupMadeAt)}${restoration.acceptedAt ? '' : '; still a copy'}`,
                },
              ]
            : []),
        ]}
      />
    </section>
  );
}

function walInWords(wal: NonNullable<Operation['backup']['wal']>): ComponentChildren {
  if (wal.folder === null) return null;
  if (wal.failing)
    return tagged('Failing', 'What is written waits in the data folder. Look at the backup’s disk.');
  return `Kept${wal.lastKept ? `, last at ${formatInstant(wal.lastKept)}` : ' from now on'}`;
}

function tagged(tag: string, text: string) {
  return (
    <>
      <Tag colour="red">{tag}</Tag> {text}
    </>
  );
}

function Holdings({ operation: { snapshot, published, disk, versions } }: { operation: Operation }) {
  return (
    <section>
      <Heading level={2}>What is here</Heading>
      <SummaryList
        rows={[
          {
            key: 'Snapshot',
            value:
              snapshot &&
              `${snapshot.id}, data of ${formatDay(snapshot.asOf)}, made ${formatInstant(snapshot.madeAt)}`,
            unknown: 'Nothing imported yet',
          },
          {
            key: 'On the pages',
            value:
              published &&
              `${published.id}, ${new Intl.NumberFormat('en-GB').format(published.people)} people${published.id === snapshot?.id ? '' : ': not the latest; run refresh'}`,
            unknown: 'Nothing published yet',
          },
          { key: 'Database', value: size(disk.book) },
          { key: 'Records', value: size(disk.lake) },
          { key: 'Disk', value: `${size(disk.freeBytes)} free of ${size(disk.totalBytes)}` },
          {
            key: 'Versions',
            value: `Neighbourhold ${versions.product}, schema ${versions.schema}, PostgreSQL ${versions.postgresql}, Node ${versions.node}`,
          },
        ]}
      />
    </section>
  );
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
