import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { contentFiles, readContent } from '../platform/content/index.ts';

// For tests: the codelists of the product, read without the room that owns them.

const file = z.object({
  lists: z.array(
    z.object({
      id: z.string(),
      codes: z.array(z.object({ code: z.string() })).default([]),
      // The borough writes no unit for which a factor is not enough.
      units: z.record(z.string(), z.union([z.number(), z.unknown().transform(() => undefined)])).optional(),
      plausible: z.tuple([z.number(), z.number()]).optional(),
      prefixes: z.array(z.string()).default([]),
      except: z.array(z.string()).default([]),
    }),
  ),
});

export type TestList = z.output<typeof file>['lists'][number];

const folder = fileURLToPath(new URL('../../content/codelists', import.meta.url));
const lists = new Map(
  contentFiles(folder, '.yaml').flatMap((path) =>
    readContent(path, file).lists.map((list) => [list.id, list] as const),
  ),
);

export const allLists: readonly TestList[] = [...lists.values()];

/** The codes of one or several lists. */
export function codesOf(...ids: readonly string[]): Set<string> {
  return new Set(ids.flatMap((id) => named(id).codes.map(({ code }) => code)));
}

/** Whether a BNF code is on a list. */
export function onList(id: string): (bnf: string) => boolean {
  const { prefixes, except } = named(id);
  const begins = (bnf: string) => (prefix: string) => bnf.startsWith(prefix);
  return (bnf) => prefixes.some(begins(bnf)) && !except.some(begins(bnf));
}

function named(id: string): TestList {
  const list = lists.get(id);
  if (list === undefined) throw new Error(`no codelist ${id}`);
  return list;
}
