import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const smiPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  register: z.string(),
  due_before_days: z.int().nonnegative(),
  checks: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z_]+$/),
        title: z.string(),
        codes: z.array(z.string()).min(1),
        months: z.int().positive(),
      }),
    )
    .min(1),
  asks_mental_health_team: z.string(),
  mental_health_team_kind: z.string(),
  again_after_days: z.int().nonnegative(),
  endings: z.strictObject({ checks_done: z.string(), off_register: z.string(), left: z.string() }),
});

/** Which checks people with severe mental illness have, how often, and who makes sure of it. */
export type SmiPathway = z.output<typeof smiPathway>;
export type SmiCheck = SmiPathway['checks'][number];
export type SmiEnding = keyof SmiPathway['endings'];

export function readSmiPathway(content: string): SmiPathway {
  return readContent(join(content, 'pathways', 'smi-checks.yaml'), smiPathway);
}

/** The kind of work of making sure that somebody's checks are done: a task, one for each person. */
export const CHASE = 'smi_chase';
