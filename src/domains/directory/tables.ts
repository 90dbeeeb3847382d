import type { Generated } from 'kysely';

export type PlaceKind = 'icb' | 'borough' | 'neighbourhood' | 'pcn' | 'practice';
export type PlaceRelation = 'within' | 'member_of';

export type DirectoryTables = {
  'directory.place': {
    place_id: Generated<number>;
    code: string;
    kind: PlaceKind;
    name: string;
    postcode: string | null;
    opened: string | null;
    closed: string | null;
    source: string;
    changed_at: Generated<Date>;
  };
  'directory.place_parent': {
    child: number;
    parent: number;
    relation: PlaceRelation;
    starts: string | null;
    ends: string | null;
    source: string;
  };
  'directory.area': {
    lsoa: string;
    imd_decile: number | null;
    imd_release: string | null;
    neighbourhood: number | null;
  };
  'directory.team': {
    team_id: Generated<number>;
    code: string;
    name: string;
    kind: string;
    place_id: number | null;
  };
  'directory.staff': {
    account: string;
    role: string;
    organisation: string | null;
    team_id: number | null;
    capacity: number | null;
  };
};
