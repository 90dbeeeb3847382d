import type { ComponentChildren, VNode } from 'preact';
import type { FieldError } from '../../../kernel/index.ts';
import { addDays, formatInstant, londonDay } from '../../../kernel/index.ts';
import {
  Button,
  CountList,
  CsrfField,
  Details,
  EmptyState,
  ErrorMessage,
  FilterBar,
  type FilterInUse,
  InsetText,
  NotificationBanner,
  nothingTyped,
  Page,
  PageHeading,
  Pagination,
  Refused,
  Select,
  Table,
  Textarea,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { personHref } from '../../register/index.ts';
import type { Bulk } from '../assign-many.ts';
import type { Desk, TeamMember } from '../desk.ts';
import { type InboxCount, type InboxRow, ROWS_A_PAGE } from '../read-inbox.ts';
import { leadsTeam, maySendWork } from '../who-may.ts';
import type { WorkKinds } from '../work-kind.ts';
import { ActList } from './acts-in-rows.tsx';
import { countOf, filterOf, type InboxQuery, type InboxView, inboxHref } from './inbox-query.ts';
import { DayBoxes } from './item-page.tsx';
import type { RowAct } from './row-addresses.ts';
import { aboutWhom, DueText, StateTags, stateInWords, WhomGone, WorkLink } from './words.tsx';

export interface InboxPageProps {
  readonly visit: Visit;
  readonly kinds: WorkKinds;
  readonly desk: Desk;
  readonly view: InboxView;
  readonly team: number | null;
  readonly query: InboxQuery;
  readonly counts: readonly InboxCount[];
  readonly rows: readonly InboxRow[];
  /** What each row is about, where the row itself carries no words. */
  readonly said: ReadonlyMap<number, string>;
  readonly members: readonly TeamMember[];
  readonly bulk: Bulk | null;
  readonly errors?: readonly FieldError[];
  /** What was typed for many at once, where that was refused. */
  readonly many?: Typed;
  /** What can be done with a row by whoever looks; none where nothing can, or where it is done on another page. */
  readonly acts?: (row: InboxRow) => readonly RowAct[];
  /** The form that was opened in a row. */
  readonly below?: (row: InboxRow) => ComponentChildren;
  /** What was done with a row just now, or was refused. */
  readonly done?: ComponentChildren;
}

const TITLES: Record<InboxView, string> = {
  me: 'My work',
  team: 'The team’s work',
  sent: 'Asked of others',
};

/** Everything that is to be done at one desk, the loudest first and then by the clock. */
export function InboxPage(props: InboxPageProps) {
  const { visit, desk, view, query, counts, rows, bulk, errors = [] } = props;
  const total = countOf(counts, filterOf(query));
  const name = desk.teams.find(({ team }) => team === props.team)?.name;
  return (
    <Page title={TITLES[view]} chrome={visit.chrome} errors={errors}>
      {props.done}
      {bulk && <WhatBecameOfIt visit={visit} bulk={bulk} rows={rows} query={query} />}
      <PageHeading caption={view === 'me' ? desk.by.name : name}>{TITLES[view]}</PageHeading>
      <Views {...props} />
      <Covering desk={desk} />
      {view !== 'sent' && counts.length > 0 && <Counts {...props} />}
      {view !== 'sent' && (counts.length > 0 || isFiltered(query)) && <Filters {...props} />}
      {rows.length === 0 ? <Nothing {...props} /> : <Work {...props} total={total} />}
    </Page>
  );
}

function Views({ visit, view, query, team }: InboxPageProps) {
  const base = query.team === undefined ? {} : { team: query.team };
  const has = { me: true, team: team !== null, sent: team !== null && maySendWork(visit.by).allowed };
  const views = (['me', 'team', 'sent'] as const).filter((each) => has[each]);
  return (
    <ul class="app-parts">
      {views.map((each) => (
        <li key={each}>
          <a href={inboxHref({ ...base, of: each })} aria-current={each === view ? 'true' : undefined}>
            {TITLES[each]}
          </a>
        </li>
      ))}
      <li>
        <a href="/work/away">Who is away</a>
      </li>
    </ul>
  );
}

function Covering({ desk }: { desk: Desk }) {
  if (desk.covers.length === 0) return null;
  const names = desk.covers.map(
    ({ name, until }) => `${name} until ${formatInstant(new Date(until.getTime() - 60_000))}`,
  );
  return <InsetText>{`You cover ${names.join(', and ')}. Their work is among yours.`}</InsetText>;
}

/** Numbers that lead to the pieces that they count. */
function Counts({ counts, query, kinds }: InboxPageProps) {
  const base = { of: query.of, team: query.team };
  const chips: { text: string; href: string; n: number }[] = [
    { text: 'in all', href: inboxHref(base), n: countOf(counts, {}) },
    { text: 'late', href: inboxHref(base, { late: 'yes' }), n: countOf(counts, { late: true }) },
    {
      text: 'with nobody yet',
      href: inboxHref(base, { owner: 'nobody' }),
      n: countOf(counts, { owner: 'nobody' }),
    },
    ...unique(counts.map(({ kind }) => kind)).map((kind) => ({
      text: kinds.kind(kind).plural.toLowerCase(),
      href: inboxHref(base, { kind }),
      n: countOf(counts, { kind }),
    })),
  ];
  return <CountList label="How much there is" counts={chips} />;
}

function Filters({ query, counts, kinds, members, view }: InboxPageProps) {
  const some = (n: number) => ` (${new Intl.NumberFormat('en-GB').format(n)})`;
  const states = new Map<string, string>();
  for (const { kind, state } of counts) states.set(state, stateInWords(kinds, kind, state));
  const inUse: FilterInUse[] = [
    ...(query.kind
      ? [{ text: kindName(kinds, query.kind), removeHref: inboxHref(query, { kind: undefined }) }]
      : []),
    ...(query.state
      ? [{ text: states.get(query.state) ?? query.state, removeHref: inboxHref(query, { state: undefined }) }]
      : []),
    ...(query.late ? [{ text: 'Late', removeHref: inboxHref(query, { late: undefined }) }] : []),
    ...(query.owner
      ? [{ text: ownerName(members, query.owner), removeHref: inboxHref(query, { owner: undefined }) }]
      : []),
  ];
  return (
    <FilterBar
      action="/work"
      inUse={inUse}
      clearHref={inboxHref({ of: query.of, team: query.team })}
      keep={{
        ...(query.of ? { of: query.of } : {}),
        ...(query.team ? { team: String(query.team) } : {}),
      }}
    >
      <Select
        name="kind"
        label="Kind"
        value={query.kind ?? ''}
        options={[
          { value: '', text: 'All kinds' },
          ...unique(counts.map(({ kind }) => kind)).map((kind) => ({
            value: kind,
            text: kinds.kind(kind).plural + some(countOf(counts, { kind })),
          })),
        ]}
      />
      <Select
        name="state"
        label="State"
        value={query.state ?? ''}
        options={[
          { value: '', text: 'All states' },
          ...[...states].map(([state, text]) => ({
            value: state,
            text: text + some(countOf(counts, { state })),
          })),
        ]}
      />
      <Select
        name="late"
        label="Clock"
        value={query.late ?? ''}
        options={[
          { value: '', text: 'Late or not' },
          { value: 'yes', text: `Late${some(countOf(counts, { late: true }))}` },
        ]}
      />
      {view === 'team' && (
        <Select
          name="owner"
          label="With"
          value={query.owner ?? ''}
          options={[
            { value: '', text: 'Anybody' },
            { value: 'nobody', text: `Nobody yet${some(countOf(counts, { owner: 'nobody' }))}` },
            ...members.map(({ account, name }) => ({
              value: account,
              text: name + some(countOf(counts, { owner: account })),
            })),
          ]}
        />
      )}
    </FilterBar>
  );
}

function kindName(kinds: WorkKinds, kind: string): string {
  return kinds.all.find(({ states }) => states.kind === kind)?.plural ?? kind;
}

function ownerName(members: readonly TeamMember[], owner: string): string {
  if (owner === 'nobody') return 'With nobody yet';
  return members.find(({ account }) => account === owner)?.name ?? 'With one person';
}

function isFiltered(query: InboxQuery): boolean {
  return [query.kind, query.state, query.late, query.owner].some((each) => each !== undefined);
}

function Work(props: InboxPageProps & { total: number }) {
  const { visit, query, total, view, errors = [], members, rows, kinds } = props;
  // While a form stands in a row the one for what is ticked does not: they ask the same questions.
  const inRow = rows.some((row) => Boolean(props.below?.(row)));
  const assigns =
    view === 'team' && leadsTeam(visit.by) && !inRow && rows.some(({ kind }) => kinds.isTask(kind));
  const list = (
    <>
      <WorkTable {...props} ticks={assigns} />
      <Pagination
        page={query.page}
        pageCount={Math.ceil(total / ROWS_A_PAGE)}
        href={(page) => inboxHref(query, { page })}
      />
    </>
  );
  return (
    <>
      <p class="app-list-summary">
        {`${new Intl.NumberFormat('en-GB').format(total)} ${total === 1 ? 'piece' : 'pieces'} of work${isFiltered(query) ? ' with these filters' : ''}, the loudest first, then by the clock. `}
        <a href={inboxHref(query, {}, '/work.csv')}>Download as CSV</a>
      </p>
      {assigns && (
        // Ticks name this form: rows have forms of their own, and a form cannot stand in another.
        <form
          id={ASSIGN}
          method="post"
          action={inboxHref(query, { page: query.page }, '/work/assign')}
          novalidate
        >
          <CsrfField token={visit.chrome.csrfToken} />
          {errors.some(({ field }) => field === 'item') && (
            <ErrorMessage id="item-error">
              {errors.find(({ field }) => field === 'item')?.message}
            </ErrorMessage>
          )}
          <div class="app-bulk">
            <Select
              name="to"
              label="Give what is ticked to"
              errors={errors}
              options={[
                { value: '', text: 'Choose' },
                ...members.map(({ account, name, coveredBy }) => ({
                  value: account,
                  text: coveredBy === null ? name : `${name} (away, covered by ${coveredBy})`,
                })),
                { value: 'team', text: 'Nobody: back to the team' },
              ]}
            />
            <Button name="do" value="assign" variant="secondary" small preventDoubleClick>
              Assign
            </Button>
          </div>
          <PutOffOrStop {...props} />
        </form>
      )}
      {list}
    </>
  );
}

/** Putting off or stopping what is ticked: with the buttons of the same form, as the ticks are one list. */
function PutOffOrStop({ visit, kinds, many = nothingTyped }: InboxPageProps) {
  const { fields, errors } = many;
  return (
    <Details summary="Put off or stop what is ticked" open={fields.do === 'defer' || fields.do === 'stop'}>
      <Refused typed={many} />
      <Textarea name="reason" label="Why?" labelSize="s" rows={2} errors={errors} value={fields.reason} />
      <DayBoxes
        name="due"
        label="To put off: until when?"
        typed={many}
        suggested={addDays(londonDay(visit.now), 7)}
      />
      <Button name="do" value="defer" variant="secondary" small preventDoubleClick>
        Put off
      </Button>
      <Select
        name="outcome"
        label="To stop: why will it not be done?"
        errors={errors}
        value={fields.outcome ?? ''}
        options={[
          { value: '', text: 'Choose' },
          ...kinds.pathway.stops.map(({ id, title }) => ({ value: id, text: title })),
        ]}
      />
      <Button name="do" value="stop" variant="secondary" small preventDoubleClick>
        Stop
      </Button>
    </Details>
  );
}

/** Rows of work: what it is, whom it is about, until when, and with whom it is. */
export function WorkTable(
  props: Pick<InboxPageProps, 'kinds' | 'rows' | 'said' | 'view' | 'visit' | 'acts' | 'below'> & {
    ticks?: boolean;
    many?: Typed | undefined;
    /** How many rows the whole list has. */
    total?: number;
  },
) {
  const { kinds, rows, said, view, visit, acts, below, total, ticks = false, many } = props;
  const ticked = new Set((many?.fields.item ?? '').split('\n').map((each) => each.split(':')[0] ?? ''));
  const what = (row: InboxRow) => row.title ?? said.get(row.item) ?? kinds.kind(row.kind).title;
  return (
    <Table
      caption="Work, the loudest first, then by the clock"
      hideCaption
      compact
      responsive
      rows={rows}
      total={total}
      below={below}
      columns={[
        ...(ticks
          ? [
              {
                heading: 'Tick',
                hideHeading: true,
                cell: (row: InboxRow) => tick(kinds, row, what(row), ticked),
              },
            ]
          : []),
        {
          heading: 'What',
          rowHeader: true,
          cell: (row) => (
            <>
              <WorkLink kinds={kinds} row={row} by={visit.by} text={what(row)} />
              <span class="app-secondary app-block">{kinds.kind(row.kind).title}</span>
            </>
          ),
        },
        { heading: 'About', unknown: 'No person', cell: (row) => whom(row) },
        { heading: 'Until', nowrap: true, cell: (row) => <DueText row={row} now={visit.now} /> },
        { heading: 'State', cell: (row) => <StateTags kinds={kinds} row={row} /> },
        { heading: 'With', cell: (row) => withWhom(row, view) },
        ...(acts
          ? [
              {
                heading: 'Do',
                unknown: 'On its own page',
                cell: (row: InboxRow) => (
                  <RowActs visit={visit} row={row} acts={acts(row)} what={what(row)} />
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function RowActs(props: { visit: Visit; row: InboxRow; acts: readonly RowAct[]; what: string }) {
  const { visit, row, acts, what } = props;
  if (acts.length === 0) return <span class="app-secondary">On its own page</span>;
  return <ActList visit={visit} acts={acts} seen={row.lastChange} context={what} />;
}

const ASSIGN = 'assign';

/** A box that says what has been seen, too: work that changed since is not assigned. */
function tick(kinds: WorkKinds, row: InboxRow, what: string, ticked: ReadonlySet<string>): VNode | null {
  if (!kinds.isTask(row.kind)) return <span class="app-secondary">On its own page</span>;
  const id = `item-${row.item}`;
  return (
    <div class="nhsuk-checkboxes nhsuk-checkboxes--small app-tick">
      <div class="nhsuk-checkboxes__item">
        <input
          class="nhsuk-checkboxes__input"
          type="checkbox"
          form={ASSIGN}
          name="item"
          id={id}
          value={`${row.item}:${row.lastChange}`}
          checked={ticked.has(String(row.item))}
        />
        <label class="nhsuk-label nhsuk-checkboxes__label" for={id}>
          <span class="nhsuk-u-visually-hidden">{`${what}, ${aboutWhom(row) ?? 'about no person'}`}</span>
        </label>
      </div>
    </div>
  );
}

function whom(row: InboxRow): ComponentChildren {
  const name = aboutWhom(row);
  if (row.personId === null) return name;
  return (
    <>
      <a href={personHref(row.personId)}>{name}</a>
      <WhomGone row={row} />
    </>
  );
}

function withWhom(row: InboxRow, view: InboxView): ComponentChildren {
  if (row.offeredTeamName !== null)
    return view === 'sent' ? `Offered to ${row.offeredTeamName}` : `From ${row.teamName}`;
  return (
    <>
      {row.ownerName ?? 'Nobody yet'}
      {(view === 'sent' || row.senderTeamName !== null) && (
        <span class="app-secondary">
          {view === 'sent' ? row.teamName : `asked for by ${row.senderTeamName}`}
        </span>
      )}
    </>
  );
}

function WhatBecameOfIt({
  visit,
  bulk,
  rows,
  query,
}: {
  visit: Visit;
  bulk: Bulk;
  rows: readonly InboxRow[];
  query: InboxQuery;
}) {
  const titleOf = new Map(rows.map((row) => [row.item, row.title]));
  return (
    <NotificationBanner
      variant="success"
      heading={`${bulk.done} ${bulk.done === 1 ? 'piece' : 'pieces'} of work ${bulk.token === null ? 'put back as before' : (bulk.what ?? 'assigned')}`}
    >
      {bulk.not.length > 0 && (
        <>
          <p>{`${bulk.not.length} could not be:`}</p>
          <ul>
            {bulk.not.map(({ item, whyNot }) => (
              <li key={item}>
                <a href={`/work/${item}`}>{titleOf.get(item) ?? `Work ${item}`}</a>
                {`: ${whyNot}`}
              </li>
            ))}
          </ul>
        </>
      )}
      {bulk.token !== null && (
        <form method="post" action={inboxHref(query, {}, '/work/undo')}>
          <CsrfField token={visit.chrome.csrfToken} />
          <input type="hidden" name="token" value={bulk.token} />
          <Button variant="secondary" small preventDoubleClick>
            Undo
          </Button>
        </form>
      )}
    </NotificationBanner>
  );
}

function Nothing({ visit, view, query }: InboxPageProps) {
  if (isFiltered(query)) {
    return (
      <EmptyState
        title="Nothing with these filters"
        actions={[{ text: 'Show everything', href: inboxHref({ of: query.of, team: query.team }) }]}
      />
    );
  }
  const words = {
    me: [
      'Nothing is waiting for you',
      'What you take, or what is handed to you, comes here with its day. Look at what your team has that nobody has taken.',
    ],
    team: [
      'Nothing is waiting for the team',
      maySendWork(visit.by).allowed
        ? 'Caseloads, tasks, decisions of meetings and what other teams ask of yours come here, each with its day.'
        : 'Defects of the data, definitions to check, records to compare and access to review come here, each with its day.',
    ],
    sent: [
      'Nothing has been asked of others',
      'Open a person and choose “Ask for something”. You see here whether it was accepted, and what came of it.',
    ],
  }[view];
  return (
    <EmptyState
      title={words[0]}
      actions={view === 'me' ? [{ text: 'The team’s work', href: '/work?of=team' }] : []}
    >
      <p>{words[1]}</p>
    </EmptyState>
  );
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
