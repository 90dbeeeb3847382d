import { join } from 'node:path';
import { z } from 'zod';
import { readContent } from '../../platform/content/index.ts';

const words = z.array(z.string()).min(1);

const adtFormat = z.strictObject({
  id: z.literal('hl7-adt'),
  version: z.string(),
  title: z.string(),
  source: z.string(),
  owner: z.string(),
  review: z.iso.date(),
  status: z.enum(['unverified', 'verified']),
  events: z
    .array(
      z.strictObject({
        id: z.string().regex(/^A\d\d$/),
        title: z.string(),
        means: z.enum(['stands', 'discharged', 'withdrawn']),
      }),
    )
    .min(1),
  classes: z.record(z.string(), z.enum(['attendance', 'admission'])),
  admission_types: z.record(z.string(), z.enum(['emergency', 'elective', 'maternity', 'other'])),
  departments: z.record(z.string(), z.int().min(1).max(5)),
  died: words,
  nhs_number: z.strictObject({ authorities: words, types: words }),
  confidential: words,
  coding: z.strictObject({ icd10: words, snomed: words }),
});

/** What ADT messages mean, as content/formats/hl7-adt.yaml says it. */
export type AdtFormat = z.output<typeof adtFormat>;

/** Reads it. Throws ContentError naming the line when it is not as it has to be. */
export function readAdtFormat(content: string): AdtFormat {
  return readContent(join(content, 'formats', 'hl7-adt.yaml'), adtFormat);
}
