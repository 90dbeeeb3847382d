import type { VNode } from 'preact';
import { formatDay, type PlainDate } from '../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  Count,
  CsrfField,
  DataDate,
  Details,
  EmptyState,
  FilterBar,
  Heading,
  opensList,
  Page,
  PageHeading,
  Pagination,
  PeopleCounted,
  Refused,
  Select,
  Table,
  TextInput,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { listName, personHref } from '../../register/index.ts';
import type { ContinuityContent } from './continuity.ts';
import {
  CONTINUITY_ROWS_A_PAGE,
  type Continuity,
  type ContinuityFilter,
  type ContinuityPerson,
  EVERYBODY,
  type PracticeContinuity,
  type Share,
  shares,
} from './read-continuity.ts';
import type { GpList } from './read-named.ts';

const GROUPED = new Intl.NumberFormat('en-GB');
const PERCENT = new Intl.NumberFormat('en-GB', { style: 'percent' });

export const shareWords: Readonly<Record<Share, string>> = {
  none: 'None of them',
  some: 'Fewer than half',
  most: 'Half or more',
};

/** A band of the need ranking, in the order and words of content; `unranked` for who is in none. */
export interface NeedBand {
  readonly id: string;
  readonly title: string;
}

/** The address of the list of people, filtered. */
export function continuityHref(filter: Partial<ContinuityFilter> & { page?: number }, file = ''): string {
  const query = new URLSearchParams();
  if (filter.gp != null) query.set('gp', String(filter.gp));
  if (filter.need != null) query.set('need', filter.need);
  if (filter.share != null) query.set('share', filter.share);
  if (filter.another) query.set('another', 'yes');
  if (filter.page && filter.page > 1) query.set('page', String(filter.page));
  const text = query.toString();
  return `/named-gps/people${file}${text === '' ? '' : `?${text}`}`;
}

interface Group {
  readonly title: string;
  readonly filter: Partial<ContinuityFilter>;
  readonly of: Continuity;
}

/** How well people know their named GP: by GP and by need, each number the list of exactly those people. */
export function ContinuitySection(props: {
  readonly gps: readonly GpList[];
  readonly bands: readonly NeedBand[];
  readonly continuity: PracticeContinuity;
  readonly content: ContinuityContent;
  readonly stale: boolean;
}): VNode {
  const { gps, bands, continuity, content, stale } = props;
  const { all, byGp, byNeed, asOf, another } = continuity;
  if (asOf === null)
    return (
      <section aria-labelledby="continuity">
        <Heading level={2} id="continuity">
          How often people see their named GP
        </Heading>
        <EmptyState title="Nobody’s appointments say whom they saw">
          <p>
            {`This counts people with ${content.least_contacts} appointments or more with a GP in ${content.months} months. It needs the practice’s appointments, and in the place pack, under the word practitioners, how they name each GP.`}
          </p>
        </EmptyState>
      </section>
    );
  const total: Group = { title: 'Everybody', filter: {}, of: all };
  const ofGps = gps.flatMap(({ gp, name }): Group[] => {
    const of = byGp.get(gp);
    return of ? [{ title: name, filter: { gp }, of }] : [];
  });
  const ofNeed = bands.flatMap(({ id, title }): Group[] => {
    const of = byNeed.get(id);
    return of ? [{ title, filter: { need: id }, of }] : [];
  });
  return (
    <section aria-labelledby="continuity">
      <Heading level={2} id="continuity">
        How often people see their named GP
      </Heading>
      <DataDate date={asOf} stale={stale} />
      <p>
        <strong>{PERCENT.format(all.slicc)}</strong>
        {` of somebody’s appointments with a GP are with their named GP, on average. ${PERCENT.format(all.upc)} are with the GP whom they see most.`}
      </p>
      {another > 0 && (
        <p>
          <Count n={another} opens={{ href: continuityHref({ another: true }) }} after=" people" />
          {` see another GP of the practice for more than ${PERCENT.format(content.seen_most_above)} of their appointments. `}
          <a href="/named-gps/whom-they-see">Make that GP their named GP</a>
        </p>
      )}
      <Groups caption="By named GP" first="Named GP" rows={[...ofGps, total]} />
      {ofNeed.length > 0 && <Groups caption="By need" first="Need" rows={[...ofNeed, total]} />}
      <Details summary="How this is worked out">
        <p>
          {`Appointments that people came to in the ${content.months} months to ${formatDay(asOf)}, at this practice, with a GP whom the place pack names. Appointments with nurses and others do not count. People with fewer than ${content.least_contacts} are left out: of them nothing can be said.`}
        </p>
        <p>
          With the named GP is the SLICC (St Leonard’s) index; with whom they see most, the UPC (usual
          provider of care); COC is the Bice-Boxerman index, nought when nobody is seen twice. Each is the
          average over people.
        </p>
        <p>{content.source}</p>
      </Details>
    </section>
  );
}

function Groups({ caption, first, rows }: { caption: string; first: string; rows: readonly Group[] }) {
  return (
    <Table
      caption={caption}
      captionSize="s"
      compact
      responsive
      rows={rows}
      columns={[
        { heading: first, rowHeader: true, cell: ({ title }) => title },
        {
          heading: 'People',
          numeric: true,
          cell: ({ of, filter }) => (
            <Count n={of.people} opens={opensList(of.people, continuityHref(filter))} />
          ),
        },
        { heading: 'With named GP', numeric: true, cell: ({ of }) => PERCENT.format(of.slicc) },
        { heading: 'With whom they see most', numeric: true, cell: ({ of }) => PERCENT.format(of.upc) },
        { heading: 'COC', numeric: true, cell: ({ of }) => of.coc.toFixed(2) },
        ...shares.map((share) => ({
          heading: shareWords[share],
          numeric: true,
          cell: ({ of, filter }: Group) => (
            <Count n={of[share]} opens={opensList(of[share], continuityHref({ ...filter, share }))} />
          ),
        })),
      ]}
    />
  );
}

/** People of the practice with which GPs they see, whom their named GP sees least first. */
export function ContinuityPeoplePage(props: {
  readonly visit: Visit;
  readonly gps: readonly GpList[];
  readonly bands: readonly NeedBand[];
  readonly filter: ContinuityFilter;
  readonly page: number;
  readonly people: readonly ContinuityPerson[];
  readonly total: number;
}) {
  const { visit, gps, bands, filter, page, people, total } = props;
  const pages = Math.ceil(total / CONTINUITY_ROWS_A_PAGE);
  return (
    <Page
      title="How often people see their named GP"
      chrome={visit.chrome}
      back={{ text: 'Back to named GPs', href: '/named-gps#continuity' }}
    >
      <PageHeading caption="Named GPs">How often people see their named GP</PageHeading>
      <FilterBar action="/named-gps/people" clearHref={continuityHref(EVERYBODY)}>
        <Select
          name="gp"
          label="Named GP"
          value={filter.gp === null ? '' : String(filter.gp)}
          options={[
            { value: '', text: 'Any' },
            ...gps.map(({ gp, name }) => ({ value: String(gp), text: name })),
          ]}
        />
        <Select
          name="share"
          label="How many appointments with them"
          value={filter.share ?? ''}
          options={[
            { value: '', text: 'Any' },
            ...shares.map((share) => ({ value: share, text: shareWords[share] })),
          ]}
        />
        <Select
          name="need"
          label="Need"
          value={filter.need ?? ''}
          options={[
            { value: '', text: 'Any' },
            ...bands.map(({ id, title }) => ({ value: id, text: title })),
          ]}
        />
        <Select
          name="another"
          label="Sees another GP more"
          value={filter.another ? 'yes' : ''}
          options={[
            { value: '', text: 'All' },
            { value: 'yes', text: 'Only who does' },
          ]}
        />
      </FilterBar>
      <PeopleCounted total={total} page={page} pageCount={pages} />
      {total === 0 ? (
        <p>Nobody is on this list. Ask for fewer things above.</p>
      ) : (
        <>
          <Table
            caption="People, whom their named GP sees least first"
            hideCaption
            compact
            responsive
            total={total}
            rows={people}
            columns={[
              {
                heading: 'Name',
                rowHeader: true,
                cell: (row) => <a href={personHref(row.publicId)}>{listName(row)}</a>,
              },
              { heading: 'Named GP', unknown: 'Nobody', cell: (row) => row.gp },
              { heading: 'Appointments with a GP', numeric: true, cell: (row) => row.contacts },
              { heading: 'With the named GP', numeric: true, cell: (row) => row.withOwn },
              { heading: 'Sees most', cell: (row) => `${row.sees} (${row.seen})` },
              {
                heading: 'Change',
                hideHeading: true,
                cell: (row) => (
                  <a href={`${personHref(row.publicId)}/named-gp`}>
                    Change<span class="nhsuk-u-visually-hidden"> the named GP of {listName(row)}</span>
                  </a>
                ),
              },
            ]}
          />
          <Pagination page={page} pageCount={pages} href={(to) => continuityHref({ ...filter, page: to })} />
          <p>
            <ButtonLink href={continuityHref(filter, '.csv')} variant="secondary" small>
              Download this list as CSV
            </ButtonLink>{' '}
            <span class="nhsuk-hint">The download is noted in the audit.</span>
          </p>
        </>
      )}
    </Page>
  );
}

/** Asks whether everybody who sees another GP more gets that GP. */
export function WhomTheySeePage(props: {
  readonly visit: Visit;
  readonly people: number;
  readonly content: ContinuityContent;
  readonly typed: Typed;
}) {
  const { visit, people, content, typed } = props;
  return (
    <Page
      title="Give people the GP whom they see"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to named GPs', href: '/named-gps#continuity' }}
    >
      <PageHeading caption="Named GPs">Give people the GP whom they see</PageHeading>
      <Refused typed={typed} />
      {people === 0 ? (
        <p>Nobody sees another GP of the practice more than their named GP.</p>
      ) : (
        <>
          <p>
            <a href={continuityHref({ another: true })}>
              {people === 1 ? '1 person' : `${GROUPED.format(people)} people`}
            </a>
            {` had more than ${PERCENT.format(content.seen_most_above)} of their appointments with one other GP who works here. That GP becomes their named GP.`}
          </p>
          <p>
            Who was given their named GP by hand keeps them. You can undo this, and people see the change on
            their own page at once.
          </p>
          <form method="post" action="/named-gps/whom-they-see" novalidate>
            <CsrfField token={visit.chrome.csrfToken} />
            <TextInput
              name="reason"
              label="Why?"
              hint="For example: the partners agreed to it"
              errors={typed.errors}
              value={typed.fields.reason}
            />
            <Button preventDoubleClick>Make them their named GP</Button>
          </form>
        </>
      )}
    </Page>
  );
}

/** In a line, on a person's page: how often they saw their named GP. */
export function continuityLine(
  of: { contacts: number; withOwn: number; asOf: PlainDate },
  { months }: ContinuityContent,
): string {
  return `${of.withOwn} of ${of.contacts} appointments with a GP were with them, in the ${months} months to ${formatDay(of.asOf)}`;
}
