import type { Actor, Role } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';
import type { PlanContent } from './plan-content.ts';
import { partOf } from './plan-content.ts';
import { planSections, type SectionId, type Voice } from './plan-parts.ts';

// Who may do what with care plans, by role. Which plans is decided by the database: `coordination.sees_plan`.

const CARE: ReadonlySet<Role> = new Set(['int_lead', 'care_coordinator', 'gp', 'practice_nurse']);
const CLINICIANS: ReadonlySet<Role> = new Set(['gp', 'practice_nurse']);

/** Opening a care plan: who cares for the person, the person, and whoever they let. */
export function mayOpenPlans(by: Actor): Permission {
  if (CARE.has(by.role)) return allow('cares for the person');
  if (by.role === 'patient') return allow('is the person');
  if (by.role === 'carer') return allow('looks after the person, as far as they granted');
  return deny('Care plans are for the person, and for those who look after them.');
}

/** Lists of plans, starting one, and everything else that is done at work. */
export function mayWorkOnPlans(by: Actor): Permission {
  return CARE.has(by.role)
    ? allow('cares for the person')
    : deny('This is for those who care for the person at work.');
}

/** Letting carers see, and seeing who looked: the person alone. */
export function mayGrant(by: Actor): Permission {
  return by.role === 'patient'
    ? allow('is the person')
    : deny('Only the person decides what their carers see.');
}

/** Deciding with whom the plan is shared, and agreeing to it: the person, or staff who note what the person said. */
export function mayDecide(by: Actor): Permission {
  if (by.role === 'carer')
    return deny('Only the person decides this, or somebody at work notes what they said.');
  return mayOpenPlans(by);
}

/** Writing in a part. `grants`: what the person let a carer see and do; empty for everybody else. */
export function mayWrite(
  by: Actor,
  section: SectionId,
  content: PlanContent,
  grants: readonly string[],
): Permission {
  const { writers } = planSections[section];
  if (writers === 'decision') return deny('This is decided on the page about sharing.');
  if (writers === 'clinician')
    return CLINICIANS.has(by.role)
      ? allow('copies a recommendation that was signed elsewhere')
      : deny('Only a clinician copies a recommendation for emergency care. The original counts.');
  if (CARE.has(by.role)) return allow('cares for the person');
  if (writers === 'staff') return deny('Your team writes this part.');
  if (by.role === 'patient') return allow('is the person');
  const part = partOf(content, section);
  if (by.role === 'carer' && part !== null && grants.includes(part)) {
    return grants.includes('contribute')
      ? allow('adds to what the person lets them see')
      : deny('The person lets you read this part. They have not let you add to it.');
  }
  return deny('This part is not yours to write.');
}

/** As whom somebody writes: what a person and their carer say is marked as theirs. */
export function voiceOf(by: Actor): Voice {
  if (by.role === 'patient') return 'person';
  return by.role === 'carer' ? 'carer' : 'staff';
}
