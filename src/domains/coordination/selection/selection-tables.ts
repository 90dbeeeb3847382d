import type { Generated, JSONColumnType } from 'kysely';
import type { OneMoreHour } from './choose-list.ts';
import type { Minutes, Points } from './visits-and-worth.ts';

export type SelectionState = 'draft' | 'accepted' | 'discarded' | 'taken_back';

/** What a list was worked out from, as it stood. */
export interface SelectionInputs {
  /** The list of people that was asked for, as the address of a list of people. */
  readonly from: string;
  /** The same in words: "Top 9% of need, North". */
  readonly inWords: string;
  readonly period: number;
  /** Minutes over the period by discipline: what the team has, and what its caseload takes already. */
  readonly hours: readonly { readonly discipline: string; readonly has: number; readonly taken: number }[];
  /** How many were looked at, and how many of those could not be chosen, by reason. */
  readonly people: {
    readonly asked: number;
    readonly onCaseload: number;
    readonly setAside: number;
    readonly died: number;
    readonly left: number;
  };
}

/** What came out. */
export interface SelectionResult {
  readonly worth: number;
  readonly atMost: number;
  readonly proved: boolean;
  readonly oneMoreHour: readonly OneMoreHour[];
}

export type SelectionTables = {
  'coordination.team_member': {
    member_id: Generated<number>;
    team_id: number;
    account: string | null;
    name: string;
    discipline: string;
  };
  'coordination.member_hours': {
    member_id: number;
    version: number;
    /** Minutes a week for visits to people on the caseload; 0 for none any more. */
    /** Null: not counted any more. */
    minutes: number | null;
    because: string | null;
    account: string;
    at: Date;
  };
  'coordination.selection': {
    selection_id: Generated<number>;
    team_id: number;
    state: Generated<SelectionState>;
    version: Generated<number>;
    snapshot_id: number;
    content_version: string;
    inputs: JSONColumnType<SelectionInputs>;
    result: JSONColumnType<SelectionResult>;
    chosen: number;
    made_by: string;
    made_at: Date;
    settled_by: string | null;
    settled_at: Date | null;
    over_because: string | null;
    taken_back_by: string | null;
    taken_back_at: Date | null;
  };
  'coordination.selection_person': {
    selection_id: number;
    person_no: number;
    place: number;
    worth: number;
    reasons: JSONColumnType<Points[]>;
    visits: JSONColumnType<string[]>;
    minutes: JSONColumnType<Minutes>;
    /** The search put them on the list. */
    proposed: boolean;
    /** They are on it now. */
    chosen: boolean;
    near: 'inside' | 'outside' | null;
    item_id: number | null;
    left_out: string | null;
    kept_because: string | null;
  };
  'coordination.selection_move': {
    move_id: Generated<number>;
    selection_id: number;
    person_no: number;
    way: 'in' | 'out';
    reason: string;
    account: string;
    at: Date;
  };
};
