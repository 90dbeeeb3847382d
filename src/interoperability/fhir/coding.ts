import { type JsonObject, object, objects, text } from './json.ts';

/** What a CodeableConcept says, as the register takes it. */
export interface Coded {
  readonly code: string;
  readonly system: string | null;
  readonly display: string | null;
  /** What the recorder wrote beside the code. */
  readonly source_term: string | null;
}

export const SNOMED = 'http://snomed.info/sct';

/**
 * Chooses the coding of a CodeableConcept: SNOMED CT if it is there, else the first that has a code, else the text as
 * a code of nobody's system. Null when it says nothing.
 */
export function coded(concept: unknown): Coded | null {
  const { coding, text: words } = object(concept);
  const term = text(words);
  const codings = objects(coding).filter(({ code }) => text(code) !== null);
  const chosen = codings.find(isSnomed) ?? codings[0];
  if (chosen) return fromCoding(chosen, term);
  const said = term ?? objects(coding).flatMap(({ display }) => text(display) ?? [])[0] ?? null;
  return said === null ? null : { code: said, system: 'local', display: said, source_term: null };
}

/** As `coded`, for an element that is one Coding. Null when it has no code. */
export function fromCoding(coding: JsonObject, term: string | null = null): Coded | null {
  const code = text(coding.code);
  if (code === null) return null;
  const system = isSnomed(coding) ? SNOMED : text(coding.system);
  return { code, system, display: text(coding.display) ?? term, source_term: term };
}

/** The words of a CodeableConcept, for a note. */
export function words(concept: unknown): string | null {
  const found = coded(concept);
  return found && (found.source_term ?? found.display ?? found.code);
}

/** Whether one of the codings of a CodeableConcept has one of these codes, whatever its system. */
export function hasCode(concept: unknown, codes: readonly string[]): boolean {
  return objects(object(concept).coding).some(({ code }) => typeof code === 'string' && codes.includes(code));
}

/** SNOMED CT, also where an edition or a version of it is named: `http://snomed.info/sct/83821000000107`. */
function isSnomed({ system }: JsonObject): boolean {
  return system === SNOMED || (typeof system === 'string' && system.startsWith(`${SNOMED}/`));
}
