import type { TagColour } from '../../../../platform/web/index.ts';
import type { CodelistDecision } from '../../codelists/in-effect.ts';
import { decisionInEffect } from '../../codelists/in-effect.ts';
import type { CodelistVersion } from '../../codelists/read-codelists.ts';
import type { Codelist } from '../../language/codelist.ts';

export const GROUPED = new Intl.NumberFormat('en-GB');

export function codelistHref(id: string): string {
  return `/codelists/${encodeURIComponent(id)}`;
}

export function versionHref(version: Pick<CodelistVersion, 'id' | 'number'>): string {
  return `${codelistHref(version.id)}/versions/${version.number}`;
}

export function loadHref(load: number): string {
  return `/codelists/loads/${load}`;
}

/** Where a version stands: in effect, waiting, or passed over by a later one. */
export function standingOf(
  version: Pick<CodelistVersion, 'versionNo' | 'number'>,
  decisions: readonly CodelistDecision[],
  latest: number,
): { readonly word: string; readonly colour: TagColour } {
  if (decisionInEffect(decisions)?.versionNo === version.versionNo)
    return { word: 'Published', colour: 'green' };
  const wasPublished = decisions.some(({ versionNo }) => versionNo === version.versionNo);
  if (wasPublished) return { word: 'Was published', colour: 'grey' };
  return version.number === latest
    ? { word: 'Waits', colour: 'orange' }
    : { word: 'Earlier', colour: 'grey' };
}

/** The members of a list, each with what it is called. */
export function membersOf(list: Codelist): { code: string; term: string; category: string | null }[] {
  if ('codes' in list)
    return list.codes.map(({ code, term, category }) => ({ code, term, category: category ?? null }));
  if ('areas' in list) return list.areas.map((code) => ({ code, term: '', category: null }));
  if ('practices' in list) return list.practices.map((code) => ({ code, term: '', category: null }));
  if ('words' in list) return list.words.map((code) => ({ code, term: '', category: null }));
  const except = ('except' in list && list.except) || [];
  return [
    ...list.prefixes.map((code) => ({ code, term: 'and all below it', category: null })),
    ...except.map((code) => ({ code, term: 'and all below it: not on the list', category: null })),
  ];
}

/** Of which version a list is, in a few words. */
export function inEffectWords(list: Codelist | undefined): string {
  if (!list) return 'Not in effect';
  return list.loaded ? `Version ${list.loaded.number}` : 'As shipped';
}
