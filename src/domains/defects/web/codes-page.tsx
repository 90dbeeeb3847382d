import { londonDay } from '../../../kernel/index.ts';
import {
  ButtonLink,
  DataDate,
  EmptyState,
  FilterBar,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  Select,
  Table,
  type Visit,
} from '../../../platform/web/index.ts';
import type { UnlistedCodes } from '../../need/index.ts';
import { type FeedRule, isStale } from '../../register/index.ts';
import type { LastSearch, PracticeRow } from '../read-board.ts';

export const CODES_A_PAGE = 50;

export interface CodesPageProps {
  readonly visit: Visit;
  readonly feeds: readonly FeedRule[];
  readonly search: LastSearch | null;
  readonly practices: readonly PracticeRow[];
  readonly practice: PracticeRow | undefined;
  /** Null where the reader sees no rows. */
  readonly codes: UnlistedCodes | null;
  readonly page: number;
  /** Whether people who object are left out. */
  readonly planning: boolean;
}

const COUNT = new Intl.NumberFormat('en-GB');

/** The systems of codes by their short names; others are called as they are sent. */
const SYSTEMS: Readonly<Record<string, string>> = {
  snomed: 'SNOMED CT',
  dmd: 'dm+d',
  ctv3: 'Read version 3',
  read: 'Read version 2',
  icd10: 'ICD-10',
  loinc: 'LOINC',
  rxnorm: 'RxNorm',
  cvx: 'CVX',
  local: 'Local, not mapped',
};

/** Codes that stand in records and in no list, the commonest first: what no definition counts, and may have to. */
export function CodesPage(props: CodesPageProps) {
  const { visit, feeds, search, codes } = props;
  const title = 'Codes in no list';
  return (
    <Page title={title} chrome={visit.chrome} breadcrumbs={[{ text: 'Data quality', href: '/quality' }]}>
      <PageHeading>{title}</PageHeading>
      <p>
        These codes stand in records, and no list of codes has them: no definition counts them. Most need not
        be counted. A common one that looks like a condition may be missing from a list, and a local one from
        the map that the practice’s system sends.
      </p>
      {codes === null ? (
        <InsetText>
          How often codes are used is for those who see rows: practices, of their own, and analysts.
        </InsetText>
      ) : (
        <>
          <Filters {...props} />
          {codes.total === 0 ? <Nothing {...props} /> : <Codes {...props} codes={codes} />}
        </>
      )}
      {search && <DataDate date={search.asOf} stale={isStale(feeds, search.asOf, londonDay(visit.now))} />}
    </Page>
  );
}

function codesHref(practice: PracticeRow | undefined, page = 1, ending = ''): string {
  const query = new URLSearchParams({
    ...(practice ? { practice: practice.practiceCode } : {}),
    ...(page > 1 ? { page: String(page) } : {}),
  }).toString();
  return `/quality/codes${ending}${query === '' ? '' : `?${query}`}`;
}

function Filters({ practices, practice }: CodesPageProps) {
  if (practices.length <= 1) return null;
  return (
    <FilterBar
      action="/quality/codes"
      inUse={practice ? [{ text: practice.practice, removeHref: codesHref(undefined) }] : []}
      clearHref="/quality/codes"
    >
      <Select
        name="practice"
        label="Practice"
        value={practice?.practiceCode ?? ''}
        options={[
          { value: '', text: 'All' },
          ...practices.map((row) => ({ value: row.practiceCode, text: row.practice })),
        ]}
      />
    </FilterBar>
  );
}

function Nothing({ search }: CodesPageProps) {
  return search === null ? (
    <EmptyState title="Nothing has been counted yet">
      <p>Codes are counted with each refresh, which follows an import.</p>
    </EmptyState>
  ) : (
    <EmptyState title="Every code is in a list" actions={[{ text: 'Lists of codes', href: '/codelists' }]} />
  );
}

function Codes({
  codes: found,
  practice,
  practices,
  page,
  planning,
}: CodesPageProps & { codes: UnlistedCodes }) {
  const { codes, total, entries, ofEntries } = found;
  const percent = ofEntries === 0 ? 0 : (100 * entries) / ofEntries;
  return (
    <>
      <p>
        {`${COUNT.format(total)} ${total === 1 ? 'code' : 'codes'}, in ${COUNT.format(entries)} of ${COUNT.format(ofEntries)} entries (${percent.toFixed(1)}%).`}
      </p>
      <p class="app-secondary">
        {planning
          ? 'Counted in the records of registered people who do not object.'
          : 'Counted in the records of registered people, of the practices whose people you see.'}
      </p>
      <Table
        caption="Codes in no list, the commonest first"
        hideCaption
        compact
        responsive
        rows={codes}
        columns={[
          { heading: 'Code', rowHeader: true, nowrap: true, cell: ({ concept }) => concept },
          { heading: 'Called', unknown: 'Not said', cell: ({ display }) => display },
          { heading: 'System', cell: ({ system }) => SYSTEMS[system] ?? system },
          { heading: 'Feed', cell: ({ feed }) => (feed === 'events' ? 'Entries' : 'Medicines') },
          { heading: 'Entries', numeric: true, cell: (row) => COUNT.format(row.entries) },
          ...(practice || practices.length <= 1
            ? []
            : [
                {
                  heading: 'Practices',
                  numeric: true,
                  cell: (row: UnlistedCodes['codes'][number]) => row.practices,
                },
              ]),
        ]}
      />
      <Pagination
        page={page}
        pageCount={Math.ceil(total / CODES_A_PAGE)}
        href={(to) => codesHref(practice, to)}
      />
      <p>
        <ButtonLink href={codesHref(practice, 1, '.csv')} variant="secondary" small>
          Download these codes as CSV
        </ButtonLink>
      </p>
    </>
  );
}
