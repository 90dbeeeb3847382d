import { londonDay } from '../../../kernel/index.ts';
import { Tag, type TagColour } from '../../../platform/web/index.ts';
import { defectStates } from '../defect-states.ts';
import type { DefectRow } from '../read-board.ts';

export const qualityHref = '/quality';

export function defectHref(id: number): string {
  return `/quality/defects/${id}`;
}

/** The board with a filter: of one practice, of one kind, or of what is over. */
export function boardHref(
  filter: { practice?: string | undefined; kind?: string | undefined; state?: string | undefined },
  ending = '',
): string {
  const chosen = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(chosen as [string, string][]).toString();
  return `${qualityHref}${ending}${query === '' ? '' : `?${query}`}`;
}

/** Where a defect stands, in a word and a colour. */
export function stateOf(row: DefectRow, now: Date): { readonly word: string; readonly colour: TagColour } {
  if (row.accepted) return { word: 'Right as it is', colour: 'grey' };
  if (!row.present) return { word: 'Mended', colour: 'green' };
  if (row.state === defectStates.escalated) return { word: 'Escalated', colour: 'red' };
  if (row.dueAt !== null && row.dueAt <= now) return { word: 'Late', colour: 'orange' };
  return row.state === 'taken' ? { word: 'Taken', colour: 'blue' } : { word: 'To do', colour: 'yellow' };
}

export function StateTag({ row, now }: { row: DefectRow; now: Date }) {
  const { word, colour } = stateOf(row, now);
  return <Tag colour={colour}>{word}</Tag>;
}

/** Who owns the fix: the person who took it, else the team. Work always has a team. */
export function ownerOf(row: DefectRow): string | null {
  if (row.owner === null) return row.team;
  return row.team === null ? row.owner : `${row.owner}, ${row.team}`;
}

/** The last day on which it is in time. */
export function dueDay(row: DefectRow): string | null {
  return row.dueAt === null || row.closedAt !== null ? null : londonDay(row.dueAt);
}

export const ACTION_WORDS: Readonly<Record<string, string>> = {
  open: 'Found',
  take: 'Taken',
  note: 'Note',
  give_back: 'Given back to the team',
  close_as_right: 'Closed as right as it is',
  mended: 'Mended',
  escalate: 'Escalated: nobody mended it in time',
};
