import { formatDay, formatInstant } from '../../../../kernel/index.ts';
import {
  ButtonLink,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  type Visit,
} from '../../../../platform/web/index.ts';
import { listName } from '../../../register/index.ts';
import { workHref } from '../../../work/index.ts';
import type { Minutes } from '../minutes.ts';
import { textOf } from '../read-case.ts';
import { dueDay, Earlier, Moves, meetingHref } from './meeting-pages.tsx';

/** The minutes of a meeting as a page. */
export function MinutesPage({ visit, minutes }: { visit: Visit; minutes: Minutes }) {
  const { meeting, moves, cases, needed, earlier, pathway } = minutes;
  const titleOf = (discipline: string) =>
    pathway.disciplines.find(({ id }) => id === discipline)?.title ?? discipline;
  const people = (attended: 'present' | 'apologies') =>
    meeting.members
      .filter((member) => member.attended === attended)
      .map(({ name, discipline }) => `${name} (${titleOf(discipline)})`)
      .join(', ') || null;
  const missing = needed.filter(({ present }) => !present).map(({ title }) => title);
  return (
    <Page
      title="Minutes"
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'Meetings', href: '/mdt' },
        { text: meeting.name, href: meetingHref(meeting.meeting) },
      ]}
    >
      <PageHeading caption={formatInstant(meeting.startsAt)}>{`Minutes: ${meeting.name}`}</PageHeading>
      {meeting.state !== 'closed' && (
        <InsetText>The meeting has not been closed: these are not its minutes yet.</InsetText>
      )}
      <SummaryList
        rows={[
          { key: 'Where', value: meeting.place },
          ...(moves.length > 0 ? [{ key: 'Before that', value: <Moves moves={moves} /> }] : []),
          { key: 'Chair', value: meeting.chairName },
          { key: 'Present', value: people('present'), unknown: 'Nobody noted' },
          { key: 'Apologies', value: people('apologies'), unknown: 'None' },
          {
            key: 'Not there, though needed',
            value: missing.length === 0 ? null : `${missing.join(', ')}. ${meeting.quorumNote ?? ''}`,
            unknown: 'Nobody: the meeting was quorate',
          },
        ]}
      />
      <ButtonLink href={`${meetingHref(meeting.meeting)}/minutes.pdf`} variant="secondary" small>
        As PDF
      </ButtonLink>
      {cases
        .filter(({ removedBecause }) => removedBecause === null)
        .map((each) => (
          <section key={each.id}>
            <Heading level={2}>{listName(each)}</Heading>
            <SummaryList
              rows={[
                { key: 'Why', value: each.reasons.map(({ why }) => why).join('; ') },
                ...(
                  [
                    ['Summary', textOf(each, 'summary')],
                    ['Questions', textOf(each, 'questions')],
                    ['Discussion', textOf(each, 'discussion')],
                    ['No change, because', textOf(each, 'no_change')],
                    ['On the next agenda, because', each.carriedBecause ?? ''],
                    ['For the person', textOf(each, 'for_person')],
                  ] as const
                )
                  .filter(([, text]) => text !== '')
                  .map(([key, text]) => ({ key, value: <p class="app-said">{text}</p> })),
                {
                  key: 'Next review',
                  value: each.nextReview && formatDay(each.nextReview),
                  unknown: 'Not set',
                },
              ]}
            />
            {each.actions.length > 0 && (
              <Table
                caption={`Actions for ${listName(each)}`}
                hideCaption
                compact
                responsive
                rows={each.actions}
                columns={[
                  {
                    heading: 'Action',
                    rowHeader: true,
                    cell: (row) => <a href={workHref(row.item)}>{row.title}</a>,
                  },
                  { heading: 'Who', cell: (row) => row.with },
                  { heading: 'By when', nowrap: true, cell: (row) => dueDay(row.due) },
                ]}
              />
            )}
          </section>
        ))}
      {cases.some(({ removedBecause }) => removedBecause !== null) && (
        <>
          <Heading level={2}>Taken off the agenda</Heading>
          <ul>
            {cases
              .filter(({ removedBecause }) => removedBecause !== null)
              .map((each) => (
                <li key={each.id}>{`${listName(each)}: ${each.removedBecause}`}</li>
              ))}
          </ul>
        </>
      )}
      <Earlier earlier={earlier} />
    </Page>
  );
}
