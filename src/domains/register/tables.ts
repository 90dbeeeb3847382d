import type { Generated, JSONColumnType } from 'kysely';
import type { Manifest } from './lake/manifest.ts';

/** Why a record is protected. What follows from each is `who-may.ts` and content/governance/protected-records.yaml. */
export type ProtectionKind = 'staff' | 'vip' | 'safeguarding';

export type RelationshipKind =
  | 'practice_staff'
  | 'int_agreement'
  | 'caseload'
  | 'contact'
  | 'mdt'
  | 'work'
  | 'self'
  | 'carer'
  | 'break_glass'
  | 'urgent_care';

export type RegisterTables = {
  'register.import_run': {
    run_id: Generated<number>;
    started_at: Generated<Date>;
    finished_at: Date | null;
    state: Generated<'running' | 'done' | 'refused' | 'failed'>;
    progress: Generated<string>;
    account: string;
    message: string | null;
    /** What the readers said of the files, a sentence each. */
    said: Generated<string[]>;
    /** The delivery whose rows it was begun to bring again. */
    mends: number | null;
  };
  'register.snapshot': {
    snapshot_id: Generated<number>;
    run_id: number;
    as_of: string;
    made_at: Generated<Date>;
    manifest: JSONColumnType<Manifest>;
    /** When pages began to read it. */
    published_at: Generated<Date | null>;
  };
  'register.run_sender': { run_id: number; practice: string };
  'register.delivery': {
    delivery_id: Generated<number>;
    run_id: number;
    snapshot_id: number | null;
    name: string;
    format: string;
    publisher: string | null;
    extracted_at: Date | null;
    is_full: boolean;
    state: 'loaded' | 'refused';
    refusal: JSONColumnType<{ code: string; because: string; remedy: string }> | null;
    quarantine: string | null;
    /** The delivery whose rows it brought again: as somebody mended them, or as they were. */
    mends: number | null;
    is_release: Generated<boolean>;
    /** The file with the numbers of the rows that it mended, below the lake's folder. */
    mended: string | null;
    /** When the rows that it put aside were removed, because their time was over. */
    rows_removed_at: Date | null;
  };
  /** How many rows that a delivery put aside are no longer open: they were loaded since, or put aside anew. */
  'register.quarantine_settled': {
    delivery_id: number;
    table_name: string;
    reason: string;
    mended: number;
    again: number;
  };
  'register.delivery_table': {
    delivery_id: number;
    table_name: string;
    read: number;
    loaded: number;
    quarantined: number;
    duplicate: number;
    removed: number;
    reasons: JSONColumnType<Record<string, number>>;
  };
  'register.person': {
    person_no: number;
    public_id: Generated<string>;
    nhs_number: string | null;
    title: string | null;
    family_name: string | null;
    given_names: string | null;
    sex: string;
    birth_date: string | null;
    birth_approximate: boolean;
    death_date: string | null;
    address: string | null;
    postcode: string | null;
    lsoa: string | null;
    practice_id: number | null;
    registered: boolean;
    registered_from: string | null;
    open_registrations: number;
    sensitive: boolean;
    confidential: boolean;
    records: number[];
    buckets: number[];
    snapshot_id: number;
  };
  'register.care_relationship': {
    relationship_id: Generated<number>;
    kind: RelationshipKind;
    account: string | null;
    team_id: number | null;
    practice_id: number | null;
    person_no: number | null;
    purpose: string;
    grants: Generated<string[]>;
    basis: Generated<unknown>;
    starts: Generated<Date>;
    ends: Date | null;
    ended_because: string | null;
  };
  /** Records that need more to be seen, or show less. For the information governance lead. */
  'register.protection': {
    protection_id: Generated<number>;
    person_no: number;
    kind: ProtectionKind;
    reason: string;
    since: Generated<Date>;
    marked_by: string;
    review_on: string;
    ended_at: Date | null;
    ended_by: string | null;
    ended_because: string | null;
  };
  /** Questions to the national service about opt-outs, and how many it answered. */
  'register.national_check': {
    check_id: Generated<number>;
    checked_on: string;
    at: Generated<Date>;
    asked: number;
    allowed: number;
    known: number;
  };
  /** People whose records are all with another person now, and with whom. */
  'register.joined': { person_no: number; now_no: number; records: number[] };
  'register.match': {
    match_id: Generated<number>;
    one_person: number;
    other_person: number;
    one_rec: number;
    other_rec: number;
    weight: number;
    levels: JSONColumnType<Record<string, string | null>>;
    method: string;
    state: Generated<'open' | 'merged' | 'apart' | 'settled'>;
    raised_at: Generated<Date>;
    contradiction: 'two_numbers' | 'one_number' | 'linked' | null;
    contradicting_key: string | null;
    settled_key: string | null;
    asked_practice: number | null;
    asked_item: number | null;
  };
  'register.match_decision': {
    decision_id: Generated<number>;
    match_id: number;
    verdict: 'merge' | 'apart' | 'unmerge' | 'ask' | 'answer';
    reason: string;
    account: string;
    role: string;
    at: Generated<Date>;
    one_rec: number;
    other_rec: number;
  };
};
