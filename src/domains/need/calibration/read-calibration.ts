import type { Tx } from '../../../platform/database/index.ts';
import { type Estimate, type Known, shareOf, standardisedRatio } from '../equity/ratios.ts';
import { expectedOf } from '../equity/read-equity.ts';
import type { Publication } from '../facts/publication.ts';
import type { NeedTables } from '../tables.ts';
import { type Outcome, TENTHS } from './calibration-rules.ts';
import { ALL_SCORED } from './protect-outcomes.ts';

/** What happened to one tenth of those who had the score. */
export interface CalibratedTenth {
  /** From 0, the highest; TENTHS for who had none. */
  readonly tenth: number;
  readonly people: Known | null;
  readonly happened: Known | null;
  readonly share: Estimate | null;
}

/** What happened to a group, beside what happened to everybody of the same tenths. */
export interface CalibratedGroup {
  readonly dimension: string;
  readonly group: string;
  readonly people: Known | null;
  readonly happened: Known | null;
  /** 1: as many as of everybody with such scores. More: the score ranks the group too low for what happens to it. */
  readonly ratio: Estimate | null;
}

export interface Calibration {
  readonly tenths: readonly CalibratedTenth[];
  readonly groups: readonly CalibratedGroup[];
}

/** The published calibration of a publication; null where hospitals did not send enough, or none was made. */
export async function readCalibration(
  tx: Tx,
  publication: Publication,
  outcome: Outcome,
  rounding: number,
): Promise<Calibration | null> {
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.published_calibration')
    .selectAll()
    .where('snapshot_id', '=', publication.snapshotId)
    .where('outcome', 'in', ['people', outcome])
    .orderBy('place')
    .execute();
  if (rows.length === 0) return null;
  const slack = Math.floor(rounding / 2);
  const known = (count: number | null | undefined): Known | null =>
    count === null || count === undefined ? null : { value: count, low: count - slack, high: count + slack };
  const find = (what: string, dimension: string | null, group: string | null) =>
    rows.find((row) => row.outcome === what && row.dimension === dimension && row.group_id === group)
      ?.tenths ?? [];
  const everybody = find('people', null, null);
  const happened = find(outcome, null, null);
  const rates = everybody.map((people, tenth) => (happened[tenth] ?? 0) / Math.max(1, people ?? 0));
  const tenths = everybody.slice(0, ALL_SCORED).map((people, tenth): CalibratedTenth => {
    const [all, some] = [known(people), known(happened[tenth])];
    return { tenth, people: all, happened: some, share: all && some && shareOf(some, all) };
  });
  const groups = rows
    .filter((row) => row.outcome === 'people' && row.dimension !== null && row.group_id !== null)
    .map(({ dimension, group_id, tenths: people }): CalibratedGroup => {
      const scored = known(people[ALL_SCORED]);
      const counted = known(find(outcome, dimension, group_id)[ALL_SCORED]);
      const expected =
        scored && expectedOf(people.slice(0, TENTHS).map(known), scored, rates.slice(0, TENTHS));
      return {
        dimension: dimension ?? '',
        group: group_id ?? '',
        people: scored,
        happened: counted,
        ratio: counted && expected ? standardisedRatio(counted, expected) : null,
      };
    });
  return { tenths, groups };
}
