/** One thing that can be done to a piece of work: from which states, to which, and what has to be said with it. */
export interface StateAction {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: string;
  /** Ends the item; an outcome has to be given. */
  readonly ends?: true;
  /** Sets a new clock. */
  readonly clock?: true;
  /** Changes the owner. */
  readonly owner?: true;
  /** Offers it to another team: `to` whom, and until when they may accept, has to be given. */
  readonly offer?: true;
  /** A reason has to be given. */
  readonly reason?: true;
}

/** How work of one kind moves: a table, so that the guard, the button and its "why not" are one thing. */
export interface StateTable {
  readonly kind: string;
  readonly initial: string;
  readonly actions: readonly StateAction[];
  /** The state that breach leads to, from any open state. */
  readonly escalated: string;
  /** The state it is in again when whoever had it has gone, by the state it was in; the same where none is named. */
  readonly returned?: Readonly<Record<string, string>>;
}

export type Move = { readonly to: string; readonly action: StateAction } | { readonly whyNot: string };

/** Whether an action can be done in a state, and where it leads. Pure: pages ask it for their buttons. */
export function move(table: StateTable, state: string, action: string): Move {
  const known = table.actions.find(({ name }) => name === action);
  if (!known) return { whyNot: `Work of this kind has no action ${action}.` };
  if (known.from.includes(state)) return { to: known.to, action: known };
  return {
    whyNot: `This is ${state}; ${action.replaceAll('_', ' ')} is for work that is ${known.from.join(' or ')}.`,
  };
}

/** Whether work in this state is over: nothing leads on from it. */
export function isOver(table: StateTable, state: string): boolean {
  return !table.actions.some(({ from }) => from.includes(state));
}
