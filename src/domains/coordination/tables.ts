import type { JSONColumnType } from 'kysely';

export type CoordinationTables = {
  'coordination.caseload_entry': {
    item_id: number;
    person_no: number;
    next_step: string;
    next_step_due: string;
    reason: string;
    evidence: JSONColumnType<object>;
    override_reason: string | null;
    closing_note: string | null;
  };
};
