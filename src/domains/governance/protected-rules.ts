import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../platform/content/index.ts';

const protectedRules = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  review_months: z.int().positive(),
  kinds: z
    .array(
      z.strictObject({
        id: z.enum(['staff', 'vip', 'safeguarding']),
        title: z.string(),
        why: z.string(),
        effect: z.string(),
      }),
    )
    .length(3),
});

/** Why a record may be protected, what follows from it in words, and when it is looked at again. */
export type ProtectedRules = z.output<typeof protectedRules>;

/** Throws when the file does not say what it should, naming the line. */
export function readProtectedRules(content: string): ProtectedRules {
  return readContent(join(content, 'governance', 'protected-records.yaml'), protectedRules);
}
