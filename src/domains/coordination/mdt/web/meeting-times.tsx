import { formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Details,
  InsetText,
  type TagColour,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { DayBoxes } from '../../../work/index.ts';
import { isCalledOff, type Meeting } from '../meeting.ts';
import { isDayOver } from '../pass-over.ts';
import { nextAfter, timeOf } from '../recurrence.ts';

/** Where a meeting stands, in words: one whose day is over has not come about, or was never closed. */
export function meetingState(
  meeting: Pick<Meeting, 'state' | 'startsAt' | 'endedAt'>,
  now: Date,
): { readonly text: string; readonly colour: TagColour } {
  if (isCalledOff(meeting)) return { text: 'Called off', colour: 'grey' };
  if (meeting.state === 'closed') return { text: 'Closed', colour: 'grey' };
  const over = isDayOver(meeting, now);
  if (meeting.state === 'open')
    return over ? { text: 'Not closed', colour: 'orange' } : { text: 'Under way', colour: 'green' };
  return over ? { text: 'Not held', colour: 'red' } : { text: 'To come', colour: 'blue' };
}

/** Above a meeting whose day is over: what has not happened, what waits for it, and what to do. */
export function DayOver({ meeting, people, now }: { meeting: Meeting; people: number; now: Date }) {
  if (meeting.state === 'closed' || !isDayOver(meeting, now)) return null;
  const day = formatDay(londonDay(meeting.startsAt));
  if (meeting.state === 'open')
    return (
      <InsetText>
        <p>{`This meeting was begun on ${day} and has not been closed: no next one is planned until it is.`}</p>
        <p>Decide for whoever is left, or put them on the next agenda. Then close it.</p>
      </InsetText>
    );
  const { next, byItself } = nextTimes(meeting, now);
  return (
    <InsetText>
      <p>
        <strong>{`This meeting was to be on ${day}, and nobody began it.`}</strong>{' '}
        {people === 0
          ? 'Nobody is on its agenda.'
          : `${people === 1 ? 'The person on its agenda waits' : `The ${people} people on its agenda wait`} until it is held: nobody is lost.`}
      </p>
      <p>
        {`Hold it now, move it to another day, or say why it was not held: its agenda is then that of ${formatInstant(next)}.`}
        {londonDay(byItself) > londonDay(now) &&
          ` If nobody says anything, that happens by itself on ${formatDay(londonDay(byItself))}.`}
      </p>
    </InsetText>
  );
}

/** When the agenda goes to if a meeting is not held, and the day on which it goes on if nobody says anything. */
function nextTimes(meeting: Meeting, now: Date): { next: Date; byItself: Date } {
  return { next: nextAfter(meeting, now), byItself: nextAfter(meeting) };
}

/** Moving a meeting that has not begun, and saying that it was not held. */
export function MeetingTimes({ visit, meeting, typed }: { visit: Visit; meeting: Meeting; typed: Typed }) {
  const { fields, errors } = typed;
  const href = `/mdt/${meeting.meeting}`;
  const was = (
    <>
      <CsrfField token={visit.chrome.csrfToken} />
      <input type="hidden" name="was" value={meeting.startsAt.toISOString()} />
    </>
  );
  const over = isDayOver(meeting, visit.now);
  const { next } = nextTimes(meeting, visit.now);
  return (
    <>
      <Details summary="Move it to another day or time" open={fields.moveReason !== undefined}>
        <form method="post" action={`${href}/move`} novalidate>
          {was}
          <DayBoxes name="starts" label="When is it now?" typed={typed} />
          <TextInput
            name="time"
            label="At what time?"
            hint="For example: 13:30"
            width={5}
            errors={errors}
            value={fields.time ?? timeOf(meeting.startsAt)}
          />
          <Textarea name="moveReason" label="Why?" rows={2} errors={errors} value={fields.moveReason} />
          <p>Its agenda stays. The meetings after it come when they would have come.</p>
          <Button variant="secondary" preventDoubleClick>
            Move the meeting
          </Button>
        </form>
      </Details>
      <Details
        summary={over ? 'Say why it was not held' : 'It will not be held this time'}
        open={fields.notHeldReason !== undefined}
      >
        <form method="post" action={`${href}/not-held`} novalidate>
          {was}
          <Textarea
            name="notHeldReason"
            label={over ? 'Why was it not held?' : 'Why will it not be held?'}
            rows={2}
            errors={errors}
            value={fields.notHeldReason}
          />
          <p>{`Its agenda, with everything that is written, is then that of the next one: ${formatInstant(next)}.`}</p>
          <Button variant="secondary" preventDoubleClick>
            {over ? 'It was not held' : 'It will not be held'}
          </Button>
        </form>
      </Details>
    </>
  );
}
