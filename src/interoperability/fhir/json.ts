// FHIR arrives from anybody. Nothing in it is believed to have the type that the specification gives it: a value of
// another type is read as one that is missing, and what then lacks something needed says so.

export type JsonObject = Readonly<Record<string, unknown>>;

const NOTHING: JsonObject = {};

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one when it is none. */
export function object(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** The objects of a list; a value that is no list has none. */
export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value as trimmed text; null when it is blank or not a text, number or boolean. */
export function text(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() || null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return null;
}

/** The texts of a list. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((each) => text(each) ?? []) : [];
}

/**
 * The element at a path such as `reaction[0].substance`, where `[0]` is the first of a list; an extension's concept by
 * the address of the extension. Undefined where there is none.
 */
export function elementAt(resource: JsonObject, path: string): unknown {
  if (path.startsWith('https:')) {
    return objects(resource.extension).find(({ url }) => url === path)?.valueCodeableConcept;
  }
  return path.split('.').reduce<unknown>((value, step) => {
    const name = step.replace('[0]', '');
    const element = object(value)[name];
    return name === step ? element : Array.isArray(element) ? element[0] : undefined;
  }, resource);
}

/** The value of a JSON text; undefined when it is none. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
