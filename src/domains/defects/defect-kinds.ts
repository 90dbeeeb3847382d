import { join } from 'node:path';
import { z } from 'zod';
import { contentFiles, provenanceFields, readContent } from '../../platform/content/index.ts';

// What can be wrong with the data, as content: what each kind means, from when on it counts, who mends it and how.

const share = z.number().min(0).max(1);
const least = z.int().positive();
const days = z.int().nonnegative();
const range = z.tuple([z.number(), z.number()]);

/** The thresholds of each kind. Shares are of what `of` counts in a finding; days are days. */
const thresholds = {
  'late-feed': z.strictObject({ least }),
  'missing-practice': z.strictObject({ round_share: share }),
  'list-size-jump': z.strictObject({ share, least }),
  'unit-error': z.strictObject({
    window_days: days,
    least,
    share,
    mixups: z.array(z.strictObject({ list: z.string(), measured_in: z.string(), range })),
  }),
  'implausible-value': z.strictObject({ window_days: days, least, share }),
  'future-date': z.strictObject({ grace_days: days, least, share }),
  'before-birth': z.strictObject({ grace_days: days, approximate_days: days, least, share }),
  'after-death': z.strictObject({ grace_days: days, least, share }),
  'duplicate-list': z.strictObject({ least, share }),
  'unmapped-codes': z.strictObject({ window_days: days, least, share }),
  'unmapped-slot-types': z.strictObject({
    window_days: days,
    least,
    share,
    national_categories: z.array(z.string()).min(1),
  }),
  'codes-missing-for-medication': z.strictObject({
    window_days: days,
    issues: least,
    least,
    pairs: z
      .array(
        z.strictObject({
          medicines: z.array(z.string()).min(1),
          codes: z.array(z.string()).min(1),
          condition: z.string(),
          share,
        }),
      )
      .min(1)
      // Each pair is a bit of a number that a record carries.
      .max(30),
  }),
} as const;

export type KindId = keyof typeof thresholds;
export type ThresholdsOf<Id extends KindId> = z.output<(typeof thresholds)[Id]>;

const kindFile = z.strictObject({
  id: z.enum(Object.keys(thresholds) as [KindId, ...KindId[]]),
  title: z.string(),
  what: z.string(),
  why: z.string(),
  fixed_by: z.enum(['practice', 'data_team']),
  how: z.array(z.string()).min(1),
  thresholds: z.unknown(),
  clock: z.strictObject({ due_days: days, breach_after_days: days }),
  version: z.string(),
  ...provenanceFields,
});

/** One kind of defect, as its file says. */
export type DefectKind = Omit<z.output<typeof kindFile>, 'thresholds'>;

/** All kinds, in the order of their files, and their thresholds by kind. */
export interface DefectKinds {
  readonly all: readonly DefectKind[];
  readonly thresholds: { readonly [Id in KindId]: ThresholdsOf<Id> };
  kind(id: string): DefectKind;
}

/** Reads the twelve kinds of `content/quality`. Throws ContentError on a bad file, Error where one is missing. */
export function readDefectKinds(content: string): DefectKinds {
  const files = contentFiles(join(content, 'quality'), '.yaml').filter(
    (file) => !file.endsWith('feeds.yaml'),
  );
  const all = files.map((file) => readContent(file, kindFile));
  const found = files.map((file, at) => {
    const id = all[at]?.id ?? 'late-feed';
    return [id, readContent(file, kindFile.extend({ thresholds: thresholds[id] })).thresholds] as const;
  });
  const missing = Object.keys(thresholds).filter((id) => !all.some((kind) => kind.id === id));
  if (missing.length > 0) throw new Error(`content/quality has no file for ${missing.join(', ')}`);
  return {
    all,
    thresholds: Object.fromEntries(found) as DefectKinds['thresholds'],
    kind(id) {
      const kind = all.find((each) => each.id === id);
      if (!kind) throw new Error(`There is no kind of defect ${id}`);
      return kind;
    },
  };
}
