import type { Generated, JSONColumnType } from 'kysely';
import type { Complexity, Stability } from './mdt-pathway.ts';
import type { Cadence } from './recurrence.ts';

/** Why somebody is on an agenda: the rule, and its words for this person. */
export interface AgendaReason {
  readonly rule: string;
  readonly why: string;
}

/** Why a meeting was not when it was to be: moved to another time, not held at all, or held after its day. */
export type MoveKind = 'moved' | 'not_held' | 'held_late';

export type SeriesChangeKind = 'changed' | 'ended' | 'begun_again';

/** What is different of a series since a change, in the words of its form and of that day. */
export interface SeriesDifference {
  readonly field: string;
  readonly was: string;
  readonly is: string;
}

export const textFields = [
  'summary',
  'questions',
  'discussion',
  'no_change',
  'rating',
  'for_person',
] as const;
/** What is written of a case in a meeting. Why nothing is to change, and `medium/stable`, are texts like the others. */
export type TextField = (typeof textFields)[number];

export type MdtTables = {
  'coordination.mdt': {
    mdt_id: Generated<number>;
    team_id: number;
    name: string;
    cadence: Cadence;
    anchor_at: Date;
    minutes: number;
    place: string;
    chair: string;
    ended_at: Date | null;
  };
  'coordination.mdt_change': {
    change_id: Generated<number>;
    mdt_id: number;
    kind: SeriesChangeKind;
    what: JSONColumnType<SeriesDifference[]>;
    because: string | null;
    outcome: string | null;
    account: string;
    at: Date;
  };
  'coordination.mdt_member': {
    member_id: Generated<number>;
    mdt_id: number;
    name: string;
    discipline: string;
    account: string | null;
    team_id: number | null;
    left_at: Date | null;
  };
  'coordination.meeting': {
    meeting_id: Generated<number>;
    mdt_id: number;
    starts_at: Date;
    slot_at: Date | null;
    state: Generated<'planned' | 'open' | 'closed'>;
    begun_at: Date | null;
    closed_at: Date | null;
    closed_by: string | null;
    quorum_note: string | null;
  };
  'coordination.meeting_moved': {
    meeting_id: number;
    was_at: Date;
    kind: MoveKind;
    because: string;
    account: string;
    at: Date;
  };
  'coordination.meeting_attendance': {
    meeting_id: number;
    member_id: number;
    attended: 'present' | 'apologies' | 'absent';
  };
  'coordination.meeting_case': {
    case_id: Generated<number>;
    meeting_id: number;
    person_no: number;
    position: number;
    reasons: JSONColumnType<AgendaReason[]>;
    added_by: string | null;
    removed_at: Date | null;
    removed_by: string | null;
    removed_because: string | null;
    moved_because: string | null;
    carried_because: string | null;
    complexity: Complexity | null;
    stability: Stability | null;
    next_review: string | null;
  };
  'coordination.meeting_text': {
    case_id: number;
    field: TextField;
    version: number;
    text: string;
    account: string;
    at: Date;
  };
  'coordination.meeting_action': { item_id: number; case_id: number };
};
