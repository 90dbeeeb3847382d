import { formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  Count,
  DataDate,
  EmptyState,
  FilterBar,
  Heading,
  InsetText,
  opensList,
  Page,
  PageHeading,
  Pagination,
  PeopleCounted,
  Select,
  Table,
  Tag,
  type Visit,
} from '../../../../platform/web/index.ts';
import { topPercent } from '../../../need/index.ts';
import { GoneTag, listName, personHref } from '../../../register/index.ts';
import {
  belowBegin,
  type LatestWork,
  type OpenedBegin,
  type RowAddresses,
  WhoHasIt,
  type WorkInList,
} from '../../../work/index.ts';
import { type Attempt, groups, isSeenSince, type Line } from '../attempt.ts';
import type { OutreachPathway } from '../outreach-pathway.ts';
import { OUTREACH_ROWS_A_PAGE, type OutreachFilter, type OutreachPerson } from '../read-outreach.ts';
import { groupWords, outcomeWords, outreachHref } from './outreach-words.ts';

const TITLE = 'Outreach';
const CAPTION = 'People who do not come';

interface OutreachProps {
  readonly visit: Visit;
  readonly pathway: OutreachPathway;
  readonly filter: OutreachFilter;
  readonly page: number;
  readonly people: readonly OutreachPerson[];
  readonly total: number;
  readonly figures: {
    readonly asOf: PlainDate;
    readonly stale: boolean;
    readonly register: { readonly people: number; readonly untried: number };
    readonly lines: readonly Line[];
  };
  /** What can be done in the rows. */
  readonly rows: {
    /** The latest outreach that is measured, by person. */
    readonly attempts: ReadonlyMap<number, Attempt>;
    readonly latest: ReadonlyMap<number, LatestWork>;
    readonly work: WorkInList;
    readonly at: RowAddresses;
    readonly mayBegin: boolean;
    readonly opened: OpenedBegin | null;
  };
}

/** Before the first refresh that knows of the list. */
export function NoFactsYet({ visit }: { visit: Visit }) {
  return (
    <Page title={TITLE} chrome={visit.chrome}>
      <PageHeading caption={CAPTION}>{TITLE}</PageHeading>
      <EmptyState title="Nothing has been worked out yet">
        <p>Who has not been seen is worked out with the next refresh of the data.</p>
      </EmptyState>
    </Page>
  );
}

/** What outreach came to, each number the list of exactly those people; and below it whom nobody has seen. */
export function OutreachPage(props: OutreachProps) {
  const { visit, filter, page, total, figures, rows } = props;
  const nobody = figures.register.people === 0 && rows.attempts.size === 0;
  const pages = Math.ceil(total / OUTREACH_ROWS_A_PAGE);
  return (
    <Page title={TITLE} chrome={visit.chrome} errors={rows.opened?.typed.errors}>
      {rows.work.done}
      <PageHeading caption={CAPTION}>{TITLE}</PageHeading>
      <DataDate date={figures.asOf} stale={figures.stale} />
      {nobody ? (
        <EmptyState title="Nobody is on this list" actions={[{ text: 'Find people', href: '/people' }]}>
          <p>
            People whom you may see, who have a long-term condition and have not been seen for a year, appear
            here by themselves. You take on to reach out to them, and say what came of it.
          </p>
        </EmptyState>
      ) : (
        <>
          <p>
            People with a long-term condition who came to no appointment for a year and have no contact on
            record. Ask how they are and why they do not come, and say what came of it.{' '}
            <a href={`/definitions/${props.pathway.register}`}>How this list is made</a>
          </p>
          <Figures {...props} />
          <Heading level={2} id="people">
            {listTitle(props)}
          </Heading>
          <Filters {...props} />
          <PeopleCounted total={total} page={page} pageCount={pages} />
          {total > 0 && <People {...props} />}
          <Pagination page={page} pageCount={pages} href={(to) => outreachHref(filter, to)} />
        </>
      )}
    </Page>
  );
}

function listTitle({ pathway, filter }: OutreachProps): string {
  if (filter.of === 'register') return 'Everybody who is not seen';
  if (filter.of === 'untried') return 'Nobody has reached out to them';
  const what = filter.outcome === null ? 'Any outreach' : outcomeWords(pathway, filter.outcome);
  return filter.seen ? `${what}, seen since` : what;
}

function Figures({ pathway, figures }: OutreachProps) {
  const { register, lines, asOf } = figures;
  const words = ({ outcome }: Line) => (outcome === null ? 'All together' : outcomeWords(pathway, outcome));
  const number = (line: Line, seen: boolean) => {
    const n = seen ? line.seen : line.people;
    const href = outreachHref({ of: 'attempts', outcome: line.outcome, seen });
    return (
      <Count
        n={n}
        opens={opensList(n, `${href}#people`)}
        of={` people: ${words(line)}${seen ? ', seen since' : ''}`}
      />
    );
  };
  return (
    <>
      <p>
        <Count
          n={register.people}
          opens={opensList(register.people, `${outreachHref({ of: 'register' })}#people`)}
          after={register.people === 1 ? ' person is not seen' : ' people are not seen'}
        />
        {', '}
        <Count
          n={register.untried}
          opens={opensList(register.untried, `${outreachHref({ of: 'untried' })}#people`)}
          after={` of them with no outreach in the last ${pathway.measured_months} months`}
        />
        .
      </p>
      <Table
        caption={`What outreach came to in the last ${pathway.measured_months} months`}
        captionSize="s"
        compact
        rows={lines}
        columns={[
          {
            heading: 'Latest outreach to each person',
            rowHeader: true,
            cell: (line) =>
              line.within === null ? (
                words(line)
              ) : (
                <span class="nhsuk-u-font-weight-normal">{`– ${words(line)}`}</span>
              ),
          },
          { heading: 'People', numeric: true, cell: (line) => number(line, false) },
          { heading: 'Seen since', numeric: true, cell: (line) => number(line, true) },
        ]}
      />
      <InsetText>
        <p>
          “Seen since”: came to an appointment after the data that put them on this list, is not on it any
          more by the data of {formatDay(asOf)}, and is still on the list of a practice here.
        </p>
        <p>It does not say that outreach was the cause: some would have come anyway.</p>
      </InsetText>
    </>
  );
}

function Filters({ pathway, filter, figures }: OutreachProps) {
  const value =
    filter.of === 'register' ? '' : filter.of === 'untried' ? 'untried' : (filter.outcome ?? 'any');
  const inUse =
    filter.of === 'register'
      ? []
      : [
          {
            text:
              value === 'untried'
                ? 'No outreach yet'
                : value === 'any'
                  ? 'Any outreach'
                  : outcomeWords(pathway, value),
            removeHref: outreachHref(
              filter.of === 'attempts' && filter.seen && value !== 'any'
                ? { ...filter, outcome: null }
                : { of: 'register' },
            ),
          },
          ...(filter.of === 'attempts' && filter.seen
            ? [{ text: 'Seen since', removeHref: outreachHref({ ...filter, seen: false }) }]
            : []),
        ];
  const had = figures.lines.filter(({ within, outcome }) => within !== null || outcome === value);
  const within = (group: string) => had.filter((line) => line.within === group);
  return (
    <FilterBar action="/outreach" inUse={inUse} clearHref="/outreach">
      <Select
        name="outcome"
        label="Outreach"
        value={value}
        options={[
          { value: '', text: 'Everybody who is not seen' },
          { value: 'untried', text: 'None yet' },
          { value: 'any', text: 'Any' },
          ...groups.flatMap((group) => [
            { value: group, text: groupWords[group] },
            ...within(group).flatMap(({ outcome }) =>
              outcome === null ? [] : [{ value: outcome, text: `– ${outcomeWords(pathway, outcome)}` }],
            ),
          ]),
        ]}
      />
      <Select
        name="seen"
        label="Seen since"
        value={filter.of === 'attempts' && filter.seen ? 'yes' : ''}
        options={[
          { value: '', text: 'Does not matter' },
          { value: 'yes', text: 'Yes' },
        ]}
      />
    </FilterBar>
  );
}

function People({ visit, pathway, people, rows, total }: OutreachProps) {
  const rowOf = (person: OutreachPerson) => ({
    visit,
    at: rows.at,
    row: person.personNo,
    about: `outreach to ${listName(person)}`,
    href: (act: string) => `${personHref(person.publicId)}/outreach/${act}`,
  });
  const latestOf = ({ personNo }: OutreachPerson) => rows.latest.get(personNo) ?? null;
  const lastWords = ({ personNo }: OutreachPerson) => {
    const attempt = rows.attempts.get(personNo);
    if (!attempt || attempt.outcome === null || attempt.closedAt === null)
      return `Nobody in the last ${pathway.measured_months} months`;
    return `${outcomeWords(pathway, attempt.outcome)}, ${formatDay(londonDay(attempt.closedAt))}`;
  };
  return (
    <Table
      total={total}
      caption="People, in the order of need"
      hideCaption
      compact
      responsive
      rows={people}
      below={(person) => belowBegin(rowOf(person), rows.opened, latestOf(person), rows.work)}
      columns={[
        {
          heading: 'Name',
          rowHeader: true,
          cell: (person) => (
            <>
              <a href={personHref(person.publicId)}>{listName(person)}</a>
              <GoneTag of={person} />
            </>
          ),
        },
        { heading: 'Practice', deskOnly: true, unknown: 'Not shown', cell: ({ practice }) => practice },
        {
          heading: 'Need',
          unknown: 'Not ranked',
          cell: ({ needBefore }) => (needBefore === null ? null : topPercent(needBefore)),
        },
        {
          heading: 'Outreach',
          cell: (person) => {
            const attempt = rows.attempts.get(person.personNo);
            return (
              <>
                <WhoHasIt
                  {...rowOf(person)}
                  latest={latestOf(person)}
                  work={rows.work}
                  may={rows.mayBegin && person.onRegister}
                  nobody={lastWords(person)}
                />
                {attempt && isSeenSince(pathway, attempt) && <Tag colour="green">Seen since</Tag>}
              </>
            );
          },
        },
      ]}
    />
  );
}
