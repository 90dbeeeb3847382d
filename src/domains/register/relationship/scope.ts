import { sql } from 'kysely';
import type { Actor, Role } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { ProtectionKind, RegisterTables, RelationshipKind } from '../tables.ts';

/** Roles that care for people directly and may see them by name, where a relationship says so. */
const DIRECT_CARE: ReadonlySet<Role> = new Set([
  'int_lead',
  'care_coordinator',
  'gp',
  'practice_nurse',
  'practice_manager',
]);

/** Who may open a record in an emergency: governance's who-may.ts says the same of the act. */
const TREATS_PEOPLE: ReadonlySet<Role> = new Set(['int_lead', 'care_coordinator', 'gp', 'practice_nurse']);

/** The kinds of relationship to one person through which a role sees that person. Whoever is not named sees nobody. */
function kindsOf(role: Role): readonly RelationshipKind[] {
  if (TREATS_PEOPLE.has(role)) return ['caseload', 'contact', 'mdt', 'work', 'break_glass', 'urgent_care'];
  if (seesPeople(role)) return ['caseload', 'contact', 'mdt', 'work'];
  return role === 'patient' || role === 'carer' ? ['self', 'carer'] : [];
}

/**
 * The kinds of protected record that no list opens to a role: whoever it is needs a relationship to that very person. The
 * doctors of the practice go on seeing their own patients. Policies in the database have the same.
 */
function guardedFrom(role: Role): readonly ProtectionKind[] {
  return role === 'gp' ? [] : ['staff', 'vip'];
}

/** Whether a role ever sees people by name at work. */
export function seesPeople(role: Role): boolean {
  return DIRECT_CARE.has(role);
}

/** Whether a role works on everybody's facts under pseudonyms. */
export function seesPseudonyms(role: Role): boolean {
  return role === 'analyst';
}

/**
 * The practices whose people an actor may see now: their own, where they work in one, and those that have agreed
 * with their team. Empty for everybody else. Rule: the decisions page, "Who may see people".
 */
export async function visiblePractices(tx: Tx, by: Actor): Promise<number[]> {
  if (!seesPeople(by.role)) return [];
  const rows = await practicesOf(tx, by).execute();
  return rows.flatMap(({ practice_id }) => practice_id ?? []);
}

/** The practice in which somebody works; null where they work in none, as does whoever only has the agreement of one. */
export async function ownPractice(tx: Tx, by: Actor): Promise<number | null> {
  if (!seesPeople(by.role)) return null;
  const own = await practicesOf(tx, by).where('kind', '=', 'practice_staff').executeTakeFirst();
  return own?.practice_id ?? null;
}

function practicesOf(tx: Tx, by: Actor) {
  return tx
    .withTables<RegisterTables>()
    .selectFrom('register.care_relationship')
    .select('practice_id')
    .distinct()
    .where('practice_id', 'is not', null)
    .where('kind', 'in', ['practice_staff', 'int_agreement'])
    .where((where) =>
      where.or([
        where('account', '=', by.account),
        ...(by.team === null ? [] : [where('team_id', '=', by.team)]),
      ]),
    )
    .where('starts', '<=', sql<Date>`now()`)
    .where((where) => where.or([where('ends', 'is', null), where('ends', '>', sql<Date>`now()`)]));
}

/** The teams that somebody works in: their own, and the team of everybody at their practice. */
function teamsOf(by: Actor) {
  return sql`(select coalesce(array_agg(team_id), '{}')::text from directory.team
    where team_id = ${by.team} or (kind = 'practice' and code = ${`practice ${by.organisation ?? ''}`}))`;
}

/**
 * Sets what this transaction may see, for row-level security: the actor's practices, the kinds of relationship that
 * count for their role, the teams that they work in, and pseudonymous facts for analysts. People of a caseload, and the person themself, are found
 * by the policy from the relationships. A transaction whose scope nobody opened sees nobody.
 */
export async function openScope(tx: Tx, by: Actor): Promise<void> {
  const practices = sql`(select coalesce(array_agg(practice_id), '{}')::text from (${practicesOf(tx, by)}) as visible)`;
  await sql`select
    set_config('neighbourhold.teams', ${seesPeople(by.role) ? teamsOf(by) : sql`'{}'`}, true),
    set_config('neighbourhold.practices', ${seesPeople(by.role) ? practices : sql`'{}'`}, true),
    set_config('neighbourhold.relationships', ${`{${kindsOf(by.role).join(',')}}`}, true),
    set_config('neighbourhold.guarded', ${`{${guardedFrom(by.role).join(',')}}`}, true),
    set_config('neighbourhold.pseudonymous', ${seesPseudonyms(by.role) ? 'yes' : 'no'}, true)`.execute(tx);
}
