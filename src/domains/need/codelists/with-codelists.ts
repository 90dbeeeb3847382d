import { type Codelist, entryFeed } from '../language/codelist.ts';
import { type Library, makeLibrary } from '../language/library.ts';
import type { LeftOut } from '../language/with-authored.ts';
import type { ListedCode, LoadableKind } from './codelist-file.ts';

/** A version of a loaded list, whole. */
export interface LoadedList {
  readonly id: string;
  readonly versionNo: number;
  /** Its number among the versions of its list. */
  readonly number: number;
  readonly hash: string;
  readonly kind: LoadableKind;
  readonly title: string;
  readonly source: string;
  readonly file: string;
  readonly released: string | null;
  readonly codes: readonly ListedCode[];
}

/**
 * A library in which loaded lists stand in the place of those of content. What content knows of a list beside its
 * codes, such as the units of a measurement, stays. A list of another nature than content's is left out and said: the
 * conditions that name it could not be asked.
 */
export function withCodelists(
  content: Library,
  loaded: readonly LoadedList[],
): { readonly library: Library; readonly leftOut: readonly LeftOut[] } {
  if (loaded.length === 0) return { library: content, leftOut: [] };
  const leftOut: LeftOut[] = [];
  const codelists = new Map(content.codelists);
  for (const list of loaded) {
    const before = content.codelists.get(list.id);
    const because = before ? whyNotInPlaceOf(before, list) : null;
    if (because === null) codelists.set(list.id, asCodelist(list, before));
    else leftOut.push({ id: list.id, version: String(list.number), because });
  }
  const library = makeLibrary(codelists, content.definitions, [...content.cases.values()], content.models);
  return { library, leftOut };
}

/** Why a loaded list cannot stand in the place of one of content; null where it can. */
export function whyNotInPlaceOf(before: Codelist, list: Pick<LoadedList, 'kind' | 'codes'>): string | null {
  const nature = (kind: Codelist['kind']) => entryFeed(kind) ?? kind;
  if (nature(before.kind) !== nature(list.kind))
    return `content has ${before.id} as a list of ${before.kind}, and this one is of ${list.kind}`;
  if ('units' in before && before.units !== undefined && list.kind !== 'snomed')
    return `${before.id} is measured, which only a list of SNOMED CT codes can be`;
  const known = categoriesOf(before);
  const strange = list.codes.find(({ category }) => !known.has(translated(before, category) ?? ''));
  if (known.size > 0 && strange !== undefined)
    return `the codes of ${before.id} are sorted into ${[...known].join(', ')}, and this file has ${strange.code} in ${strange.category ?? 'none'}`;
  return null;
}

function categoriesOf(list: Codelist): Set<string> {
  return new Set('codes' in list ? list.codes.flatMap(({ category }) => category ?? []) : []);
}

/** What content calls a category of a file. */
function translated(before: Codelist | undefined, category: string | null): string | null {
  const words = before?.kind === 'snomed' ? before.categories : undefined;
  return category === null ? null : (words?.[category] ?? category);
}

/** A loaded list as definitions read it. `before` is what content has under its id. */
export function asCodelist(list: LoadedList, before: Codelist | undefined): Codelist {
  const about = {
    id: list.id,
    title: before?.title ?? list.title,
    version: `${list.number} of ${list.hash.slice(0, 8)}`,
    status: 'verified' as const,
    source: list.source,
    loaded: { number: list.number, hash: list.hash, file: list.file, released: list.released },
  };
  const prefixes = list.codes.map(({ code }) => code);
  const codes = list.codes.map(({ code, term, category }) => ({
    code,
    term,
    ...(category === null ? {} : { category: translated(before, category) ?? category }),
  }));
  switch (list.kind) {
    case 'bnf':
    case 'icd10':
    case 'opcs':
      return { ...about, kind: list.kind, prefixes };
    case 'snomed': {
      const { units, plausible, categories } = before?.kind === 'snomed' ? before : {};
      return {
        ...about,
        kind: 'snomed',
        codes,
        ...(units === undefined ? {} : { units }),
        ...(plausible === undefined ? {} : { plausible }),
        ...(categories === undefined ? {} : { categories }),
      };
    }
    default:
      return { ...about, kind: list.kind, codes };
  }
}
