import { writeAudit } from '../../../../platform/audit/index.ts';
import type { Permission, Visit } from '../../../../platform/web/index.ts';
import { type Person, readPerson, relationshipTo } from '../../../register/index.ts';
import { readGrants } from '../carer-grants.ts';
import type { PlanContent } from '../plan-content.ts';
import type { Plan } from '../plan-document.ts';
import type { SectionId } from '../plan-parts.ts';
import { readPlan } from '../read-plan.ts';
import { mayWrite, voiceOf } from '../who-may.ts';

/** One look at a plan: the plan, whose it is, and what the reader may write in it. */
export interface PlanLook {
  readonly visit: Visit;
  readonly rules: PlanContent;
  readonly plan: Plan;
  readonly person: Person;
  /** Whether the reader is the person, their carer, or at work. */
  readonly voice: ReturnType<typeof voiceOf>;
  mayWrite(section: SectionId): Permission;
}

/** Opens a plan for one look, and writes the look into the audit. Throws NotFound. */
export async function lookAtPlan(
  visit: Visit,
  rules: PlanContent,
  id: string,
  action: string,
  version?: number,
): Promise<PlanLook> {
  const { tx, by } = visit;
  const plan = await readPlan(tx, id, version);
  const person = await readPerson(tx, plan.personId);
  await writeAudit(tx, {
    action,
    subject: { kind: 'person', id: person.person_no },
    purpose: await relationshipTo(tx, person),
    detail: { plan: plan.id, version: version ?? plan.version },
  });
  const grants = by.role === 'carer' ? await readGrants(tx, by, person.person_no) : [];
  return {
    visit,
    rules,
    plan,
    person,
    voice: voiceOf(by),
    mayWrite: (section) => mayWrite(by, section, rules, grants),
  };
}

export function planHref(plan: string, ...more: readonly (string | number)[]): string {
  return ['/plans', plan, ...more].join('/');
}

export function nameOf(person: Pick<Person, 'given_names' | 'family_name'>): string {
  return (
    [person.given_names, person.family_name].filter((part) => part).join(' ') || 'Somebody without a name'
  );
}
