import type { Generated } from 'kysely';

export type GovernanceTables = {
  'governance.break_glass': {
    break_glass_id: Generated<number>;
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
};
