import { isObject, type JsonObject, object, objects, text } from './json.ts';
import { isModified, MODIFIER } from './modified.ts';
import type { FullUrls } from './reference.ts';
import { PATIENT } from './used-types.ts';

/** A resource as it arrived, or the word that one is to be deleted. */
export interface Arrival {
  readonly type: string;
  readonly id: string;
  /** Null where a bundle only says which resource to delete. */
  readonly resource: JsonObject | null;
  readonly deleted: boolean;
  /** When this version was made, as the sender wrote it; null where nobody said. */
  readonly version: string | null;
  readonly fullUrls: FullUrls;
}

/** What stands where a resource should be and cannot be taken as one. `type` is null where it does not even say so. */
export interface NoResource {
  readonly type: string | null;
  readonly reason: 'not_a_resource' | 'no_id' | 'unknown_row' | 'unknown_modifier';
  readonly field: string | null;
  readonly found: unknown;
}

export function isArrival(found: Arrival | NoResource): found is Arrival {
  return 'resource' in found;
}

const TYPE = /^[A-Z][A-Za-z]{1,63}$/;
/** FHIR's ids, and the underscores that some servers write. What has a `#` in it could be taken for a part. */
const ID = /^[A-Za-z0-9._-]{1,128}$/;

const ALONE: FullUrls = new Map();

/**
 * What a JSON value delivers: a bundle its entries, each with its place among them; anything else itself, in place 0.
 * Bundles inside of bundles are opened too.
 */
export function* arrivalsOf(value: unknown): Generator<{ place: number } & Arriving> {
  const bundle = bundleIn(value);
  if (bundle === null) {
    yield { place: 0, found: arrivalOf(value, {}, ALONE), alone: () => JSON.stringify(value) };
    return;
  }
  for (const [place, entry] of bundle.entries.entries()) {
    for (const arriving of arrivalsOfEntry(entry, bundle.fullUrls)) yield { place, ...arriving };
  }
}

/** Something that arrived, and how it says the same by itself. */
export interface Arriving {
  readonly found: Arrival | NoResource;
  /** A line of NDJSON. */
  readonly alone: () => string;
}

/** What an entry of a bundle delivers. `fullUrls` are those of its bundle. */
export function* arrivalsOfEntry(value: unknown, fullUrls: FullUrls): Generator<Arriving> {
  const entry = object(value);
  if (object(entry.resource).resourceType !== 'Bundle') {
    yield { found: arrivalOf(entry.resource, entry, fullUrls), alone: () => entryAlone(value, fullUrls) };
  } else for (const { found, alone } of arrivalsOf(entry.resource)) yield { found, alone };
}

/** What stands in a place of a JSON value, as a line of NDJSON that says the same by itself. */
export function aloneIn(value: unknown): (place: number) => string {
  const bundle = bundleIn(value);
  if (bundle === null) return () => JSON.stringify(value);
  return (place) => entryAlone(bundle.entries[place], bundle.fullUrls);
}

/** The entries of a bundle, and what they call each other; null for what is no bundle. */
function bundleIn(value: unknown): { entries: readonly unknown[]; fullUrls: FullUrls } | null {
  if (!isObject(value) || value.resourceType !== 'Bundle') return null;
  // An entry that is no object is an entry all the same, and is accounted for.
  const entries: unknown[] = Array.isArray(value.entry) ? value.entry : [];
  return { entries, fullUrls: fullUrlsOf(objects(value.entry)) };
}

/**
 * An entry of a bundle by itself: its resource, with references to other entries by what those are called. Where the
 * entry says more than its resource, it stays an entry.
 */
export function entryAlone(value: unknown, fullUrls: FullUrls): string {
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const resource = isObject(value.resource) ? value.resource : null;
  const says =
    resource === null ||
    text(resource.id) === null ||
    object(value.request).method === 'DELETE' ||
    (text(object(resource.meta).lastUpdated) === null && text(object(value.response).lastModified) !== null);
  return JSON.stringify(withNames(says ? bundleOf(value) : resource, fullUrls));
}

/** A bundle of one entry. */
export function bundleOf(entry: JsonObject): JsonObject {
  return { resourceType: 'Bundle', type: 'batch', entry: [entry] };
}

function withNames(value: unknown, fullUrls: FullUrls): unknown {
  if (Array.isArray(value)) return value.map((each) => withNames(each, fullUrls));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const known = name === 'reference' && typeof each === 'string' ? fullUrls.get(each) : undefined;
      return [name, known ? `${known.type}/${known.id}` : withNames(each, fullUrls)];
    }),
  );
}

/** What entries call each other. */
export function fullUrlsOf(entries: readonly JsonObject[]): FullUrls {
  const found = new Map<string, { type: string; id: string }>();
  for (const entry of entries) {
    const url = text(entry.fullUrl);
    const resource = object(entry.resource);
    const type = text(resource.resourceType);
    const id = idOf(resource, entry);
    if (url && type && id) found.set(url, { type, id });
  }
  return found;
}

function arrivalOf(resource: unknown, entry: JsonObject, fullUrls: FullUrls): Arrival | NoResource {
  const request = object(entry.request);
  if (request.method === 'DELETE' && !isObject(resource)) return deletion(entry, fullUrls);
  if (!isObject(resource)) return { type: null, reason: 'not_a_resource', field: 'resource', found: entry };
  const type = text(resource.resourceType) ?? '';
  if (!TYPE.test(type))
    return { type: null, reason: 'not_a_resource', field: 'resourceType', found: resource };
  const id = idOf(resource, entry);
  if (id === null) return { type, reason: 'no_id', field: 'id', found: resource };
  const deleted = request.method === 'DELETE' || isError(resource);
  // Other resources are kept whole then. Somebody who may not be whom they seem to be is nobody.
  if (type === PATIENT && !deleted && isModified(resource))
    return { type, reason: 'unknown_modifier', field: MODIFIER, found: resource };
  return { type, id, resource, deleted, version: versionOf(resource, entry), fullUrls };
}

/** `DELETE Condition/1`: all that is known is what to delete. A search for what to delete is not carried out. */
function deletion(entry: JsonObject, fullUrls: FullUrls): Arrival | NoResource {
  const url = text(object(entry.request).url) ?? '';
  const [type = '', id = ''] = url.split('/').slice(-2);
  if (TYPE.test(type) && ID.test(id)) {
    return { type, id, resource: null, deleted: true, version: versionOf({}, entry), fullUrls };
  }
  const named = url.split('?')[0]?.split('/').at(-1) ?? '';
  return { type: TYPE.test(named) ? named : null, reason: 'unknown_row', field: 'request.url', found: entry };
}

/**
 * The id of a resource: its own, else the one that it is put under, else what its fullUrl ends in. Null where there is
 * none that can be one.
 */
function idOf(resource: JsonObject, entry: JsonObject): string | null {
  const own = text(resource.id);
  if (own !== null) return ID.test(own) ? own : null;
  const { method, url } = object(entry.request);
  const put = method === 'PUT' ? text(url)?.split('/').at(-1) : null;
  if (put && ID.test(put)) return put;
  const called = text(entry.fullUrl)?.split(/[/:]/).at(-1);
  return called && ID.test(called) ? called : null;
}

/** A resource that was entered in error is one that should not be there. */
function isError({ status, verificationStatus }: JsonObject): boolean {
  // STU3 has the one as a code where R4 has a concept.
  if (status === 'entered-in-error' || verificationStatus === 'entered-in-error') return true;
  return objects(object(verificationStatus).coding).some(({ code }) => code === 'entered-in-error');
}

function versionOf(resource: JsonObject, entry: JsonObject): string | null {
  return text(object(resource.meta).lastUpdated) ?? text(object(entry.response).lastModified);
}
