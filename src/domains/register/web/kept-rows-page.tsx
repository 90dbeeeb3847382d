import {
  ActionList,
  Details,
  EmptyState,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  Table,
  Tag,
  type Visit,
} from '../../../platform/web/index.ts';
import type { KeptState } from '../intake/kept-rows.ts';
import type { PutAside } from '../intake/read-quarantine.ts';
import { explainReason } from '../intake/reasons.ts';
import { canComeAgain } from '../intake/write-kept-rows.ts';
import {
  COUNT,
  deliveryHref,
  downloadHref,
  reasonInWords,
  rowsHref,
  STATE_WORDS,
} from './quarantine-words.tsx';

/** A row that was put aside, as the page shows it. */
export interface KeptRow {
  [column: string]: string | number | boolean | null;
  readonly file: string;
  readonly line: number | null;
  readonly field: string | null;
  readonly state: KeptState;
  /** What it says, as JSON; null when the reader may not see it or did not ask. */
  readonly said: string | null;
}

export interface KeptRowsPageProps {
  readonly visit: Visit;
  readonly putAside: PutAside;
  readonly rows: readonly KeptRow[];
  readonly page: number;
  readonly pageCount: number;
  /** Whether the rows say what they say. */
  readonly say: boolean;
  /** How many of the open rows the reader may read. */
  readonly readable: number;
}

/** The rows of one table that were put aside for one reason: where each stands, what is wrong, and what to do. */
export function KeptRowsPage(props: KeptRowsPageProps) {
  const { visit, putAside, rows, page, pageCount, say } = props;
  const { run_id, name, table_name: table, reason } = putAside;
  const fields = new Set(rows.map(({ field }) => field));
  const [only] = fields.size === 1 ? fields : [null];
  const { because, remedy } = explainReason(reason, only ?? null);
  return (
    <Page
      title={`${table}: ${because}`}
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'Imports', href: '/imports' },
        { text: `Import ${run_id}`, href: `/imports/${run_id}` },
        { text: name, href: deliveryHref(putAside) },
      ]}
    >
      <PageHeading caption={`${name}, ${table}`}>{because}</PageHeading>
      <p>{remedy}</p>
      <p>
        {`${COUNT.format(putAside.rows)} ${putAside.rows === 1 ? 'row was' : 'rows were'} put aside: ${COUNT.format(putAside.open)} open, ${COUNT.format(putAside.mended)} mended since, ${COUNT.format(putAside.again)} put aside again.`}
      </p>
      <Offers {...props} />
      {rows.length === 0 ? (
        <EmptyState
          title="No row is on this page"
          actions={[{ text: 'The first rows', href: rowsHref(putAside, { table, reason }) }]}
        />
      ) : (
        <RowsTable {...props} />
      )}
      <Pagination
        page={page}
        pageCount={pageCount}
        href={(to) => rowsHref(putAside, { table, reason, page: to, say })}
      />
    </Page>
  );
}

function Offers({ putAside, page, say, readable }: KeptRowsPageProps) {
  const { table_name: table, reason, format } = putAside;
  if (readable === 0)
    return (
      <InsetText>
        <p>
          {putAside.open === 0
            ? 'No row is open any more: there is nothing to download.'
            : 'What the rows say is for the practice manager of the practice whose people they are about.'}
        </p>
      </InsetText>
    );
  const items = [
    say
      ? { text: 'Hide what the rows say', href: rowsHref(putAside, { table, reason, page }) }
      : { text: 'Show what the rows say', href: rowsHref(putAside, { table, reason, page, say: true }) },
    {
      text: canComeAgain(format) ? 'Download the open rows to mend them' : 'Download these rows',
      href: downloadHref(putAside, { table, reason }),
    },
  ];
  return (
    <>
      <ActionList items={items} />
      <p class="app-secondary">Both are looks at people. They are written into the audit.</p>
    </>
  );
}

function RowsTable({ putAside, rows, say }: KeptRowsPageProps) {
  return (
    <Table
      caption={`Rows of ${putAside.table_name}: ${reasonInWords(putAside.reason)}`}
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Where',
          rowHeader: true,
          cell: ({ file, line }) => (line === null ? file : `${file}, line ${COUNT.format(line)}`),
        },
        { heading: 'Field', unknown: 'The whole row', cell: ({ field }) => field },
        { heading: 'What is wrong', cell: ({ field }) => explainReason(putAside.reason, field).because },
        {
          heading: 'What to do',
          deskOnly: true,
          cell: ({ field }) => explainReason(putAside.reason, field).remedy,
        },
        {
          heading: 'State',
          cell: ({ state }) => <Tag colour={STATE_WORDS[state].colour}>{STATE_WORDS[state].word}</Tag>,
        },
        ...(say
          ? [
              {
                heading: 'What it says',
                unknown: 'Not for you to see',
                cell: ({ said }: KeptRow) => (said === null ? null : <Said said={said} />),
              },
            ]
          : []),
      ]}
    />
  );
}

/** A row as its fields with their values; a line that could not be read as it came. */
function Said({ said }: { said: string }) {
  const value: unknown = JSON.parse(said);
  if (typeof value !== 'object' || value === null) return <code class="app-said">{String(value)}</code>;
  const filled = Object.entries(value).filter(([, each]) => each !== null && each !== '');
  return (
    <Details summary="Every field">
      <ul class="nhsuk-list app-said">
        {filled.map(([name, each]) => (
          <li key={name}>
            <strong>{name}</strong>
            {`: ${typeof each === 'string' ? each : JSON.stringify(each)}`}
          </li>
        ))}
      </ul>
    </Details>
  );
}
