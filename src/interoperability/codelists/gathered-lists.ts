import type { ListedCode, LoadableKind, RefusedRow } from '../../domains/need/index.ts';

/** A row, as it goes into a list. */
export interface GatheredRow {
  /** What the row says of its list; null where the table is of one. */
  readonly list: string | null;
  readonly listTitle: string | null;
  readonly kind: LoadableKind;
  readonly code: string;
  readonly term: string;
  readonly category: string | null;
  readonly column: string;
}

interface Gathered {
  readonly list: string | null;
  listTitle: string | null;
  readonly kind: LoadableKind;
  readonly codes: Map<string, ListedCode>;
}

/** The rows of a table by the lists that they are of. */
export class GatheredLists {
  duplicates = 0;
  private readonly lists = new Map<string, Gathered>();

  /** Takes a row in. What a row says again is a duplicate; in another category than before it is refused. */
  add({ list, listTitle, kind, code, term, category, column }: GatheredRow): Omit<RefusedRow, 'line'> | null {
    const key = JSON.stringify([list, kind]);
    const gathered = this.lists.get(key) ?? { list, listTitle, kind, codes: new Map() };
    this.lists.set(key, gathered);
    gathered.listTitle ||= listTitle;
    const known = gathered.codes.get(code);
    if (known && known.category !== category) return { column, said: code, reason: 'two_categories' };
    if (known) {
      this.duplicates++;
      if (known.term === '' && term !== '') gathered.codes.set(code, { ...known, term });
    } else gathered.codes.set(code, { code, term, category });
    return null;
  }

  get someWithoutTerm(): number {
    return [...this.lists.values()]
      .flatMap(({ codes }) => [...codes.values()])
      .filter(({ term }) => term === '').length;
  }

  /** Each list with its codes in their order. */
  largestFirst(): {
    list: string | null;
    listTitle: string | null;
    kind: LoadableKind;
    codes: ListedCode[];
  }[] {
    return [...this.lists.values()]
      .map((each) => ({ ...each, codes: withUsefulCategories([...each.codes.values()]) }))
      .map((each) => ({ ...each, codes: each.codes.sort((a, b) => (a.code < b.code ? -1 : 1)) }))
      .sort(
        (a, b) => b.codes.length - a.codes.length || `${a.list}${a.kind}`.localeCompare(`${b.list}${b.kind}`),
      );
  }
}

/** A category says something where every code has one. */
function withUsefulCategories(codes: readonly ListedCode[]): ListedCode[] {
  const useful = codes.every(({ category }) => category !== null);
  return codes.map((code) => (useful ? code : { ...code, category: null }));
}
