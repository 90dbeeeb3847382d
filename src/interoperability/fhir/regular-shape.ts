import { isPeriod } from './fhir-date.ts';
import { eventTypes, medicineFields } from './used-types.ts';

/** What the lines of a file are: resources, or entries that were cut out of bundles as `{"place":n,"entry":{...}}`. */
export type LineKind = 'resource' | 'entry';

/** A shape as DuckDB's `from_json` takes it: a type, a list of a shape, or an object of shapes. */
type Shape = string | readonly [Shape] | { [name: string]: Shape };

const TEXT = 'VARCHAR';
/** What is not looked into, or only asked whether it is there. */
const ANY = 'JSON';
const CONCEPT = { coding: [{ system: TEXT, code: TEXT, display: TEXT }], text: TEXT } as const;
const PERIOD = { start: TEXT, end: TEXT } as const;
const QUANTITY = { value: ANY, comparator: TEXT, unit: TEXT, system: TEXT, code: TEXT } as const;

/** Values of a kind that a regular observation does not have, and why there is none. */
export const RARE_VALUES = [
  'valueInteger',
  'valueBoolean',
  'valueRange',
  'valueRatio',
  'valuePeriod',
  'valueDateTime',
  'valueTime',
  'dataAbsentReason',
] as const;

/** Where resources say whom they are about, beside `patient`. Only a subject that is one reference is read. */
export const ALSO_ABOUT = ['subject', 'beneficiary', 'for', 'participant'] as const;

/** The elements of a line that are read, of whatever type it is. What has another shape there is read as missing. */
export function lineShape(kind: LineKind): Shape {
  const resource = resourceShape();
  if (kind === 'resource') return resource;
  const entry = { fullUrl: TEXT, request: { method: TEXT }, response: { lastModified: ANY }, resource };
  return { place: 'BIGINT', entry };
}

function resourceShape(): Shape {
  const measured = {
    valueQuantity: QUANTITY,
    valueCodeableConcept: CONCEPT,
    valueString: TEXT,
    ...Object.fromEntries(RARE_VALUES.map((name) => [name, ANY])),
  };
  const shape: { [name: string]: Shape } = {
    resourceType: TEXT,
    id: TEXT,
    meta: { lastUpdated: TEXT, versionId: ANY, security: [{ code: TEXT }] },
    status: TEXT,
    class: { code: TEXT },
    verificationStatus: ANY,
    patient: ANY,
    subject: { reference: TEXT, type: TEXT },
    ...measured,
    component: [{ code: CONCEPT, ...measured }],
    effectiveTiming: ANY,
    extension: [{ url: TEXT, valueCodeableConcept: CONCEPT }],
    dosageInstruction: [{ text: TEXT, patientInstruction: TEXT }],
    dispenseRequest: { quantity: QUANTITY, expectedSupplyDuration: QUANTITY, validityPeriod: PERIOD },
  };
  const add = (path: string, leaf: Shape) => {
    const [name = '', inside] = path.split('.');
    if (inside !== undefined || path.startsWith('https:')) return;
    const isList = name.endsWith('[0]');
    shape[name.replace('[0]', '')] ??= isList ? [leaf] : leaf;
  };
  for (const { code, day, note = [] } of Object.values(eventTypes)) {
    add(code[0], CONCEPT);
    for (const path of day) add(path, isPeriod(path) ? PERIOD : TEXT);
    for (const piece of note) {
      if ('text' in piece) add(piece.text, TEXT);
      else if ('words' in piece) add(piece.words, CONCEPT);
      else for (const path of piece.until) add(path, isPeriod(path) ? PERIOD : TEXT);
    }
  }
  add(medicineFields.code, CONCEPT);
  for (const path of medicineFields.day) add(path, TEXT);
  for (const { unless } of [...Object.values(eventTypes), medicineFields])
    for (const element of Object.keys(unless)) add(element, TEXT);
  return shape;
}
