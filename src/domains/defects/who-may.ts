import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';
import type { PlaceTree } from '../directory/index.ts';
import { ownPractice } from '../register/index.ts';
import type { DefectKind } from './defect-kinds.ts';

// Who sees how good the data are, and who may do something about it. Default no: a role that is not named is refused.

/** The board: those who answer for data. Everybody else is told on each chart how old it is. */
export function maySeeQuality(by: Actor): Permission {
  const roles = ['practice_manager', 'pcn_manager', 'analyst', 'ig_lead'];
  return roles.includes(by.role)
    ? allow('answers for data')
    : deny('The data-quality board is for those who answer for data.');
}

/**
 * The practices whose defects an actor may see: a practice manager's own, those of a PCN manager's PCN, and all for
 * analysts and the information governance lead. Nobody else's: an empty list.
 */
export async function practicesOnBoard(tx: Tx, by: Actor, places: PlaceTree): Promise<number[]> {
  const all = places.all.filter(({ kind }) => kind === 'practice').map(({ id }) => id);
  switch (by.role) {
    case 'practice_manager': {
      const own = await ownPractice(tx, by);
      return own === null ? [] : [own];
    }
    case 'pcn_manager': {
      const pcn = places.all.find(({ code, kind }) => kind === 'pcn' && code === by.organisation);
      return pcn === undefined ? [] : places.practices(pcn).map(({ id }) => id);
    }
    case 'analyst':
    case 'ig_lead':
      return all;
    default:
      return [];
  }
}

/** Taking a defect, noting on it and closing it: the practice for its own, the data team (analysts) for any. */
export function mayMend(by: Actor, kind?: DefectKind): Permission {
  if (by.role === 'analyst') return allow('works for the data team');
  if (by.role === 'practice_manager') return allow('answers for the practice’s data');
  return deny(
    kind?.fixed_by === 'practice'
      ? 'The practice manager and the data team work on this.'
      : 'The data team works on this.',
  );
}

/** The rows themselves: practice managers in full, analysts without row ids and people. */
export function maySeeExamples(by: Actor): Permission {
  return by.role === 'practice_manager' || by.role === 'analyst'
    ? allow('mends the rows')
    : deny('Your role sees how many rows are wrong, not the rows.');
}
