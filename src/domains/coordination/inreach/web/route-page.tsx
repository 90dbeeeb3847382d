import { addDays, formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  ContextLink,
  Count,
  CsrfField,
  EmptyState,
  FilterBar,
  Heading,
  NotificationBanner,
  opensList,
  Page,
  PageHeading,
  Pagination,
  Refused,
  Select,
  Table,
  Tag,
  Textarea,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { DayBoxes, type RowAddresses } from '../../../work/index.ts';
import { type InReachPathway, type SettingId, settingOf } from '../in-reach-pathway.ts';
import { type RouteCounts, type RouteSite, SITES_A_PAGE, type Visited } from '../read-in-reach.ts';
import { routeHref, siteHref, siteName, visitedHref } from './in-reach-words.tsx';

/** The route of a day: where somebody is to be visited, with how many; a building opens the round there. */
export function RoutePage(props: {
  visit: Visit;
  pathway: InReachPathway;
  day: PlainDate;
  setting: SettingId | null;
  page: number;
  counts: RouteCounts;
  sites: readonly RouteSite[];
  total: number;
  at: RowAddresses;
  /** The row in which a round is being moved. */
  opened: { readonly row: number; readonly typed: Typed } | null;
  /** The place whose round was moved just now. */
  moved: { readonly address: string | null; readonly postcode: string | null } | null;
}) {
  const { visit, pathway, day, setting, page, counts, sites, total, at, opened, moved } = props;
  const today = londonDay(visit.now);
  const number = (which: Visited, n: number, after: string) => {
    const of = { which, setting, ...(day === today ? {} : { day }) };
    return <Count n={n} opens={opensList(n, visitedHref(of))} after={after} />;
  };
  return (
    <Page title="Visits" chrome={visit.chrome} errors={opened?.typed.errors}>
      {moved !== null && (
        <NotificationBanner variant="success" text={`The round at ${siteName(moved)} was moved`} />
      )}
      {opened !== null && !sites.some(({ site }) => site === opened.row) && <Refused typed={opened.typed} />}
      <PageHeading caption={formatDay(day)}>{day === today ? 'Visits today' : 'Visits'}</PageHeading>
      <ButtonGroup>
        <ButtonLink href={routeHref({ day: addDays(day, -1), setting })} variant="secondary" small>
          Day before
        </ButtonLink>
        {day !== today && (
          <ButtonLink href={routeHref({ setting })} variant="secondary" small>
            Today
          </ButtonLink>
        )}
        <ButtonLink href={routeHref({ day: addDays(day, 1), setting })} variant="secondary" small>
          Day after
        </ButtonLink>
      </ButtonGroup>
      <FilterBar
        action="/in-reach"
        keep={day === today ? {} : { day }}
        inUse={
          setting === null
            ? []
            : [{ text: settingOf(pathway, setting).title, removeHref: routeHref({ day, setting: null }) }]
        }
      >
        <Select
          name="setting"
          label="Where"
          value={setting ?? ''}
          options={[
            { value: '', text: 'Anywhere' },
            { value: 'care_home', text: settingOf(pathway, 'care_home').title },
            { value: 'housebound', text: settingOf(pathway, 'housebound').title },
          ]}
        />
      </FilterBar>
      <p class="app-list-summary">
        <strong>{number('due', counts.due, ' to visit')}</strong>
        {', '}
        {number('missed', counts.missed, ' of them missed')}
        {'; '}
        {number('done', counts.done, ' visited')}
        {'. '}
        {number('all', counts.people, ' people are visited regularly')}.
      </p>
      {sites.length === 0 ? (
        <Nobody counts={counts} setting={setting} />
      ) : (
        <Sites {...{ visit, pathway, sites, day, today, at, opened }} />
      )}
      <Pagination
        page={page}
        pageCount={Math.ceil(total / SITES_A_PAGE)}
        href={(to) => routeHref({ day, setting, page: to })}
      />
      {counts.due > 0 && (
        <p>
          <ButtonLink href={routeHref({ day, setting }, '/route.pdf')} variant="secondary" small>
            Route to print (PDF)
          </ButtonLink>{' '}
          <span class="nhsuk-hint">It names people. The download is noted in the audit.</span>
        </p>
      )}
    </Page>
  );
}

function Sites({
  visit,
  pathway,
  sites,
  day,
  today,
  at,
  opened,
}: {
  visit: Visit;
  at: RowAddresses;
  opened: { readonly row: number; readonly typed: Typed } | null;
  pathway: InReachPathway;
  sites: readonly RouteSite[];
  day: PlainDate;
  today: PlainDate;
}) {
  const number = ({ site, setting, ...of }: RouteSite, which: Visited, n: number, after?: string) => (
    <Count
      n={n}
      opens={opensList(n, visitedHref({ which, site, setting, ...(day === today ? {} : { day }) }))}
      {...(after === undefined ? { of: ` people at ${siteName(of)}` } : { after })}
    />
  );
  return (
    <Table
      caption="Where to visit, care homes first, then by postcode"
      hideCaption
      compact
      responsive
      rows={sites}
      below={(site) =>
        opened?.row === site.site && (
          <MoveInRow visit={visit} site={site} day={day} at={at} typed={opened.typed} />
        )
      }
      columns={[
        {
          heading: 'Address',
          rowHeader: true,
          cell: (site) => <a href={siteHref(site.site, day === today ? undefined : day)}>{siteName(site)}</a>,
        },
        { heading: 'Postcode', nowrap: true, cell: (site) => site.postcode },
        { heading: 'Where', cell: (site) => settingOf(pathway, site.setting).title },
        { heading: 'To visit', numeric: true, cell: (site) => number(site, 'due', site.due) },
        {
          heading: 'Missed',
          unknown: 'None',
          cell: (site) =>
            site.missed === 0 ? null : (
              <Tag colour="red">{number(site, 'missed', site.missed, ' missed')}</Tag>
            ),
        },
        { heading: 'Visited', numeric: true, cell: (site) => number(site, 'done', site.done) },
        {
          heading: 'Do',
          unknown: 'Nobody left to visit',
          cell: (site) =>
            site.due === 0 ? null : (
              <ul class="app-row-acts">
                <li>
                  <ContextLink
                    text="Record"
                    context={`the visits at ${siteName(site)}`}
                    href={siteHref(site.site, day === today ? undefined : day)}
                  />
                </li>
                <li>
                  <ContextLink
                    text="Put off"
                    context={`the round at ${siteName(site)}`}
                    href={at.open(site.site, 'move')}
                  />
                </li>
              </ul>
            ),
        },
        {
          heading: 'Live there',
          numeric: true,
          deskOnly: true,
          cell: (site) => number(site, 'all', site.people),
        },
      ]}
    />
  );
}

/** Moving the round of a place to another day, in its row. */
function MoveInRow(props: { visit: Visit; site: RouteSite; day: PlainDate; at: RowAddresses; typed: Typed }) {
  const { visit, site, day, at, typed } = props;
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">{`Put off: the round at ${siteName(site)}`}</Heading>
      <Refused typed={typed} />
      <form method="post" action={at.send(`/in-reach/sites/${site.site}/move`)} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="from" value={day} />
        <DayBoxes
          name="to"
          label="To which day?"
          hint="Of everybody who is to be visited there. In a care home the next rounds follow on that weekday."
          typed={typed}
          suggested={addDays(londonDay(visit.now), 1)}
        />
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          rows={2}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <ButtonGroup>
          <Button preventDoubleClick>Put off</Button>
          <a href={at.left}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}

function Nobody({ counts, setting }: { counts: RouteCounts; setting: SettingId | null }) {
  if (counts.people === 0)
    return (
      <EmptyState title="Nobody is visited regularly" actions={[{ text: 'Find people', href: '/people' }]}>
        <p>
          People appear here by themselves when their record says that they live in a care home or are
          housebound, and you may see them.
        </p>
      </EmptyState>
    );
  return (
    <EmptyState
      title="Nobody is to be visited on this day"
      actions={
        counts.nextDay === null
          ? []
          : [
              {
                text: `Next visits: ${formatDay(counts.nextDay)}`,
                href: routeHref({ day: counts.nextDay, setting }),
              },
            ]
      }
    >
      <p>Rounds are on working days, and each place keeps its weekday.</p>
    </EmptyState>
  );
}
