import type { Generated } from 'kysely';

export type GovernanceTables = {
  'governance.break_glass': {
    at: Date;
    account: string;
    /** What they were signed in as. */
    role: string;
    person_no: number;
    reason: string;
    said: string;
    relationship_id: number;
    closes_at: Date;
    closed_at: Date | null;
    item_id: number;
  };
  'governance.pattern_seen': {
    pattern_seen_id: Generated<number>;
    at: Generated<Date>;
    pattern: string;
    account: string;
    person_no: number | null;
    day: string | null;
    /** The latest look that was there when it was looked at. */
    until: Date;
    verdict: string;
    note: string;
    by_account: string;
  };
};
