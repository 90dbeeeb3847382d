import type { Generated } from 'kysely';

export type StandingTables = {
  'coordination.need_decision': {
    decision_id: Generated<number>;
    team_id: number;
    person_no: number;
    decision: 'deferred' | 'declined';
    reason: string;
    until: string | null;
    account: string;
    at: Date;
    ended_at: Generated<Date | null>;
    ended_by: Generated<string | null>;
    ended_because: Generated<'undone' | 'replaced' | 'taken_on' | null>;
  };
};
