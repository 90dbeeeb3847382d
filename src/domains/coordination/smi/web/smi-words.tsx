import { Tag } from '../../../../platform/web/index.ts';
import { type CheckStatus, statusWords } from '../check-status.ts';
import type { Chaser, SmiFilter, SmiPerson } from '../read-smi.ts';

const COLOURS = { overdue: 'red', due: 'yellow', done: 'green', unknown: 'grey' } as const;

export function StatusTag({ status }: { status: CheckStatus }) {
  return <Tag colour={COLOURS[status]}>{statusWords[status]}</Tag>;
}

export const chaserWords: Readonly<Record<Chaser, string>> = {
  practice: 'The practice',
  mental_health: 'The mental health team',
  other: 'Another team',
  nobody: 'Nobody, and a check is overdue',
  not_needed: 'Nobody, as nothing is overdue',
};

/** The address of the register, filtered. */
export function smiHref(filter: Partial<SmiFilter> & { page?: number }, file = ''): string {
  const query = new URLSearchParams();
  for (const name of ['check', 'status', 'chaser'] as const) {
    const value = filter[name];
    if (value) query.set(name, value);
  }
  if (filter.page && filter.page > 1) query.set('page', String(filter.page));
  const text = query.toString();
  return `/smi${file}${text === '' ? '' : `?${text}`}`;
}

/** Who makes sure of somebody's checks, in words. */
export function chaseWords({ chase }: Pick<SmiPerson, 'chase'>): string | null {
  if (chase === null) return null;
  const who = chase.owner === null ? chase.team : `${chase.owner}, ${chase.team}`;
  return chase.offeredTo === null ? who : `${who}; ${chase.offeredTo} has been asked`;
}
