import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const alertPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  within_days: z.int().positive(),
  admissions: z.array(z.string()).min(1),
  taken_back: z.string(),
  events: z
    .array(
      z.strictObject({
        id: z.enum(['attended', 'admitted', 'discharged']),
        title: z.string(),
        departments: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1),
});

/** Which hospital events are told, for how long, and in which words. */
export type AlertPathway = z.output<typeof alertPathway>;

export function readAlertPathway(content: string): AlertPathway {
  return readContent(join(content, 'pathways', 'hospital-alert.yaml'), alertPathway);
}
