import { type RawBuilder, sql } from 'kysely';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import type { ContinuityContent } from './continuity.ts';

/** How many of somebody's appointments with a GP were with their named GP: none, fewer than half, half or more. */
export const shares = ['none', 'some', 'most'] as const;
export type Share = (typeof shares)[number];

/** Which people of a practice somebody wants to see, of those who saw its GPs often enough. */
export interface ContinuityFilter {
  /** Their named GP. */
  readonly gp: number | null;
  /** A band of the need ranking; `unranked`: in none. */
  readonly need: string | null;
  readonly share: Share | null;
  /** They see another GP of the practice more, and would be given that GP by `nameWhomTheySee`. */
  readonly another: boolean;
}

export const EVERYBODY: ContinuityFilter = { gp: null, need: null, share: null, another: false };

/** Averages over people of shares from 0 to 1, and how many people stand where. */
export interface Continuity extends Readonly<Record<Share, number>> {
  readonly people: number;
  /** With the named GP (SLICC), with whom they saw most (UPC), and the Bice-Boxerman index (COC). */
  readonly slicc: number;
  readonly upc: number;
  readonly coc: number;
}

export interface PracticeContinuity {
  /** The day of the records; null: nobody saw a GP often enough, or it is not known which GP an appointment was with. */
  readonly asOf: PlainDate | null;
  readonly all: Continuity;
  readonly byGp: ReadonlyMap<number, Continuity>;
  /** By band of the need ranking, who is in none as `unranked`. Empty before the first refresh. */
  readonly byNeed: ReadonlyMap<string, Continuity>;
  /** How many people see another GP more. */
  readonly another: number;
}

/** Somebody, and which GPs they see. */
export interface ContinuityPerson {
  readonly personNo: number;
  readonly publicId: string;
  readonly nhsNumber: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  readonly gp: string | null;
  readonly contacts: number;
  readonly withOwn: number;
  /** Whom they saw most, and how often. */
  readonly sees: string;
  readonly seen: number;
}

export const CONTINUITY_ROWS_A_PAGE = 50;

/**
 * SQL of a condition on `named` and `met` (`coordination.named_gp`, `coordination.gp_contact`): somebody registered with a
 * practice had more than the share of their contacts that content names with another GP, who works there now, and was not
 * given their named GP by hand.
 */
export function seesAnother(practice: number, content: ContinuityContent, now: Date): RawBuilder<unknown> {
  return sql`met.practice_id = ${practice} and met.gps[1] <> named.gp_id
    and met.seen[1] > ${content.seen_most_above}::float8 * met.contacts
    and exists (select 1 from register.person p where p.person_no = met.person_no and p.practice_id = ${practice})
    and exists (select 1 from directory.gp gp
                 where gp.gp_id = met.gps[1] and gp.practice_id = ${practice}
                   and (gp.ends is null or gp.ends > ${londonDay(now)}::date))
    and not exists (select 1 from coordination.named_gp_change change
                     where change.change_id = named.change_id and change.kind = 'by_hand')`;
}

interface Asked {
  readonly practice: number;
  readonly content: ContinuityContent;
  readonly now: Date;
}

/** The people of a practice with enough contacts, as `known`: counts and lists are both made of it. */
async function known(tx: Tx, { practice, content, now }: Asked): Promise<RawBuilder<unknown>> {
  const publication = await readPublication(tx);
  return sql`
    with known as (
      select met.person_no, met.contacts, met.gps[1] as sees, met.seen[1] as seen, met.seen as each, met.as_of, named.gp_id,
             own.n as with_own,
             case when own.n = 0 then 'none' when 2 * own.n < met.contacts then 'some' else 'most' end as share,
             case when fact.person_no is not null then coalesce(fact.need_band, 'unranked') end as need,
             coalesce(${seesAnother(practice, content, now)}, false) as another
        from coordination.gp_contact met
        join register.person p on p.person_no = met.person_no and p.practice_id = met.practice_id
        left join coordination.named_gp named on named.person_no = met.person_no
        left join need.person_fact fact
          on fact.snapshot_id = ${publication?.snapshotId ?? null}::int and fact.person_no = met.person_no
       cross join lateral (select coalesce(met.seen[array_position(met.gps, named.gp_id)], 0) as n) own
       where met.practice_id = ${practice})`;
}

const NONE: Continuity = { people: 0, slicc: 0, upc: 0, coc: 0, none: 0, some: 0, most: 0 };

/** The continuity of a practice's people with their named GPs: of all, by GP and by need. */
export async function readContinuity(tx: Tx, asked: Asked): Promise<PracticeContinuity> {
  const { rows } = await sql<
    Continuity & {
      by: 'all' | 'gp' | 'need';
      gp: number | null;
      need: string | null;
      another: number;
      asOf: string;
    }
  >`
    ${await known(tx, asked)}
    select case when grouping(gp_id, need) = 3 then 'all' when grouping(gp_id) = 0 then 'gp' else 'need' end as "by",
           gp_id as gp, need, count(*)::int as people, max(as_of) as "asOf",
           avg(with_own::float8 / contacts) as slicc, avg(seen::float8 / contacts) as upc,
           avg(((select sum(n * n) from unnest(known.each) n) - contacts)::float8 / (contacts * (contacts - 1))) as coc,
           (count(*) filter (where share = 'none'))::int as none, (count(*) filter (where share = 'some'))::int as some,
           (count(*) filter (where share = 'most'))::int as most, (count(*) filter (where another))::int as another
      from known group by grouping sets ((), (gp_id), (need))`.execute(tx);
  const all = rows.find(({ by }) => by === 'all');
  const ofGroup = <Key>(by: 'gp' | 'need', key: (row: (typeof rows)[number]) => Key | null) =>
    new Map(
      rows.flatMap((row) => {
        const group = row.by === by ? key(row) : null;
        return group === null ? [] : [[group, continuityOf(row)] as const];
      }),
    );
  return {
    asOf: all && all.people > 0 ? (all.asOf as PlainDate) : null,
    all: all && all.people > 0 ? continuityOf(all) : NONE,
    byGp: ofGroup('gp', ({ gp }) => gp),
    byNeed: ofGroup('need', ({ need }) => need),
    another: all?.another ?? 0,
  };
}

function continuityOf({ people, slicc, upc, coc, none, some, most }: Continuity): Continuity {
  return { people, slicc, upc, coc, none, some, most };
}

/** People of a practice, whom their named GP sees least first. `page` null: all of them, for a file. */
export async function listContinuity(
  tx: Tx,
  asked: Asked,
  filter: ContinuityFilter,
  page: number | null,
): Promise<{ people: ContinuityPerson[]; total: number }> {
  const limit = page === null ? null : CONTINUITY_ROWS_A_PAGE;
  const offset = page === null ? 0 : (page - 1) * CONTINUITY_ROWS_A_PAGE;
  const { gp, need, share, another } = filter;
  const { rows } = await sql<ContinuityPerson & { total: number }>`
    ${await known(tx, asked)}
    select p.person_no as "personNo", p.public_id as "publicId", p.nhs_number as "nhsNumber",
           p.family_name as "familyName", p.given_names as "givenNames", p.birth_date as "birthDate", own.name as gp,
           known.contacts, known.with_own as "withOwn", other.name as sees, known.seen, (count(*) over ())::int as total
      from known
      join register.person p using (person_no)
      join directory.gp other on other.gp_id = known.sees
      left join directory.gp own on own.gp_id = known.gp_id
     where (${gp}::int is null or known.gp_id = ${gp}) and (${need}::text is null or known.need = ${need})
       and (${share}::text is null or known.share = ${share}) and (not ${another}::boolean or known.another)
     order by known.with_own::float8 / known.contacts, known.contacts desc, p.family_name nulls last, p.person_no
     limit ${limit} offset ${offset}`.execute(tx);
  return { people: rows.map(({ total: _, ...person }) => person), total: rows[0]?.total ?? 0 };
}

/** How many of somebody's contacts with GPs of their practice were with their named GP; null: too few, or not known. */
export async function readContinuityOf(
  tx: Tx,
  personNo: number,
): Promise<{ contacts: number; withOwn: number; asOf: PlainDate } | null> {
  const { rows } = await sql<{ contacts: number; withOwn: number; asOf: PlainDate }>`
    select met.contacts, coalesce(met.seen[array_position(met.gps, named.gp_id)], 0) as "withOwn", met.as_of as "asOf"
      from coordination.gp_contact met join coordination.named_gp named using (person_no)
     where met.person_no = ${personNo}`.execute(tx);
  return rows[0] ?? null;
}
