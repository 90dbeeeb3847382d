import type { ColumnType, Generated } from 'kysely';

export type NationalTables = {
  'national.publication': {
    publication_id: Generated<number>;
    kind: string;
    name: string;
    content_hash: string;
    period: string | null;
    dated: string;
    source: string;
    licence: string;
    description_version: string;
    notes: Generated<string[]>;
    taken_at: Generated<Date>;
  };
  'national.row': {
    kind: string;
    key: string;
    publication_id: number;
    dated: string;
    line: number;
    says: ColumnType<Readonly<Record<string, string | number | boolean | null>>, string, string>;
    suppressed: Generated<string[]>;
  };
};
