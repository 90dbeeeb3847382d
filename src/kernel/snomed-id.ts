// Rule: SNOMED CT Release File Specification, 5: identifiers. An identifier is 6 to 18 digits: an item, for extensions
// a namespace of 7 digits, two digits for the partition, and a check digit (Verhoeff's dihedral check).

const MULTIPLY = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
] as const;

const PERMUTE = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
  [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
  [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
  [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
  [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
  [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
] as const;

/** Whether a text of digits ends in the check digit of those before it. */
export function hasVerhoeffDigit(digits: string): boolean {
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    check = MULTIPLY[check]?.[PERMUTE[at % 8]?.[digit] ?? 0] ?? 0;
  }
  return check === 0;
}

/** What an identifier is the number of. */
export type SnomedComponent = 'concept' | 'description' | 'relationship';

const COMPONENT: Record<string, SnomedComponent> = {
  '00': 'concept',
  '10': 'concept',
  '01': 'description',
  '11': 'description',
  '02': 'relationship',
  '12': 'relationship',
};

/** What a SNOMED CT identifier is the number of; null for what is none: wrong length, partition or check digit. */
export function snomedComponent(text: string): SnomedComponent | null {
  if (!/^[1-9]\d{5,17}$/.test(text) || !hasVerhoeffDigit(text)) return null;
  return COMPONENT[text.slice(-3, -1)] ?? null;
}

/** The namespace of the UK drug extension, in which dm+d numbers its medicines. */
const UK_DRUG_EXTENSION = '1000001';

/** Whether an identifier is one that dm+d gave. Many older medicines in it have one without a namespace. */
export function isUkDrugId(id: string): boolean {
  return id.length > 10 && id.slice(-10, -3) === UK_DRUG_EXTENSION;
}
