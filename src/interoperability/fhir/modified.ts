import { isObject } from './json.ts';

/** The element by which a sender changes what another one says, even to its opposite. */
export const MODIFIER = 'modifierExtension';

/**
 * Whether a resource is modified anywhere within it, such as in a component or a dose. No modifier is known here, so that
 * none of it may be understood as it stands (FHIR R4, 2.4.0.2, modifier extensions).
 */
export function isModified(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isModified);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, within]) =>
    name === MODIFIER ? !isEmpty(within) : isModified(within),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
