import type { Duck } from '../../../platform/lake/index.ts';
import { makeComparable } from './comparable-records.ts';
import { levelsSql, mayProposeSql, weightSql } from './compare-records.ts';
import { type MatchField, type MatchingMethod, matchFields } from './matching-method.ts';

/** Two people who may be one: the two records that are most alike, the level of each field, and what they weigh. */
export interface FoundMatch {
  /** The record of the smaller person number stands first. */
  readonly oneRec: number;
  readonly otherRec: number;
  readonly one: number;
  readonly other: number;
  /** Bits; see `levelWeight`. */
  readonly weight: number;
  /** Null where one side lacks the field. */
  readonly levels: Readonly<Record<MatchField, string | null>>;
}

/**
 * Finds people who may be one, by the published method in `content/identity`: records are gathered in blocks, those of
 * a block are compared field by field, and pairs that weigh enough are found. Two people who both have an NHS number
 * are two people, however alike: only pairs in which one has none are compared at all. Strongest first.
 *
 * `source` as for `makeComparable`.
 */
export async function findMatches(duck: Duck, source: string, method: MatchingMethod): Promise<FoundMatch[]> {
  await makeComparable(duck, source, method);
  await duck.run('create or replace temp table candidate (one_rec integer, other_rec integer)');
  for (const block of method.blocks) await duck.run(gatherSql(block, method.largest_block));
  const rows = await duck.rows<MatchRow>(`
    with compared as (
      select a.rec as one_rec, b.rec as other_rec, a.person as one, b.person as other, ${levelsSql(method)}
        from (select distinct one_rec, other_rec from candidate) as candidate
        join comparable as a on a.rec = one_rec
        join comparable as b on b.rec = other_rec),
    weighed as (select *, (${weightSql(method)})::double as weight from compared where ${mayProposeSql(method)})
    select * from weighed where weight >= ${method.propose_at}
   qualify row_number() over (partition by one, other order by weight desc, one_rec, other_rec) = 1
     order by weight desc, one, other`);
  await duck.run('drop table candidate');
  return rows.map(({ one_rec, other_rec, one, other, weight, ...levels }) => ({
    oneRec: one_rec,
    otherRec: other_rec,
    one,
    other,
    weight,
    levels: Object.fromEntries(matchFields.map((field) => [field, levels[field]])) as FoundMatch['levels'],
  }));
}

type MatchRow = Record<MatchField, string | null> & {
  one_rec: number;
  other_rec: number;
  one: number;
  other: number;
  weight: number;
};

/** Records of one block, in pairs of two people of whom one has no number. Blocks that say too little are left out. */
function gatherSql(block: readonly string[], largest: number): string {
  const keys = block.join(', ');
  const known = block.map((key) => `${key} is not null`).join(' and ');
  return `
    insert into candidate
    with blocks as (
      select ${keys} from comparable where ${known} group by ${keys}
      having count(*) between 2 and ${largest} and not bool_and(numbered)),
    gathered as (select rec, person, numbered, ${keys} from comparable join blocks using (${keys}))
    select case when a.person < b.person then a.rec else b.rec end,
           case when a.person < b.person then b.rec else a.rec end
      from gathered as a join gathered as b using (${keys})
     where not a.numbered and a.person <> b.person and (b.numbered or a.rec < b.rec)`;
}
