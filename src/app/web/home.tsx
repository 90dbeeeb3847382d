import { sql } from 'kysely';
import type { VNode } from 'preact';
import {
  type CaseloadFilter,
  type CaseloadRow,
  caseloadCount,
  caseloadListHref,
  countCaseload,
  countToday,
  duePlansSection,
  dueTimes,
  leadText,
  maySeeCaseload,
  mayVisit,
  ownPage,
  type PlanContent,
  readCaseload,
  readLeads,
  readVisibleCaseload,
  teamSection,
  type UrgentCare,
  urgentCareSection,
  visitedHref,
} from '../../domains/coordination/index.ts';
import {
  type DefectKinds,
  DefectStateTag,
  defectHref,
  maySeeQuality,
  readBoard,
  readLastSearch,
} from '../../domains/defects/index.ts';
import { maySeePlaces, type PlaceTree, placeHref, readPlaces } from '../../domains/directory/index.ts';
import {
  bandMeasure,
  type Measures,
  peopleHref,
  readPlaceNumbers,
  readPublication,
  topNineBands,
} from '../../domains/need/index.ts';
import {
  GoneTag,
  type LakeAccess,
  maySeeImports,
  ownPractice,
  readAgreements,
  readRuns,
  seesPeople,
  visiblePractices,
} from '../../domains/register/index.ts';
import {
  countInbox,
  describeWork,
  maySeeInbox,
  readDesk,
  readInbox,
  type WorkKinds,
  WorkTable,
} from '../../domains/work/index.ts';
import { addDays, formatDay, formatInstant, londonDay } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { readKept } from '../../platform/auth/index.ts';
import {
  allow,
  Card,
  Count,
  CountList,
  counted,
  DataDate,
  EmptyState,
  Heading,
  InsetText,
  opensList,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  UnsavedTexts,
  type Visit,
  type Web,
} from '../../platform/web/index.ts';

/** Where everybody begins: what needs me today. */
export function homeRoutes(
  web: Web,
  parts: {
    readonly measures: Measures;
    readonly kinds: DefectKinds;
    readonly work: WorkKinds;
    readonly plans: PlanContent;
    readonly access: LakeAccess;
    readonly urgentCare: UrgentCare;
  },
): void {
  const { measures, kinds, work, plans, access, urgentCare } = parts;
  web.route({
    method: 'GET',
    url: '/',
    may: () => allow('is signed in'),
    handle: async (visit) => {
      const { role } = visit.by;
      if (role === 'patient' || role === 'carer') return { page: await ownPage(visit, plans, access) };
      const places = await readPlaces(visit.tx);
      const seesTeam = maySeeCaseload(visit.by).allowed;
      // Who works in urgent care has no practice's people, and sees who comes.
      const urgent = await urgentCareSection(visit, urgentCare);
      const sections = [
        urgent,
        maySeeInbox(visit.by).allowed ? await inboxSection(visit, work) : null,
        seesTeam ? await workSection(visit) : null,
        urgent === null && mayVisit(visit.by).allowed ? await regularCareSection(visit) : null,
        seesTeam ? await teamSection(visit, { measures, kinds: work, plans }) : await duePlansSection(visit),
        maySeeQuality(visit.by).allowed ? await qualitySection(visit, kinds) : null,
        seesTeam ? null : await numbersSection(visit, places, measures),
        urgent === null && (role === 'gp' || role === 'practice_nurse') ? await practiceSection(visit) : null,
        role === 'practice_manager' || role === 'ig_lead' ? await agreementsSection(visit) : null,
        role === 'ig_lead' ? await auditSection(visit) : null,
        maySeeImports(visit.by).allowed ? await importsSection(visit) : null,
      ];
      const page = (
        <Page title="Home" chrome={visit.chrome}>
          <UnsavedTexts kept={await readKept(visit.tx, visit.by)} chrome={visit.chrome} />
          <PageHeading caption={formatDay(londonDay(visit.now))}>What needs you today</PageHeading>
          {sections}
        </Page>
      );
      return { page };
    },
  });
}

const WORK_SHOWN = 5;

/** The top of the inbox: what is loudest, for the person; where they have nothing, what their team has. */
async function inboxSection(visit: Visit, kinds: WorkKinds): Promise<VNode> {
  const { tx, by, now } = visit;
  const desk = await readDesk(tx, by, now);
  const hidden = kinds.hiddenFrom(by);
  const own = { accounts: [by.account, ...desk.covers.map(({ account }) => account)] };
  const mine = await countInbox(tx, own, now, hidden);
  const team = desk.teams[0];
  const showsTeam = mine.length === 0 && team !== undefined;
  const of = showsTeam ? { team: team.team } : own;
  const counts = showsTeam ? await countInbox(tx, of, now, hidden) : mine;
  const sum = (rows: typeof counts) => rows.reduce((total, { n }) => total + n, 0);
  const rows = await readInbox(tx, of, { hidden }, { now, page: 1, rows: WORK_SHOWN });
  const people = rows.flatMap((row) => (row.personId === null ? [] : [row.subjectId]));
  if (people.length > 0)
    await writeAudit(tx, { action: 'work.listed', purpose: 'is signed in', detail: { people } });
  const all = sum(counts);
  const late = sum(counts.filter((row) => row.late));
  const href = showsTeam ? '/work?of=team' : '/work?of=me';
  return (
    <section>
      <Heading level={2}>{showsTeam ? 'Your team’s work' : 'Your work'}</Heading>
      {rows.length === 0 ? (
        <p>
          Nothing is waiting for you. <a href="/work">What comes here</a>
        </p>
      ) : (
        <>
          <p>
            <Count n={all} opens={opensList(all, href)} after=" open" />
            {', '}
            <Count n={late} opens={opensList(late, `${href}&late=yes`)} after=" late" />.
          </p>
          <WorkTable
            visit={visit}
            kinds={kinds}
            rows={rows}
            said={await describeWork(tx, kinds, rows)}
            view={showsTeam ? 'team' : 'me'}
          />
        </>
      )}
    </section>
  );
}

/** Who is to be visited today, and the way to the checks that people with severe mental illness are due. */
async function regularCareSection(visit: Visit): Promise<VNode> {
  const { due, missed } = await countToday(visit.tx, londonDay(visit.now));
  return (
    <section>
      <Heading level={2}>Visits and checks</Heading>
      <SummaryList
        rows={[
          {
            key: 'Visits to people who cannot come',
            value: (
              <>
                <Count n={due} opens={opensList(due, visitedHref({ which: 'due' }))} after=" today" />
                {', '}
                <Count
                  n={missed}
                  opens={opensList(missed, visitedHref({ which: 'missed' }))}
                  after=" of them missed"
                />
                {'. '}
                <a href="/in-reach">See the route</a>
              </>
            ),
          },
          {
            key: 'Physical health checks in severe mental illness',
            value: <a href="/smi">See whose are due or overdue</a>,
          },
          {
            key: 'People with a long-term condition who are not seen',
            value: <a href="/outreach">Reach out to them</a>,
          },
        ]}
      />
    </section>
  );
}

async function workSection(visit: Visit): Promise<VNode> {
  const { tx, by, now } = visit;
  const team = by.team ?? 0;
  const today = londonDay(visit.now);
  const soon = addDays(today, 7);
  const everybody = by.role === 'int_lead';
  const rows = await readCaseload(tx, everybody ? { team } : { team, lead: by.account });
  const isPressing = (row: CaseloadRow) => row.state === 'escalated' || row.leadLeft || row.due <= today;
  const pressing = rows.filter(isPressing);
  const coming = rows.filter((row) => !isPressing(row) && row.due <= soon);
  const of = everybody ? 'team' : 'me';
  const counts = await countCaseload(tx, team, now);
  const chip = (text: string, asked: CaseloadFilter) => ({
    text,
    href: caseloadListHref({ of, ...asked }),
    n: caseloadCount(counts, everybody ? asked : { ...asked, lead: by.account }),
  });
  const chips = [
    chip('on it', {}),
    ...dueTimes.slice(0, 3).map(({ id, title }) => chip(title.toLowerCase(), { due: id })),
    ...(everybody ? [chip('without a lead', { lead: 'nobody' })] : []),
  ];
  const leads = await readLeads(tx, team);
  const own = leads.find(({ account }) => account === by.account);
  return (
    <section>
      <Heading level={2}>{everybody ? 'Your team’s caseload' : 'Your caseload'}</Heading>
      {rows.length === 0 ? (
        <EmptyState
          title="Nobody is on it yet"
          actions={[{ text: 'Find people in the top 9% of need', href: '/people?top=9' }]}
        >
          <p>Open somebody’s page to see why they rank so high, and take them on.</p>
        </EmptyState>
      ) : (
        <>
          <CountList label="How much there is" counts={chips} />
          <DueTable rows={[...pressing, ...coming].slice(0, 10)} leads={everybody} today={today} />
        </>
      )}
      {own?.capacity !== null && own !== undefined && (
        <p>
          {'You have room for '}
          <Count n={Math.max(0, own.capacity - own.open)} opens={{ closed: 'no_people' }} after=" more" />
          {': your capacity is '}
          <Count n={own.capacity} opens={{ closed: 'no_people' }} />.
        </p>
      )}
    </section>
  );
}

function DueTable({ rows, leads, today }: { rows: readonly CaseloadRow[]; leads: boolean; today: string }) {
  if (rows.length === 0) return null;
  return (
    <Table
      caption="Due next"
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Person',
          rowHeader: true,
          cell: (row) => (
            <>
              <a href={`/people/${row.publicId}`}>
                {[row.givenNames, row.familyName].filter((part) => part).join(' ')}
              </a>
              <GoneTag of={row} />
            </>
          ),
        },
        { heading: 'Next step', cell: (row) => row.nextStep },
        {
          heading: 'Due',
          nowrap: true,
          cell: (row) => (
            <>
              {formatDay(row.due)}{' '}
              {row.state === 'escalated' ? (
                <Tag colour="red">Escalated</Tag>
              ) : (
                row.due < today && <Tag colour="orange">Overdue</Tag>
              )}
            </>
          ),
        },
        ...(leads
          ? [{ heading: 'Lead', unknown: 'The team', cell: (row: CaseloadRow) => leadText(row) }]
          : []),
      ]}
    />
  );
}

const ROWS_SHOWN = 10;

/** For a practice's clinicians: whom of their people a team coordinates, and what it does next. */
async function practiceSection(visit: Visit): Promise<VNode> {
  const rows = await readVisibleCaseload(visit.tx, ROWS_SHOWN);
  return (
    <section>
      <Heading level={2}>People whose care is coordinated</Heading>
      {rows.length === 0 ? (
        <InsetText>
          The neighbourhood team coordinates nobody’s care in your practice at the moment.
        </InsetText>
      ) : (
        <DueTable rows={rows} leads today={londonDay(visit.now)} />
      )}
    </section>
  );
}

/** The place that somebody works for, in three numbers, each leading on. */
async function numbersSection(visit: Visit, places: PlaceTree, measures: Measures): Promise<VNode | null> {
  if (!maySeePlaces(visit.by).allowed) return null;
  const publication = await readPublication(visit.tx);
  const place = places.all.find(({ code }) => code === visit.by.organisation);
  if (!publication || !place) {
    return (
      <section>
        <Heading level={2}>Your place</Heading>
        <InsetText>
          {publication
            ? 'The place that you work for is not in the directory yet.'
            : 'No list has been received yet. Numbers appear here when a delivery has been imported.'}
        </InsetText>
      </section>
    );
  }
  const visible = new Set(await visiblePractices(visit.tx, visit.by));
  const frailty = bandMeasure(measures.frailty.id);
  const shown = ['registered', 'need', frailty];
  const numbers = await readPlaceNumbers(visit.tx, publication, places, [place], visible, shown);
  const opens = seesPeople(visit.by.role);
  const cards = [
    { label: 'people registered', number: numbers.of(place, 'registered', 'all'), filter: {} },
    {
      label: 'in the top 9% of need',
      number: numbers.sum(place, 'need', topNineBands(measures.ranking)),
      filter: { top: 9 },
    },
    {
      label: 'severely frail',
      number: numbers.of(place, frailty, 'severe'),
      filter: { frailty: 'severe' },
    },
  ];
  return (
    <section>
      <Heading level={2}>
        <a href={placeHref(place)}>{place.name}</a>
      </Heading>
      <ul class="app-numbers">
        {cards.map(({ label, number, filter }) => {
          const href = peopleHref({ place: place.code, ...filter });
          const closed = !opens || !number.exact ? 'published' : number.people === 0 ? 'nobody' : undefined;
          return (
            <li key={label} {...counted(number.people ?? undefined, closed)}>
              <Card
                heading={`${number.people === null ? 'Hidden' : new Intl.NumberFormat('en-GB').format(number.people)} ${label}`}
                headingSize="s"
                headingLevel={3}
                {...(closed === undefined ? { href, clickable: true } : {})}
              />
            </li>
          );
        })}
      </ul>
      <DataDate date={publication.asOf} stale={measures.isStale(publication.asOf, londonDay(visit.now))} />
    </section>
  );
}

async function agreementsSection(visit: Visit): Promise<VNode> {
  const isManager = visit.by.role === 'practice_manager';
  const own = isManager ? await ownPractice(visit.tx, visit.by) : null;
  const theirs = own === null ? [] : [own];
  const agreements = await readAgreements(visit.tx, isManager ? theirs : null);
  const shown = agreements.slice(0, 10);
  return (
    <section>
      <Heading level={2}>Agreements to find people for care</Heading>
      {shown.length === 0 ? (
        <InsetText>
          No practice has agreed that a neighbourhood team may look for people in its list.
        </InsetText>
      ) : (
        <Table
          caption="Agreements, the first to end first"
          hideCaption
          compact
          responsive
          rows={shown}
          columns={[
            { heading: 'Practice', rowHeader: true, cell: (row) => row.practice },
            { heading: 'Team', cell: (row) => row.team },
            { heading: 'Purpose', cell: (row) => row.purpose },
            { heading: 'Assurance', unknown: 'Not recorded', cell: (row) => row.assurance },
            {
              heading: 'Ends',
              nowrap: true,
              unknown: 'No end',
              cell: (row) => row.ends && formatDay(londonDay(new Date(row.ends.getTime() - 1))),
            },
          ]}
        />
      )}
      {agreements.length > shown.length && <p>{`${agreements.length} in all.`}</p>}
    </section>
  );
}

async function auditSection(visit: Visit): Promise<VNode> {
  const counts = await sql<{ looks: number; exports: number; refused: number }>`
    select count(*) filter (where action like 'person.%') as looks,
           count(*) filter (where action like '%.exported') as exports,
           count(*) filter (where outcome = 'refused') as refused
      from audit.entry where at > now() - interval '24 hours'`.execute(visit.tx);
  const { looks = 0, exports = 0, refused = 0 } = counts.rows[0] ?? {};
  // Entries of the audit, which reading it makes more of: they count nobody.
  const entries = (n: number) => <Count n={Number(n)} opens={{ closed: 'no_people' }} />;
  return (
    <section>
      <Heading level={2}>The last 24 hours</Heading>
      <SummaryList
        rows={[
          { key: 'Records opened', value: entries(looks) },
          { key: 'Lists and rows downloaded', value: entries(exports) },
          { key: 'Refused', value: entries(refused) },
        ]}
      />
      <p>
        <a href="/audit">Read the audit</a>
      </p>
    </section>
  );
}

/** For those who answer for data: what is wrong with it, the most urgent first. */
async function qualitySection(visit: Visit, kinds: DefectKinds): Promise<VNode | null> {
  if ((await readLastSearch(visit.tx)) === null) return null;
  const rows = await readBoard(visit.tx, visit.by);
  return (
    <section>
      <Heading level={2}>Data to be mended</Heading>
      {rows.length === 0 ? (
        <p>
          The last search found nothing wrong. <a href="/quality">Data quality</a>
        </p>
      ) : (
        <>
          <Table
            caption="Defects, the most urgent first"
            hideCaption
            compact
            responsive
            rows={rows.slice(0, 5)}
            columns={[
              {
                heading: 'Defect',
                rowHeader: true,
                cell: (row) => (
                  <a href={defectHref(row.id)}>{`${kinds.kind(row.kind).title}, ${row.practice}`}</a>
                ),
              },
              { heading: 'What was found', cell: (row) => row.says },
              { heading: 'State', cell: (row) => <DefectStateTag row={row} now={visit.now} /> },
            ]}
          />
          <p>
            <a href="/quality">
              {rows.length > 5
                ? `See all ${rows.length} on the data-quality board`
                : 'See the data-quality board'}
            </a>
          </p>
        </>
      )}
    </section>
  );
}

async function importsSection(visit: Visit): Promise<VNode> {
  const [last] = await readRuns(visit.tx, 1);
  return (
    <section>
      <Heading level={2}>Data</Heading>
      {last ? (
        <p>
          <a href={`/imports/${last.run_id}`}>{`Import ${last.run_id}`}</a>
          {`, ${formatInstant(last.started_at)}: ${last.state}. ${new Intl.NumberFormat('en-GB').format(last.loaded)} rows loaded, ${new Intl.NumberFormat('en-GB').format(last.quarantined)} to be mended.`}
        </p>
      ) : (
        <p>
          Nothing has been imported yet. <a href="/imports">Import files</a>
        </p>
      )}
    </section>
  );
}
