import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const profileRules = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  service_use: z.array(z.string()),
  segments: z.string(),
  gaps: z.strictObject({
    figures: z.array(z.string()),
    between: z.array(z.string()),
    shown: z.int().positive(),
  }),
});

/** What a profile shows of a place: content, owned by public health. */
export type ProfileRules = z.output<typeof profileRules>;

export function readProfileRules(content: string): ProfileRules {
  return readContent(join(content, 'profiles', 'profile.yaml'), profileRules);
}
