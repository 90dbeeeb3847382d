import { type Kysely, sql } from 'kysely';
import type { PlainDate } from '../../kernel/index.ts';
import type { Tables, Tx } from '../../platform/database/index.ts';
import type { PlaceChanges } from './change-places.ts';
import type { DirectoryTables } from './tables.ts';

/**
 * A GP as a file says them: their own code, name, practice, account where they sign in here, last day where they left, and
 * under which ids appointments of the practice name them.
 */
export interface GpChange {
  readonly code: string;
  readonly name: string;
  readonly practiceId: number;
  readonly account: string | null;
  readonly ends: PlainDate | null;
  readonly practitioners: readonly string[];
}

/** A file that says nothing of appointments does not take back what another one said. */
const PRACTITIONERS = sql<string[]>`
  case cardinality(excluded.practitioners) when 0 then gp.practitioners else excluded.practitioners end`;

/** Adds GPs or brings them up to date, by their code. Returns how many were news. */
export async function changeGps(tx: Tx, gps: readonly GpChange[]): Promise<PlaceChanges> {
  if (gps.length === 0) return { loaded: 0, duplicate: 0 };
  const changed = await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.gp')
    .values(
      gps.map(({ practiceId, practitioners, ...gp }) => ({
        ...gp,
        practice_id: practiceId,
        practitioners: [...practitioners],
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('code')
        .doUpdateSet((set) => ({
          name: set.ref('excluded.name'),
          practice_id: set.ref('excluded.practice_id'),
          account: set.ref('excluded.account'),
          // A file that says nothing of an end does not bring back who left.
          ends: sql`coalesce(excluded.ends, gp.ends)`,
          practitioners: PRACTITIONERS,
        }))
        .where(
          sql<boolean>`(gp.name, gp.practice_id, gp.account, gp.ends, gp.practitioners)
            is distinct from (excluded.name, excluded.practice_id, excluded.account, coalesce(excluded.ends, gp.ends),
              ${PRACTITIONERS})`,
        ),
    )
    .returning('gp_id')
    .execute();
  return { loaded: changed.length, duplicate: gps.length - changed.length };
}

export interface Gp {
  readonly gp: number;
  readonly name: string;
  readonly practice: number;
  readonly ends: string | null;
}

/** The GPs of a practice, those who left included, by name. */
export async function readGps(db: Kysely<Tables>, practice: number): Promise<Gp[]> {
  return await db
    .withTables<DirectoryTables>()
    .selectFrom('directory.gp')
    .select(['gp_id as gp', 'name', 'practice_id as practice', 'ends'])
    .where('practice_id', '=', practice)
    .orderBy('name')
    .execute();
}

/** Says from which day on a GP no longer works at their practice; null: they do. */
export async function endGp(tx: Tx, gp: number, ends: PlainDate | null): Promise<void> {
  await tx
    .withTables<DirectoryTables>()
    .updateTable('directory.gp')
    .set({ ends })
    .where('gp_id', '=', gp)
    .execute();
}
