import { createHash } from 'node:crypto';
import type { Area } from './areas.ts';

/** Postcodes in one small area. */
const PER_AREA = 12;

// Letters that the inward half of a postcode may have.
const LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';

export interface Postcode {
  readonly text: string;
  /** What stands for it where the address itself is not shown. */
  readonly hash: string;
  readonly lsoa: string;
}

const known = new Map<number, Postcode>();

/** One of the postcodes of an area. They begin with ZZ, which no real post town has. */
export function postcodeIn(area: Area, place: number): Postcode {
  const number = area.number * PER_AREA + (place % PER_AREA);
  const found = known.get(number);
  if (found !== undefined) return found;
  const text = spell(area, number);
  const hash = createHash('sha256').update(`synthetic ${text}`).digest('hex').slice(0, 20);
  const postcode = { text, hash, lsoa: area.lsoa };
  known.set(number, postcode);
  return postcode;
}

function spell(area: Area, number: number): string {
  const district = area.neighbourhood === null ? 9 : districtOf(area.neighbourhood);
  const last = LETTERS[number % 20] ?? 'A';
  const middle = LETTERS[Math.floor(number / 20) % 20] ?? 'A';
  return `ZZ${district} ${Math.floor(number / 400) % 10}${middle}${last}`;
}

/** One for each neighbourhood: ZZ1 to ZZ4 in the borough, ZZ10 and on beyond it. */
function districtOf(neighbourhood: number): number {
  return neighbourhood < 4 ? neighbourhood + 1 : neighbourhood + 6;
}
