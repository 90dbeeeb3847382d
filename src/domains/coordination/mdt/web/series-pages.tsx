import type { ComponentChildren } from 'preact';
import { formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  CsrfField,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Refused,
  SummaryList,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { GoneTag, listName, personHref } from '../../../register/index.ts';
import { DayBoxes, type TeamMember, workHref } from '../../../work/index.ts';
import type { FieldConflict } from '../../plan/merge-fields.ts';
import {
  dayAndTime,
  fieldWords,
  type SeriesConflict,
  type SeriesText,
  sayField,
  seriesFields,
} from '../change-series.ts';
import type { MdtPathway } from '../mdt-pathway.ts';
import type { OpenAction } from '../read-case.ts';
import { nextSlot, rhythmInWords, timeOf } from '../recurrence.ts';
import {
  type HeldMeeting,
  lastEnd,
  type ReviewAhead,
  type Series,
  type SeriesChange,
  type Waiting,
} from '../series.ts';
import { caseHref, Earlier, meetingHref, Place, seriesHref } from './meeting-pages.tsx';
import { MONTHLY_HINT, SeriesQuestions } from './series-form.tsx';

export interface SeriesPageProps {
  readonly visit: Visit;
  readonly series: Series;
  readonly changes: readonly SeriesChange[];
  readonly held: readonly HeldMeeting[];
  readonly actions: readonly OpenAction[];
  /** Of a series that was ended who still stands on its agenda. */
  readonly waiting: readonly Waiting[];
  readonly reviews: readonly ReviewAhead[];
  readonly runs: boolean;
}

/** Meetings that recur: how often and where, what became of them, and of those that were ended what is left. */
export function SeriesPage(props: SeriesPageProps) {
  const { visit, series, changes, held, actions, waiting, reviews, runs } = props;
  const { endedAt, ahead } = series;
  return (
    <Page title={series.name} chrome={visit.chrome} breadcrumbs={[{ text: 'Meetings', href: '/mdt' }]}>
      <PageHeading caption={series.teamName}>{series.name}</PageHeading>
      {endedAt !== null && <EndedInset end={lastEnd(changes)} endedAt={endedAt} />}
      <SummaryList
        rows={[
          {
            key: 'State',
            value: (
              <Tag colour={endedAt === null ? 'blue' : 'grey'}>{endedAt === null ? 'Recurs' : 'Ended'}</Tag>
            ),
          },
          { key: 'How often', value: rhythmInWords(series) },
          ...(endedAt === null && ahead
            ? [
                {
                  key: ahead.state === 'open' ? 'Under way' : 'Next',
                  value: <a href={meetingHref(ahead.meeting)}>{formatInstant(ahead.startsAt)}</a>,
                },
              ]
            : []),
          { key: 'How long', value: `${series.minutes} minutes` },
          { key: 'Where', value: <Place place={series.place} /> },
          { key: 'Chair', value: series.chairName },
        ]}
      />
      {runs && (
        <ButtonGroup>
          {endedAt === null ? (
            <>
              <ButtonLink href={seriesHref(series.series, 'change')}>Change these meetings</ButtonLink>
              <ButtonLink href={seriesHref(series.series, 'end')} variant="secondary">
                End these meetings
              </ButtonLink>
            </>
          ) : (
            <ButtonLink href={seriesHref(series.series, 'begin-again')}>
              Begin these meetings again
            </ButtonLink>
          )}
        </ButtonGroup>
      )}
      {endedAt !== null && <WhoWaits waiting={waiting} series={series} />}
      <Earlier earlier={actions} heading="Open actions" />
      <Reviews reviews={reviews} ended={endedAt !== null} />
      <Heading level={2}>Meetings that were held</Heading>
      {held.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <ul>
          {held.map(({ meeting, startsAt }) => (
            <li key={meeting}>
              <a href={`${meetingHref(meeting)}/minutes`}>{`Minutes of ${formatInstant(startsAt)}`}</a>
            </li>
          ))}
        </ul>
      )}
      <Changes changes={changes} />
    </Page>
  );
}

function EndedInset({ end, endedAt }: { end: SeriesChange | null; endedAt: Date }) {
  return (
    <InsetText>
      <p>
        <strong>
          {`These meetings were ended on ${formatDay(londonDay(endedAt))}${end === null ? '.' : ` by ${end.who}: ${end.because}`}`}
        </strong>
      </p>
    </InsetText>
  );
}

/** Who was to be talked about and stands on no other agenda since, by name, with what is done about them. */
function WhoWaits({ waiting, series }: { waiting: readonly Waiting[]; series: Series }) {
  const { ahead } = series;
  return (
    <>
      <Heading level={2}>Who was to be talked about</Heading>
      {waiting.length === 0 || ahead === null ? (
        <p>Nobody waits on the agenda of these meetings.</p>
      ) : (
        <Table
          caption="Who still stands on the agenda that was not held"
          hideCaption
          compact
          responsive
          rows={waiting}
          columns={[
            {
              heading: 'Person',
              rowHeader: true,
              cell: (row) => (
                <>
                  <a href={caseHref(ahead.meeting, row.id)}>{listName(row)}</a>
                  <GoneTag of={row} />
                </>
              ),
            },
            { heading: 'Why', cell: (row) => row.reasons.map(({ why }) => why).join('; ') },
            { heading: 'Now', cell: (row) => <Now of={row} /> },
          ]}
        />
      )}
    </>
  );
}

function Now({ of: { elsewhere, referral } }: { of: Waiting }) {
  if (elsewhere !== null)
    return (
      <>
        On the agenda of <a href={meetingHref(elsewhere.meeting)}>{elsewhere.name}</a>
      </>
    );
  if (referral?.open === false)
    return (
      <>
        The team has <a href={workHref(referral.item)}>ended the referral</a>
      </>
    );
  return (
    <>
      <Tag colour="orange">Without a meeting</Tag>{' '}
      {referral === null ? (
        'A referral to the team is made within a minute.'
      ) : (
        <a href={workHref(referral.item)}>Referred to the team</a>
      )}
    </>
  );
}

function Reviews({ reviews, ended }: { reviews: readonly ReviewAhead[]; ended: boolean }) {
  return (
    <>
      <Heading level={2}>Reviews to come</Heading>
      {reviews.length === 0 ? (
        <p>No review of these meetings is to come.</p>
      ) : (
        <>
          <p>
            {ended
              ? 'From its day on each is a referral to the team, and comes on the agenda of its next meeting.'
              : 'Each comes on the agenda of the first of these meetings from its day on.'}
          </p>
          <Table
            caption="Reviews to come, the first first"
            hideCaption
            compact
            responsive
            rows={reviews}
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
              { heading: 'Review on', nowrap: true, cell: (row) => formatDay(row.reviewOn) },
            ]}
          />
        </>
      )}
    </>
  );
}

const KINDS = { changed: 'Changed', ended: 'Ended', begun_again: 'Begun again' } as const;

function Changes({ changes }: { changes: readonly SeriesChange[] }) {
  return (
    <>
      <Heading level={2}>What changed</Heading>
      {changes.length === 0 ? (
        <p>Nothing since they were set up.</p>
      ) : (
        <Table
          caption="Changes of these meetings, the latest first"
          hideCaption
          compact
          responsive
          rows={changes}
          columns={[
            { heading: 'When', nowrap: true, cell: (row) => formatInstant(row.at) },
            { heading: 'What', rowHeader: true, cell: (row) => KINDS[row.kind] },
            { heading: 'By', cell: (row) => row.who },
            {
              heading: 'How',
              unknown: 'As they were',
              cell: ({ what, because, outcome }) =>
                because ? (
                  <>
                    {because}
                    {outcome && <span class="app-secondary app-block">{outcome}</span>}
                  </>
                ) : what.length === 0 ? null : (
                  what.map(({ field, was, is }) => (
                    <span key={field} class="app-block">
                      {`${fieldWords[field as keyof SeriesText] ?? field}: ${is}, was ${was}`}
                    </span>
                  ))
                ),
            },
          ]}
        />
      )}
    </>
  );
}

/** Changing a series: the questions with which it was set up, filled with what stands. */
export function ChangeSeriesPage(props: {
  visit: Visit;
  pathway: MdtPathway;
  series: Series;
  members: readonly TeamMember[];
  stands: SeriesText;
  typed: Typed;
  conflict: SeriesConflict | null;
}) {
  const { visit, pathway, series, members, stands, typed, conflict } = props;
  const { ahead } = series;
  const begun = ahead?.state === 'open';
  const names = (account: string) =>
    members.find((each) => each.account === account)?.name ?? series.chairName;
  // What the form was filled with stays beside it, so that of two who change it at once each is known by what they changed.
  const base = (field: keyof SeriesText) =>
    conflict?.now[field] ?? typed.fields[`was-${field}`] ?? stands[field];
  return (
    <Page
      title="Change meetings"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: `Back to ${series.name}`, href: seriesHref(series.series) }}
    >
      <PageHeading caption={series.name}>Change these meetings</PageHeading>
      <Refused typed={typed} />
      {conflict?.conflicts.map((each) => (
        <BothTexts key={each.field} of={each} words={{ pathway, names }} />
      ))}
      <form method="post" action={seriesHref(series.series, 'change')} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        {seriesFields.map((field) => (
          <input key={field} type="hidden" name={`was-${field}`} value={base(field)} />
        ))}
        <SeriesQuestions
          pathway={pathway}
          members={members}
          typed={typed}
          when={{
            label: begun ? 'When is the one after this?' : 'When is the next?',
            hint: `${
              begun
                ? 'The one that is under way stays as it is. '
                : 'Those after it follow from it. To move one meeting alone, use “Move it” on its page. '
            }${MONTHLY_HINT}`,
          }}
          stands={stands}
        />
        <Button preventDoubleClick>Save</Button>
      </form>
    </Page>
  );
}

function BothTexts({
  of: { field, theirs, mine, author },
  words,
}: {
  of: FieldConflict;
  words: Parameters<typeof sayField>[2];
}) {
  const name = field as keyof SeriesText;
  return (
    <div class="app-both-texts">
      <BothText
        title={
          author
            ? `${fieldWords[name]}: ${author.name} wrote, ${formatInstant(new Date(author.at))}`
            : `${fieldWords[name]}: now`
        }
      >
        {sayField(name, theirs, words)}
      </BothText>
      <BothText title="You wrote">{sayField(name, mine, words)}</BothText>
    </div>
  );
}

function BothText({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <p class="app-both-texts__whose">{title}</p>
      <p class="app-said">{children}</p>
    </div>
  );
}

/** Ending a series: what stands on it, what becomes of that, and why. */
export function EndSeriesPage(props: {
  visit: Visit;
  series: Series;
  /** How many are on the agenda of the next meeting, how many actions are open, and how many reviews are to come. */
  stands: { readonly people: number; readonly actions: number; readonly reviews: number };
  /** Other meetings of the team that are to come, the first first. */
  others: readonly { readonly meeting: number; readonly name: string; readonly startsAt: Date }[];
  typed: Typed;
}) {
  const { visit, series, stands, others, typed } = props;
  const { ahead } = series;
  const [next] = others;
  return (
    <Page
      title="End meetings"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: `Back to ${series.name}`, href: seriesHref(series.series) }}
    >
      <PageHeading caption={series.name}>End these meetings</PageHeading>
      <Refused typed={typed} />
      <p>
        {ahead === null
          ? 'No further meeting is planned then.'
          : `The meeting of ${formatInstant(ahead.startsAt)} is not held, and no further one is planned.`}
      </p>
      <SummaryList
        rows={[
          {
            key: 'On its agenda',
            value: (
              <Stands n={stands.people} one="person" many="people" href={meetingHref(ahead?.meeting ?? 0)}>
                {next
                  ? `Whoever stands on it is referred to the team, and comes on the agenda of its next meeting, with what is written of them: “${next.name}”, ${formatInstant(next.startsAt)}.`
                  : 'The team has no other meeting. Whoever stands on it is referred to the team, is its work until it meets, and stands by name on the page of these meetings.'}
              </Stands>
            ),
          },
          {
            key: 'Open actions',
            value: (
              <Stands n={stands.actions} one="action" many="actions" href={seriesHref(series.series)}>
                Each stays the work of whoever has it, and stands on the page of these meetings until it is
                done.
              </Stands>
            ),
          },
          {
            key: 'Reviews to come',
            value: (
              <Stands n={stands.reviews} one="review" many="reviews" href={seriesHref(series.series)}>
                Each becomes a referral to the team on its day.
              </Stands>
            ),
          },
        ]}
      />
      <form method="post" action={seriesHref(series.series, 'end')} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Textarea
          name="reason"
          label="Why are they ended?"
          labelSize="s"
          hint="Everybody who belongs to them reads this. They can be begun again"
          rows={2}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button variant="warning" preventDoubleClick>
          End these meetings
        </Button>
      </form>
    </Page>
  );
}

/** How much of something stands on a series, where it can be read, and what becomes of it. */
function Stands(props: { n: number; one: string; many: string; href: string; children: ComponentChildren }) {
  const { n, one, many, href, children } = props;
  if (n === 0) return <>{`No ${many}`}</>;
  return (
    <>
      <a href={href}>{`${n} ${n === 1 ? one : many}`}</a>
      <span class="app-block">{children}</span>
    </>
  );
}

/** Beginning a series again: when the next meeting is. */
export function BeginAgainPage(props: { visit: Visit; series: Series; waiting: number; typed: Typed }) {
  const { visit, series, waiting, typed } = props;
  const { ahead } = series;
  // The meeting that is not held is the next one again, where its day is still to come.
  const suggested = ahead && ahead.startsAt > visit.now ? ahead.startsAt : nextSlot(series, visit.now);
  const starts = dayAndTime(suggested.toISOString());
  return (
    <Page
      title="Begin meetings again"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: `Back to ${series.name}`, href: seriesHref(series.series) }}
    >
      <PageHeading caption={series.name}>Begin these meetings again</PageHeading>
      <Refused typed={typed} />
      {series.endedAt === null ? (
        <EmptyState title="These meetings recur">
          <p>They have not been ended, or somebody has begun them again already.</p>
        </EmptyState>
      ) : (
        <>
          <p>
            {`${series.minutes} minutes, ${series.chairName} chairs: what was said of them counts again, and can be changed after.`}{' '}
            {waiting === 0
              ? 'Nobody waits on their agenda.'
              : `${waiting === 1 ? 'The person who waits' : `The ${waiting} people who wait`} on their agenda will be talked about then.`}
          </p>
          <form method="post" action={seriesHref(series.series, 'begin-again')} novalidate>
            <CsrfField token={visit.chrome.csrfToken} />
            <DayBoxes
              name="starts"
              label="When is the next?"
              hint={MONTHLY_HINT}
              typed={typed}
              {...(starts ? { suggested: starts.day } : {})}
            />
            <TextInput
              name="time"
              label="At what time?"
              hint="For example: 13:30"
              width={5}
              errors={typed.errors}
              value={typed.fields.time ?? timeOf(suggested)}
            />
            <Button preventDoubleClick>Begin again</Button>
          </form>
        </>
      )}
    </Page>
  );
}
