import { addDays, formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  ButtonGroup,
  ButtonLink,
  EmptyState,
  FilterBar,
  Page,
  PageHeading,
  Pagination,
  Select,
  Table,
  Tag,
  type Visit,
} from '../../../../platform/web/index.ts';
import { type InReachPathway, type SettingId, settingOf } from '../in-reach-pathway.ts';
import { type RouteCounts, type RouteSite, SITES_A_PAGE } from '../read-in-reach.ts';
import { routeHref, siteHref, siteName } from './in-reach-words.tsx';

const GROUPED = new Intl.NumberFormat('en-GB');

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
}) {
  const { visit, pathway, day, setting, page, counts, sites, total } = props;
  const today = londonDay(visit.now);
  return (
    <Page title="Visits" chrome={visit.chrome}>
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
        <strong>{`${GROUPED.format(counts.due)} to visit`}</strong>
        {`, ${GROUPED.format(counts.missed)} of them missed; ${GROUPED.format(counts.done)} visited. `}
        {`${GROUPED.format(counts.people)} people are visited regularly.`}
      </p>
      {sites.length === 0 ? (
        <Nobody counts={counts} setting={setting} />
      ) : (
        <Sites pathway={pathway} sites={sites} day={day} today={today} />
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
  pathway,
  sites,
  day,
  today,
}: {
  pathway: InReachPathway;
  sites: readonly RouteSite[];
  day: PlainDate;
  today: PlainDate;
}) {
  return (
    <Table
      caption="Where to visit, care homes first, then by postcode"
      hideCaption
      compact
      responsive
      rows={sites}
      columns={[
        {
          heading: 'Address',
          rowHeader: true,
          cell: (site) => <a href={siteHref(site.site, day === today ? undefined : day)}>{siteName(site)}</a>,
        },
        { heading: 'Postcode', nowrap: true, cell: (site) => site.postcode },
        { heading: 'Where', cell: (site) => settingOf(pathway, site.setting).title },
        { heading: 'To visit', numeric: true, cell: (site) => site.due },
        {
          heading: 'Missed',
          unknown: 'None',
          cell: (site) => (site.missed === 0 ? null : <Tag colour="red">{`${site.missed} missed`}</Tag>),
        },
        { heading: 'Visited', numeric: true, cell: (site) => site.done },
        { heading: 'Live there', numeric: true, deskOnly: true, cell: (site) => site.people },
      ]}
    />
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
