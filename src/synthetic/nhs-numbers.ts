import { type NhsNumber, nhsCheckDigit } from '../kernel/index.ts';

/** How many valid numbers the test range 999 000 0000 to 999 999 9999 holds. */
export const TEST_NUMBERS = 909_091;

/** The first two numbers of the range are kept for the two people of the demonstration. */
const KEPT = 2;
const FREE = TEST_NUMBERS - KEPT;

/** Shares no factor with FREE, so that stepping by it visits every free number once before any comes back. */
const STRIDE = 600_011;

/** The first number of the test range: Victoria's, at any size and seed. */
export const VICTORIA_NHS_NUMBER = '9990000018' as NhsNumber;

/** The second number of the test range: her carer's. */
export const CARER_NHS_NUMBER = '9990000026' as NhsNumber;

/**
 * Gives person numbers their NHS number. Scattered over the test range, so that neighbours in a list do not have
 * neighbouring numbers; distinct for every person below 909,089. Null where there are more people than numbers:
 * such a population is told apart by pseudonym.
 */
export class NhsNumbers {
  private readonly tails = validTails();
  private readonly offset: number;
  private readonly enough: boolean;

  constructor(seed: number, people: number) {
    this.offset = (seed * 7919) % FREE;
    this.enough = people <= FREE;
  }

  of(person: number): NhsNumber | null {
    if (!this.enough) return null;
    const place = KEPT + ((person * STRIDE + this.offset) % FREE);
    return `999${String(this.tails[place]).padStart(7, '0')}` as NhsNumber;
  }
}

/** The last seven digits of every valid number that begins with 999. */
function validTails(): Uint32Array {
  const tails = new Uint32Array(TEST_NUMBERS);
  let count = 0;
  for (let middle = 0; middle < 1_000_000; middle++) {
    const check = nhsCheckDigit(`999${String(middle).padStart(6, '0')}`);
    if (check !== null) tails[count++] = middle * 10 + check;
  }
  return tails;
}
