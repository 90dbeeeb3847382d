import { sql } from 'kysely';
import { NotPermitted } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { seesPeople, seesPseudonyms, visiblePractices } from '../../register/index.ts';

/**
 * Of whom somebody may have exact numbers that nobody protected: those whom they may see. Analysts, who see everybody's
 * facts under pseudonyms, of everybody who does not object; people who care for people, of theirs; whoever runs the
 * product, on the command line, of all.
 */
export type CohortScope =
  | { readonly of: 'everybody' }
  | { readonly of: 'planning' }
  | { readonly of: 'visible'; readonly practices: readonly number[]; readonly people: readonly number[] };

/**
 * The people whom a count of somebody is about: the same whom row-level security lets their lists show. There is nothing
 * between exact and none: with rules of one's own, rounded numbers of others would give those others away.
 * Throws NotPermitted for roles that see published counts only.
 */
export async function cohortScope(tx: Tx, by: Actor): Promise<CohortScope> {
  if (by.role === 'operator') return { of: 'everybody' };
  if (seesPseudonyms(by.role)) return { of: 'planning' };
  if (!seesPeople(by.role))
    throw new NotPermitted('Your role works with published counts, which come with the next refresh.');
  const practices = await visiblePractices(tx, by);
  const { rows } = await sql<{ person: number }>`select register.scope_people() as person`.execute(tx);
  return { of: 'visible', practices, people: rows.map(({ person }) => person) };
}

/** SQL of whether a row of `person, practice_id, planning` is in scope. */
export function inScopeSql(scope: CohortScope): string {
  switch (scope.of) {
    case 'everybody':
      return 'true';
    case 'planning':
      return 'planning';
    case 'visible':
      return `(practice_id in (${[-1, ...scope.practices].join(', ')}) or person in (${[-1, ...scope.people].join(', ')}))`;
  }
}

export function scopeKey(scope: CohortScope): string {
  return JSON.stringify(scope);
}
