import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import { type NationalCheck, readNationalChecks } from '../../register/index.ts';
import { protectCounts, rulesForSnapshot } from '../refresh/disclosure.ts';
import type { PublishedRules } from '../tables.ts';
import type { Publication } from './publication.ts';

/** What opt-outs leave out of everybody registered. Null: hidden. */
export interface OptOuts {
  readonly registered: number | null;
  /** Type 1 objections, and people of whom it is not known: in no figure for planning, and in no list for analysts. */
  readonly objecting: number | null;
  /** National opt-outs of the others: in figures, which name nobody, and in no list for analysts. */
  readonly optedOut: number | null;
  /** About whom the national service was never asked. */
  readonly neverAsked: number | null;
  readonly check: NationalCheck | null;
}

/**
 * Counts what opt-outs leave out, for whoever answers for data. Protected as every other number for planning where rules
 * are given, by those that the snapshot was published with; exact where they are null. A role that answers for nothing
 * gets noughts: the database counts for no other.
 */
export async function readOptOuts(
  tx: Tx,
  { snapshotId }: Publication,
  rules: PublishedRules | null,
): Promise<OptOuts> {
  const { rows } = await sql<Record<'registered' | 'objecting' | 'opted_out' | 'asked', number>>`
    select * from need.count_opt_outs(${snapshotId})`.execute(tx);
  const { registered = 0, objecting = 0, opted_out = 0, asked = 0 } = rows[0] ?? {};
  const [check = null] = await readNationalChecks(tx, 1);
  const kept = rules && (await rulesForSnapshot(tx, snapshotId, rules));
  return { ...protectOptOuts({ registered, objecting, optedOut: opted_out, asked }, kept), check };
}

/**
 * What may be shown of exact numbers of everybody; exact where no rules are given. Of whom figures count, which is everybody
 * less who objects, the number is published with every place: where the objections are hidden everybody is hidden too, or
 * they would be the difference.
 */
export function protectOptOuts(
  {
    registered,
    objecting,
    optedOut,
    asked,
  }: Readonly<Record<'registered' | 'objecting' | 'optedOut' | 'asked', number>>,
  rules: PublishedRules | null,
): Omit<OptOuts, 'check'> {
  // What adds up to everybody is protected together.
  const left = shownOf({ objecting, optedOut, rest: registered - objecting - optedOut }, rules);
  const { neverAsked } = shownOf({ neverAsked: registered - asked, asked }, rules);
  const { all } = shownOf({ all: registered }, rules);
  return {
    registered: left.objecting === null ? null : (all ?? null),
    objecting: left.objecting ?? null,
    optedOut: left.optedOut ?? null,
    neverAsked: neverAsked ?? null,
  };
}

/** Numbers that are a whole together, as they are shown. */
function shownOf(
  bands: Readonly<Record<string, number>>,
  rules: PublishedRules | null,
): Record<string, number | null> {
  if (rules === null) return { ...bands };
  const cells = Object.entries(bands).map(([band, people]) => ({ place: 0, band, people, families: [] }));
  return Object.fromEntries([...protectCounts(cells, rules)].map(([{ band }, people]) => [band, people]));
}
