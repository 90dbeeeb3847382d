import { formatDay, formatInstant, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  Count,
  CsrfField,
  Details,
  EmptyState,
  Heading,
  InsetText,
  opensList,
  Page,
  PageHeading,
  PostButton,
  Refused,
  Select,
  SummaryList,
  Table,
  Tag,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { ListedTeam } from '../../../directory/index.ts';
import { GoneTag, listName } from '../../../register/index.ts';
import { type TeamMember, workHref } from '../../../work/index.ts';
import { type MdtPathway, roomFor } from '../mdt-pathway.ts';
import { isCalledOff, type ListedMeeting, type Meeting } from '../meeting.ts';
import { isDayOver, type MeetingMove, moveSentence } from '../pass-over.ts';
import { isQuorate, type NeededDiscipline } from '../quorum.ts';
import { isSettled, type MeetingCase, type OpenAction, textOf } from '../read-case.ts';
import { rhythmInWords } from '../recurrence.ts';
import type { EndedSeries } from '../series.ts';
import { mayMoveMeeting } from '../who-may.ts';
import { DayOver, MeetingTimes, meetingState } from './meeting-times.tsx';
import { Discipline } from './series-form.tsx';

export function meetingHref(meeting: number): string {
  return `/mdt/${meeting}`;
}

export function caseHref(meeting: number, id: number): string {
  return `/mdt/${meeting}/people/${id}`;
}

export function seriesHref(series: number, act?: 'change' | 'end' | 'begin-again'): string {
  return ['/mdt/series', series, ...(act ? [act] : [])].join('/');
}

function StateTag({ of, now }: { of: Pick<Meeting, 'state' | 'startsAt' | 'endedAt'>; now: Date }) {
  const { text, colour } = meetingState(of, now);
  return <Tag colour={colour}>{text}</Tag>;
}

export function MeetingsPage({
  visit,
  meetings,
  ended,
  runs,
}: {
  visit: Visit;
  meetings: readonly ListedMeeting[];
  ended: readonly EndedSeries[];
  runs: boolean;
}) {
  return (
    <Page title="Meetings" chrome={visit.chrome}>
      <PageHeading>Multidisciplinary meetings</PageHeading>
      {meetings.length === 0 ? (
        <EmptyState
          title={ended.length === 0 ? 'No meetings have been set up' : 'No meetings recur now'}
          actions={runs ? [{ text: 'Set up a meeting that recurs', href: '/mdt/new' }] : []}
        >
          <p>
            A meeting builds its agenda itself, from referrals, reviews and what happened. What it decides is
            work from that moment.
          </p>
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Meetings, those to come first"
            hideCaption
            compact
            responsive
            rows={meetings}
            columns={[
              {
                heading: 'Meeting',
                rowHeader: true,
                cell: (row) => <a href={meetingHref(row.meeting)}>{row.name}</a>,
              },
              {
                heading: 'When',
                cell: (row) => (
                  <>
                    <span class="app-nowrap">{formatInstant(row.startsAt)}</span>
                    {row.notHeld > 0 && row.lastNotHeld !== null && (
                      <span class="app-secondary app-block">
                        {`Not held ${row.notHeld === 1 ? 'once' : `${row.notHeld} times`} before, last on ${formatDay(londonDay(row.lastNotHeld))}`}
                      </span>
                    )}
                  </>
                ),
              },
              { heading: 'State', cell: (row) => <StateTag of={row} now={visit.now} /> },
              {
                heading: 'People',
                numeric: true,
                cell: (row) => (
                  <Count
                    n={row.people}
                    opens={opensList(row.people, meetingHref(row.meeting))}
                    of={` people on the agenda of ${row.name}`}
                  />
                ),
              },
              { heading: 'Where', cell: (row) => <Place place={row.place} /> },
              { heading: 'Chair', cell: (row) => row.chairName },
            ]}
          />
          {runs && (
            <ButtonLink href="/mdt/new" variant="secondary" small>
              Set up another
            </ButtonLink>
          )}
        </>
      )}
      {ended.length > 0 && <Ended ended={ended} />}
    </Page>
  );
}

/** Series that were ended, apart: nobody is on their agenda any more, and their actions and minutes stay. */
function Ended({ ended }: { ended: readonly EndedSeries[] }) {
  return (
    <>
      <Heading level={2}>Meetings that were ended</Heading>
      <Table
        caption="Meetings that were ended, the latest first"
        hideCaption
        compact
        responsive
        rows={ended}
        columns={[
          {
            heading: 'Meetings',
            rowHeader: true,
            cell: (row) => <a href={seriesHref(row.series)}>{row.name}</a>,
          },
          { heading: 'Team', cell: (row) => row.teamName },
          { heading: 'Ended', nowrap: true, cell: (row) => formatDay(londonDay(row.endedAt)) },
          { heading: 'By', unknown: 'Not known', cell: (row) => row.who },
          { heading: 'Why', unknown: 'Not known', cell: (row) => row.because },
        ]}
      />
    </>
  );
}

/** A room, or a link to a call. */
export function Place({ place }: { place: string }) {
  return /^https:\/\/\S+$/.test(place) ? <a href={place}>Join the call</a> : <span>{place}</span>;
}

export interface MeetingPageProps {
  readonly visit: Visit;
  readonly pathway: MdtPathway;
  readonly meeting: Meeting;
  readonly moves: readonly MeetingMove[];
  readonly cases: readonly MeetingCase[];
  readonly needed: readonly NeededDiscipline[];
  readonly earlier: readonly OpenAction[];
  readonly runs: boolean;
  readonly colleagues: readonly TeamMember[];
  readonly teams: readonly ListedTeam[];
  readonly typed: Typed;
}

/** One meeting: who it is about and why, who is there and who is needed, what is still open from before. */
export function MeetingPage(props: MeetingPageProps) {
  const { visit, meeting, moves, cases, earlier, typed } = props;
  const on = cases.filter(({ removedBecause }) => removedBecause === null);
  const off = cases.filter(({ removedBecause }) => removedBecause !== null);
  const over = meeting.state === 'closed' || isCalledOff(meeting);
  return (
    <Page
      title={meeting.name}
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[{ text: 'Meetings', href: '/mdt' }]}
    >
      <PageHeading caption={formatInstant(meeting.startsAt)}>{meeting.name}</PageHeading>
      <Refused typed={typed} />
      {isCalledOff(meeting) ? (
        <CalledOff meeting={meeting} />
      ) : (
        <DayOver meeting={meeting} people={on.length} now={visit.now} />
      )}
      <SummaryList
        rows={[
          { key: 'State', value: <StateTag of={meeting} now={visit.now} /> },
          ...(moves.length > 0 ? [{ key: 'Before that', value: <Moves moves={moves} /> }] : []),
          { key: 'Where', value: <Place place={meeting.place} /> },
          { key: 'Chair', value: meeting.chairName },
          {
            key: 'Comes again',
            value: rhythmInWords(meeting),
            actions: [
              {
                text: props.runs ? 'Change or end' : 'All of these',
                href: seriesHref(meeting.mdt),
                context: meeting.name,
              },
            ],
          },
        ]}
      />
      {!isCalledOff(meeting) && <Acts {...props} on={on} />}
      <Agenda {...props} on={on} />
      {off.length > 0 && (
        <Details summary={`${off.length} taken off the agenda`}>
          <ul>
            {off.map((each) => (
              <li key={each.id}>
                {`${listName(each)}: ${each.removedBecause} (${each.removedBy})`}
                {!over && !on.some(({ personNo }) => personNo === each.personNo) && (
                  <PostButton
                    action={`${caseHref(meeting.meeting, each.id)}/put-back`}
                    csrfToken={visit.chrome.csrfToken}
                    variant="secondary"
                    small
                  >
                    Put back<span class="nhsuk-u-visually-hidden"> {listName(each)}</span>
                  </PostButton>
                )}
              </li>
            ))}
          </ul>
        </Details>
      )}
      <Earlier earlier={earlier} />
      <WhoIsThere {...props} over={over} />
      {props.runs && !over && <NewMember {...props} />}
      <Rules pathway={props.pathway} />
    </Page>
  );
}

/** Instead of what can be done with a meeting: that it will not be held. */
function CalledOff({ meeting }: { meeting: Meeting }) {
  return (
    <InsetText>
      <p>
        <strong>These meetings have been ended, and this one will not be held.</strong>
      </p>
      <p>
        <a href={seriesHref(meeting.mdt)}>Why, who waits, and which actions are open</a>
      </p>
    </InsetText>
  );
}

/** When the meeting was to be before, and why it was not. */
export function Moves({ moves }: { moves: readonly MeetingMove[] }) {
  return (
    <>
      {moves.map((move) => (
        <span key={move.at.toISOString()} class="app-block">
          {moveSentence(move)}
        </span>
      ))}
    </>
  );
}

function Acts({ visit, meeting, typed, needed, on }: MeetingPageProps & { on: readonly MeetingCase[] }) {
  const href = meetingHref(meeting.meeting);
  const token = visit.chrome.csrfToken;
  if (meeting.state === 'closed')
    return (
      <ButtonGroup>
        <ButtonLink href={`${href}/minutes`}>Read the minutes</ButtonLink>
        <ButtonLink href={`${href}/minutes.pdf`} variant="secondary">
          Minutes as PDF
        </ButtonLink>
      </ButtonGroup>
    );
  const first = on.find((each) => !isSettled(each)) ?? on[0];
  return (
    <>
      <ButtonGroup>
        {meeting.state === 'planned' ? (
          <PostButton action={`${href}/begin`} csrfToken={token}>
            {isDayOver(meeting, visit.now) ? 'Hold it now' : 'Begin the meeting'}
          </PostButton>
        ) : (
          first && <ButtonLink href={caseHref(meeting.meeting, first.id)}>Go to the next person</ButtonLink>
        )}
        <PostButton action={`${href}/agenda`} csrfToken={token} variant="secondary">
          Bring the agenda up to date
        </PostButton>
        <ButtonLink href={`${href}/minutes`} variant="secondary">
          Minutes so far
        </ButtonLink>
      </ButtonGroup>
      {meeting.state === 'planned' && mayMoveMeeting(visit.by, meeting).allowed && (
        <MeetingTimes visit={visit} meeting={meeting} typed={typed} />
      )}
      {meeting.state === 'open' && (
        <Details summary="Close the meeting" open={typed.fields.quorumNote !== undefined}>
          <form method="post" action={`${href}/close`} novalidate>
            <CsrfField token={token} />
            {!isQuorate(needed) && (
              <TextInput
                name="quorumNote"
                label="Why was it held without every discipline that it needed?"
                errors={typed.errors}
                value={typed.fields.quorumNote}
              />
            )}
            <p>The minutes stand from then on, and the next meeting is planned.</p>
            <Button preventDoubleClick variant="secondary">
              Close the meeting
            </Button>
          </form>
        </Details>
      )}
    </>
  );
}

function Agenda({ meeting, on, pathway }: MeetingPageProps & { on: readonly MeetingCase[] }) {
  const room = roomFor(pathway, meeting.minutes);
  return (
    <>
      <Heading level={2}>Agenda</Heading>
      {on.length === 0 ? (
        <EmptyState title="Nobody is on the agenda yet">
          <p>
            Bring it up to date, or open a person and choose “Refer to a meeting”. The rules are at the end of
            this page.
          </p>
        </EmptyState>
      ) : (
        <>
          <p>
            {on.length > room
              ? `There is time for ${room} people in ${meeting.minutes} minutes, and ${on.length} are on the agenda.`
              : `${on.length} ${on.length === 1 ? 'person' : 'people'}; there is time for ${room}.`}
          </p>
          <Table
            total={on.length}
            caption="Who the meeting is about, in order"
            hideCaption
            compact
            responsive
            rows={on}
            columns={[
              { heading: 'Place', numeric: true, cell: (row) => on.indexOf(row) + 1 },
              {
                heading: 'Person',
                rowHeader: true,
                cell: (row) => (
                  <>
                    <a href={caseHref(meeting.meeting, row.id)}>{listName(row)}</a>
                    <GoneTag of={row} />
                  </>
                ),
              },
              {
                heading: 'Why',
                cell: (row) => (
                  <>
                    {row.reasons.map(({ rule, why }) => (
                      <span key={rule} class="app-block">
                        {why}
                      </span>
                    ))}
                    {row.addedBy !== null && (
                      <span class="app-secondary app-block">{`Added by ${row.addedBy}`}</span>
                    )}
                    {row.movedBecause !== null && (
                      <span class="app-secondary app-block">{`Moved: ${row.movedBecause}`}</span>
                    )}
                  </>
                ),
              },
              { heading: 'Decided', cell: (row) => <Decided of={row} /> },
            ]}
          />
        </>
      )}
    </>
  );
}

function Decided({ of }: { of: MeetingCase }) {
  if (of.carriedBecause !== null) return <Tag colour="orange">Next agenda</Tag>;
  if (of.actions.length > 0)
    return (
      <Tag colour="green">{`${of.actions.length} ${of.actions.length === 1 ? 'action' : 'actions'}`}</Tag>
    );
  if (textOf(of, 'no_change') !== '') return <Tag colour="green">No change</Tag>;
  return <Tag colour="yellow">Not yet</Tag>;
}

export function Earlier({
  earlier,
  heading = 'Open actions of earlier meetings',
}: {
  earlier: readonly OpenAction[];
  heading?: string | undefined;
}) {
  return (
    <>
      <Heading level={2}>{heading}</Heading>
      {earlier.length === 0 ? (
        <p>None is open.</p>
      ) : (
        <Table
          caption="Open actions, the loudest first"
          hideCaption
          compact
          responsive
          rows={earlier}
          columns={[
            {
              heading: 'Action',
              rowHeader: true,
              cell: (row) => <a href={workHref(row.item)}>{row.title}</a>,
            },
            { heading: 'About', cell: (row) => listName(row) },
            { heading: 'With', cell: (row) => row.with },
            {
              heading: 'Due',
              nowrap: true,
              cell: (row) => (
                <>
                  {dueDay(row.due)} <Loud level={row.level} />
                </>
              ),
            },
          ]}
        />
      )}
    </>
  );
}

function Loud({ level }: { level: number }) {
  if (level === 0) return null;
  return <Tag colour="red">{level === 1 ? 'Escalated' : 'Escalated twice'}</Tag>;
}

/** Clocks end at midnight: the day that ends then is what people mean. */
export function dueDay(due: Date): string {
  return formatDay(londonDay(new Date(due.getTime() - 1)));
}

function WhoIsThere({ visit, meeting, needed, pathway, runs, over }: MeetingPageProps & { over: boolean }) {
  const href = meetingHref(meeting.meeting);
  const missing = needed.filter(({ present }) => !present);
  const titleOf = (id: string) => pathway.disciplines.find((each) => each.id === id)?.title ?? id;
  return (
    <>
      <Heading level={2}>Who is there</Heading>
      {missing.length === 0 ? (
        <InsetText>Every discipline that these people need is there.</InsetText>
      ) : (
        <InsetText>
          <p>Needed and not there:</p>
          <ul>
            {missing.map((each) => (
              <li key={each.id}>
                {each.title}
                {each.neededBy.length > 0 && `, for ${each.neededBy.join(', ')}`}
                {!each.belongs && '. Nobody of it belongs to the meeting: invite somebody.'}
              </li>
            ))}
          </ul>
        </InsetText>
      )}
      <form method="post" action={`${href}/attendance`}>
        <CsrfField token={visit.chrome.csrfToken} />
        <Table
          caption="Members and whether they are there"
          hideCaption
          compact
          responsive
          rows={meeting.members}
          columns={[
            { heading: 'Name', rowHeader: true, cell: (row) => row.name },
            { heading: 'Discipline', cell: (row) => titleOf(row.discipline) },
            { heading: 'Team', unknown: 'None here', cell: (row) => row.teamName },
            {
              heading: 'There',
              cell: (row) =>
                over ? (
                  row.attended === null && meeting.state !== 'closed' ? (
                    'Not said'
                  ) : (
                    ATTENDED[row.attended ?? 'absent']
                  )
                ) : (
                  <label class="nhsuk-label">
                    <span class="nhsuk-u-visually-hidden">{row.name}</span>
                    <select class="nhsuk-select" name={`attended-${row.member}`}>
                      <option value="" selected={row.attended === null}>
                        Not said
                      </option>
                      {Object.entries(ATTENDED).map(([value, text]) => (
                        <option key={value} value={value} selected={row.attended === value}>
                          {text}
                        </option>
                      ))}
                    </select>
                  </label>
                ),
            },
            ...(runs && !over
              ? [
                  {
                    heading: 'Leave',
                    hideHeading: true,
                    cell: (row: Meeting['members'][number]) =>
                      row.account === meeting.chair ? (
                        'Chairs'
                      ) : (
                        <button
                          class="nhsuk-button nhsuk-button--secondary nhsuk-button--small"
                          type="submit"
                          formaction={`${href}/members/${row.member}/remove`}
                        >
                          Remove<span class="nhsuk-u-visually-hidden"> {row.name}</span>
                        </button>
                      ),
                  },
                ]
              : []),
          ]}
        />
        {!over && (
          <Button variant="secondary" small preventDoubleClick>
            Save who is there
          </Button>
        )}
      </form>
    </>
  );
}

const ATTENDED = { present: 'Present', apologies: 'Apologies', absent: 'Absent' } as const;

function NewMember({ visit, meeting, pathway, colleagues, teams, typed }: MeetingPageProps) {
  const { fields, errors } = typed;
  return (
    <Details
      summary="Invite somebody"
      open={errors.some(({ field }) => ['account', 'name', 'discipline', 'team'].includes(field))}
    >
      <form method="post" action={`${meetingHref(meeting.meeting)}/members`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Select
          name="account"
          label="Somebody of the team"
          errors={errors}
          value={fields.account ?? ''}
          options={[
            { value: '', text: 'Somebody else' },
            ...colleagues.map(({ account, name }) => ({ value: account, text: name })),
          ]}
        />
        <TextInput name="name" label="Or their name" errors={errors} value={fields.name} />
        <Discipline name="discipline" label="Discipline" pathway={pathway} typed={typed} />
        <Select
          name="team"
          label="Which team does what they take on?"
          errors={errors}
          value={fields.team ?? ''}
          options={[
            { value: '', text: 'None here' },
            ...teams.map(({ team, name }) => ({ value: String(team), text: name })),
          ]}
        />
        <Button variant="secondary" preventDoubleClick>
          Invite
        </Button>
      </form>
    </Details>
  );
}

function Rules({ pathway }: { pathway: MdtPathway }) {
  return (
    <Details summary="The rules of the agenda and of who has to be there">
      <ol>
        {pathway.agenda.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ol>
      <p>
        Where a team has several meetings, each person stands on the agenda of the one that comes first, so
        that they are talked about once. Taken off it, they stand on the next. A review is of the meeting that
        asked for it; once that has been ended, it is a referral to the team from its day on.
      </p>
      <p>
        {`Always there: ${pathway.quorum.always
          .map((id) => pathway.disciplines.find((each) => each.id === id)?.title ?? id)
          .join(', ')}. Others where somebody on the agenda needs them; whoever has died needs nobody.`}
      </p>
      <p>{`Owned by: ${pathway.owner}. Status: ${pathway.status}. To be looked at again on ${formatDay(pathway.review as PlainDate)}.`}</p>
    </Details>
  );
}
