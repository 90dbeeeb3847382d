import type { VNode } from 'preact';
import { z } from 'zod';
import { londonDay, NotFound } from '../../../kernel/index.ts';
import {
  ActionList,
  CountList,
  FilterBar,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Select,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { readTeams } from '../../directory/index.ts';
import { maySeeCaseload } from '../who-may.ts';
import { TeamCharts, teamCharts, teamToday } from './dashboard-charts.tsx';
import { type Dashboard, type DashboardParts, readDashboard } from './read-dashboard.ts';

const asked = z.object({
  place: z.preprocess((text) => (text === '' ? undefined : text), z.string().max(40).optional()),
});
type Asked = z.output<typeof asked>;

/** The team's own page: who needs it, who has room, what is late; each number opens exactly what it counts. */
export function dashboardRoutes(web: Web, parts: DashboardParts): void {
  web.route({
    method: 'GET',
    url: '/team',
    may: maySeeCaseload,
    query: asked,
    handle: async (visit) => {
      const { board, name } = await boardOf(visit, parts, visit.query);
      const page = (
        <Page title="Team" chrome={visit.chrome}>
          <PageHeading caption={name}>Team</PageHeading>
          <TeamDoors />
          <PlaceChoice board={board} />
          <NothingYet board={board} />
          <TeamCharts visit={visit} board={board} parts={parts} />
        </Page>
      );
      return { page };
    },
  });
  for (const { id, bars, labelHeading, valueHeading, fromData } of teamCharts) {
    web.route({
      method: 'GET',
      url: `/team/${id}.csv`,
      may: maySeeCaseload,
      query: asked,
      handle: async (visit) => {
        const { board } = await boardOf(visit, parts, visit.query);
        const date = fromData ? (board.publication?.asOf ?? null) : londonDay(visit.now);
        return {
          download: `team-${id}.csv`,
          type: 'text/csv; charset=utf-8',
          content: toCsv(
            ['data_date', labelHeading.toLowerCase(), valueHeading.toLowerCase()],
            bars(board, parts).map(({ label, value }) => [date, label, value]),
          ),
        };
      },
    });
  }
}

async function boardOf(
  visit: Visit,
  parts: DashboardParts,
  { place, charts }: Asked & { charts?: boolean },
): Promise<{ board: Dashboard; name: string }> {
  const { tx, by, now } = visit;
  const { team } = by;
  if (team === null) throw new NotFound('You are not in a team yet.', 'Ask your INT lead to add you to one.');
  const teams = await readTeams(tx);
  const board = await readDashboard(tx, parts, { by, team, now, place, charts });
  return { board, name: teams.find((each) => each.team === team)?.name ?? 'Your team' };
}

/** Everything that a team works with, a step away. */
export function TeamDoors() {
  return (
    <ul class="app-parts" aria-label="What your team works with">
      {DOORS.map(({ text, href }) => (
        <li key={href}>
          <a href={href}>{text}</a>
        </li>
      ))}
    </ul>
  );
}

const DOORS = [
  { text: 'Team caseload', href: '/caseload?of=team' },
  { text: 'Team work', href: '/work?of=team' },
  { text: 'Care plans', href: '/plans' },
  { text: 'Meetings', href: '/mdt' },
  { text: 'Who is away', href: '/work/away' },
] as const;

const KINDS: ReadonlySet<string> = new Set(['borough', 'neighbourhood', 'pcn', 'practice']);

function PlaceChoice({ board: { places, place } }: { board: Dashboard }) {
  const name = places.all.find(({ code }) => code === place)?.name ?? place;
  return (
    <FilterBar
      action="/team"
      title="Place"
      submit="Show this place"
      inUse={name === undefined ? [] : [{ text: name, removeHref: '/team' }]}
    >
      <Select
        name="place"
        label="Need in"
        hint="Caseload, work, plans and meetings are the whole team’s."
        value={place ?? ''}
        options={[
          { value: '', text: 'Everywhere that you may see' },
          ...places.all
            .filter(({ kind, closed }) => KINDS.has(kind) && closed === null)
            .map(({ code, name: text }) => ({ value: code, text })),
        ]}
      />
    </FilterBar>
  );
}

function NothingYet({ board }: { board: Dashboard }) {
  if (board.publication === null)
    return (
      <InsetText>
        No list of a practice has been received yet. Who needs your team appears here a minute or two after
        one has.
      </InsetText>
    );
  if (board.need.length > 0) return null;
  return (
    <InsetText>
      {board.place === undefined
        ? 'Nobody in the highest need is in sight of your team: no practice has agreed yet that it may look for people in its list. Its practice manager, or the information governance lead, records that.'
        : 'Nobody in the highest need is in sight of your team in this place.'}
    </InsetText>
  );
}

/** On the home page of those who work in a team: the few numbers that want something today, each opening its list. */
export async function teamSection(visit: Visit, parts: DashboardParts): Promise<VNode | null> {
  if (!maySeeCaseload(visit.by).allowed) return null;
  const { board, name } = await boardOf(visit, parts, { charts: false });
  const today = teamToday(board, parts);
  return (
    <section>
      <Heading level={2}>{name}</Heading>
      <NothingYet board={board} />
      <CountList
        label="What wants your team today"
        counts={today.map(({ n, href, after }) => ({ n, href, text: after }))}
      />
      <ActionList items={[{ text: 'Everything about your team', href: '/team' }]} />
    </section>
  );
}
