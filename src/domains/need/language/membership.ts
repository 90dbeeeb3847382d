import { type Codelist, type Conversion, conversionsOf } from './codelist.ts';

/** Code systems whose concepts are SNOMED CT identifiers: dm+d uses the same number space. */
const SNOMED_SYSTEMS = new Set(['snomed', 'dmd']);

/** Whether an entry's code is on a list of concepts. */
export function hasConcept(list: Codelist, system: string, concept: string): boolean {
  return (
    list.kind === 'snomed' && SNOMED_SYSTEMS.has(system) && list.codes.some(({ code }) => code === concept)
  );
}

/** Whether a diagnosis, written without a dot, is under one of a list's ICD-10 codes and under none of its exceptions. */
export function hasDiagnosis(list: Codelist, diagnosis: string): boolean {
  return list.kind === 'icd10' && isUnder(list, diagnosis);
}

/** Whether a medicine's BNF code is under one of a list's prefixes and under none of its exceptions. */
export function hasMedicine(list: Codelist, bnf: string | null): boolean {
  return list.kind === 'bnf' && bnf !== null && isUnder(list, bnf);
}

function isUnder(
  { prefixes, except = [] }: Extract<Codelist, { readonly prefixes: readonly string[] }>,
  code: string,
): boolean {
  const under = (beginnings: readonly string[]) => beginnings.some((prefix) => code.startsWith(prefix));
  return under(prefixes) && !under(except);
}

/** Whether a text is one of a list's words. */
export function hasWord(list: Codelist, text: string | null): boolean {
  const said = text?.trim().toLowerCase();
  return (
    list.kind === 'words' && said !== undefined && list.words.some((word) => word.toLowerCase() === said)
  );
}

/** The BNF paragraph of a medicine: the first six characters of its code (chapter, section, paragraph). */
export function bnfParagraph(bnf: string): string {
  return bnf.slice(0, 6);
}

/**
 * A measurement in the first unit that the list names, or null when it cannot be used: an unknown unit, or a value
 * that no body has. A value without a unit is taken to be in the first one if that is plausible.
 */
export function usableValue(list: Codelist, value: number | null, unit: string | null): number | null {
  if (value === null || list.kind !== 'snomed') return null;
  const units = conversionsOf(list.units ?? {});
  const to = unit === null || unit.trim() === '' ? UNCHANGED : units.get(unit.trim().toLowerCase());
  if (to === undefined) return null;
  const converted = value * to.times + to.plus;
  const usable = to.whole ? Math.floor(converted + 0.5) : converted;
  const [low, high] = list.plausible ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return usable >= low && usable <= high ? usable : null;
}

/** A value in the list's first unit. */
export const UNCHANGED: Conversion = { times: 1, plus: 0, whole: false };
