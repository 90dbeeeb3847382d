import { londonDay } from '../../../kernel/index.ts';
import {
  type Bar,
  BarChart,
  type BarChartProps,
  Count,
  opensList,
  Table,
  type Visit,
} from '../../../platform/web/index.ts';
import { filterName, type Measures, type PeopleFilter, peopleHref, topNineBands } from '../../need/index.ts';
import { countOf, inboxHref, type WorkKinds } from '../../work/index.ts';
import { caseloadCount, caseloadListHref, dueTimes } from '../caseload-filter.ts';
import { planColumns, plansHref } from '../plan/plan-board.ts';
import { standings } from '../standing/standing.ts';
import { type Dashboard, type DashboardParts, TOP } from './read-dashboard.ts';

/** One chart: what it says of itself, and its bars, which are also its file. */
export interface TeamChart extends Pick<BarChartProps, 'id' | 'title' | 'labelHeading' | 'valueHeading'> {
  readonly summary: string;
  readonly definitionHref: string;
  /** Counted from the data of practices, which have a day; else from what the team did, as of now. */
  readonly fromData: boolean;
  readonly bars: (board: Dashboard, parts: DashboardParts) => Bar[];
  readonly table?: (board: Dashboard, parts: DashboardParts) => preact.VNode;
  readonly max?: (board: Dashboard) => number;
}

function bar(label: string, n: number, href: string): Bar {
  return { label, value: n, ...opensList(n, href) };
}

function needOf({ need }: Dashboard, of: { care?: string; need?: string; group?: string }): number {
  return need
    .filter(
      (row) =>
        (of.care === undefined || row.care === of.care) &&
        (of.need === undefined || row.need === of.need) &&
        (of.group === undefined || row.group === of.group),
    )
    .reduce((sum, { n }) => sum + n, 0);
}

function needHref({ place }: Dashboard, filter: Partial<PeopleFilter>): string {
  return peopleHref({ ...(place === undefined ? {} : { place }), top: TOP, ...filter });
}

/** The charts of a team, in the order in which work goes: whom to look at, who has room, what is late, what is agreed. */
export const teamCharts: readonly TeamChart[] = [
  {
    id: 'standing',
    title: `The ${TOP}% in greatest need: who is left to decide on`,
    summary: 'Everybody of them whom your team may see is in one of these, by what your team decided.',
    labelHeading: 'With your team',
    valueHeading: 'People',
    definitionHref: '/definitions/need',
    fromData: true,
    bars: (board) =>
      standings.map(({ id, title }) =>
        bar(title, needOf(board, { care: id }), needHref(board, { care: id })),
      ),
    table: (board, { measures }) => <StandingTable board={board} measures={measures} />,
  },
  {
    id: 'priority',
    title: 'To decide, by priority group',
    summary: 'Of those: people with long-term conditions by how soon they should be reviewed.',
    labelHeading: 'Priority group',
    valueHeading: 'People',
    definitionHref: '/definitions/priority-overall',
    fromData: true,
    bars: (board, { measures }) =>
      board.groups.map((group) =>
        bar(
          filterName(measures, group).replace(/^.*?: /, ''),
          needOf(board, { care: 'open', group }),
          needHref(board, { care: 'open', condition: [group] }),
        ),
      ),
  },
  {
    id: 'finding',
    title: 'To decide, and may have something that nobody coded',
    summary:
      'Of those: what their record makes a clinician want to check. Somebody can be in several bars. In the table each name opens its rule.',
    labelHeading: 'May have',
    valueHeading: 'People',
    definitionHref: '/definitions',
    fromData: true,
    bars: (board, { measures }) =>
      measures.proposals
        .filter(({ id }) => board.finding.has(id))
        .map(({ id }) => ({
          ...bar(
            filterName(measures, id),
            board.finding.get(id) ?? 0,
            needHref(board, { care: 'open', condition: [id] }),
          ),
          definitionHref: `/definitions/${id}`,
        })),
  },
  {
    id: 'capacity',
    title: 'Caseload against capacity',
    summary: 'People led, by lead. The line at the end of a bar is the room that is left.',
    labelHeading: 'Lead',
    valueHeading: 'People',
    definitionHref: '/caseload?of=team',
    fromData: false,
    bars: (board) => leadBars(board),
    table: (board) => <LeadTable board={board} />,
    max: ({ leads }) => Math.max(0, ...leads.map(({ open, capacity }) => Math.max(open, capacity ?? 0))),
  },
  {
    id: 'steps',
    title: 'Next steps of the caseload',
    summary: 'People on the caseload by when their next step is due.',
    labelHeading: 'Next step',
    valueHeading: 'People',
    definitionHref: '/caseload?of=team',
    fromData: false,
    bars: ({ caseload }) =>
      dueTimes.map(({ id, title }) =>
        bar(title, caseloadCount(caseload, { due: id }), caseloadListHref({ due: id })),
      ),
  },
  {
    id: 'late',
    title: 'Late work, by kind',
    summary: 'Pieces of work on the team’s desk whose clock has run out.',
    labelHeading: 'Kind of work',
    valueHeading: 'Pieces of work',
    definitionHref: '/work?of=team',
    fromData: false,
    bars: (board, { kinds }) =>
      kindsOf(board, kinds).map(({ kind, plural }) =>
        bar(plural, countOf(board.work, { kind, late: true }), inboxHref({ of: 'team', kind, late: 'yes' })),
      ),
    table: (board, { kinds }) => <WorkCounts board={board} kinds={kinds} />,
  },
  {
    id: 'plans',
    title: 'Care plans',
    summary: 'Plans that are shared with you, by what they wait for.',
    labelHeading: 'Waits for',
    valueHeading: 'Plans',
    definitionHref: '/plans',
    fromData: false,
    bars: ({ plans }) => planColumns.map(({ id, title }) => bar(title, plans.get(id) ?? 0, plansHref(id))),
  },
  {
    id: 'meetings',
    title: 'From meetings and hospitals',
    summary:
      'Actions that meetings decided, people referred to a meeting, and alerts about people on the caseload.',
    labelHeading: 'Work',
    valueHeading: 'Pieces of work',
    definitionHref: '/mdt',
    fromData: false,
    bars: ({ work }, { kinds }) =>
      FROM_OTHERS.flatMap((kind) => {
        const { plural } = kinds.kind(kind);
        return [
          bar(`${plural}, open`, countOf(work, { kind }), inboxHref({ of: 'team', kind })),
          bar(
            `${plural}, late`,
            countOf(work, { kind, late: true }),
            inboxHref({ of: 'team', kind, late: 'yes' }),
          ),
        ];
      }),
  },
];

/** The numbers that want something of the team today, each with the words that follow it. */
export function teamToday(board: Dashboard, { kinds }: DashboardParts) {
  const { work, caseload, plans } = board;
  const count = (n: number, href: string, one: string, many: string) => ({
    n,
    href,
    after: n === 1 ? one : many,
  });
  const ofKind = (kind: 'mdt_action' | 'alert') => {
    const { title, plural } = kinds.kind(kind);
    const small = (text: string) => `${text.replace(/^H/, 'h')} open`;
    return count(countOf(work, { kind }), inboxHref({ of: 'team', kind }), small(title), small(plural));
  };
  const toDecide = `of the ${TOP}% in greatest need to decide on`;
  return [
    count(needOf(board, { care: 'open' }), needHref(board, { care: 'open' }), toDecide, toDecide),
    count(
      caseloadCount(caseload, { due: 'late' }),
      caseloadListHref({ due: 'late' }),
      'next step late or escalated',
      'next steps late or escalated',
    ),
    count(
      countOf(work, { late: true }),
      inboxHref({ of: 'team', late: 'yes' }),
      'piece of work late',
      'pieces of work late',
    ),
    count(
      plans.get('overdue') ?? 0,
      plansHref('overdue'),
      'care plan due for review',
      'care plans due for review',
    ),
    ofKind('mdt_action'),
    ofKind('alert'),
  ];
}

const FROM_OTHERS = ['mdt_action', 'mdt_referral', 'alert'] as const;

function kindsOf({ work }: Dashboard, kinds: WorkKinds) {
  const there = new Set(work.map(({ kind }) => kind));
  return kinds.all
    .filter(({ states }) => there.has(states.kind) || kinds.isTask(states.kind))
    .map(({ states, plural }) => ({ kind: states.kind, plural }));
}

function leadBars({ leads, caseload }: Dashboard): Bar[] {
  const nobody = caseloadCount(caseload, { lead: 'nobody' });
  return [
    ...leads.map(({ account, name, capacity }) => {
      const n = caseloadCount(caseload, { lead: account });
      const room = capacity === null ? 'no capacity stated' : `capacity ${capacity}`;
      const isLeft = capacity !== null && capacity > n;
      return {
        ...bar(`${name}, ${room}`, n, caseloadListHref({ lead: account })),
        ...(isLeft ? { interval: { lower: n, upper: capacity } } : {}),
      };
    }),
    ...(nobody > 0 ? [bar('Without a lead', nobody, caseloadListHref({ lead: 'nobody' }))] : []),
  ];
}

/** Everybody in the top of need by band and standing: the rows add up to the columns, and all to everybody. */
function StandingTable({ board, measures }: { board: Dashboard; measures: Measures }) {
  const bands = measures.ranking.bands.filter(({ id }) => topNineBands(measures.ranking).includes(id));
  const rows = [...standings.map(({ id, title }) => ({ id, title })), { id: undefined, title: 'Everybody' }];
  const cell = (care: string | undefined, need: string | undefined) => {
    const n = needOf(board, { ...(care ? { care } : {}), ...(need ? { need } : {}) });
    return <Count n={n} opens={opensList(n, needHref(board, { care, need }))} />;
  };
  return (
    <Table
      caption="People in greatest need, by band and by what was decided"
      hideCaption
      compact
      rows={rows}
      columns={[
        { heading: 'With your team', rowHeader: true, cell: ({ title }) => title },
        ...bands.map((band) => ({
          heading: band.title,
          numeric: true,
          cell: ({ id }: { id: string | undefined }) => cell(id, band.id),
        })),
        { heading: 'Together', numeric: true, cell: ({ id }) => cell(id, undefined) },
      ]}
    />
  );
}

function LeadTable({ board }: { board: Dashboard }) {
  const cell = (lead: string, due?: 'late') => {
    const filter = { lead, ...(due ? { due } : {}) };
    const n = caseloadCount(board.caseload, filter);
    return <Count n={n} opens={opensList(n, caseloadListHref(filter))} />;
  };
  return (
    <Table
      caption="People led and capacity, by lead"
      hideCaption
      compact
      rows={board.leads}
      columns={[
        { heading: 'Lead', rowHeader: true, cell: ({ name }) => name },
        { heading: 'People now', numeric: true, cell: ({ account }) => cell(account) },
        { heading: 'Late', numeric: true, cell: ({ account }) => cell(account, 'late') },
        { heading: 'Capacity', numeric: true, unknown: 'Not stated', cell: ({ capacity }) => capacity },
        {
          heading: 'Room',
          numeric: true,
          unknown: 'Not known',
          cell: ({ open, capacity }) => (capacity === null ? null : Math.max(0, capacity - open)),
        },
      ]}
    />
  );
}

function WorkCounts({ board, kinds }: { board: Dashboard; kinds: WorkKinds }) {
  const cell = (kind: string, more: { late?: boolean; owner?: 'nobody' }) => {
    const n = countOf(board.work, { kind, ...more });
    const href = inboxHref({ of: 'team', kind, owner: more.owner, ...(more.late ? { late: 'yes' } : {}) });
    return <Count n={n} opens={opensList(n, href)} />;
  };
  return (
    <Table
      caption="Work of the team, by kind"
      hideCaption
      compact
      rows={kindsOf(board, kinds)}
      columns={[
        { heading: 'Kind of work', rowHeader: true, cell: ({ plural }) => plural },
        { heading: 'Open', numeric: true, cell: ({ kind }) => cell(kind, {}) },
        { heading: 'Late', numeric: true, cell: ({ kind }) => cell(kind, { late: true }) },
        { heading: 'With nobody', numeric: true, cell: ({ kind }) => cell(kind, { owner: 'nobody' }) },
      ]}
    />
  );
}

/** The charts of a team, two beside each other where there is room. */
export function TeamCharts(props: { visit: Visit; board: Dashboard; parts: DashboardParts }) {
  const { visit, board, parts } = props;
  const today = londonDay(visit.now);
  const asOf = board.publication?.asOf ?? null;
  const drawn = teamCharts.filter(({ fromData }) => !fromData || board.publication !== null);
  return (
    <div class="app-charts">
      {drawn.map(({ id, bars, table, max, fromData, ...about }) => (
        <BarChart
          key={id}
          id={id}
          {...about}
          bars={bars(board, parts)}
          max={max?.(board) || undefined}
          table={table?.(board, parts)}
          dataDate={fromData ? asOf : today}
          stale={fromData && parts.measures.isStale(asOf, today)}
          csvHref={fileHref(id, board.place)}
        />
      ))}
    </div>
  );
}

function fileHref(chart: string, place: string | undefined): string {
  return `/team/${chart}.csv${place === undefined ? '' : `?place=${encodeURIComponent(place)}`}`;
}
