import type { ColumnType, Generated } from 'kysely';

/** A column of jsonb: written as text, read as what it says. */
type Json = ColumnType<unknown, string, string>;

/** What is ordered here is ordered so on pages: from the largest down. */
export const placeKinds = [
  'icb',
  'borough',
  'neighbourhood',
  'pcn',
  'federation',
  'practice',
  'site',
  'pharmacy',
  'commissioner',
] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** How a place belongs to another: of each relation it has at most one at a time. */
export const placeRelations = ['within', 'member_of', 'part_of', 'federated_in', 'commissioned_by'] as const;
export type PlaceRelation = (typeof placeRelations)[number];

export type ChangeSetState = 'offered' | 'applied' | 'discarded' | 'undone';

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
    relation_id: Generated<number>;
  };
  'directory.former_name': {
    name_id: Generated<number>;
    place_id: number;
    name: string;
    /** The first day on which it was called something else. */
    ends: string;
    source: string;
  };
  'directory.succession': {
    succession_id: Generated<number>;
    predecessor: number;
    successor: number;
    kind: 'merge' | 'split';
    day: string;
    position: number;
    source: string;
  };
  'directory.practice_list': {
    place_id: number;
    ends: string | null;
  };
  'directory.change_set': {
    set_id: Generated<number>;
    format: string;
    source: string;
    run_id: number | null;
    account: string | null;
    as_of: string;
    reason: string | null;
    state: ChangeSetState;
    offer: Json | null;
    transaction: Generated<string>;
    made_at: Generated<Date>;
    decided_at: Date | null;
    decided_by: string | null;
  };
  'directory.change': {
    change_id: Generated<number>;
    set_id: number;
    what: string;
    code: string;
    relation: string | null;
    day: string | null;
    was: string | null;
    becomes: string | null;
    images: Json;
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
    profession: string | null;
    contact: string | null;
  };
  'directory.gp': {
    gp_id: Generated<number>;
    code: string;
    name: string;
    practice_id: number;
    account: string | null;
    ends: string | null;
    practitioners: Generated<string[]>;
  };
};
