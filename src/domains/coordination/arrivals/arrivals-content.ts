import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const urgentCare = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  team_kind: z.string(),
  open_hours: z.number().positive().max(48),
  tries_an_hour: z.int().positive(),
});

/** Which teams work in urgent care, and for how long they see who came. */
export type UrgentCare = z.output<typeof urgentCare>;

export function readUrgentCare(content: string): UrgentCare {
  return readContent(join(content, 'pathways', 'urgent-care.yaml'), urgentCare);
}
