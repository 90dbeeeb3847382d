import type { Generated, JSONColumnType } from 'kysely';
import type { LoadableKind, RowReason, UnusableFile } from './codelist-file.ts';

/** What somebody said of the files that they brought, in the place of what the files say. */
export interface SaidOfLoad {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly kind?: LoadableKind | undefined;
  readonly source?: string | undefined;
  readonly released?: string | undefined;
}

/** A definition that a version would change: how many people were asked about, and how its drawn people come out. */
export interface CheckedDefinition {
  readonly id: string;
  readonly people: number;
  /** Drawn people who would come out otherwise than they should, by name. */
  readonly casesChanged: readonly string[];
}

export type CodelistTables = {
  'need.codelist_load': {
    load_id: Generated<number>;
    state: Generated<'waiting' | 'loaded' | 'failed'>;
    said: JSONColumnType<SaidOfLoad>;
    begun_by: string;
    begun_at: Generated<Date>;
    ended_at: Date | null;
  };
  'need.codelist_file': {
    file_no: Generated<number>;
    load_id: number;
    name: string;
    hash: string;
    source: string | null;
    released: string | null;
    read: number;
    loaded: number;
    refused: number;
    duplicate: number;
    notes: JSONColumnType<string[]>;
    refusal: JSONColumnType<UnusableFile['refusal']> | null;
  };
  'need.codelist_refused_row': {
    file_no: number;
    line: number;
    column_name: string;
    said: string;
    reason: RowReason;
  };
  'need.codelist_version': {
    version_no: Generated<number>;
    codelist_id: string;
    number: number;
    kind: LoadableKind;
    hash: string;
    title: string;
    codes: number;
    file_no: number;
    loaded_by: string;
    loaded_at: Generated<Date>;
  };
  'need.codelist_code': { version_no: number; code: string; term: string; category: string | null };
  'need.codelist_file_version': { file_no: number; version_no: number; is_new: boolean };
  'need.codelist_decision': {
    decision_id: Generated<number>;
    codelist_id: string;
    version_no: number | null;
    undoes: number | null;
    check_id: number | null;
    reason: string;
    decided_by: string;
    decided_at: Generated<Date>;
  };
  'need.codelist_check': {
    check_id: Generated<number>;
    version_no: number;
    state: Generated<'waiting' | 'done' | 'failed'>;
    beside: string;
    snapshot_id: number | null;
    as_of: string | null;
    definitions: JSONColumnType<CheckedDefinition[]>;
    trouble: string | null;
    asked_by: string;
    asked_at: Generated<Date>;
    ended_at: Date | null;
  };
  'need.codelist_mover': {
    check_id: number;
    definition_id: string;
    person_no: number;
    practice_id: number;
    planning: boolean;
    was: string;
    becomes: string;
  };
  'need.code_use': {
    snapshot_id: number;
    practice_id: number;
    feed: 'events' | 'medicines';
    code: number;
    system: string;
    concept: string;
    bnf: string | null;
    display: string | null;
    entries: number;
    planning_entries: number;
    listed: boolean;
  };
};
