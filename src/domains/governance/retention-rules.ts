import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../platform/content/index.ts';

/** What has a time. Nothing else is ever removed by it: the audit and records of care have no id here. */
const RETAINED = ['uploads', 'put_aside', 'sessions', 'sign_ins', 'work_files', 'typed_texts'] as const;

export type Retained = (typeof RETAINED)[number];

const retentionRules = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  rules: z
    .array(
      z.strictObject({
        id: z.enum(RETAINED),
        title: z.string().min(1),
        // A day at least: what somebody is using now is younger than that.
        days: z.int().min(1).max(36_600),
        why: z.string().min(1),
      }),
    )
    .length(RETAINED.length)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === RETAINED.length, 'each has one rule'),
});

/** How long is kept what is no record, in days. */
export type RetentionRules = z.output<typeof retentionRules>;

export function readRetentionRules(content: string): RetentionRules {
  return readContent(join(content, 'governance', 'retention.yaml'), retentionRules);
}
