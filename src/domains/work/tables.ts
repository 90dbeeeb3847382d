import type { ColumnType, Generated } from 'kysely';

/** Why work is back on a desk that it had left: its owner left, or who was asked did not accept it. */
export type ReturnReason = 'left' | 'declined' | 'not_accepted';

/** A column that the database works out. */
type Derived<Type> = ColumnType<Type, never, never>;

export type WorkTables = {
  'work.item': {
    item_id: Generated<number>;
    kind: string;
    subject_kind: string;
    subject_id: number;
    owner_team: number;
    owner_account: string | null;
    state: string;
    opened_at: Date;
    due_at: Date;
    breach_at: Date;
    escalated_at: Date | null;
    closed_at: Date | null;
    outcome: string | null;
    title: string | null;
    offered_team: number | null;
    offered_account: string | null;
    accept_by: Date | null;
    returned_at: Date | null;
    returned_because: ReturnReason | null;
    again_at: Date | null;
    level: Generated<number>;
    desk_team: Derived<number>;
    desk_account: Derived<string | null>;
    desk_due: Derived<Date>;
  };
  'work.transition': {
    transition_id: Generated<number>;
    item_id: number;
    at: Date;
    action: string;
    from_state: string | null;
    to_state: string;
    account: string;
    owner_team: number;
    owner_account: string | null;
    note: string | null;
  };
  'work.sent': { item_id: number; team: number; account: string | null; at: Date };
  'work.link': { from_item: number; to_item: number };
  'work.away': {
    away_id: Generated<number>;
    account: string;
    covered_by: string;
    starts: Date;
    ends: Date;
    set_by: string;
    set_at: Date;
    ended_early_at: Date | null;
  };
  'work.bulk': {
    bulk_id: Generated<number>;
    token: Generated<string>;
    account: string;
    at: Date;
    to_account: string | null;
    undone_at: Date | null;
  };
  'work.bulk_item': {
    bulk_id: number;
    item_id: number;
    before: ColumnType<unknown, string | null, never>;
    transition_id: number | null;
    why_not: string | null;
    undone: Generated<boolean>;
  };
};
