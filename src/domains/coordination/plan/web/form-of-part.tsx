import { readTeam } from '../../../directory/index.ts';
import { PartPage, type PartPageParts } from './part-page.tsx';
import type { OwnerNames } from './part-view.tsx';
import type { PlanLook } from './plan-visit.ts';

/** Who can be asked to do a step, by account: the plan's team, and whoever asks. */
export async function ownerNames({ visit, plan }: PlanLook): Promise<OwnerNames> {
  const team = await readTeam(visit.tx, plan.ownerTeam);
  const own: [string, string][] =
    visit.by.role === 'patient' || visit.by.role === 'carer' ? [] : [[visit.by.account, visit.by.name]];
  return new Map([...team.map(({ account, name }): [string, string] => [account, name]), ...own]);
}

/** The form of a part, with whom a step can be given to. */
export async function partPage(look: PlanLook, parts: Omit<PartPageParts, 'look' | 'owners' | 'stands'>) {
  const stands = look.plan.entries.some(({ entry }) => entry === parts.entry);
  return <PartPage look={look} owners={await ownerNames(look)} stands={stands} {...parts} />;
}
