import type { ComponentChildren, VNode } from 'preact';
import { addDays, formatInstant, londonDay } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  CsrfField,
  DateInput,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Radios,
  Refused,
  Select,
  SummaryList,
  Table,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import type { ListedTeam } from '../../directory/index.ts';
import { personHref } from '../../register/index.ts';
import type { TeamMember } from '../desk.ts';
import type { InboxRow, WorkEvent } from '../read-inbox.ts';
import type { TaskAction } from '../who-may.ts';
import type { KindAct, WorkKinds } from '../work-kind.ts';
import {
  aboutWhom,
  actionInWords,
  DueText,
  outcomeInWords,
  StateTags,
  WhomGone,
  WorkLink,
  workHref,
} from './words.tsx';
import type { FormAct } from './work-forms.ts';

export interface ItemPageProps {
  readonly visit: Visit;
  readonly kinds: WorkKinds;
  readonly row: InboxRow;
  /** What can be done with it now by whoever looks. */
  readonly can: readonly TaskAction[];
  /** Why nothing can be, where it is open and nothing can. */
  readonly whyNot: string | null;
  readonly history: readonly WorkEvent[];
  readonly linked: { readonly from: readonly InboxRow[]; readonly to: readonly InboxRow[] };
}

/** One piece of work: what, about whom, until when, with whom, what can be done with it and what happened. */
export function ItemPage(props: ItemPageProps) {
  const { visit, kinds, row, whyNot, history, linked } = props;
  return (
    <Page title="Work" chrome={visit.chrome} breadcrumbs={[{ text: 'Work', href: '/work' }]}>
      <PageHeading caption={kinds.kind(row.kind).title}>
        {row.title ?? kinds.kind(row.kind).title}
      </PageHeading>
      <SummaryList
        rows={[
          {
            key: 'About',
            value: row.personId ? (
              <>
                <a href={personHref(row.personId)}>{aboutWhom(row)}</a>
                <WhomGone row={row} />
              </>
            ) : (
              aboutWhom(row)
            ),
            unknown: 'No person',
          },
          { key: 'State', value: <StateTags kinds={kinds} row={row} /> },
          ...(row.closedAt === null
            ? [{ key: 'Until', value: <DueText row={row} now={visit.now} /> }]
            : [
                {
                  key: 'Ended',
                  value: `${formatInstant(row.closedAt)}: ${outcomeInWords(kinds, row)}`,
                },
              ]),
          { key: 'With', value: `${row.ownerName ?? 'Nobody yet'}, ${row.teamName}` },
          ...(row.offeredTeamName === null ? [] : [{ key: 'Offered to', value: row.offeredTeamName }]),
          ...(row.senderTeamName === null ? [] : [{ key: 'Asked for by', value: row.senderTeamName }]),
          { key: 'Opened', value: formatInstant(row.openedAt) },
        ]}
      />
      <Acts {...props} />
      {whyNot !== null && <InsetText>{whyNot}</InsetText>}
      <Links heading="It came from" kinds={kinds} rows={linked.from} by={visit.by} />
      <Links heading="It led to" kinds={kinds} rows={linked.to} by={visit.by} />
      <History events={history} />
    </Page>
  );
}

/** What is done with a press of a button, and what asks for words first. */
export const AT_ONCE: readonly { act: TaskAction; path: string; text: string }[] = [
  { act: 'accept', path: 'accept', text: 'Accept' },
  { act: 'take', path: 'take', text: 'Take' },
];

export const WITH_A_FORM: readonly { act: TaskAction; path: FormAct; text: string }[] = [
  { act: 'finish', path: 'finish', text: 'Finish' },
  { act: 'decline', path: 'decline', text: 'Decline' },
  { act: 'hand_over', path: 'hand-over', text: 'Hand over' },
  { act: 'offer', path: 'offer', text: 'Ask another team' },
  { act: 'withdraw', path: 'withdraw', text: 'Take it back' },
  { act: 'put_back', path: 'put-back', text: 'Put back' },
  { act: 'defer', path: 'defer', text: 'Put off' },
  { act: 'stop', path: 'stop', text: 'Stop' },
];

function Acts({ visit, row, can }: ItemPageProps) {
  const atOnce = AT_ONCE.filter(
    ({ act }) => can.includes(act) && !(act === 'take' && row.owner === visit.by.account),
  );
  const withForm = WITH_A_FORM.filter(({ act }) => can.includes(act));
  if (atOnce.length + withForm.length === 0) return null;
  return (
    <ButtonGroup>
      {atOnce.map(({ path, text }) => (
        <PostButton
          key={path}
          action={`${workHref(row.item)}/${path}`}
          csrfToken={visit.chrome.csrfToken}
          fields={{ seen: String(row.lastChange) }}
        >
          {text}
        </PostButton>
      ))}
      {withForm.map(({ path, text }, at) => (
        <ButtonLink
          key={path}
          href={`${workHref(row.item)}/${path}`}
          {...(at === 0 && atOnce.length === 0 ? {} : { variant: 'secondary' as const })}
        >
          {text}
        </ButtonLink>
      ))}
    </ButtonGroup>
  );
}

function Links(props: { heading: string; kinds: WorkKinds; rows: readonly InboxRow[]; by: Actor }) {
  const { heading, kinds, rows, by } = props;
  if (rows.length === 0) return null;
  return (
    <>
      <Heading level={2}>{heading}</Heading>
      <ul>
        {rows.map((row) => (
          <li key={row.item}>
            <WorkLink kinds={kinds} row={row} by={by} text={row.title ?? kinds.kind(row.kind).title} />{' '}
            <StateTags kinds={kinds} row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ events }: { events: readonly WorkEvent[] }) {
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
          { heading: 'What', rowHeader: true, cell: (event) => actionInWords(event.action) },
          { heading: 'By', cell: (event) => event.who },
          {
            heading: 'Then with',
            cell: (event) => (event.owner === null ? event.team : `${event.owner}, ${event.team}`),
          },
          { heading: 'Note', unknown: 'None', cell: (event) => event.note },
        ]}
      />
    </>
  );
}

const TITLES: Record<FormAct, { title: string; submit: string }> = {
  'put-back': { title: 'Put back for the team', submit: 'Put back' },
  'hand-over': { title: 'Hand over', submit: 'Hand over' },
  offer: { title: 'Ask another team', submit: 'Ask them' },
  decline: { title: 'Decline', submit: 'Decline' },
  withdraw: { title: 'Take it back', submit: 'Take it back' },
  defer: { title: 'Put off', submit: 'Put off' },
  finish: { title: 'Finish', submit: 'Finish' },
  stop: { title: 'Stop', submit: 'Stop' },
};

export interface ActPageProps {
  readonly visit: Visit;
  readonly kinds: WorkKinds;
  readonly row: InboxRow;
  readonly act: FormAct;
  readonly typed: Typed;
  readonly members: readonly TeamMember[];
  readonly teams: readonly ListedTeam[];
}

/** The same act, opened in the row of a list. */
export function ActInRow(props: ActPageProps & { readonly action: string; readonly cancelHref: string }) {
  const { visit, kinds, row, act, typed, action, cancelHref } = props;
  const { title, submit } = TITLES[act];
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">
        {[`${title}: ${row.title ?? kinds.kind(row.kind).title}`, aboutWhom(row)].filter(Boolean).join(', ')}
      </Heading>
      <Refused typed={typed} />
      <form method="post" action={action} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={row.lastChange} />
        {fieldsOf(props)}
        <ButtonGroup>
          <Button preventDoubleClick>{submit}</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}

/** An act of a kind with rules of its own, opened in the row of a list. */
export function KindActInRow(props: {
  visit: Visit;
  kinds: WorkKinds;
  row: InboxRow;
  act: KindAct;
  typed: Typed;
  action: string;
  cancelHref: string;
  children: ComponentChildren;
}) {
  const { visit, kinds, row, act, typed, action, cancelHref, children } = props;
  const what = [`${act.heading}: ${row.title ?? kinds.kind(row.kind).title}`, aboutWhom(row)];
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">
        {what.filter(Boolean).join(', ')}
      </Heading>
      <Refused typed={typed} />
      <form method="post" action={action} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={row.lastChange} />
        {children}
        <ButtonGroup>
          <Button preventDoubleClick>{act.submit}</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}

/** One act on a task that asks for words, a person or a day. */
export function ActPage(props: ActPageProps) {
  const { visit, kinds, row, act, typed } = props;
  const { title, submit } = TITLES[act];
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to the work', href: workHref(row.item) }}
    >
      <PageHeading
        caption={[row.title ?? kinds.kind(row.kind).title, aboutWhom(row)].filter(Boolean).join(', ')}
      >
        {title}
      </PageHeading>
      <Refused typed={typed} />
      <form method="post" action={`${workHref(row.item)}/${act}`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={row.lastChange} />
        {fieldsOf(props)}
        <Button preventDoubleClick>{submit}</Button>
      </form>
    </Page>
  );
}

function fieldsOf({ kinds, row, act, typed, members, teams, visit }: ActPageProps): VNode {
  const { errors, fields } = typed;
  const note = (label: string) => (
    <Textarea name="note" label={label} rows={3} errors={errors} value={fields.note} />
  );
  const reason = (label: string) => (
    <Textarea name="reason" label={label} rows={3} errors={errors} value={fields.reason} />
  );
  switch (act) {
    case 'put-back':
      return note('What should the next person know? (optional)');
    case 'hand-over':
      return (
        <>
          <Radios
            name="to"
            label="Who takes it from here?"
            labelSize="s"
            errors={errors}
            value={fields.to}
            choices={members
              .filter(({ account }) => account !== row.owner)
              .map(({ account, name, coveredBy }) => ({
                value: account,
                text: name,
                ...(coveredBy === null ? {} : { hint: `Away; ${coveredBy} covers` }),
              }))}
          />
          {note('What should they know? (optional)')}
        </>
      );
    case 'offer':
      return (
        <>
          <TeamChoice name="to" label="Which team?" teams={teams} own={[row.team]} typed={typed} />
          {note('What should they know? (optional)')}
          <InsetText>
            It stays your team’s until they accept. If they do not answer in time it comes back to you,
            louder.
          </InsetText>
        </>
      );
    case 'decline':
      return reason('Why? Whoever asked reads this');
    case 'withdraw':
      return reason('Why?');
    case 'defer': {
      const suggested = addDays(londonDay(visit.now), 7);
      return (
        <>
          <DayBoxes name="due" label="Until when?" typed={typed} suggested={suggested} />
          {reason('Why?')}
        </>
      );
    }
    case 'finish':
      return (
        <>
          <Radios
            name="outcome"
            label="What came of it?"
            labelSize="s"
            errors={errors}
            value={fields.outcome}
            choices={kinds.outcomes(row.kind).map(({ id, title }) => ({ value: id, text: title }))}
          />
          {note('Anything to add? Whoever asked reads this (optional)')}
        </>
      );
    case 'stop':
      return (
        <>
          <Radios
            name="outcome"
            label="Why will it not be done?"
            labelSize="s"
            errors={errors}
            value={fields.outcome}
            choices={kinds.pathway.stops.map(({ id, title }) => ({ value: id, text: title }))}
          />
          {reason('In your own words')}
        </>
      );
  }
}

/** A day in three boxes, filled with what was typed or with a suggestion. */
export function DayBoxes(props: {
  name: string;
  label: string;
  typed: Typed;
  suggested?: string;
  hint?: string;
}) {
  const { name, label, typed, suggested, hint } = props;
  const typedDay = typed.fields[`${name}-day`];
  const [year, month, day] = (suggested ?? '').split('-').map((part) => String(Number(part)));
  const value =
    typedDay !== undefined
      ? { day: typedDay, month: typed.fields[`${name}-month`], year: typed.fields[`${name}-year`] }
      : suggested === undefined
        ? {}
        : { day, month, year };
  return (
    <DateInput name={name} label={label} labelSize="s" hint={hint} errors={typed.errors} value={value} />
  );
}

/** Every team that can be asked. */
export function TeamChoice(props: {
  name: string;
  label: string;
  teams: readonly ListedTeam[];
  /** Teams that are not another team. */
  own: readonly number[];
  typed: Typed;
}) {
  const { name, label, teams, own, typed } = props;
  return (
    <Select
      name={name}
      label={label}
      labelSize="s"
      errors={typed.errors}
      value={typed.fields[name] ?? ''}
      options={[
        { value: '', text: 'Choose' },
        ...teams
          .filter(({ team }) => !own.includes(team))
          .map((each) => ({ value: String(each.team), text: each.name })),
      ]}
    />
  );
}

/** Asking for something about a person: of somebody in one's team, of the team, or of another team. */
export function AskPage(props: {
  visit: Visit;
  person: { readonly name: string; readonly href: string; readonly id: string };
  members: readonly (TeamMember & { readonly team: number })[];
  own: readonly ListedTeam[];
  teams: readonly ListedTeam[];
  typed: Typed;
}) {
  const { visit, person, members, own, teams, typed } = props;
  const { errors, fields } = typed;
  const others = teams.filter(({ team }) => !own.some((each) => each.team === team));
  return (
    <Page
      title="Ask for something"
      chrome={visit.chrome}
      width="reading"
      errors={errors}
      back={{ text: 'Back to the person', href: person.href }}
    >
      <PageHeading caption={person.name}>Ask for something</PageHeading>
      <Refused typed={typed} />
      <form method="post" action={`/people/${person.id}/ask`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <TextInput
          name="title"
          label="What is to be done?"
          labelSize="s"
          hint="For example: check how she manages the stairs"
          errors={errors}
          value={fields.title}
        />
        <Textarea
          name="note"
          label="Why, and what should they know? (optional)"
          labelSize="s"
          rows={3}
          errors={errors}
          value={fields.note}
        />
        <Select
          name="for"
          label="Who should do it?"
          labelSize="s"
          hint="Another team accepts or declines it. Until it accepts, it stays yours."
          errors={errors}
          value={fields.for ?? ''}
          options={[
            { value: '', text: 'Choose' },
            ...members.map(({ team, account, name }) => ({ value: `${team}:${account}`, text: name })),
            ...own.map(({ team, name }) => ({ value: String(team), text: `Anybody in ${name}` })),
            ...others.map(({ team, name }) => ({ value: String(team), text: `Another team: ${name}` })),
          ]}
        />
        <DayBoxes name="due" label="By when? (optional)" typed={typed} />
        <Button preventDoubleClick>Ask</Button>
      </form>
    </Page>
  );
}
