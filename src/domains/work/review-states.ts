import type { StateTable } from './state-table.ts';

/** How something that waits for a decision ends: the action, and the state that it leads to. */
export interface Ending {
  readonly name: string;
  readonly to: string;
}

/**
 * How what waits for somebody's decision moves, whatever it is: it lies with its team, somebody may take it on and give it
 * back, and it ends where it is decided, whoever has it. Late it escalates and keeps whoever has it.
 */
export function reviewStates(kind: string, initial: string, endings: readonly Ending[]): StateTable {
  const open = [initial, 'taken', 'escalated'];
  return {
    kind,
    initial,
    escalated: 'escalated',
    returned: { taken: initial },
    actions: [
      { name: 'take', from: open, to: 'taken', owner: true },
      { name: 'give_back', from: ['taken', 'escalated'], to: initial, owner: true },
      ...endings.map(({ name, to }) => ({ name, from: open, to, ends: true as const })),
    ],
  };
}
