import type { VNode } from 'preact';
import { addDays, formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import type { KeptText } from '../../../../platform/auth/index.ts';
import {
  Button,
  ButtonGroup,
  Card,
  CsrfField,
  Details,
  Heading,
  InsetText,
  KeptForm,
  Page,
  PageHeading,
  Radios,
  Refused,
  Select,
  SummaryList,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  UnsavedTexts,
  type Visit,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import type { ListedTeam } from '../../../directory/index.ts';
import { GoneTag, listName, personHref } from '../../../register/index.ts';
import { DayBoxes, type TeamMember, workHref } from '../../../work/index.ts';
import type { CaseText, TextConflict } from '../discuss-case.ts';
import { complexities, type MdtPathway, stabilities } from '../mdt-pathway.ts';
import { type TextField, textFields } from '../mdt-tables.ts';
import { isCalledOff, type Meeting } from '../meeting.ts';
import { isSettled, type MeetingCase, textOf } from '../read-case.ts';
import { caseHref, dueDay, meetingHref } from './meeting-pages.tsx';

export interface CasePageProps {
  readonly visit: Visit;
  readonly pathway: MdtPathway;
  readonly meeting: Meeting;
  readonly of: MeetingCase;
  /** Everybody on the agenda, in order. */
  readonly cases: readonly MeetingCase[];
  /** What other rooms say of the person: need, caseload, plan. */
  readonly panels: readonly (VNode | null)[];
  readonly colleagues: readonly TeamMember[];
  readonly teams: readonly ListedTeam[];
  readonly history: readonly CaseText[];
  readonly typed: Typed;
  readonly conflicts: readonly TextConflict[];
  /** What this reader typed here and did not save. */
  readonly kept: readonly KeptText[];
}

const LABELS: Record<Exclude<TextField, 'rating'>, { label: string; hint?: string; rows: number }> = {
  summary: { label: 'Summary', hint: 'What everybody should know before the discussion', rows: 3 },
  questions: { label: 'Questions to the meeting', rows: 2 },
  discussion: { label: 'Discussion', rows: 4 },
  no_change: {
    label: 'Nothing is to change, because',
    hint: 'Leave empty where there is an action',
    rows: 2,
  },
  for_person: {
    label: 'For the person, in plain words',
    hint: 'They read this on their own page. Say “you”, and no abbreviations',
    rows: 3,
  },
};

const FIELD_WORDS: Record<TextField, string> = {
  summary: 'Summary',
  questions: 'Questions',
  discussion: 'Discussion',
  no_change: 'Nothing is to change',
  for_person: 'For the person',
  rating: 'How complex and how stable',
};

const RATING_WORDS: Record<string, string> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  stable: 'Stable',
  changing: 'Changing',
  unstable: 'Unstable',
};

/** One person in a meeting, on one screen: why they are here, what is said, and decisions that are work at once. */
export function CasePage(props: CasePageProps) {
  const { visit, meeting, of, cases, panels, typed, conflicts, history, kept } = props;
  const place = cases.findIndex(({ id }) => id === of.id) + 1;
  const calledOff = isCalledOff(meeting);
  const closed = meeting.state === 'closed' || calledOff;
  return (
    <Page
      title="Person in a meeting"
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[
        { text: 'Meetings', href: '/mdt' },
        { text: meeting.name, href: meetingHref(meeting.meeting) },
      ]}
    >
      <PageHeading
        caption={`${place} of ${cases.length}, ${meeting.name}, ${formatInstant(meeting.startsAt)}`}
      >
        {listName(of)}
        <GoneTag of={of} />
      </PageHeading>
      <Refused typed={typed} />
      <UnsavedTexts kept={kept} chrome={visit.chrome} />
      {conflicts.length > 0 && <Conflicts conflicts={conflicts} />}
      <SummaryList
        rows={[
          {
            key: 'Why',
            value: of.reasons.map(({ rule, why }) => (
              <span key={rule} class="app-block">
                {why}
              </span>
            )),
          },
          { key: 'Born', value: of.birthDate === null ? null : formatDay(of.birthDate) },
          { key: 'Record', value: <a href={personHref(of.publicId)}>Open the person’s page</a> },
          {
            key: 'Next review',
            value: of.nextReview === null ? null : formatDay(of.nextReview),
            unknown: 'Follows from how complex and how stable things are',
          },
        ]}
      />
      {panels.length > 0 && <Details summary="Need, coordinated care and work">{panels}</Details>}
      <Actions of={of} />
      {closed ? (
        <InsetText>
          {calledOff
            ? 'These meetings have been ended: this one will not be held.'
            : 'This meeting has been closed: its minutes stand.'}
        </InsetText>
      ) : (
        <CaseForm {...props} />
      )}
      {!closed && <AgendaActs {...props} />}
      {history.length > 0 && (
        <Details summary="Every version of what was written">
          <Table
            caption="Versions, the latest first"
            hideCaption
            compact
            responsive
            rows={history}
            columns={[
              { heading: 'When', nowrap: true, cell: (row) => formatInstant(row.at) },
              { heading: 'What', rowHeader: true, cell: (row) => FIELD_WORDS[row.field] },
              { heading: 'By', cell: (row) => row.who },
              { heading: 'Text', unknown: 'Emptied', cell: (row) => <p class="app-said">{row.text}</p> },
            ]}
          />
        </Details>
      )}
    </Page>
  );
}

function Conflicts({ conflicts }: { conflicts: readonly TextConflict[] }) {
  return (
    <WarningCallout heading="Somebody else wrote here at the same time">
      <p>
        Everything else has been saved. For these, what they wrote stands. Yours is in the form: make one of
        both, and save.
      </p>
      {conflicts.map(({ field, theirs, who, at }) => (
        <Card
          key={field}
          heading={`${FIELD_WORDS[field]}: ${who}, ${formatInstant(at)}`}
          headingLevel={3}
          headingSize="s"
        >
          <p class="app-said">{theirs}</p>
        </Card>
      ))}
    </WarningCallout>
  );
}

function Actions({ of }: { of: MeetingCase }) {
  if (of.actions.length === 0) return null;
  return (
    <>
      <Heading level={2}>Decided</Heading>
      <Table
        caption="Actions"
        hideCaption
        compact
        responsive
        rows={of.actions}
        columns={[
          { heading: 'Action', rowHeader: true, cell: (row) => <a href={workHref(row.item)}>{row.title}</a> },
          { heading: 'With', cell: (row) => row.with },
          { heading: 'By', nowrap: true, cell: (row) => dueDay(row.due) },
          {
            heading: 'State',
            cell: (row) => (
              <Tag colour={row.closedAt === null ? 'blue' : 'grey'}>
                {row.closedAt === null ? 'Open' : 'Ended'}
              </Tag>
            ),
          },
        ]}
      />
    </>
  );
}

function CaseForm({ visit, meeting, of, typed, conflicts, colleagues, teams, cases }: CasePageProps) {
  const { errors, fields } = typed;
  const versionOf = (field: TextField) =>
    conflicts.find((each) => each.field === field)?.version ??
    Number(fields[`base-${field}`] ?? of.texts.find((each) => each.field === field)?.version ?? 0);
  const now = (field: Exclude<TextField, 'rating'>) => fields[field] ?? textOf(of, field);
  const area = (field: Exclude<TextField, 'rating'>) => (
    <Textarea
      name={field}
      label={LABELS[field].label}
      labelSize="s"
      hint={LABELS[field].hint}
      rows={LABELS[field].rows}
      errors={errors}
      value={now(field)}
    />
  );
  const isLast = cases.at(-1)?.id === of.id;
  return (
    <KeptForm
      action={caseHref(meeting.meeting, of.id)}
      csrfToken={visit.chrome.csrfToken}
      form={fields.form}
      buttons={
        <ButtonGroup>
          <Button name="after" value="stay">
            Save
          </Button>
          {!isLast && (
            <Button name="after" value="next" variant="secondary">
              Save and go to the next person
            </Button>
          )}
        </ButtonGroup>
      }
    >
      {textFields.map((field) => (
        <input key={field} type="hidden" name={`base-${field}`} value={versionOf(field)} />
      ))}
      {area('summary')}
      {area('questions')}
      {area('discussion')}
      <Heading level={2}>Decision</Heading>
      <TextInput
        name="action"
        label="What is to be done?"
        labelSize="s"
        hint="Typed once: it is in their inbox when you save. Save to add another."
        errors={errors}
        value={fields.action}
      />
      <Select
        name="for"
        label="Who does it?"
        errors={errors}
        value={fields.for ?? ''}
        options={[{ value: '', text: 'Choose' }, ...whoCan(meeting, colleagues, teams)]}
      />
      <DayBoxes name="due" label="By when?" typed={typed} suggested={addDays(londonDay(visit.now), 14)} />
      {area('no_change')}
      <div class="app-charts">
        <Radios
          name="complexity"
          label="How complex are things?"
          labelSize="s"
          inline
          small
          errors={errors}
          value={fields.complexity ?? of.complexity ?? undefined}
          choices={complexities.map((value) => ({ value, text: RATING_WORDS[value] ?? value }))}
        />
        <Radios
          name="stability"
          label="How stable?"
          labelSize="s"
          inline
          small
          errors={errors}
          value={fields.stability ?? of.stability ?? undefined}
          choices={stabilities.map((value) => ({ value, text: RATING_WORDS[value] ?? value }))}
        />
      </div>
      {area('for_person')}
    </KeptForm>
  );
}

/** Whoever can be given an action: people of the team, members' teams, and every other team. */
function whoCan(meeting: Meeting, colleagues: readonly TeamMember[], teams: readonly ListedTeam[]) {
  const members = meeting.members.filter(({ team }) => team !== null && team !== meeting.team);
  const named = new Set(members.map(({ team }) => team));
  return [
    ...colleagues.map(({ account, name }) => ({ value: `${meeting.team}:${account}`, text: name })),
    { value: String(meeting.team), text: `Anybody in ${meeting.teamName}` },
    ...members.map(({ name, team, teamName, account }) => ({
      value: account === null ? String(team) : `${team}:${account}`,
      text: `${name}, ${teamName}`,
    })),
    ...teams
      .filter(({ team }) => team !== meeting.team && !named.has(team))
      .map(({ team, name }) => ({ value: String(team), text: name })),
  ];
}

function AgendaActs({ visit, meeting, of, cases, typed }: CasePageProps) {
  const href = caseHref(meeting.meeting, of.id);
  const token = visit.chrome.csrfToken;
  return (
    <Details summary="Change the agenda" open={typed.fields.reason !== undefined}>
      {!isSettled(of) && (
        <form method="post" action={`${href}/carry`} novalidate>
          <CsrfField token={token} />
          <TextInput
            name="reason"
            id="carry-reason"
            label="Not reached: put on the next agenda, because"
            value={typed.fields.reason}
          />
          <Button variant="secondary" small preventDoubleClick>
            Next agenda
          </Button>
        </form>
      )}
      {of.carriedBecause !== null && (
        <form method="post" action={`${href}/carry`} novalidate>
          <CsrfField token={token} />
          <p>{`On the next agenda: ${of.carriedBecause}`}</p>
          <Button variant="secondary" small preventDoubleClick>
            They were reached after all
          </Button>
        </form>
      )}
      <form method="post" action={`${href}/move`} novalidate>
        <CsrfField token={token} />
        <TextInput
          name="to"
          label={`Move to place (1 to ${cases.length})`}
          width={3}
          inputmode="numeric"
          errors={typed.errors}
          value={typed.fields.to}
        />
        <TextInput
          name="reason"
          id="move-reason"
          label="Because"
          errors={typed.fields.to === undefined ? [] : typed.errors}
          value={typed.fields.reason}
        />
        <Button variant="secondary" small preventDoubleClick>
          Move
        </Button>
      </form>
      <form method="post" action={`${href}/remove`} novalidate>
        <CsrfField token={token} />
        <TextInput
          name="reason"
          label="Take off the agenda, because"
          errors={typed.fields.to === undefined ? typed.errors : []}
          value={typed.fields.reason}
        />
        <Button variant="secondary" small preventDoubleClick>
          Take off
        </Button>
      </form>
    </Details>
  );
}
