import type { Generated, JSONColumnType } from 'kysely';

/** What a refresh said of one definition; in + out + unknown = the people that were asked about. */
export interface DefinitionCount {
  readonly id: string;
  readonly version: string;
  readonly in: number;
  readonly out: number;
  readonly unknown: number;
  /** People by band, of definitions that have bands. */
  readonly bands: readonly { readonly id: string; readonly people: number }[];
}

/** What a publication keeps of a definition: its counts, and the numbers by which facts name it and its bands. */
export type PublishedDefinition = Omit<DefinitionCount, 'bands'> & {
  readonly no: number;
  /** Missing from publications made before bands were counted. */
  readonly bands?: readonly (DefinitionCount['bands'][number] & { readonly no: number })[];
  /** Where the value of a score or a calculation stands in each person's facts; missing where it is not there. */
  readonly value?: PublishedValue;
};

/** A value in facts: its place among those of a person, from 1, how many decimals its steps have, and its unit. */
export interface PublishedValue {
  readonly at: number;
  readonly places: number;
  readonly unit: string | null;
}

/** A definition that was written here, as it was published. */
export interface AuthoredVersion {
  readonly id: string;
  readonly version: string;
}

/** A version of a loaded list of codes, as a refresh worked with it. */
export interface UsedCodelist {
  readonly id: string;
  readonly versionNo: number;
  /** Its number among the versions of its list. */
  readonly number: number;
}

/** What a draft can be. */
export type DraftState = 'draft' | 'asked' | 'published' | 'retired' | 'discarded';

/** What can be done to a draft that changes what it is. */
export type DraftAction = 'ask' | 'withdraw' | 'send_back' | 'publish' | 'retire' | 'discard' | 'resume';

/** One group of one dimension that people are compared by. */
export interface PublishedGroup {
  readonly dimension: string;
  readonly group: string;
}

/** What of the disclosure rules decides which numbers are shown, and how. */
export interface PublishedRules {
  readonly hide_up_to: number;
  readonly round_to: number;
  readonly protected_up_to: number;
}

export type NeedTables = {
  'need.draft': {
    draft_id: Generated<number>;
    state: DraftState;
    based_on: string | null;
    begun_by: string;
    begun_at: Generated<Date>;
  };
  'need.draft_version': {
    draft_id: number;
    version_no: number;
    before_no: number | null;
    definition: string;
    cases: string;
    what: string;
    saved_by: string;
    saved_at: Generated<Date>;
  };
  'need.draft_event': {
    event_id: Generated<number>;
    draft_id: number;
    version_no: number;
    action: DraftAction;
    reason: string | null;
    acted_by: string;
    acted_at: Generated<Date>;
  };
  'need.authored_definition': {
    id: string;
    version: string;
    draft_id: number;
    version_no: number;
    definition: string;
    cases: string;
    author: string;
    checker: string;
    published_at: Generated<Date>;
    reason: string;
    retired_at: Date | null;
    retired_by: string | null;
    retired_reason: string | null;
  };
  'need.definition': {
    definition_no: Generated<number>;
    id: string;
    version: string;
    content_hash: string;
    kind: string;
    title: string;
    short: string;
    status: string;
  };
  'need.publication': {
    snapshot_id: number;
    as_of: string;
    published_at: Generated<Date>;
    people: number;
    events: number;
    seconds: number;
    definitions: JSONColumnType<PublishedDefinition[]>;
    /** The file of what was found of everybody, below the data folder's outcomes; null in older publications. */
    outcomes: string | null;
    /** The definitions of the book that it worked with. */
    authored: JSONColumnType<AuthoredVersion[]>;
    /** The loaded lists of codes that it worked with, in the place of content's. */
    codelists: JSONColumnType<UsedCodelist[]>;
    /** The groups that arrays of counts have a number for; none in publications of before. */
    groups: JSONColumnType<PublishedGroup[]>;
    /** The rules by which its counts were protected, for as long as the snapshot is; null in publications of before. */
    disclosure: JSONColumnType<PublishedRules> | null;
  };
  'need.person_fact': {
    snapshot_id: number;
    person_no: number;
    practice_id: number;
    name_order: number;
    age: number | null;
    sex: string;
    ethnic_category: string | null;
    imd_decile: number | null;
    planning: boolean;
    sensitive: boolean;
    multimorbidity: number | null;
    frailty: number | null;
    frailty_band: string | null;
    need_rank: number | null;
    need_band: string | null;
    need_before: number | null;
    need_before_neighbourhood: number | null;
    in_ids: number[];
    unknown_ids: number[];
    /** Where somebody stands in the order of practice and need, from nought; null in facts of before there were bitmaps. */
    position: number | null;
    /** The values of scores and calculations, in steps, where the publication says; null in facts of before. */
    step_values: (number | null)[] | null;
  };
  'need.practice_bitmap': {
    snapshot_id: number;
    practice_id: number;
    key: string;
    first_position: number;
    bits: string;
  };
  'need.practice_count': {
    snapshot_id: number;
    practice_id: number;
    measure: string;
    band: string;
    people: number;
  };
  'need.published_count': {
    snapshot_id: number;
    place_id: number;
    measure: string;
    band: string;
    people: number | null;
  };
  'need.equity_count': {
    snapshot_id: number;
    practice_id: number;
    measure: string;
    band: string;
    people: number[];
  };
  'need.equity_stratum': {
    snapshot_id: number;
    practice_id: number;
    denominator: string;
    stratum: number;
    people: number[];
  };
  'need.published_equity': {
    snapshot_id: number;
    place_id: number;
    measure: string;
    band: string;
    people: (number | null)[];
  };
  'need.published_stratum': {
    snapshot_id: number;
    place_id: number;
    denominator: string;
    stratum: number;
    people: (number | null)[];
  };
  'need.reference_rate': { snapshot_id: number; measure: string; band: string; rates: number[] };
  'need.published_calibration': {
    snapshot_id: number;
    place: number;
    outcome: string;
    dimension: string | null;
    group_id: string | null;
    tenths: (number | null)[];
  };
};
