import type { StateTable } from './state-table.ts';

/** Open states in which a task is with the team that owns it, and not offered to another. */
const HERE = ['waiting', 'in_hand', 'came_back', 'escalated'] as const;

/**
 * How a task moves, whatever it is about: it waits until somebody takes it, and ends done or stopped with a reason. It
 * can be offered to another team, which accepts or declines it; until it accepts, the team that owns it still does.
 * Every kind of work that has no rules of its own moves so.
 */
export function taskStates(kind: string): StateTable {
  return {
    kind,
    initial: 'waiting',
    escalated: 'escalated',
    returned: { in_hand: 'waiting' },
    actions: [
      { name: 'take', from: HERE, to: 'in_hand', owner: true },
      { name: 'put_back', from: ['in_hand', 'came_back', 'escalated'], to: 'waiting', owner: true },
      { name: 'hand_over', from: HERE, to: 'in_hand', owner: true },
      { name: 'offer', from: HERE, to: 'offered', offer: true },
      { name: 'accept', from: ['offered'], to: 'in_hand', owner: true },
      { name: 'decline', from: ['offered'], to: 'came_back', reason: true },
      { name: 'not_accepted', from: ['offered'], to: 'came_back' },
      { name: 'withdraw', from: ['offered'], to: 'in_hand', owner: true, reason: true },
      { name: 'defer', from: HERE, to: 'in_hand', owner: true, clock: true, reason: true },
      { name: 'finish', from: HERE, to: 'done', ends: true },
      { name: 'stop', from: HERE, to: 'stopped', ends: true, reason: true },
    ],
  };
}

/** The states of a task in words, for tags and filters. */
export const taskStateWords: Readonly<Record<string, string>> = {
  waiting: 'Waiting',
  in_hand: 'In hand',
  offered: 'Offered',
  came_back: 'Came back',
  escalated: 'Escalated',
  done: 'Done',
  stopped: 'Stopped',
};
