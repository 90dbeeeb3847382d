// Weights are decimals written as text. They are added as whole numbers of the smallest step that any of them needs,
// so that a sum does not depend on the order of its terms and equals in the database what it is here.

/** How many digits after the point the longest of these decimals has. */
export function decimalPlaces(decimals: readonly string[]): number {
  return Math.max(0, ...decimals.map((decimal) => (decimal.split('.')[1] ?? '').length));
}

/** A decimal as a whole number of steps of 10^-places. Throws when it has more places than that. */
export function toSteps(decimal: string, places: number): number {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  if (fraction.length > places) throw new Error(`${decimal} has more than ${places} decimal places`);
  const steps = Number(whole + fraction.padEnd(places, '0'));
  return decimal.startsWith('-') ? -steps : steps;
}

/** A whole number of steps as a decimal, with all its places: 236 steps of two places are 2.36. */
export function fromSteps(steps: number, places: number): string {
  const digits = String(Math.abs(steps)).padStart(places + 1, '0');
  const sign = steps < 0 ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
