import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';

/** Somebody who is in urgent care now. */
export interface Here {
  readonly id: number;
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  readonly at: Date;
  readonly closes: Date;
  readonly cameWith: string;
  /** They have a plan that urgent care sees. */
  readonly plan: boolean;
}

/** Who is with a team now, who came first first; or one of them. */
export async function readHere(
  tx: Tx,
  { team, now, person }: { readonly team: number; readonly now: Date; readonly person?: number },
): Promise<Here[]> {
  const { rows } = await sql<Here>`
    select a.arrival_id as id, a.person_no as "personNo", p.public_id as "publicId", p.family_name as "familyName",
           p.given_names as "givenNames", p.birth_date as "birthDate", a.arrived_at as at, a.closes_at as closes,
           a.came_with as "cameWith",
           exists (select from coordination.care_plan c
                    where c.state in ('draft', 'awaiting_agreement', 'active') and c.person_no in (
                      select a.person_no union select person_no from register.joined where now_no = a.person_no)) as plan
      from coordination.arrival a join register.person p using (person_no)
     where a.team_id = ${team} and a.left_at is null and a.closes_at > ${now}
       and (${person ?? null}::int is null or a.person_no = ${person ?? null})
     order by a.arrived_at, a.arrival_id`.execute(tx);
  return rows;
}
