import { join } from 'node:path';
import { z } from 'zod';
import { descriptionFields, readContent } from '../../platform/content/index.ts';
import { bareName, plainName } from '../national/column-names.ts';

/** The kinds of codes that files bring, in the order in which they are tried on codes that do not say. */
export const loadableKinds = ['snomed', 'dmd', 'icd10', 'opcs', 'bnf', 'ctv3', 'read'] as const;

const kind = z.enum(loadableKinds);
const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'i');
  } catch {
    context.addIssue({ code: 'custom', message: `no regular expression: ${source}` });
    return z.NEVER;
  }
});
const column = z.strictObject({
  names: z.array(z.string()).default([]),
  patterns: z.array(pattern).default([]),
});

const description = z.strictObject({
  ...descriptionFields,
  codes: z.array(column.extend({ kind: kind.optional() })).min(1),
  term: column,
  list: column,
  list_title: column,
  category: column,
  system: column,
  systems: z.record(kind, z.array(z.string())),
  member: column.extend({ no: z.array(z.string()) }),
  member_in_rf2: z.array(z.string()),
  /** A column with nothing but these words in it says of each code whether it was decided to be on the list. */
  decided: column.extend({ yes: z.array(z.string()), no: z.array(z.string()) }),
  /** Tables of codes that are no lists, by columns that only they have. */
  not_lists: z.array(
    z.strictObject({ columns: z.array(z.string()).min(1), is: z.string(), remedy: z.string() }),
  ),
  released: column,
  medicine_signs: z.array(z.string()),
  publishers: z.array(
    z.strictObject({
      prefix: z.string(),
      source: z.string(),
      /** What ids begin with, where the rest of the file's name may be that of another publisher's list too. */
      own_name: z.string().optional(),
    }),
  ),
});

/** How tables of codes look: `content/formats/codelists.yaml`. */
export type CodelistFormat = z.output<typeof description>;
export type NamedColumn = z.output<typeof column>;

/** Throws ContentError naming the line. */
export function readCodelistFormat(content: string): CodelistFormat {
  return readContent(join(content, 'formats', 'codelists.yaml'), description);
}

/** Where a column stands among some names, by its own names in their order, else by its patterns. Null: nowhere. */
export function columnAt(names: readonly string[], { names: known, patterns }: NamedColumn): number | null {
  const [plain, bare] = [names.map(plainName), names.map(bareName)];
  const found = [
    ...known.map((name) => bare.indexOf(bareName(name))),
    ...patterns.map((each) => plain.findIndex((name) => each.test(name))),
  ].find((at) => at >= 0);
  return found ?? null;
}
