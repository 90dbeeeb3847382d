import { formatInstant } from '../../../../kernel/index.ts';
import {
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Table,
  type Visit,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import { rowInWords } from '../../codelists/codelist-file.ts';
import type { LoadedFile, LoadRow } from '../../codelists/read-codelists.ts';
import { GROUPED, loadHref, versionHref } from './codelist-words.ts';

/** Rows of each file that are shown; the rest is counted. */
export const ROWS_SHOWN = 50;

/** One load: what became of each file and of each row, and what waits to be published now. */
export function LoadPage({
  visit,
  load,
  files,
}: {
  visit: Visit;
  load: LoadRow;
  files: readonly LoadedFile[];
}) {
  const title = `Load ${load.id}`;
  return (
    <Page title={title} chrome={visit.chrome} breadcrumbs={[{ text: 'Lists of codes', href: '/codelists' }]}>
      <PageHeading caption="Lists of codes">{title}</PageHeading>
      <p class="app-secondary">{`Begun by ${load.by} on ${formatInstant(load.begunAt)}`}</p>
      {load.state === 'waiting' && (
        <InsetText>
          <p>The files are being read. That takes some seconds, and a minute or two for a whole release.</p>
          <p>
            <a href={loadHref(load.id)}>Look again</a>
          </p>
        </InsetText>
      )}
      {load.state === 'failed' && (
        <WarningCallout heading="Nothing of it was taken in">
          <p>Something went wrong on our side while the files were read. Load them once more.</p>
        </WarningCallout>
      )}
      {load.state === 'loaded' && files.length === 0 && (
        <EmptyState
          title="There was nothing to read"
          actions={[{ text: 'Lists of codes', href: '/codelists' }]}
        >
          <p>The files hold notes or pictures, and no table.</p>
        </EmptyState>
      )}
      {files.map((file) => (
        <File key={file.fileNo} file={file} />
      ))}
    </Page>
  );
}

function File({ file }: { file: LoadedFile }) {
  const { name, refusal } = file;
  return (
    <>
      <Heading level={2}>{name}</Heading>
      {refusal ? (
        <WarningCallout heading="This file was not taken">
          <p>{refusal.because}</p>
          <p>{refusal.remedy}</p>
        </WarningCallout>
      ) : (
        <Account file={file} />
      )}
    </>
  );
}

function Account({ file }: { file: LoadedFile }) {
  const { read, loaded, refused, duplicate, notes, lists } = file;
  const sum = [
    `${GROUPED.format(read)} ${read === 1 ? 'row' : 'rows'} read`,
    `${GROUPED.format(loaded)} loaded + ${GROUPED.format(refused)} refused + ${GROUPED.format(duplicate)} duplicate`,
  ];
  return (
    <>
      <p>{sum.join(' = ')}</p>
      {notes.length > 0 && (
        <ul class="nhsuk-list nhsuk-list--bullet">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {lists.length > 0 && (
        <Table
          caption="Lists in it"
          captionSize="s"
          compact
          responsive
          rows={lists}
          columns={[
            {
              heading: 'List',
              rowHeader: true,
              cell: (list) => <a href={versionHref(list)}>{`${list.id}, version ${list.number}`}</a>,
            },
            { heading: 'Codes', numeric: true, cell: ({ codes }) => GROUPED.format(codes) },
            {
              heading: 'What it is',
              cell: ({ isNew }) =>
                isNew ? 'New: it waits to be published' : 'Known before: nothing was loaded',
            },
          ]}
        />
      )}
      <RefusedRows file={file} />
    </>
  );
}

function RefusedRows({ file: { rows, refused } }: { file: LoadedFile }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Table
        caption="Rows that were refused"
        captionSize="s"
        compact
        responsive
        rows={rows}
        columns={[
          { heading: 'Line', rowHeader: true, cell: ({ line }) => `Line ${line}` },
          { heading: 'Column', cell: ({ column }) => column },
          { heading: 'Why', cell: (row) => rowInWords(row).because },
          { heading: 'What to do', cell: (row) => rowInWords(row).remedy },
        ]}
      />
      {refused > rows.length && <p>{`And ${GROUPED.format(refused - rows.length)} more.`}</p>}
    </>
  );
}
