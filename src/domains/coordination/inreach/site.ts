/** Where somebody is visited: a building. `key` is the same for all who live there. */
export interface Site {
  readonly key: string;
  /** The address without room or flat. Null: not recorded, or not to be shown. */
  readonly address: string | null;
  readonly postcode: string | null;
}

/** Of people whose address is not recorded, or whose record is marked sensitive, so that it is not shown. */
export const NO_SITE: Site = { key: '', address: null, postcode: null };

/** Parts of an address that say where in the building: `Room 12`, `Flat 3b`. */
const INSIDE = /^(room|flat|apartment|apt|unit|bed|suite)\.?\s+\S+$/i;

/**
 * The building that an address is of. No feed names care homes, so that people live in one where street, number and
 * postcode are the same, however they are spelt; room and flat are left out.
 */
export function siteOf(person: {
  readonly address: string | null;
  readonly postcode: string | null;
  /** A record marked sensitive or confidential. */
  readonly hidden: boolean;
}): Site {
  if (person.hidden) return NO_SITE;
  const lines = (person.address ?? '')
    .split(/[,\n]/)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '');
  const building = lines.filter((line) => !INSIDE.test(line));
  const address = (building.length > 0 ? building : lines).join(', ') || null;
  const postcode = person.postcode?.trim().toUpperCase() || null;
  const key = `${address ?? ''} ${postcode ?? ''}`
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
  return key === '' ? NO_SITE : { key, address, postcode };
}
