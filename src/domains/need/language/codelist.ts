import { createHash } from 'node:crypto';
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

const about = {
  id: codelistId,
  title: z.string(),
  status: statusSchema.optional(),
  source: z.string().optional(),
};

const concept = (code: RegExp) =>
  z.strictObject({
    code: z.string().regex(code),
    term: z.string(),
    /** What the code stands for among others of its list: the letter of an ethnic category. */
    category: z.string().optional(),
  });

/** SNOMED CT and dm+d share one space of numbers. */
const SNOMED_CODE = /^\d{6,18}$/;

const snomedList = z
  .strictObject({
    ...about,
    kind: z.literal('snomed'),
    codes: z.array(concept(SNOMED_CODE)),
    /** What files that are loaded in its place call its categories. */
    categories: z.record(z.string(), z.string()).optional(),
    /** For measurements: how each unit becomes the first one named, and the values a body can have. */
    units: z.record(z.string(), z.union([z.number().positive(), conversion])).optional(),
    plausible: z.tuple([z.number(), z.number()]).optional(),
  })
  // A rule may be written before the identifiers that it needs are to be had.
  .refine(
    ({ codes, status }) => codes.length > 0 || status === 'draft',
    'a list without codes says status: draft',
  );

/** Medicines by their numbers in dm+d: what was issued, and not what it is a kind of. */
const dmdList = z.strictObject({
  ...about,
  kind: z.literal('dmd'),
  codes: z.array(concept(SNOMED_CODE)).min(1),
});

/** What practices coded in before SNOMED CT, where an extract still has it: Read version 3, and 2. */
const readCode = concept(/^[0-9A-Za-z.]{5}([0-9A-Za-z]{2})?$/);
const ctv3List = z.strictObject({ ...about, kind: z.literal('ctv3'), codes: z.array(readCode).min(1) });
const readList = z.strictObject({ ...about, kind: z.literal('read'), codes: z.array(readCode).min(1) });

const bnfList = z.strictObject({
  ...about,
  kind: z.literal('bnf'),
  /** Beginnings of BNF codes: `0212` is the section of lipid-regulating medicines. */
  prefixes: z.array(z.string().regex(/^\d{2,}[A-Z0-9]*$/)).min(1),
  except: z.array(z.string().regex(/^\d{2,}[A-Z0-9]*$/)).optional(),
});

/** For texts that are no codes, such as the status of an appointment. */
const wordList = z.strictObject({
  ...about,
  kind: z.literal('words'),
  /** Upper and lower case do not matter. */
  words: z.array(z.string().min(1)).min(1),
});

const icd10List = z.strictObject({
  ...about,
  kind: z.literal('icd10'),
  /** Beginnings of ICD-10 codes without dots: `B20` has B20.0 to B20.9 under it. */
  prefixes: z.array(z.string().regex(/^[A-Z]\d{2}[0-9A-Z]{0,2}$/)).min(1),
  except: z.array(z.string().regex(/^[A-Z]\d{2}[0-9A-Z]{0,2}$/)).optional(),
});

/** Procedures in hospitals. No feed brings them yet, so that no condition can ask for them. */
const opcsList = z.strictObject({
  ...about,
  kind: z.literal('opcs'),
  /** Beginnings of OPCS-4 codes without dots: `K40` has K40.1 to K40.9 under it. */
  prefixes: z.array(z.string().regex(/^[A-Z]\d{2}\d?$/)).min(1),
});

/** Places by their codes, for conditions about where somebody lives or is registered. */
const areaList = z.strictObject({
  ...about,
  kind: z.literal('areas'),
  areas: z.array(z.string().regex(/^[EW]01\d{6}$/, 'a small area is E01 or W01 and six digits')).min(1),
});
const practiceList = z.strictObject({
  ...about,
  kind: z.literal('practices'),
  practices: z.array(z.string().regex(/^[A-Z][A-Z0-9]{2,9}$/, 'a practice is its ODS code')).min(1),
});

const codelistFile = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  lists: z.array(
    z.discriminatedUnion('kind', [
      snomedList,
      dmdList,
      ctv3List,
      readList,
      bnfList,
      icd10List,
      opcsList,
      wordList,
      areaList,
      practiceList,
    ]),
  ),
});

/** A version of a list that was loaded from a file and published, and so stands in the place of what content says. */
export interface LoadedFrom {
  /** The number of the version among those of its list. */
  readonly number: number;
  readonly hash: string;
  readonly file: string;
  readonly released: string | null;
}

/**
 * One list of codes: SNOMED CT concepts for what was recorded, BNF prefixes or dm+d for medicines, ICD-10 for hospital
 * stays, words for a status.
 */
export type Codelist = z.output<typeof codelistFile>['lists'][number] & {
  readonly version: string;
  readonly status: z.output<typeof statusSchema>;
  readonly loaded?: LoadedFrom;
};

export type CodelistKind = Codelist['kind'];

/** What each kind of list is called. */
export const codelistKinds = {
  snomed: 'SNOMED CT',
  dmd: 'dm+d medicines',
  bnf: 'BNF medicines',
  icd10: 'ICD-10',
  opcs: 'OPCS-4',
  ctv3: 'Read version 3 (CTV3)',
  read: 'Read version 2',
  words: 'Words',
  areas: 'Small areas',
  practices: 'Practices',
} as const satisfies Record<CodelistKind, string>;

/** The feed in whose rows a list's codes stand; null for those that no entry and no medicine of a record has. */
export function entryFeed(kind: CodelistKind): 'events' | 'medicines' | null {
  if (kind === 'snomed' || kind === 'ctv3' || kind === 'read') return 'events';
  return kind === 'bnf' || kind === 'dmd' ? 'medicines' : null;
}

/** Whether its members are codes of their own. Members of other lists are the beginnings of codes, or words. */
export function hasCodes<List extends Codelist>(
  list: List,
): list is Extract<List, { readonly codes: readonly unknown[] }> {
  return 'codes' in list;
}

/** Whether a list has no codes yet, so that nobody can be on it. */
export function isEmpty(list: Codelist | undefined): boolean {
  return list !== undefined && hasCodes(list) && list.codes.length === 0;
}

/** A hash of what decides who is on a list's side: not its title, nor how its codes are called. */
export function codelistHash(list: Codelist): string {
  const sorted = (texts: readonly string[] = []) => [...new Set(texts)].sort();
  const decides = [
    list.kind,
    hasCodes(list) ? sorted(list.codes.map(({ code, category = '' }) => `${code} ${category}`)) : [],
    'prefixes' in list ? sorted(list.prefixes) : [],
    'except' in list ? sorted(list.except) : [],
    'words' in list ? sorted(list.words.map((word) => word.toLowerCase())) : [],
    'areas' in list ? sorted(list.areas) : [],
    'practices' in list ? sorted(list.practices) : [],
    'units' in list ? (list.units ?? null) : null,
    'plausible' in list ? (list.plausible ?? null) : null,
  ];
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex').slice(0, 16);
}

/** Reads every codelist below a folder, by id. Throws ContentError on a bad file, Error on a repeated id. */
export function readCodelists(folder: string): Map<string, Codelist> {
  const lists = new Map<string, Codelist>();
  for (const file of contentFiles(folder, '.yaml')) {
    const content = readContent(file, codelistFile);
    for (const list of content.lists) {
      if (lists.has(list.id)) throw new Error(`${file}: the codelist ${list.id} is defined twice`);
      lists.set(list.id, {
        ...list,
        version: content.version,
        status: list.status ?? content.status,
        source: list.source ?? content.source,
      });
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
