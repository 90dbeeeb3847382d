import { formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  Page,
  PageHeading,
  Pagination,
  PeopleCounted,
  Table,
  type Visit,
} from '../../../../platform/web/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import { type InReachPathway, type SettingId, settingOf } from '../in-reach-pathway.ts';
import { PEOPLE_A_PAGE, type Visited, type VisitedPerson } from '../read-in-reach.ts';
import { NextVisit, routeHref, siteHref, siteName, visitedHref } from './in-reach-words.tsx';

const TITLES: Readonly<Record<Visited, string>> = {
  due: 'People to visit',
  missed: 'People whose visit was missed',
  done: 'People who were visited',
  all: 'People who are visited regularly',
};

/** Exactly the people whom one number of a route counts. */
export function VisitedPage(props: {
  visit: Visit;
  pathway: InReachPathway;
  which: Visited;
  day: PlainDate;
  setting: SettingId | null;
  site: number | null;
  page: number;
  people: readonly VisitedPerson[];
  total: number;
}) {
  const { visit, pathway, which, day, setting, site, page, people, total } = props;
  const today = londonDay(visit.now);
  const asked = day === today ? {} : { day };
  const [at] = people;
  return (
    <Page
      title={TITLES[which]}
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Visits', href: routeHref({ ...asked, setting }) }]}
    >
      <PageHeading caption={which === 'all' ? undefined : formatDay(day)}>{TITLES[which]}</PageHeading>
      {site !== null && at !== undefined && (
        <p>
          {'At '}
          <a href={siteHref(site, asked.day)}>{siteName(at)}</a>
        </p>
      )}
      <PeopleCounted total={total}>
        {setting !== null && `, ${settingOf(pathway, setting).title.toLowerCase()}`}
      </PeopleCounted>
      {total > 0 && (
        <Table
          total={total}
          caption={`${TITLES[which]}, the earliest visit first`}
          hideCaption
          compact
          responsive
          rows={people}
          columns={[
            {
              heading: 'Name',
              rowHeader: true,
              unknown: 'Not shown: this record is not open to you',
              cell: (who) =>
                who.publicId === null ? null : <a href={personHref(who.publicId)}>{listName(who)}</a>,
            },
            {
              heading: 'Address',
              unknown: 'Not shown or not recorded',
              cell: (who) =>
                (who.address ?? who.postcode) === null ? null : (
                  <a href={siteHref(who.site, who.nextDay > today ? who.nextDay : undefined)}>
                    {siteName(who)}
                  </a>
                ),
            },
            { heading: 'Where', cell: (who) => settingOf(pathway, who.setting).title },
            { heading: 'Next visit', nowrap: true, cell: (who) => <NextVisit who={who} today={today} /> },
            {
              heading: 'Last visit',
              nowrap: true,
              unknown: 'None yet',
              cell: (who) => who.lastDay && formatDay(who.lastDay),
            },
          ]}
        />
      )}
      <Pagination
        page={page}
        pageCount={Math.ceil(total / PEOPLE_A_PAGE)}
        href={(to) => visitedHref({ which, ...asked, setting, site: site ?? undefined, page: to })}
      />
    </Page>
  );
}
