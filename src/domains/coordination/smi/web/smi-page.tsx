import { londonDay } from '../../../../kernel/index.ts';
import {
  ButtonLink,
  Count,
  DataDate,
  EmptyState,
  FilterBar,
  Heading,
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
import { listName, personHref } from '../../../register/index.ts';
import {
  belowBegin,
  type LatestWork,
  type OpenedBegin,
  type RowAddresses,
  WhoHasIt,
  type WorkInList,
} from '../../../work/index.ts';
import { type CheckStatus, checkStatuses, statusWords } from '../check-status.ts';
import { chasers, SMI_ROWS_A_PAGE, type SmiCounts, type SmiFilter, type SmiPerson } from '../read-smi.ts';
import type { SmiPathway } from '../smi-pathway.ts';
import { chaserWords, smiHref } from './smi-words.tsx';

interface RegisterProps {
  readonly visit: Visit;
  readonly pathway: SmiPathway;
  readonly filter: SmiFilter;
  readonly page: number;
  readonly counts: SmiCounts;
  readonly people: readonly SmiPerson[];
  readonly total: number;
  readonly stale: boolean;
  /** What can be done in the rows. */
  readonly rows: {
    readonly latest: ReadonlyMap<number, LatestWork>;
    readonly work: WorkInList;
    readonly at: RowAddresses;
    readonly mayBegin: boolean;
    readonly opened: OpenedBegin | null;
  };
}

/** The register: how many people stand where, each number the list of exactly those people, and below it the list. */
export function SmiPage(props: RegisterProps) {
  const { visit, counts, filter, page, total } = props;
  const pages = Math.ceil(total / SMI_ROWS_A_PAGE);
  return (
    <Page title="Physical health checks (SMI)" chrome={visit.chrome} errors={props.rows.opened?.typed.errors}>
      {props.rows.work.done}
      <PageHeading caption="People with severe mental illness">Physical health checks</PageHeading>
      <DataDate date={counts.asOf} stale={props.stale} />
      {counts.people === 0 ? (
        <EmptyState title="Nobody is on the register" actions={[{ text: 'Find people', href: '/people' }]}>
          <p>
            People with severe mental illness whom you may see appear here by themselves, with each check and
            who makes sure of it.
          </p>
        </EmptyState>
      ) : (
        <>
          <Counts {...props} />
          <Heading level={2} id="people">
            {listTitle(props)}
          </Heading>
          <Filters {...props} />
          <PeopleCounted total={total} page={page} pageCount={pages} />
          {total > 0 && <People {...props} />}
          <Pagination page={page} pageCount={pages} href={(to) => smiHref({ ...filter, page: to })} />
          {total > 0 && (
            <p>
              <ButtonLink href={smiHref(filter, '.csv')} variant="secondary" small>
                Download this list as CSV
              </ButtonLink>{' '}
              <span class="nhsuk-hint">The download is noted in the audit.</span>
            </p>
          )}
        </>
      )}
    </Page>
  );
}

function listTitle({ pathway, filter }: RegisterProps): string {
  const check = pathway.checks.find(({ id }) => id === filter.check)?.title ?? 'Any check';
  const status = filter.status === null ? null : statusWords[filter.status].toLowerCase();
  const chaser =
    filter.chaser === null ? null : `makes sure of it: ${chaserWords[filter.chaser].toLowerCase()}`;
  if (filter.check === null && status === null) return chaser === null ? 'Everybody' : `Who ${chaser}`;
  return [status === null ? check : `${check} ${status}`, chaser].filter((part) => part).join(', ');
}

function Counts({ pathway, counts, filter }: RegisterProps) {
  const rows = [
    ...pathway.checks.map(({ id, title }) => ({
      check: id as string | null,
      title,
      n: counts.byCheck.get(id),
    })),
    { check: null, title: 'Any of them', n: counts.any },
  ];
  const number = (row: (typeof rows)[number], status: CheckStatus) => {
    const n = row.n?.[status] ?? 0;
    return (
      <Count
        n={n}
        opens={opensList(n, `${smiHref({ check: row.check, status, chaser: null })}#people`)}
        of={` people: ${row.title}, ${statusWords[status]}`}
      />
    );
  };
  return (
    <>
      <Table
        caption="People by check, and where it stands"
        captionSize="s"
        compact
        scrollId="checks"
        rows={rows}
        columns={[
          { heading: 'Check', rowHeader: true, cell: (row) => row.title },
          ...checkStatuses.map((status) => ({
            heading: statusWords[status],
            numeric: true,
            cell: (row: (typeof rows)[number]) => number(row, status),
          })),
        ]}
      />
      <Table
        caption="People by who makes sure of the checks"
        captionSize="s"
        compact
        rows={chasers.filter(
          (each) => counts.byChaser[each] > 0 || each === filter.chaser || each !== 'other',
        )}
        columns={[
          { heading: 'Who', rowHeader: true, cell: (each) => chaserWords[each] },
          {
            heading: 'People',
            numeric: true,
            cell: (each) => (
              <Count
                n={counts.byChaser[each]}
                opens={opensList(
                  counts.byChaser[each],
                  `${smiHref({ check: null, status: null, chaser: each })}#people`,
                )}
                of={` people: ${chaserWords[each]}`}
              />
            ),
          },
        ]}
      />
    </>
  );
}

function Filters({ pathway, filter }: RegisterProps) {
  const inUse = [
    ...(filter.check === null
      ? []
      : [
          {
            text: pathway.checks.find(({ id }) => id === filter.check)?.title ?? filter.check,
            removeHref: smiHref({ ...filter, check: null }),
          },
        ]),
    ...(filter.status === null
      ? []
      : [{ text: statusWords[filter.status], removeHref: smiHref({ ...filter, status: null }) }]),
    ...(filter.chaser === null
      ? []
      : [
          {
            text: `Who: ${chaserWords[filter.chaser].toLowerCase()}`,
            removeHref: smiHref({ ...filter, chaser: null }),
          },
        ]),
  ];
  return (
    <FilterBar action="/smi" inUse={inUse} clearHref="/smi">
      <Select
        name="check"
        label="Check"
        value={filter.check ?? ''}
        options={[
          { value: '', text: 'Any' },
          ...pathway.checks.map(({ id, title }) => ({ value: id, text: title })),
        ]}
      />
      <Select
        name="status"
        label="Where it stands"
        value={filter.status ?? ''}
        options={[
          { value: '', text: 'Any' },
          ...checkStatuses.map((status) => ({ value: status, text: statusWords[status] })),
        ]}
      />
      <Select
        name="chaser"
        label="Who makes sure of it"
        value={filter.chaser ?? ''}
        options={[
          { value: '', text: 'Anybody' },
          ...chasers.map((each) => ({ value: each, text: chaserWords[each] })),
        ]}
      />
    </FilterBar>
  );
}

function People({ visit, pathway, people, rows, total }: RegisterProps) {
  const rowOf = (person: SmiPerson) => ({
    visit,
    at: rows.at,
    row: person.personNo,
    about: `the checks of ${listName(person)}`,
    href: (act: string) => `${personHref(person.publicId)}/smi-chase${act === 'take' ? '' : `/${act}`}`,
  });
  const isDue = ({ checks }: SmiPerson) =>
    checks.some(({ status }) => status === 'overdue' || status === 'due');
  const titles = (person: SmiPerson, status: CheckStatus) => {
    const those = person.checks.filter((each) => each.status === status);
    if (those.length === pathway.checks.length) return `All ${those.length}`;
    return (
      those.map(({ check }) => pathway.checks.find(({ id }) => id === check)?.title ?? check).join(', ') ||
      null
    );
  };
  const today = londonDay(visit.now);
  return (
    <Table
      total={total}
      caption="People on the register, who has most overdue first"
      hideCaption
      compact
      responsive
      rows={people}
      below={(person) =>
        belowBegin(rowOf(person), rows.opened, rows.latest.get(person.personNo) ?? null, rows.work)
      }
      columns={[
        {
          heading: 'Name',
          rowHeader: true,
          cell: (person) => <a href={`${personHref(person.publicId)}#smi`}>{listName(person)}</a>,
        },
        { heading: 'Practice', deskOnly: true, unknown: 'Not shown', cell: (person) => person.practice },
        { heading: 'Overdue', unknown: 'None', cell: (person) => titles(person, 'overdue') },
        { heading: 'Due soon', unknown: 'None', deskOnly: true, cell: (person) => titles(person, 'due') },
        {
          heading: 'Who makes sure of it',
          cell: (person) => (
            <>
              <WhoHasIt
                {...rowOf(person)}
                latest={rows.latest.get(person.personNo) ?? null}
                work={rows.work}
                may={rows.mayBegin && isDue(person)}
                nobody={isDue(person) ? 'Nobody' : 'Nobody needs to'}
              />
              {person.chase?.late ? (
                <Tag colour="red">Escalated</Tag>
              ) : person.chase !== null && londonDay(person.chase.due) <= today ? (
                <Tag colour="orange">Overdue</Tag>
              ) : null}
            </>
          ),
        },
      ]}
    />
  );
}
