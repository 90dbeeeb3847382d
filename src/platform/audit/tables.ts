import type { Generated } from 'kysely';

export type AuditTables = {
  'audit.entry': {
    id: Generated<number>;
    at: Generated<Date>;
    xact: Generated<string>;
    account: Generated<string>;
    account_name: Generated<string>;
    role: Generated<string>;
    organisation: Generated<string>;
    request: Generated<string>;
    origin: Generated<string>;
    action: string;
    subject_kind: string | null;
    subject_id: string | null;
    purpose: string;
    outcome: 'done' | 'refused';
    detail: Generated<unknown>;
  };
  'audit.seal': {
    id: Generated<number>;
    sealed_at: Generated<Date>;
    from_xact: string;
    before_xact: string;
    entries: number;
    previous_hash: string;
    hash: string;
  };
};
