import type { Generated } from 'kysely';

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
};
