/** One coded thing that a record can hold, as it stands in content/codelists. */
export interface Concept {
  readonly code: string;
  readonly term: string;
  /** Of a measurement: how its number is written. Empty for everything else. */
  readonly unit: string;
  readonly decimals: 0 | 1 | 2;
  /** What a share of practices' own systems call it, where that differs. */
  readonly wording: string;
}

/** The place of a concept in the dictionary: rows of a chart hold this small number instead of the code. */
export type ConceptNumber = number;

const dictionary: Concept[] = [];
const numbers = new Map<string, ConceptNumber>();

/** Enters a concept into the dictionary, or finds it there. */
export function concept(code: string, term: string, wording = ''): ConceptNumber {
  return enter({ code, term, unit: '', decimals: 0, wording });
}

/** As concept, for something with a number and a unit. Values in charts are whole: tenths with one decimal. */
export function measurement(
  code: string,
  term: string,
  unit: string,
  decimals: Concept['decimals'] = 0,
): ConceptNumber {
  return enter({ code, term, unit, decimals, wording: '' });
}

export function conceptAt(number: ConceptNumber): Concept {
  const found = dictionary[number];
  if (found === undefined) throw new Error(`no concept ${number}`);
  return found;
}

/** Everything in the dictionary, by code: the same whatever was entered first. */
export function allConcepts(): readonly Concept[] {
  return [...dictionary].sort((one, other) => (one.code < other.code ? -1 : 1));
}

function enter(entry: Concept): ConceptNumber {
  const known = numbers.get(entry.code);
  if (known !== undefined) return known;
  const number = dictionary.push(entry) - 1;
  numbers.set(entry.code, number);
  return number;
}
