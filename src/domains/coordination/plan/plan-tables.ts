import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Author } from './plan-document.ts';

/** Text by field, and who wrote each. */
type Json<Value extends object> = JSONColumnType<Value>;

export type PlanTables = {
  'coordination.care_plan': {
    plan_id: Generated<number>;
    public_id: Generated<string>;
    person_no: number;
    owner_team: number;
    state: string;
    version: Generated<number>;
    asked_version: number | null;
    agreed_version: number | null;
    agreed_on: string | null;
    review_on: string | null;
    ended_because: string | null;
    withheld: Generated<string[]>;
    started_at: Date;
    content_version: string;
  };
  'coordination.plan_revision': {
    plan_id: number;
    version: number;
    entry: string;
    section: string;
    part: string | null;
    content: Json<Record<string, string>>;
    authors: Json<Record<string, Author>>;
    removed: boolean;
    account: string;
    author: string;
    voice: string;
    at: Date;
    brings_back: number | null;
  };
  'coordination.plan_event': {
    event_id: Generated<number>;
    plan_id: number;
    at: Date;
    act: string;
    from_state: string | null;
    to_state: string;
    version: number;
    account: string;
    author: string;
    voice: string;
    detail: ColumnType<Record<string, unknown>, string, string>;
  };
  'coordination.plan_step': {
    plan_id: number;
    entry: string;
    item_id: number;
  };
};
