import { isObject, type JsonObject, object, objects, text } from './json.ts';

/** The systems by which the NHS names people and organisations. Source: UK Core, identifier systems. */
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
export const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';

/** What stands for an identifier where an id should be, until the delivery is read and the id is known. */
export const BY_IDENTIFIER = '?';

/** What begins the stand-in for somebody who is named by NHS number. */
export const BY_NHS_NUMBER = `${BY_IDENTIFIER}${NHS_NUMBER}|`;

/** Where a reference leads: the type where it is said, and the id, or `?` with an identifier as `system|value`. */
export interface Target {
  readonly type: string | null;
  readonly id: string;
}

/** What the entries of a bundle call each other: by their fullUrl, the type and id of each. */
export type FullUrls = ReadonlyMap<string, { readonly type: string; readonly id: string }>;

export interface Surroundings {
  readonly fullUrls: FullUrls;
  readonly contained: readonly JsonObject[];
}

/** What surrounds a resource that came alone. */
export function surroundingsOf(resource: JsonObject, fullUrls: FullUrls = new Map()): Surroundings {
  return { fullUrls, contained: objects(resource.contained) };
}

/**
 * Where a Reference leads: to an entry of its bundle by fullUrl; by `Type/id`, relative, absolute or of one version;
 * by an identifier (`Patient?identifier=system|value`, or an identifier in place of a reference); to a contained
 * resource by that one's NHS number. A urn:uuid that its bundle does not explain is taken to be an id, as in NDJSON
 * that was cut out of a bundle. Null when it leads nowhere.
 */
export function targetOf(reference: unknown, { fullUrls, contained }: Surroundings): Target | null {
  if (!isObject(reference)) return null;
  const said = text(reference.reference);
  const type = text(reference.type);
  if (said === null) return byIdentifier(reference.identifier, type);
  const entry = fullUrls.get(said);
  if (entry) return entry;
  if (said.startsWith('#')) return inside(said.slice(1), contained);
  if (said.startsWith('urn:uuid:')) return { type, id: said.slice('urn:uuid:'.length) };
  if (said.includes('?')) return conditional(said);
  return byPath(said);
}

/** The identifier of a resource in a system, trimmed; null when it has none. */
export function identifierIn(resource: JsonObject, system: string): string | null {
  const found = objects(resource.identifier).find((identifier) => identifier.system === system);
  return found ? text(found.value) : null;
}

function byIdentifier(identifier: unknown, type: string | null): Target | null {
  const { system, value } = object(identifier);
  const said = text(value);
  if (said === null) return null;
  const kind = type ?? (system === NHS_NUMBER ? 'Patient' : system === ODS_CODE ? 'Organization' : null);
  return { type: kind, id: `${BY_IDENTIFIER}${text(system) ?? ''}|${said}` };
}

/** A contained resource has no id beyond its container; a patient among them may still have an NHS number. */
function inside(id: string, contained: readonly JsonObject[]): Target | null {
  const resource = contained.find((each) => each.id === id);
  if (!resource) return null;
  const type = text(resource.resourceType);
  const number = identifierIn(resource, NHS_NUMBER);
  return { type, id: number === null ? `#${id}` : `${BY_IDENTIFIER}${NHS_NUMBER}|${number}` };
}

/** `Patient?identifier=system|value`, as a conditional reference writes it. Other searches lead nowhere. */
function conditional(said: string): Target | null {
  const [path = '', query = ''] = said.split('?', 2);
  const token = new URLSearchParams(query).get('identifier');
  if (token === null) return null;
  return {
    type: path.split('/').at(-1) || null,
    id: `${BY_IDENTIFIER}${token.includes('|') ? token : `|${token}`}`,
  };
}

/** `Patient/1`, `https://server/fhir/Patient/1`, `Patient/1/_history/2`. */
function byPath(said: string): Target | null {
  const [path = ''] = said.split('/_history/', 1);
  const steps = path.split('/');
  const id = steps.at(-1);
  const type = steps.at(-2);
  return id && type && /^[A-Z]\w*$/.test(type) ? { type, id } : null;
}
