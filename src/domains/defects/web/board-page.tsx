import { formatDay, formatInstant, londonDay, type PlainDate } from '../../../kernel/index.ts';
import {
  ButtonLink,
  DataDate,
  EmptyState,
  FilterBar,
  type FilterInUse,
  Heading,
  Page,
  PageHeading,
  Select,
  Table,
  type Visit,
  WarningCallout,
} from '../../../platform/web/index.ts';
import type { UnlistedCodes } from '../../need/index.ts';
import { type FeedRule, isStale } from '../../register/index.ts';
import type { DefectKinds } from '../defect-kinds.ts';
import type { BoardFilter, DefectRow, LastSearch, PracticeRow } from '../read-board.ts';
import { boardHref, defectHref, dueDay, ownerOf, StateTag } from './words.tsx';

export interface BoardPageProps {
  readonly visit: Visit;
  readonly kinds: DefectKinds;
  readonly feeds: readonly FeedRule[];
  readonly search: LastSearch | null;
  /** What stands between the board and the data of today: an import since, or one that failed. */
  readonly trouble: { readonly heading: string; readonly text: string; readonly href: string } | null;
  readonly filter: BoardFilter;
  readonly rows: readonly DefectRow[];
  /** All open defects that the reader may see, whatever the filter. */
  readonly open: readonly DefectRow[];
  readonly practices: readonly PracticeRow[];
  readonly seesImports: boolean;
  /** Codes that are in no list; null where the reader sees no rows. */
  readonly unlisted: Pick<UnlistedCodes, 'total' | 'entries' | 'ofEntries'> | null;
}

const COUNT = new Intl.NumberFormat('en-GB');

/** What is late, missing or implausible in the data, who mends it, and when each feed last came. */
export function BoardPage(props: BoardPageProps) {
  const { visit, search, trouble, rows, seesImports } = props;
  return (
    <Page title="Data quality" chrome={visit.chrome}>
      <PageHeading>Data quality</PageHeading>
      {trouble && (
        <WarningCallout heading={trouble.heading}>
          <p>{trouble.text}</p>
          {seesImports && (
            <p>
              <a href={trouble.href}>See the import</a>
            </p>
          )}
        </WarningCallout>
      )}
      {search === null ? (
        <NobodyLooked />
      ) : (
        <>
          <SearchedAt {...props} search={search} />
          <ByKind {...props} />
          <Filters {...props} />
          {rows.length === 0 ? <NothingHere {...props} /> : <DefectTable {...props} />}
          <Feeds {...props} today={search.today} />
        </>
      )}
    </Page>
  );
}

function NobodyLooked() {
  return (
    <EmptyState
      title="Nobody has looked yet"
      actions={[{ text: 'What is looked for', href: '/quality/kinds' }]}
    >
      <p>
        After each import twelve kinds of defect are looked for, from feeds that are late to values that no
        body has. Each one becomes work with an owner and a day. Import a delivery, and they appear here.
      </p>
    </EmptyState>
  );
}

function SearchedAt(props: BoardPageProps & { search: LastSearch }) {
  const { search, feeds, visit, seesImports } = props;
  const today = londonDay(visit.now);
  return (
    <>
      <DataDate date={search.asOf} stale={isStale(feeds, search.asOf, today)} />
      <p class="app-secondary">
        {`Looked for on ${formatInstant(search.searchedAt)}, in the data of `}
        {seesImports ? (
          <a href={`/imports/${search.run}`}>{`import ${search.run}`}</a>
        ) : (
          `import ${search.run}`
        )}
        {'. '}
        <a href="/quality/kinds">What is looked for</a>
      </p>
      <CodesInNoList {...props} />
    </>
  );
}

/** Not a defect of a practice: nobody has said what these codes mean, so that no definition counts them. */
function CodesInNoList({ unlisted }: BoardPageProps) {
  if (unlisted === null || unlisted.total === 0) return null;
  const { total, entries, ofEntries } = unlisted;
  const percent = ofEntries === 0 ? 0 : (100 * entries) / ofEntries;
  return (
    <p>
      <a href="/quality/codes">{`${COUNT.format(total)} ${total === 1 ? 'code is' : 'codes are'} in no list`}</a>
      {`, with ${COUNT.format(entries)} entries, ${percent.toFixed(1)}% of all`}
    </p>
  );
}

function ByKind({ kinds, open, practices }: BoardPageProps) {
  // Of one practice the table below says it all.
  if (practices.length === 1) return null;
  const counted = kinds.all
    .map((kind) => ({ kind, count: open.filter((row) => row.kind === kind.id).length }))
    .filter(({ count }) => count > 0);
  if (counted.length === 0) return null;
  return (
    <>
      <Heading level={2}>{`${COUNT.format(open.length)} to be mended`}</Heading>
      <ul class="nhsuk-list">
        {counted.map(({ kind, count }) => (
          <li key={kind.id}>
            <a href={boardHref({ kind: kind.id })}>{kind.title}</a>
            {`: ${count === 1 ? '1 practice' : `${COUNT.format(count)} practices`}`}
          </li>
        ))}
      </ul>
    </>
  );
}

const STATES = [
  { value: '', text: 'To be mended' },
  { value: 'right', text: 'Right as it is' },
  { value: 'mended', text: 'Mended' },
];

function Filters({ filter, kinds, practices }: BoardPageProps) {
  const practice = practices.find(({ practiceCode }) => practiceCode === filter.practice);
  const kind = kinds.all.find(({ id }) => id === filter.kind);
  const state = STATES.find(({ value }) => value !== '' && value === filter.state);
  const inUse: FilterInUse[] = [
    ...(practice
      ? [{ text: practice.practice, removeHref: boardHref({ ...filter, practice: undefined }) }]
      : []),
    ...(kind ? [{ text: kind.title, removeHref: boardHref({ ...filter, kind: undefined }) }] : []),
    ...(state ? [{ text: state.text, removeHref: boardHref({ ...filter, state: undefined }) }] : []),
  ];
  return (
    <FilterBar action="/quality" inUse={inUse} clearHref="/quality">
      {practices.length > 1 && (
        <Select
          name="practice"
          label="Practice"
          value={filter.practice ?? ''}
          options={[
            { value: '', text: 'All' },
            ...practices.map((row) => ({ value: row.practiceCode, text: row.practice })),
          ]}
        />
      )}
      <Select
        name="kind"
        label="Kind of defect"
        value={filter.kind ?? ''}
        options={[
          { value: '', text: 'All' },
          ...kinds.all.map(({ id, title }) => ({ value: id, text: title })),
        ]}
      />
      <Select name="state" label="State" value={filter.state ?? ''} options={STATES} />
    </FilterBar>
  );
}

function NothingHere({ filter, open, practices }: BoardPageProps) {
  if (open.length > 0 || filter.state !== undefined)
    return (
      <EmptyState
        title="No defect fits these filters"
        actions={[{ text: 'Clear all filters', href: '/quality' }]}
      />
    );
  return (
    <EmptyState
      title={
        practices.length === 0
          ? 'No data of a practice that you answer for has come'
          : 'Nothing needs mending'
      }
      actions={[{ text: 'What is looked for', href: '/quality/kinds' }]}
    >
      <p>
        {practices.length === 0
          ? 'When a delivery of such a practice has been imported, its feeds and defects are listed here.'
          : 'The last search found none of the twelve kinds of defect.'}
      </p>
    </EmptyState>
  );
}

function DefectTable({ visit, kinds, rows, filter, practices }: BoardPageProps) {
  return (
    <>
      <Table
        caption="Defects, the most urgent first"
        hideCaption
        compact
        responsive
        rows={rows}
        columns={[
          {
            heading: 'Defect',
            rowHeader: true,
            cell: (row) => (
              <a href={defectHref(row.id)}>
                {kinds.kind(row.kind).title}
                <span class="nhsuk-u-visually-hidden">{`, ${row.practice}`}</span>
              </a>
            ),
          },
          ...(practices.length > 1
            ? [
                {
                  heading: 'Practice',
                  cell: (row: DefectRow) => (
                    <a href={boardHref({ practice: row.practiceCode })}>{row.practice}</a>
                  ),
                },
              ]
            : []),
          { heading: 'What was found', cell: (row) => row.says },
          { heading: 'Who mends it', unknown: 'Nobody any more', cell: ownerOf },
          {
            heading: 'Due',
            nowrap: true,
            unknown: 'Over',
            cell: (row) => {
              const day = dueDay(row);
              return day === null ? null : formatDay(day as PlainDate);
            },
          },
          { heading: 'State', nowrap: true, cell: (row) => <StateTag row={row} now={visit.now} /> },
        ]}
      />
      <p>
        <ButtonLink href={boardHref(filter, '.csv')} variant="secondary" small>
          Download this list as CSV
        </ButtonLink>
      </p>
    </>
  );
}

function Feeds({ practices: all, filter, feeds, today }: BoardPageProps & { today: PlainDate }) {
  const practices = all.filter(({ practiceCode }) => !filter.practice || practiceCode === filter.practice);
  if (practices.length === 0) return null;
  return (
    <>
      <Heading level={2}>When each feed last came</Heading>
      <Table
        caption="Practices and their feeds, those with the most defects first"
        hideCaption
        compact
        responsive
        rows={practices}
        columns={[
          {
            heading: 'Practice',
            rowHeader: true,
            cell: (row) => <a href={boardHref({ practice: row.practiceCode })}>{row.practice}</a>,
          },
          { heading: 'Defects', numeric: true, cell: (row) => row.open },
          { heading: 'People', numeric: true, unknown: 'Nothing came', cell: (row) => row.list },
          ...feeds.map((rule) => ({
            heading: rule.title,
            nowrap: true,
            unknown: 'Not sent',
            cell: (row: PracticeRow) => feedCell(row, rule, today),
          })),
        ]}
      />
    </>
  );
}

function feedCell(row: PracticeRow, rule: FeedRule, today: PlainDate) {
  const feed = row.feeds.find(({ feed: id }) => id === rule.id);
  if (!feed) return null;
  if (feed.lastCame === null) return 'Day not known';
  const late = isStale([{ ...rule, stale_after_days: rule.late_after_days }], feed.lastCame, today);
  return late ? `${formatDay(feed.lastCame)}, late` : formatDay(feed.lastCame);
}
