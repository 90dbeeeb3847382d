import { join } from 'node:path';
import { z } from 'zod';
import {
  columnTypes,
  eventKinds,
  type Stage,
  stages,
  versioningColumns,
} from '../../domains/register/index.ts';
import { readContent } from '../../platform/content/index.ts';

const columnType = z.enum(Object.keys(columnTypes) as [keyof typeof columnTypes]);

const column = z.strictObject({
  /** The first of these columns of the file that is not blank gives the value. */
  from: z.array(z.string()).min(1),
  type: columnType,
  required: z.boolean().default(false),
});

const table = z
  .strictObject({
    stage: z.enum(Object.keys(stages) as [Stage]),
    kind: z.enum(eventKinds).optional(),
    /** A delivery without this table is refused. */
    needed: z.boolean().default(false),
    /** `said`: the table brings its feed only where the delivery says from which day it is complete. */
    covers: z.literal('said').optional(),
    columns: z.record(z.string(), column),
    at_least_one: z.array(z.array(z.string())).default([]),
    /** Pairs of times, the earlier one first. */
    in_order: z.array(z.tuple([z.string(), z.string()])).default([]),
  })
  .superRefine((value, context) => {
    const known: Record<string, string> = { ...stages[value.stage], ...versioningColumns };
    for (const [name, { type }] of Object.entries(value.columns)) {
      if (known[name] === type) continue;
      const expected =
        known[name] === undefined ? 'the stage has no such column' : `the stage wants ${known[name]}`;
      context.addIssue({ code: 'custom', path: ['columns', name], message: expected });
    }
  });

const extractFormat = z.strictObject({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  source: z.string(),
  owner: z.string(),
  review: z.iso.date(),
  null_words: z.array(z.string()),
  /** Of senders without patients of their own: by which columns their rows name a person. */
  named_by: z
    .strictObject({ nhs_number: z.array(z.string()).min(1), pseudonym: z.array(z.string()) })
    .optional(),
  versioning: z.record(z.enum(['version', 'deleted', 'owner']), column),
  tables: z.record(z.string(), table),
});

/** The layout of a folder of tables, as a file of content/formats describes it. */
export type ExtractFormat = z.output<typeof extractFormat>;

/** Reads a layout. Throws ContentError naming the line when the description does not fit the stages. */
export function readExtractFormat(
  content: string,
  id: 'practice-extract' | 'hospital-activity',
): ExtractFormat {
  return readContent(join(content, 'formats', `${id}.yaml`), extractFormat);
}
