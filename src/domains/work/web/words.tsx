import { addDays, formatDay, formatInstant, londonDay, londonMidnight } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { Tag, type TagColour } from '../../../platform/web/index.ts';
import { GoneTag, listName } from '../../register/index.ts';
import type { InboxRow } from '../read-inbox.ts';
import type { WorkKinds } from '../work-kind.ts';

/** The address of a piece of work: its own page, or that of the kind that has one. */
export function workHref(item: number): string {
  return `/work/${item}`;
}

/** Where somebody goes from a row of work; null where its page is not for them. */
export function rowHref(kinds: WorkKinds, row: InboxRow, by: Actor): string | null {
  const { href } = kinds.kind(row.kind);
  return href ? href(row, by) : workHref(row.item);
}

/** What a row of work is, leading to its page if whoever reads may open it. */
export function WorkLink(props: { kinds: WorkKinds; row: InboxRow; by: Actor; text: string }) {
  const href = rowHref(props.kinds, props.row, props.by);
  return href === null ? <span>{props.text}</span> : <a href={href}>{props.text}</a>;
}

export function stateInWords(kinds: WorkKinds, kind: string, state: string): string {
  const known = kinds.kind(kind).stateWords[state];
  if (known !== undefined) return known;
  const words = state.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function outcomeInWords(
  kinds: WorkKinds,
  { kind, outcome }: Pick<InboxRow, 'kind' | 'outcome'>,
): string {
  if (outcome === null) return '';
  return kinds.endings(kind).find(({ id }) => id === outcome)?.title ?? outcome.replaceAll('_', ' ');
}

/** What work is about, where it is about a person: their name, or that they are out of sight. */
export function aboutWhom(row: InboxRow): string | null {
  if (row.subjectKind !== 'person') return null;
  return row.personId === null ? 'Somebody whom you can no longer see' : listName(row);
}

/** Beside the name: that they have died, or are on no list any more. */
export function WhomGone({ row }: { row: InboxRow }) {
  if (row.registered === null) return null;
  return <GoneTag of={{ deathDate: row.deathDate, registered: row.registered }} />;
}

const COLOURS: Readonly<Record<string, TagColour>> = {
  escalated: 'red',
  came_back: 'orange',
  offered: 'purple',
  waiting: 'yellow',
  in_hand: 'blue',
};

const RETURNED = {
  left: 'Its owner left',
  declined: 'Was declined',
  not_accepted: 'Was not accepted in time',
} as const;

/** The state of a piece of work, and what makes it louder than others. */
export function StateTags({ kinds, row }: { kinds: WorkKinds; row: InboxRow }) {
  const colour = COLOURS[row.state] ?? (row.closedAt === null ? 'blue' : 'grey');
  return (
    <>
      <Tag colour={colour}>{stateInWords(kinds, row.kind, row.state)}</Tag>
      {row.level === 2 && (
        <>
          {' '}
          <Tag colour="red">Escalated twice</Tag>
        </>
      )}
      {row.level === 1 && row.state !== 'escalated' && row.closedAt === null && (
        <>
          {' '}
          <Tag colour="red">Louder</Tag>
        </>
      )}
      {row.returnedBecause !== null && <span class="app-secondary">{RETURNED[row.returnedBecause]}</span>}
    </>
  );
}

export function DueText({ row, now }: { row: InboxRow; now: Date }) {
  const late = row.closedAt === null && row.deskDue < now;
  return (
    <>
      {clockText(row.deskDue)} {late && <Tag colour="orange">Late</Tag>}
      {row.acceptBy !== null && <span class="app-secondary">to accept it</span>}
    </>
  );
}

/** Most clocks end with a day, at midnight: then the day is what people mean. */
function clockText(clock: Date): string {
  const before = londonDay(new Date(clock.getTime() - 1));
  return londonMidnight(addDays(before, 1)).getTime() === clock.getTime()
    ? formatDay(before)
    : formatInstant(clock);
}

const ACTIONS: Readonly<Record<string, string>> = {
  open: 'Opened',
  take: 'Taken',
  put_back: 'Put back for the team',
  hand_over: 'Handed over',
  offer: 'Offered to another team',
  accept: 'Accepted',
  decline: 'Declined',
  not_accepted: 'Not accepted in time, and sent back',
  withdraw: 'Taken back before it was accepted',
  defer: 'Put off',
  finish: 'Finished',
  stop: 'Stopped',
  escalate: 'Escalated, because it was late',
  escalate_again: 'Escalated a second time',
  returned: 'Given back to the team: its owner left',
  undo: 'Assignment undone',
  record: 'Visit recorded',
  move: 'Moved to another day',
  end: 'Not needed any more',
};

export function actionInWords(action: string): string {
  return ACTIONS[action] ?? action.replaceAll('_', ' ');
}
