import type { Generated } from 'kysely';

export type DefectsTables = {
  'defects.search': {
    search_id: Generated<number>;
    snapshot_id: number;
    today: string;
    searched_at: Date;
    rows: number;
    seconds: number;
  };
  'defects.defect': {
    defect_id: Generated<number>;
    kind: string;
    practice_id: number;
    present: boolean;
    rows: number;
    of: number;
    says: string;
    facts: string;
    accepted_facts: string | null;
    item_id: number | null;
    found_at: Date;
    search_id: number;
  };
  'defects.example': {
    defect_id: number;
    position: number;
    practice_id: number;
    table_name: string;
    row_id: string | null;
    person_no: number | null;
    day: string | null;
    term: string;
    value: number | null;
    unit: string | null;
    times: number | null;
  };
  'defects.feed': { practice_id: number; feed: string; last_came: string | null };
  'defects.list_size': { practice_id: number; people: number; accepted: number };
};
