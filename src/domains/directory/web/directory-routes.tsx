import { z } from 'zod';
import type { PlainDate } from '../../../kernel/index.ts';
import { formatDay } from '../../../kernel/index.ts';
import {
  EmptyState,
  FilterBar,
  type FilterInUse,
  Page,
  PageHeading,
  PreviousAndNext,
  Select,
  Table,
  Tag,
  TextInput,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type DirectoryState, readDirectory, readToday } from '../directory-state.ts';
import { listOrganisations, type Organisation, type OrganisationFilter } from '../list-organisations.ts';
import { placeKinds, placeRelations } from '../tables.ts';
import { maySeePlaces } from '../who-may.ts';
import { AsAtBanner, dayAsked, onDay } from './as-at.tsx';
import { kindInWords, placeHref, relationInWords } from './words.ts';

const ROWS_A_PAGE = 100;

const filterQuery = onDay.extend({
  kind: z.enum(placeKinds).or(z.literal('')).optional(),
  find: z.string().trim().max(100).optional(),
  closed: z.enum(['yes', '']).optional(),
});
const pageQuery = filterQuery.extend({ page: z.coerce.number().int().min(1).max(10_000).default(1) });

/** The directory: every organisation, open or closed, as at a day; and the same as a file. */
export function directoryRoutes(web: Web): void {
  web.route({
    method: 'GET',
    url: '/places/directory',
    may: maySeePlaces,
    query: pageQuery,
    handle: async (visit) => {
      const asked = await ask(visit, visit.query);
      return { page: <DirectoryPage visit={visit} {...asked} page={visit.query.page} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/directory.csv',
    may: maySeePlaces,
    query: filterQuery,
    handle: async (visit) => {
      const { organisations, day, today } = await ask(visit, visit.query);
      return {
        download: `directory-${day ?? today}.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          [
            'as_at',
            'code',
            'kind',
            'name',
            'open',
            'postcode',
            'opened',
            'closed',
            ...placeRelations,
            'source',
          ],
          organisations.map((row) => [
            day ?? today,
            row.code,
            row.kind,
            row.name,
            row.open ? 'yes' : 'no',
            row.postcode,
            row.opened,
            row.closed,
            ...placeRelations.map((relation) => row.parents[relation] ?? null),
            row.source,
          ]),
        ),
      };
    },
  });
}

async function ask(visit: Visit, query: z.output<typeof filterQuery>) {
  const day = dayAsked(query);
  const today = await readToday(visit.tx);
  const filter: OrganisationFilter = {
    kind: query.kind || null,
    find: query.find ?? '',
    closed: query.closed === 'yes',
  };
  const state = await readDirectory(visit.tx);
  return { state, day, today, filter, organisations: listOrganisations(state, day ?? today, filter) };
}

interface Asked {
  readonly visit: Visit;
  readonly state: DirectoryState;
  readonly day: PlainDate | null;
  readonly filter: OrganisationFilter;
  readonly organisations: readonly Organisation[];
  readonly page: number;
}

function DirectoryPage({ visit, state, day, filter, organisations, page }: Asked) {
  const rows = organisations.slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE);
  const address = (more: Record<string, string> = {}) => directoryHref({ ...wordsOf(filter, day), ...more });
  const to = (at: number) => ({ href: address({ page: String(at) }), label: `Page ${at}` });
  return (
    <Page
      title="Directory of organisations"
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'All places', href: '/places/all' }]}
    >
      <PageHeading>Directory of organisations</PageHeading>
      <AsAtBanner day={day} today={directoryHref(wordsOf(filter, null))} />
      <Filters filter={filter} day={day} />
      {rows.length === 0 ? (
        <NoOrganisations none={state.places.size === 0} />
      ) : (
        <>
          <p>
            {`${new Intl.NumberFormat('en-GB').format(organisations.length)} ${organisations.length === 1 ? 'organisation' : 'organisations'}. `}
            <a href={directoryHref(wordsOf(filter, day), '.csv')}>Download them as CSV</a>
          </p>
          <Organisations rows={rows} state={state} day={day} />
          <PreviousAndNext
            {...(page > 1 ? { previous: to(page - 1) } : {})}
            {...(page * ROWS_A_PAGE < organisations.length ? { next: to(page + 1) } : {})}
          />
        </>
      )}
    </Page>
  );
}

function NoOrganisations({ none }: { none: boolean }) {
  return none ? (
    <EmptyState title="The directory is empty" actions={[{ text: 'Import files', href: '/imports' }]}>
      <p>Import a place pack, or a national file of organisations such as epraccur.</p>
    </EmptyState>
  ) : (
    <EmptyState
      title="No organisation fits these filters on that day"
      actions={[{ text: 'Show all that are open today', href: '/places/directory' }]}
    />
  );
}

function Organisations(props: {
  rows: readonly Organisation[];
  state: DirectoryState;
  day: PlainDate | null;
}) {
  const { rows, state, day } = props;
  const named = (code: string) => state.places.get(code)?.name ?? code;
  return (
    <Table
      caption="Organisations"
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Name',
          rowHeader: true,
          cell: (row) => (
            <>
              <a href={`${placeHref(row)}/history`}>{row.name}</a>
              {!row.open && (
                <>
                  {' '}
                  <Tag colour="grey">Not open</Tag>
                </>
              )}
            </>
          ),
        },
        { heading: 'Code', nowrap: true, cell: (row) => row.code },
        { heading: 'Kind', cell: (row) => kindInWords(row.kind) },
        {
          heading: 'Belongs to',
          unknown: 'Nothing that we know of',
          cell: (row) =>
            placeRelations.flatMap((relation) => {
              const code = row.parents[relation];
              if (code === undefined) return [];
              return [
                <div key={relation}>
                  {`${relationInWords(relation)} `}
                  <a href={placeHref({ code }, day)}>{named(code)}</a>
                </div>,
              ];
            }),
        },
        { heading: 'Opened', nowrap: true, cell: (row) => row.opened && formatDay(row.opened) },
        {
          heading: 'Last day open',
          nowrap: true,
          unknown: 'No end',
          cell: (row) => row.closed && formatDay(row.closed),
        },
      ]}
    />
  );
}

function Filters({ filter, day }: { filter: OrganisationFilter; day: PlainDate | null }) {
  const words = wordsOf(filter, day);
  const without = (name: string) =>
    directoryHref(Object.fromEntries(Object.entries(words).filter(([field]) => field !== name)));
  const inUse: FilterInUse[] = [
    ...(filter.kind ? [{ text: kindInWords(filter.kind), removeHref: without('kind') }] : []),
    ...(filter.find ? [{ text: `“${filter.find}”`, removeHref: without('find') }] : []),
    ...(filter.closed ? [{ text: 'Closed ones too', removeHref: without('closed') }] : []),
    ...(day ? [{ text: `As at ${formatDay(day)}`, removeHref: without('on') }] : []),
  ];
  return (
    <FilterBar action="/places/directory" inUse={inUse} clearHref="/places/directory">
      <TextInput name="find" label="Name, code or postcode" width={20} value={filter.find} />
      <Select
        name="kind"
        label="Kind"
        value={filter.kind ?? ''}
        options={[
          { value: '', text: 'All kinds' },
          ...placeKinds.map((kind) => ({ value: kind, text: kindInWords(kind) })),
        ]}
      />
      <Select
        name="closed"
        label="Open or closed"
        value={filter.closed ? 'yes' : ''}
        options={[
          { value: '', text: 'Open on the day' },
          { value: 'yes', text: 'Closed ones too' },
        ]}
      />
      <TextInput name="on" label="As at" hint="For example 2025-08-01" width={10} value={day ?? ''} />
    </FilterBar>
  );
}

/** A filter as the words of an address, without what is not filtered by. */
function wordsOf(filter: OrganisationFilter, day: PlainDate | null): Record<string, string> {
  const words = {
    kind: filter.kind ?? '',
    find: filter.find,
    closed: filter.closed ? 'yes' : '',
    on: day ?? '',
  };
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== ''));
}

function directoryHref(words: Record<string, string>, type = ''): string {
  const query = new URLSearchParams(words).toString();
  return `/places/directory${type}${query === '' ? '' : `?${query}`}`;
}
