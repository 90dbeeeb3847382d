import { join } from 'node:path';
import { z } from 'zod';
import { contentFiles, descriptionFields, readContent } from '../../platform/content/index.ts';
import { bareName } from './column-names.ts';
import { dateForms, valueTypes } from './value.ts';

const valueType = z.enum(valueTypes);

const column = z
  .strictObject({
    /** What files have called it, in whatever vintage; case, spaces, line ends and punctuation do not matter. */
    from: z.array(z.string()).default([]),
    /** Where it stands, counted from 1, in a file without a line of column names. */
    at: z.int().positive().optional(),
    type: valueType.default('text'),
    /** A file without this column is of another kind. */
    needed: z.boolean().default(false),
    /** A row in which it is empty cannot be used. */
    required: z.boolean().default(false),
    /** In a file without a line of column names: what its first row may say here. Other files have as many columns. */
    begins_with: z.array(z.string()).default([]),
    /** What it says and in which unit, for whoever reads the rows. */
    means: z.string().optional(),
  })
  // Every line of every file is compared with them: they are made bare once.
  .transform((column) => ({ ...column, bare: column.from.map(bareName) }));

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'i');
  } catch {
    context.addIssue({ code: 'custom', message: `no regular expression: ${source}` });
    return z.NEVER;
  }
});

const fileDescription = z
  .strictObject({
    ...descriptionFields,
    /** The number of columns of a file without a line of column names; left out where there is such a line. */
    width: z.int().positive().optional(),
    dates: z.array(z.enum(dateForms)).default([...dateForms]),
    /** Words that stand for nothing said. */
    null_words: z.array(z.string()).default([]),
    /** Marks that stand for a number which is kept back because it is small: unknown, and never zero. */
    suppressed: z.array(z.string()).default([]),
    columns: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), column),
    /** The type of the columns that are not named here: they are stored too, under their own name. */
    others: valueType.default('text'),
    /** How the period is told from the file's name or the lines above its table, where no column says it. */
    period: z.array(pattern).default([]),
    /** The columns that make a row one of its own. `period` may be one of them. */
    key: z.array(z.string()).min(1),
    /** Whether rows of one key are one row said twice, or several that have no number of their own. */
    same_key: z.enum(['one row', 'several rows']).default('one row'),
    /** What the directory wants to know besides (see src/interoperability/ods). */
    directory: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine((value, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const [at, name] of value.key.entries()) {
      const known = name in value.columns || (name === 'period' && value.period.length > 0);
      if (!known) issue(['key', at], `there is no column ${name}`);
    }
    for (const [name, { from, at }] of Object.entries(value.columns)) {
      if (value.width !== undefined && (at ?? value.width + 1) > value.width)
        issue(['columns', name], `needs a position (at) from 1 to ${value.width}`);
      if (value.width === undefined && from.length === 0)
        issue(['columns', name], 'needs the names that files give it (from)');
    }
    if (value.width === undefined && !Object.values(value.columns).some(({ needed }) => needed))
      issue(['columns'], 'no column is needed, so that every file would be of this kind');
  });

/** How files of one kind look: content/formats/national holds one description for each kind. */
export type FileDescription = z.output<typeof fileDescription>;
export type DescribedColumn = FileDescription['columns'][string];

const FOLDER = ['formats', 'national'];

/**
 * Reads one description, with what its `directory` part says and the columns that the directory needs of it. Throws
 * ContentError naming the line.
 */
export function readForDirectory<Part extends z.ZodType>(
  content: string,
  id: string,
  part: Part,
  columns: readonly string[],
): Omit<FileDescription, 'directory'> & { readonly directory: z.output<Part> } {
  const checked = fileDescription.superRefine((value, context) => {
    for (const { message, path } of part.safeParse(value.directory).error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['directory', ...path], message });
    for (const name of columns.filter((name) => !(name in value.columns)))
      context.addIssue({
        code: 'custom',
        path: ['columns'],
        message: `the directory needs a column ${name}`,
      });
  });
  const description = readContent(join(content, ...FOLDER, `${id}.yaml`), checked);
  return { ...description, directory: part.parse(description.directory) };
}

/** Reads every description, in the order of their names. Throws ContentError naming the line. */
export function readFileDescriptions(content: string): FileDescription[] {
  return contentFiles(join(content, ...FOLDER), '.yaml').map((file) => readContent(file, fileDescription));
}
