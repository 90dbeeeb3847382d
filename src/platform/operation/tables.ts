import type { ColumnType, Generated } from 'kysely';

export type OperationTables = {
  'operation.backup': {
    backup_id: Generated<number>;
    begun_at: Date;
    ended_at: Generated<Date>;
    store: string;
    bytes: Generated<number>;
    refusal: string | null;
  };
  'operation.restoration': {
    restoration_id: Generated<number>;
    restored_at: Generated<Date>;
    backup_made_at: Date;
    last_commit: Date | null;
    sessions_ended: number;
    jobs_cancelled: number;
    accepted_at: ColumnType<Date | null, undefined, Date>;
  };
  'operation.verification': {
    verification_id: Generated<number>;
    verified_at: Generated<Date>;
    checks: number;
    failed: string[];
  };
};
