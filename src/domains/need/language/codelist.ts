import { z } from 'zod';
import {
  contentFiles,
  provenanceFields,
  readContent,
  statusSchema,
} from '../../../platform/content/index.ts';

const codelistId = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a list id is capital letters, digits and _');

/** How a value in another unit is converted, where a factor is not enough. */
const conversion = z.strictObject({
  times: z.number().positive(),
  plus: z.number().default(0),
  /** Rounded to a whole number, as laboratories report it, so that thresholds mean what they mean there. */
  whole: z.boolean().default(false),
});

export type Conversion = z.output<typeof conversion>;

const snomedList = z
  .strictObject({
    id: codelistId,
    title: z.string(),
    kind: z.literal('snomed'),
    status: statusSchema.optional(),
    source: z.string().optional(),
    codes: z.array(z.strictObject({ code: z.string().regex(/^\d{6,18}$/), term: z.string() })),
    /** For measurements: how each unit becomes the first one named, and the values a body can have. */
    units: z.record(z.string(), z.union([z.number().positive(), conversion])).optional(),
    plausible: z.tuple([z.number(), z.number()]).optional(),
  })
  // A rule may be written before the identifiers that it needs are to be had.
  .refine(
    ({ codes, status }) => codes.length > 0 || status === 'draft',
    'a list without codes says status: draft',
  );

const bnfList = z.strictObject({
  id: codelistId,
  title: z.string(),
  kind: z.literal('bnf'),
  status: statusSchema.optional(),
  source: z.string().optional(),
  /** Beginnings of BNF codes: `0212` is the section of lipid-regulating medicines. */
  prefixes: z.array(z.string().regex(/^\d{2,}[A-Z0-9]*$/)).min(1),
  except: z.array(z.string().regex(/^\d{2,}[A-Z0-9]*$/)).optional(),
});

/** For texts that are no codes, such as the status of an appointment. */
const wordList = z.strictObject({
  id: codelistId,
  title: z.string(),
  kind: z.literal('words'),
  status: statusSchema.optional(),
  source: z.string().optional(),
  /** Upper and lower case do not matter. */
  words: z.array(z.string().min(1)).min(1),
});

const icd10List = z.strictObject({
  id: codelistId,
  title: z.string(),
  kind: z.literal('icd10'),
  status: statusSchema.optional(),
  source: z.string().optional(),
  /** Beginnings of ICD-10 codes without dots: `B20` has B20.0 to B20.9 under it. */
  prefixes: z.array(z.string().regex(/^[A-Z]\d{2}[0-9A-Z]{0,2}$/)).min(1),
  except: z.array(z.string().regex(/^[A-Z]\d{2}[0-9A-Z]{0,2}$/)).optional(),
});

const codelistFile = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  lists: z.array(z.discriminatedUnion('kind', [snomedList, bnfList, icd10List, wordList])),
});

/**
 * One list of codes: SNOMED CT concepts for what was recorded, BNF prefixes for medicines, ICD-10 for hospital stays,
 * words for a status.
 */
export type Codelist = z.output<typeof codelistFile>['lists'][number] & {
  readonly version: string;
  readonly status: z.output<typeof statusSchema>;
};

/** Reads every codelist below a folder, by id. Throws ContentError on a bad file, Error on a repeated id. */
export function readCodelists(folder: string): Map<string, Codelist> {
  const lists = new Map<string, Codelist>();
  for (const file of contentFiles(folder, '.yaml')) {
    const content = readContent(file, codelistFile);
    for (const list of content.lists) {
      if (lists.has(list.id)) throw new Error(`${file}: the codelist ${list.id} is defined twice`);
      lists.set(list.id, { ...list, version: content.version, status: list.status ?? content.status });
    }
  }
  return lists;
}

/** The units of a measurable list in lower case, each with its conversion to the first; of two that differ only in case the last. */
export function conversionsOf(
  units: Readonly<Record<string, number | Conversion>>,
): ReadonlyMap<string, Conversion> {
  return new Map(
    Object.entries(units).map(([unit, to]) => [
      unit.trim().toLowerCase(),
      typeof to === 'number' ? { times: to, plus: 0, whole: false } : to,
    ]),
  );
}
