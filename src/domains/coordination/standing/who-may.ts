import type { Actor } from '../../../platform/auth/index.ts';
import type { Permission } from '../../../platform/web/index.ts';
import { mayTakeOn } from '../who-may.ts';

/** Putting somebody off and declining them is for those who could take them on. */
export function mayDecideOnNeed(by: Actor): Permission {
  return mayTakeOn(by);
}
