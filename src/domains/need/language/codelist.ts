import { z } from 'zod';
import {
  contentFiles,
  provenanceFields,
  readContent,
  statusSchema,
} from '../../../platform/content/index.ts';

const codelistId = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a list id is capital letters, digits and _');

const snomedList = z.strictObject({
  id: codelistId,
  title: z.string(),
  kind: z.literal('snomed'),
  status: statusSchema.optional(),
  source: z.string().optional(),
  codes: z.array(z.strictObject({ code: z.string().regex(/^\d{6,18}$/), term: z.string() })).min(1),
  /** For measurements: the factor from each unit to the first one named, and the values a body can have. */
  units: z.record(z.string(), z.number().positive()).optional(),
  plausible: z.tuple([z.number(), z.number()]).optional(),
});

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
  lists: z.array(z.discriminatedUnion('kind', [snomedList, bnfList, icd10List])),
});

/** One list of codes: SNOMED CT concepts for what was recorded, BNF prefixes for medicines, ICD-10 for hospital stays. */
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
