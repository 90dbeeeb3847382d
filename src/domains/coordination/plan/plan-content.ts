import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import { fieldsOf, planSections, type SectionId, sectionIds } from './plan-parts.ts';

const field = z.strictObject({
  label: z.string().min(1),
  help: z.string().min(1).optional(),
  choices: z.record(z.string(), z.string()).optional(),
});

const section = z.strictObject({
  title: z.string().min(1),
  /** What one entry of a list is called. */
  one: z.string().min(1).optional(),
  /** The heading of the standard that this part follows. */
  prsb: z.string().min(1),
  help: z.string().min(1),
  fields: z.record(z.string(), field),
});

const named = z.array(z.strictObject({ id: z.string(), title: z.string().min(1) })).min(1);

/** The five things that a plan is held to, by the name of the rule that looks for their evidence. */
export const criterionIds = [
  'person_at_centre',
  'time_to_prepare',
  'what_matters',
  'one_plan',
  'can_review',
] as const;
export type CriterionId = (typeof criterionIds)[number];

/** What a carer can be let see or do. The two first are of the caseload; `contribute` is leave to write. */
export const carerParts = [
  'team',
  'next_step',
  'plan_about',
  'plan_contacts',
  'plan_goals',
  'plan_steps',
  'plan_contingency',
  'plan_wishes',
  'contribute',
] as const;
export type CarerPart = (typeof carerParts)[number];

const planContent = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  credit: z.string().min(1),
  review_after_months: z.int().positive(),
  review_soon_days: z.int().nonnegative(),
  step_due_days: z.int().positive(),
  step_breach_after_days: z.int().nonnegative(),
  endings: named,
  agreement_methods: named,
  criteria: z.record(z.enum(criterionIds), z.string().min(1)),
  sections: z.record(z.enum(sectionIds as [SectionId, ...SectionId[]]), section).superRefine(sameFields),
  carer_parts: z.record(
    z.enum(carerParts),
    z.strictObject({ title: z.string().min(1), sections: z.array(z.enum(sectionIds)) }),
  ),
});

/** What the parts of a plan are called, how long it holds, and what it is held to. */
export type PlanContent = z.output<typeof planContent>;

export function readPlanContent(content: string): PlanContent {
  return readContent(join(content, 'pathways', 'care-plan.yaml'), planContent);
}

/** Content names every field that the program has, and only those; choices where there is something to choose. */
function sameFields(
  sections: Partial<Record<SectionId, z.output<typeof section>>>,
  context: z.RefinementCtx,
): void {
  for (const id of sectionIds) {
    const own = sections[id];
    if (!own) continue;
    const named = Object.keys(own.fields);
    const fault = (message: string) => context.addIssue({ code: 'custom', path: [id, 'fields'], message });
    for (const name of fieldsOf(id)) if (!named.includes(name)) fault(`the field ${name} is missing`);
    for (const name of named) {
      const kind = planSections[id].fields[name];
      if (kind === undefined) fault(`there is no field ${name}`);
      const chooses = own.fields[name]?.choices !== undefined;
      if (kind === 'choice' && !chooses && id !== 'sharing') fault(`${name} needs choices`);
    }
    if (planSections[id].many && own.one === undefined) fault(`${id} needs "one": what an entry is called`);
  }
}

/** The part of a carer's grants with which a section goes. Null: no carer sees it. */
export function partOf(content: PlanContent, section: SectionId): CarerPart | null {
  return carerParts.find((part) => content.carer_parts[part].sections.includes(section)) ?? null;
}

/** The words for a value that was chosen; the value itself where content has dropped it since. */
export function choiceWords(content: PlanContent, section: SectionId, name: string, value: string): string {
  return content.sections[section].fields[name]?.choices?.[value] ?? value;
}
