import type { ListedCode } from './codelist-file.ts';

/** What differs between two versions of a list. */
export interface CodelistDiff {
  readonly added: readonly ListedCode[];
  readonly removed: readonly ListedCode[];
  /** Codes of both that stand in another category. */
  readonly moved: readonly {
    readonly code: string;
    readonly term: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
  readonly kept: number;
}

/** Compares the codes of two versions. What a code is called makes no difference. Each part is in the order of codes. */
export function diffCodes(before: readonly ListedCode[], after: readonly ListedCode[]): CodelistDiff {
  const then = new Map(before.map((code) => [code.code, code]));
  const now = new Map(after.map((code) => [code.code, code]));
  const inOrder = <Code extends { readonly code: string }>(codes: readonly Code[]) =>
    [...codes].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  const both = inOrder([...now.values()].filter(({ code }) => then.has(code)));
  return {
    added: inOrder([...now.values()].filter(({ code }) => !then.has(code))),
    removed: inOrder([...then.values()].filter(({ code }) => !now.has(code))),
    moved: both.flatMap(({ code, term, category }) => {
      const from = then.get(code)?.category ?? null;
      return from === category ? [] : [{ code, term, from, to: category }];
    }),
    kept: both.length,
  };
}
