import type { ComponentChildren } from 'preact';
import { addDays, formatDay, formatInstant, londonDay } from '../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  Count,
  CsrfField,
  DateInput,
  EmptyState,
  FilterBar,
  type FilterInUse,
  Heading,
  InsetText,
  opensList,
  Page,
  PageHeading,
  Pagination,
  Radios,
  Refused,
  Select,
  SummaryList,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { GoneTag, listName, type Person, personHref } from '../../register/index.ts';
import type { Lead } from '../capacity.ts';
import {
  CASELOAD_PAGE,
  type CaseloadCount,
  type CaseloadFilter,
  caseloadCount,
  caseloadListHref,
  dueTimes,
} from '../caseload-filter.ts';
import { type CaseloadPathway, caseloadStates } from '../caseload-pathway.ts';
import type { CaseloadEvent, CaseloadRow } from '../read-caseload.ts';
import { caseloadHref } from './caseload-href.ts';

function DueTag({ row, today }: { row: CaseloadRow; today: string }) {
  if (row.state === caseloadStates.escalated) return <Tag colour="red">Escalated</Tag>;
  if (row.due < today) return <Tag colour="orange">Overdue</Tag>;
  return row.due === today ? <Tag colour="yellow">Due today</Tag> : null;
}

/** Who leads somebody's care, and whether that has to be mended. Null: nobody but the team. */
export function leadText(row: Pick<CaseloadRow, 'leadName' | 'leadLeft'>) {
  if (!row.leadLeft) return row.leadName;
  return (
    <>
      {row.leadName ?? 'The team'}{' '}
      <Tag colour="red">{row.leadName === null ? 'Lead has left' : 'Has left'}</Tag>
    </>
  );
}

export function CaseloadTable({
  rows,
  today,
  leads,
  opens = true,
  total,
  acts,
  below,
}: {
  rows: readonly CaseloadRow[];
  today: string;
  leads: boolean;
  /** Whether the reader may open an entry. */
  opens?: boolean;
  total?: number;
  /** What can be done with an entry, where it is done in its row. */
  acts?: (row: CaseloadRow) => ComponentChildren;
  below?: (row: CaseloadRow) => ComponentChildren;
}) {
  return (
    <Table
      caption="People on the caseload, the most urgent first"
      hideCaption
      compact
      responsive
      rows={rows}
      total={total}
      below={below}
      columns={[
        {
          heading: 'Person',
          rowHeader: true,
          cell: (row) => (
            <>
              <a href={personHref(row.publicId)}>{listName(row)}</a>
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
              {formatDay(row.due)} <DueTag row={row} today={today} />
            </>
          ),
        },
        ...(leads
          ? [{ heading: 'Lead', unknown: 'The team', cell: (row: CaseloadRow) => leadText(row) }]
          : []),
        ...(opens
          ? [
              {
                heading: 'Change',
                hideHeading: true,
                cell: (row: CaseloadRow) => (
                  <a href={caseloadHref(row.item)}>
                    Change<span class="nhsuk-u-visually-hidden"> {listName(row)}</span>
                  </a>
                ),
              },
            ]
          : []),
        ...(acts ? [{ heading: 'Do', unknown: 'Its lead decides', cell: acts }] : []),
      ]}
    />
  );
}

export interface CaseloadPageProps {
  readonly visit: Visit;
  readonly rows: readonly CaseloadRow[];
  readonly total: number;
  readonly filter: CaseloadFilter;
  readonly page: number;
  readonly counts: readonly CaseloadCount[];
  readonly leads: readonly Lead[];
  readonly everybody: boolean;
  readonly acts: (row: CaseloadRow) => ComponentChildren;
  readonly below: (row: CaseloadRow) => ComponentChildren;
  readonly done: ComponentChildren;
  readonly typed: Typed;
}

export function CaseloadPage(props: CaseloadPageProps) {
  const { visit, rows, total, filter, page, leads, everybody, done, typed } = props;
  const today = londonDay(visit.now);
  const title = everybody ? 'Team caseload' : 'My caseload';
  const of = everybody ? 'team' : 'me';
  const asked = { of, ...(everybody ? filter : { due: filter.due }) } as const;
  const isFiltered = filter.due !== undefined || (everybody && filter.lead !== undefined);
  return (
    <Page title={title} chrome={visit.chrome} errors={typed.errors}>
      {done}
      <PageHeading>{title}</PageHeading>
      <ButtonGroup>
        <ButtonLink href={everybody ? '/caseload?of=me' : '/caseload?of=team'} variant="secondary" small>
          {everybody ? 'Show my caseload' : 'Show the team’s caseload'}
        </ButtonLink>
        <ButtonLink href="/selections" variant="secondary" small>
          Make a list that fits
        </ButtonLink>
      </ButtonGroup>
      {(rows.length > 0 || isFiltered) && <CaseloadFilters {...props} />}
      {rows.length > 0 && (
        <p class="app-list-summary">
          {`${total} ${total === 1 ? 'person' : 'people'}, the most urgent first. `}
          <a href={caseloadListHref(asked, '/caseload.csv')}>Download as CSV</a>
        </p>
      )}
      {rows.length === 0 && isFiltered ? (
        <EmptyState
          title="Nobody with these filters"
          actions={[{ text: 'Show everybody', href: caseloadListHref({ of }) }]}
        />
      ) : rows.length === 0 ? (
        <EmptyState
          title="Nobody is on this caseload"
          actions={[{ text: 'Find people', href: '/people?top=9' }]}
        >
          <p>
            Open a person’s page and choose “Take on”, or make a list that fits the team’s hours. They appear
            here with their next step and its day.
          </p>
        </EmptyState>
      ) : (
        <CaseloadTable
          rows={rows}
          today={today}
          leads={everybody}
          total={total}
          acts={props.acts}
          below={props.below}
        />
      )}
      <Pagination
        page={page}
        pageCount={Math.ceil(total / CASELOAD_PAGE)}
        href={(to) => caseloadListHref({ ...asked, page: to })}
      />
      {everybody && <Capacity leads={leads} />}
    </Page>
  );
}

function CaseloadFilters({ filter, counts, leads, everybody }: CaseloadPageProps) {
  const some = (asked: CaseloadFilter) => ` (${caseloadCount(counts, asked)})`;
  const of = everybody ? 'team' : 'me';
  const leadName =
    filter.lead === 'nobody'
      ? 'Without a lead'
      : (leads.find(({ account }) => account === filter.lead)?.name ?? 'One lead');
  const inUse: FilterInUse[] = [
    ...(everybody && filter.lead !== undefined
      ? [{ text: leadName, removeHref: caseloadListHref({ of, due: filter.due }) }]
      : []),
    ...(filter.due === undefined
      ? []
      : [
          {
            text: dueTimes.find(({ id }) => id === filter.due)?.title ?? filter.due,
            removeHref: caseloadListHref({ of, ...(everybody ? { lead: filter.lead } : {}) }),
          },
        ]),
  ];
  const mine = everybody ? {} : { lead: filter.lead };
  return (
    <FilterBar action="/caseload" inUse={inUse} clearHref={caseloadListHref({ of })} keep={{ of }}>
      <Select
        name="due"
        label="Next step"
        value={filter.due ?? ''}
        options={[
          { value: '', text: 'Whenever it is due' },
          ...dueTimes.map(({ id, title }) => ({ value: id, text: title + some({ ...mine, due: id }) })),
        ]}
      />
      {everybody && (
        <Select
          name="lead"
          label="Lead"
          value={filter.lead ?? ''}
          options={[
            { value: '', text: 'Anybody' },
            ...leads.map(({ account, name }) => ({ value: account, text: name + some({ lead: account }) })),
            { value: 'nobody', text: `Without a lead${some({ lead: 'nobody' })}` },
          ]}
        />
      )}
    </FilterBar>
  );
}

/** Room and capacity: places for people, and nobody yet. */
const NO_PEOPLE = { closed: 'no_people' } as const;

/** How many people each of the team leads, and how much room they have. */
export function Capacity({ leads }: { leads: readonly Lead[] }) {
  return (
    <>
      <Heading level={2}>Room in the team</Heading>
      <Table
        caption="People led and capacity, by lead"
        hideCaption
        compact
        responsive
        rows={leads}
        columns={[
          { heading: 'Lead', rowHeader: true, cell: (lead) => lead.name },
          {
            heading: 'People now',
            numeric: true,
            cell: ({ account, name, open }) => (
              <Count
                n={open}
                opens={opensList(open, caseloadListHref({ of: 'team', lead: account }))}
                of={` people led by ${name}`}
              />
            ),
          },
          {
            heading: 'Capacity',
            numeric: true,
            unknown: 'Not stated',
            cell: ({ capacity }) => (capacity === null ? null : <Count n={capacity} opens={NO_PEOPLE} />),
          },
          {
            heading: 'Room',
            numeric: true,
            unknown: 'Not known',
            cell: ({ capacity, open }) =>
              capacity === null ? null : <Count n={Math.max(0, capacity - open)} opens={NO_PEOPLE} />,
          },
        ]}
      />
    </>
  );
}

interface FormPageProps {
  readonly visit: Visit;
  readonly title: string;
  readonly person: {
    readonly familyName: string | null;
    readonly givenNames: string | null;
    readonly publicId: string;
  };
  readonly action: string;
  readonly submit: string;
  readonly typed: Typed;
  /** The last change of the entry, when there is an entry: what was typed answers to it. */
  readonly seen?: number;
  readonly children: ComponentChildren;
}

function FormPage({ visit, title, person, action, submit, typed, seen, children }: FormPageProps) {
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to the person', href: personHref(person.publicId) }}
    >
      <PageHeading caption={listName(person)}>{title}</PageHeading>
      <Refused typed={typed} />
      <form method="post" action={action} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        {seen !== undefined && <input type="hidden" name="seen" value={seen} />}
        {children}
        <Button preventDoubleClick>{submit}</Button>
      </form>
    </Page>
  );
}

function LeadChoice({
  leads,
  typed,
  except,
}: {
  leads: readonly Lead[];
  typed: Typed;
  except?: string | null;
}) {
  return (
    <Radios
      name="lead"
      label="Who will lead this person’s care?"
      labelSize="s"
      errors={typed.errors}
      value={typed.fields.lead}
      choices={leads
        .filter(({ account }) => account !== except)
        .map((lead) => ({
          value: lead.account,
          text: lead.name,
          hint:
            lead.capacity === null
              ? `${lead.open} people now`
              : `${lead.open} of ${lead.capacity} people now`,
        }))}
    />
  );
}

function Override({ typed }: { typed: Typed }) {
  if (typed.refusal?.code !== 'over_capacity' && !typed.fields.override) return null;
  return (
    <TextInput
      name="override"
      label="Why should this person be added all the same?"
      hint="Kept beside the entry and in the audit."
      errors={typed.errors}
      value={typed.fields.override}
    />
  );
}

function Due({ typed, suggested }: { typed: Typed; suggested: string }) {
  const filled = typed.fields['due-day'] !== undefined;
  const [year, month, day] = suggested.split('-').map((part) => String(Number(part)));
  const value = filled
    ? { day: typed.fields['due-day'], month: typed.fields['due-month'], year: typed.fields['due-year'] }
    : { day, month, year };
  return <DateInput name="due" label="By when?" labelSize="s" errors={typed.errors} value={value} />;
}

function NextStep({ typed, value }: { typed: Typed; value?: string }) {
  return (
    <TextInput
      name="nextStep"
      label="What happens next?"
      labelSize="s"
      hint="For example: ring to arrange a home visit"
      errors={typed.errors}
      value={typed.fields.nextStep ?? value}
    />
  );
}

export function TakeOnPage(props: {
  visit: Visit;
  person: Person;
  leads: readonly Lead[];
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  const { visit, person, leads, pathway, typed } = props;
  const name = { familyName: person.family_name, givenNames: person.given_names, publicId: person.public_id };
  return (
    <FormPage
      visit={visit}
      title="Take on"
      person={name}
      action={`${personHref(person.public_id)}/take-on`}
      submit="Take on"
      typed={typed}
    >
      <TakeOnFields visit={visit} leads={leads} pathway={pathway} typed={typed} />
    </FormPage>
  );
}

/** What taking somebody on asks for, on a page of its own or in the row of a list. */
export function TakeOnFields(props: {
  visit: Visit;
  leads: readonly Lead[];
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  const { visit, leads, pathway, typed } = props;
  const mine = leads.find(({ account }) => account === visit.by.account)?.account;
  const fields = { ...(mine === undefined ? {} : { lead: mine }), ...typed.fields };
  return (
    <>
      <LeadChoice leads={leads} typed={{ ...typed, fields }} />
      <Override typed={typed} />
      <Textarea
        name="reason"
        label="Why does this person need coordinated care?"
        labelSize="s"
        rows={3}
        errors={typed.errors}
        value={typed.fields.reason}
      />
      <NextStep typed={typed} />
      <Due typed={typed} suggested={addDays(londonDay(visit.now), pathway.default_next_step_days)} />
    </>
  );
}

export function EntryPage(props: {
  visit: Visit;
  row: CaseloadRow;
  history: readonly CaseloadEvent[];
  whyNot: string | null;
}) {
  const { visit, row, history, whyNot } = props;
  const today = londonDay(visit.now);
  return (
    <Page
      title="Caseload entry"
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Caseload', href: '/caseload' }]}
    >
      <PageHeading caption="Caseload">
        {listName(row)}
        <GoneTag of={row} />
      </PageHeading>
      <SummaryList
        rows={[
          { key: 'Lead', value: leadText(row), unknown: 'The team' },
          { key: 'Next step', value: row.nextStep },
          {
            key: 'Due',
            value: (
              <>
                {formatDay(row.due)} {row.closedAt === null && <DueTag row={row} today={today} />}
              </>
            ),
          },
          { key: 'On the caseload since', value: formatInstant(row.openedAt) },
          { key: 'Because', value: row.reason },
        ]}
      />
      {whyNot === null ? (
        <ButtonGroup>
          <ButtonLink href={`${caseloadHref(row.item)}/next-step`}>Set the next step</ButtonLink>
          <ButtonLink href={`${caseloadHref(row.item)}/hand-over`} variant="secondary">
            Hand over
          </ButtonLink>
          <ButtonLink href={`${caseloadHref(row.item)}/discharge`} variant="secondary">
            Discharge
          </ButtonLink>
        </ButtonGroup>
      ) : (
        <InsetText>{whyNot}</InsetText>
      )}
      <History events={history} />
      <p>
        <a href={personHref(row.publicId)}>Open the person’s record</a>
      </p>
    </Page>
  );
}

const ACTION_WORDS: Record<string, string> = {
  open: 'Taken on',
  set_next_step: 'Next step set',
  hand_over: 'Handed over',
  discharge: 'Discharged',
  escalate: 'Escalated, because it was late',
};

export function History({ events }: { events: readonly CaseloadEvent[] }) {
  return (
    <>
      <Heading level={2}>What happened</Heading>
      <Table
        caption="Every change, the latest first"
        hideCaption
        compact
        responsive
        rows={events}
        columns={[
          { heading: 'When', nowrap: true, cell: (event) => formatInstant(event.at) },
          { heading: 'What', rowHeader: true, cell: (event) => ACTION_WORDS[event.action] ?? event.action },
          { heading: 'By', cell: (event) => event.who },
          { heading: 'Lead', unknown: 'The team', cell: (event) => event.lead },
          { heading: 'Note', unknown: 'None', cell: (event) => event.note },
        ]}
      />
    </>
  );
}

/** What can be done with an entry, in its row and on pages of their own. */
export const entryActs = {
  'hand-over': { link: 'Hand over', heading: (name: string) => `Hand ${name} over` },
  'next-step': { link: 'Next step', heading: (name: string) => `Set the next step for ${name}` },
  discharge: { link: 'Discharge', heading: (name: string) => `Discharge ${name}` },
} as const;
export type EntryAct = keyof typeof entryActs;

/** What each act on an entry asks for. */
export function EntryFields(props: {
  visit: Visit;
  row: CaseloadRow;
  act: EntryAct;
  leads: readonly Lead[];
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  const { visit, row, act, leads, pathway, typed } = props;
  if (act === 'discharge') return <DischargeFields pathway={pathway} typed={typed} />;
  return (
    <>
      {act === 'hand-over' && (
        <>
          <LeadChoice leads={leads} typed={typed} except={row.lead} />
          <Override typed={typed} />
        </>
      )}
      <NextStep typed={typed} value={row.nextStep} />
      <Due typed={typed} suggested={addDays(londonDay(visit.now), pathway.default_next_step_days)} />
    </>
  );
}

/** The form of an act, opened in the row of its entry. `list`: the list that it goes back to. */
export function EntryFormInRow(props: {
  visit: Visit;
  row: CaseloadRow;
  act: EntryAct;
  leads: readonly Lead[];
  pathway: CaseloadPathway;
  typed: Typed;
  action: string;
  cancelHref: string;
}) {
  const { visit, row, act, leads, pathway, typed, action, cancelHref } = props;
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">
        {entryActs[act].heading(listName(row))}
      </Heading>
      <Refused typed={typed} />
      <form method="post" action={action} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={row.lastChange} />
        <EntryFields {...{ visit, row, act, leads, pathway, typed }} />
        <ButtonGroup>
          <Button preventDoubleClick>{act === 'next-step' ? 'Save' : entryActs[act].link}</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}

export function NextStepPage({
  visit,
  row,
  pathway,
  typed,
}: {
  visit: Visit;
  row: CaseloadRow;
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  return (
    <FormPage
      visit={visit}
      title="Set the next step"
      person={row}
      action={`${caseloadHref(row.item)}/next-step`}
      submit="Save"
      typed={typed}
      seen={row.lastChange}
    >
      <NextStep typed={typed} />
      <Due typed={typed} suggested={addDays(londonDay(visit.now), pathway.default_next_step_days)} />
    </FormPage>
  );
}

export function HandOverPage(props: {
  visit: Visit;
  row: CaseloadRow;
  leads: readonly Lead[];
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  const { visit, row, leads, pathway, typed } = props;
  return (
    <FormPage
      visit={visit}
      title="Hand over"
      person={row}
      action={`${caseloadHref(row.item)}/hand-over`}
      submit="Hand over"
      typed={typed}
      seen={row.lastChange}
    >
      <LeadChoice leads={leads} typed={typed} except={row.lead} />
      <Override typed={typed} />
      <NextStep typed={typed} value={row.nextStep} />
      <Due typed={typed} suggested={addDays(londonDay(visit.now), pathway.default_next_step_days)} />
    </FormPage>
  );
}

export function DischargePage({
  visit,
  row,
  pathway,
  typed,
}: {
  visit: Visit;
  row: CaseloadRow;
  pathway: CaseloadPathway;
  typed: Typed;
}) {
  return (
    <FormPage
      visit={visit}
      title="Discharge"
      person={row}
      action={`${caseloadHref(row.item)}/discharge`}
      submit="Discharge"
      typed={typed}
      seen={row.lastChange}
    >
      <DischargeFields pathway={pathway} typed={typed} />
    </FormPage>
  );
}

function DischargeFields({ pathway, typed }: { pathway: CaseloadPathway; typed: Typed }) {
  return (
    <>
      <Radios
        name="outcome"
        label="How did this end?"
        labelSize="s"
        errors={typed.errors}
        value={typed.fields.outcome}
        choices={pathway.outcomes
          .filter(({ by_hand }) => by_hand)
          .map(({ id, title }) => ({ value: id, text: title }))}
      />
      <Textarea
        name="note"
        label="Anything that the next team should know (optional)"
        labelSize="s"
        rows={3}
        errors={typed.errors}
        value={typed.fields.note}
      />
    </>
  );
}
