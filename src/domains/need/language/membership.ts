import { type Codelist, type Conversion, conversionsOf, hasCodes } from './codelist.ts';

/** In which code systems a list's codes are looked for. dm+d uses the number space of SNOMED CT. */
export const systemsOf = {
  snomed: ['snomed', 'dmd'],
  dmd: ['snomed', 'dmd'],
  ctv3: ['ctv3'],
  read: ['read'],
} as const satisfies Partial<Record<Codelist['kind'], readonly string[]>>;

/** Whether an entry's code is on a list of concepts. */
export function hasConcept(list: Codelist, system: string, concept: string): boolean {
  return list.kind !== 'dmd' && hasCode(list, system, concept);
}

function hasCode(list: Codelist, system: string, code: string): boolean {
  if (!hasCodes(list)) return false;
  const systems: readonly string[] = systemsOf[list.kind];
  return systems.includes(system) && codeSet(list).has(code);
}

const codeSets = new WeakMap<Codelist, ReadonlySet<string>>();

/** The codes of a list, which may be thousands, to be looked up. */
function codeSet(list: Extract<Codelist, { readonly codes: readonly unknown[] }>): ReadonlySet<string> {
  const known = codeSets.get(list);
  if (known) return known;
  const made = new Set(list.codes.map(({ code }) => code));
  codeSets.set(list, made);
  return made;
}

/** What is known of the code of a medicine. */
export interface MedicineCode {
  readonly system: string | null;
  readonly concept: string | null;
  readonly bnf: string | null;
}

/** Whether a diagnosis, written without a dot, is under one of a list's ICD-10 codes and under none of its exceptions. */
export function hasDiagnosis(list: Codelist, diagnosis: string): boolean {
  return list.kind === 'icd10' && isUnder(list, diagnosis);
}

/**
 * Whether a medicine is on a list: its dm+d code is one of the list's, or its BNF code is under one of the list's
 * prefixes and under none of its exceptions.
 */
export function hasMedicine(list: Codelist, { system, concept, bnf }: MedicineCode): boolean {
  if (list.kind === 'dmd') return system !== null && concept !== null && hasCode(list, system, concept);
  return list.kind === 'bnf' && bnf !== null && isUnder(list, bnf);
}

function isUnder(
  { prefixes, except = [] }: Extract<Codelist, { kind: 'bnf' | 'icd10' }>,
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

/** Whether somebody lives in one of a list's small areas. */
export function hasArea(list: Codelist, lsoa: string): boolean {
  return list.kind === 'areas' && list.areas.includes(lsoa);
}

/** Whether a practice is one of a list's. */
export function hasPractice(list: Codelist, code: string): boolean {
  return list.kind === 'practices' && list.practices.includes(code);
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
