import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const calibrationRules = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  months: z.int().positive(),
  between: z.array(z.string()).min(1),
  limits: z.array(z.string()).min(1),
});

/** How the ranking is held against what happened: content, owned by clinical content. */
export type CalibrationRules = z.output<typeof calibrationRules>;

export function readCalibrationRules(content: string): CalibrationRules {
  return readContent(join(content, 'calibration', 'need.yaml'), calibrationRules);
}

/** What may have happened to somebody in the time after. */
export const OUTCOMES = ['emergency-admission', 'emergency-attendance', 'death'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Tenths of those who had the score, the highest first; and who had none. */
export const TENTHS = 10;
