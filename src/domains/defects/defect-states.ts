import type { StateTable, WorkClock } from '../work/index.ts';
import type { DefectKind } from './defect-kinds.ts';

/**
 * How a defect is dealt with. It ends mended, which the next search says, or right as it is, which a person says. One
 * that is late escalates and keeps its owner; whoever takes it gets the time that it had from the start.
 */
export const defectStates: StateTable = {
  kind: 'defect',
  initial: 'open',
  escalated: 'escalated',
  returned: { taken: 'open' },
  actions: [
    { name: 'take', from: ['open', 'taken', 'escalated'], to: 'taken', owner: true, clock: true },
    { name: 'note', from: ['taken'], to: 'taken' },
    { name: 'give_back', from: ['taken', 'escalated'], to: 'open', owner: true },
    { name: 'close_as_right', from: ['open', 'taken', 'escalated'], to: 'right', ends: true },
    { name: 'mended', from: ['open', 'taken', 'escalated'], to: 'mended', ends: true },
  ],
};

export const outcomes = { mended: 'Mended', right_as_it_is: 'Right as it is' } as const;

const DAY = 24 * 60 * 60 * 1000;

/** When a defect of a kind is due, and when it is late enough to escalate, counted from a moment of real time. */
export function defectClock(kind: DefectKind, from: Date): WorkClock {
  const after = (days: number) => new Date(from.getTime() + days * DAY);
  return {
    due: after(kind.clock.due_days),
    breach: after(kind.clock.due_days + kind.clock.breach_after_days),
  };
}
