import { z } from 'zod';
import { formatDay, formatInstant, NotFound } from '../../../kernel/index.ts';
import {
  ActionList,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import {
  type DirectoryState,
  isOpenOn,
  type KnownPlace,
  readDirectory,
  readToday,
} from '../directory-state.ts';
import { readHistory } from '../read-changes.ts';
import { mayChangeDirectory, maySeePlaces } from '../who-may.ts';
import { ImportLink } from './change-pages.tsx';
import { CHANGE_WORDS, changeInWords, kindInWords, namesOf, placeHref, relationInWords } from './words.ts';

type History = Awaited<ReturnType<typeof readHistory>>;

/** The history of one organisation, open or closed: its names, its parents, and where each change came from. */
export function historyRoutes(web: Web): void {
  const params = z.object({ code: z.string().max(40) });
  web.route({
    method: 'GET',
    url: '/places/:code/history',
    may: maySeePlaces,
    params,
    handle: async (visit) => {
      const { state, place } = await find(visit, visit.params.code);
      const history = await readHistory(visit.tx, place.code);
      const isOpen = isOpenOn(place, await readToday(visit.tx));
      return {
        page: <HistoryPage visit={visit} state={state} place={place} history={history} isOpen={isOpen} />,
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/:code/history.csv',
    may: maySeePlaces,
    params,
    handle: async (visit) => {
      const { place } = await find(visit, visit.params.code);
      const history = await readHistory(visit.tx, place.code);
      return {
        download: `history-${place.code}.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['code', 'change', 'relation', 'day', 'was', 'becomes', 'source', 'import', 'recorded', 'state'],
          history.map((row) => [
            row.code,
            row.what,
            row.relation,
            row.day,
            row.was,
            row.becomes,
            row.source,
            row.runId,
            row.madeAt.toISOString(),
            row.state,
          ]),
        ),
      };
    },
  });
}

async function find(visit: Visit, code: string): Promise<{ state: DirectoryState; place: KnownPlace }> {
  const state = await readDirectory(visit.tx);
  const wanted = code.toLowerCase();
  const place = [...state.places.values()].find((each) => each.code.toLowerCase() === wanted);
  if (!place)
    throw new NotFound(
      `There is no organisation ${code}.`,
      'The directory of organisations lists all of them, closed ones too.',
    );
  return { state, place };
}

interface Shown {
  readonly visit: Visit;
  readonly state: DirectoryState;
  readonly place: KnownPlace;
  readonly history: History;
  readonly isOpen: boolean;
}

function HistoryPage({ visit, state, place, history, isOpen }: Shown) {
  return (
    <Page
      title={`History of ${place.name}`}
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'All places', href: '/places/all' },
        { text: 'Directory of organisations', href: '/places/directory' },
      ]}
    >
      <PageHeading caption={kindInWords(place.kind)}>{`History of ${place.name}`}</PageHeading>
      <SummaryList
        rows={[
          { key: 'Code', value: place.code },
          {
            key: 'State',
            value: <Tag colour={isOpen ? 'green' : 'grey'}>{isOpen ? 'Open' : 'Not open'}</Tag>,
          },
          { key: 'Opened', value: place.opened && formatDay(place.opened), unknown: 'Not known' },
          { key: 'Last day open', value: place.closed && formatDay(place.closed), unknown: 'No end' },
          { key: 'Postcode', value: place.postcode, unknown: 'Not known' },
          { key: 'Name and dates from', value: place.source },
        ]}
      />
      <ActionList
        items={[
          ...(isOpen ? [{ text: 'Its page today', href: placeHref(place) }] : []),
          ...(mayChangeDirectory(visit.by).allowed
            ? [{ text: 'Record what happened to it', href: `${placeHref(place)}/event` }]
            : []),
        ]}
      />
      <Names state={state} place={place} />
      <Relations state={state} place={place} />
      <Mergers state={state} place={place} />
      <Changes visit={visit} state={state} place={place} history={history} />
    </Page>
  );
}

type About = Pick<Shown, 'state' | 'place'>;

function Names({ state, place }: About) {
  const former = state.formerNames.filter(({ code }) => code === place.code);
  if (former.length === 0) return null;
  const rows = [
    ...former.map(({ name, ends, source }, at) => ({
      name,
      source,
      ends,
      starts: former[at - 1]?.ends ?? null,
    })),
    { name: place.name, source: place.source, ends: null, starts: former.at(-1)?.ends ?? null },
  ].reverse();
  return (
    <>
      <Heading level={2}>Names</Heading>
      <Table
        caption="Names, the latest first"
        hideCaption
        compact
        responsive
        rows={rows}
        columns={[
          { heading: 'Name', rowHeader: true, cell: ({ name }) => name },
          {
            heading: 'From',
            nowrap: true,
            unknown: 'The beginning',
            cell: ({ starts }) => starts && formatDay(starts),
          },
          {
            heading: 'Until before',
            nowrap: true,
            unknown: 'No end',
            cell: ({ ends }) => ends && formatDay(ends),
          },
          { heading: 'Source', cell: ({ source }) => source },
        ]}
      />
    </>
  );
}

function Relations({ state, place }: About) {
  const rows = state.relations
    .filter(({ child }) => child === place.code)
    .sort(
      (a, b) => (b.ends ?? '9999').localeCompare(a.ends ?? '9999') || a.relation.localeCompare(b.relation),
    );
  return (
    <>
      <Heading level={2}>What it belongs to</Heading>
      {rows.length === 0 ? (
        <InsetText>Nothing says what it belongs to, or belonged to.</InsetText>
      ) : (
        <Table
          caption="What it belongs to, the latest first"
          hideCaption
          compact
          responsive
          rows={rows}
          columns={[
            {
              heading: 'Parent',
              rowHeader: true,
              cell: ({ parent }) => (
                <a href={`${placeHref({ code: parent })}/history`}>
                  {state.places.get(parent)?.name ?? parent}
                </a>
              ),
            },
            { heading: 'How', cell: ({ relation }) => relationInWords(relation) },
            {
              heading: 'From',
              nowrap: true,
              unknown: 'Not known',
              cell: ({ starts }) => starts && formatDay(starts),
            },
            {
              heading: 'Until before',
              nowrap: true,
              unknown: 'No end',
              cell: ({ ends }) => ends && formatDay(ends),
            },
            { heading: 'Source', cell: ({ source }) => source },
          ]}
        />
      )}
    </>
  );
}

function Mergers({ state, place }: About) {
  const went = state.successions.filter(
    ({ predecessor, successor }) => predecessor === place.code || successor === place.code,
  );
  if (went.length === 0) return null;
  const link = (code: string) => (
    <a href={`${placeHref({ code })}/history`}>{state.places.get(code)?.name ?? code}</a>
  );
  return (
    <>
      <Heading level={2}>Mergers and splits</Heading>
      <ul>
        {went.map(({ predecessor, successor, kind, day }) => (
          <li key={`${predecessor} ${successor} ${day}`}>
            {formatDay(day)}: {link(predecessor)} {kind === 'merge' ? 'merged into' : 'was split into'}{' '}
            {link(successor)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Changes({ visit, state, place, history }: Omit<Shown, 'isOpen'>) {
  const names = namesOf(state);
  return (
    <>
      <Heading level={2}>Changes</Heading>
      {history.length === 0 ? (
        <InsetText>Nothing has been changed since the directory keeps a history.</InsetText>
      ) : (
        <>
          <p>
            <a href={`${placeHref(place)}/history.csv`}>Download the changes as CSV</a>
          </p>
          <Table
            caption="Changes, the latest first"
            hideCaption
            compact
            responsive
            rows={history}
            columns={[
              {
                heading: 'Change',
                rowHeader: true,
                cell: ({ what, state: became }) => (
                  <>
                    {CHANGE_WORDS[what]}
                    {became === 'undone' && (
                      <>
                        {' '}
                        <Tag colour="grey">Undone</Tag>
                      </>
                    )}
                  </>
                ),
              },
              { heading: 'What', cell: (row) => changeInWords(row, names) },
              {
                heading: 'Source',
                cell: ({ source, setId }) => <a href={`/places/changes/${setId}`}>{source}</a>,
              },
              {
                heading: 'Import',
                unknown: 'None',
                nowrap: true,
                cell: ({ runId }) => runId && <ImportLink visit={visit} runId={runId} />,
              },
              { heading: 'Recorded', nowrap: true, cell: ({ madeAt }) => formatInstant(madeAt) },
            ]}
          />
        </>
      )}
    </>
  );
}
