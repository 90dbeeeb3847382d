import type { DisclosureRules } from '../refresh/disclosure.ts';

/**
 * The rates that groups are held against: of everybody who may be counted, how many in each stratum of age and sex.
 * Anybody may work with them, so that they are made of protected numbers: neighbouring ages of one sex are put together
 * until no number is small, and all are rounded. Null where the whole figure is too small.
 *
 * @param counted people with it, and `people`, all whom it concerns, by stratum (age times sexes plus sex)
 */
export function referenceRates(
  counted: readonly number[],
  people: readonly number[],
  sexes: number,
  rules: DisclosureRules,
): number[] | null {
  const rates: number[] = people.map(() => 0);
  for (let sex = 0; sex < sexes; sex++) {
    const strata = people.flatMap((_, at) => (at % sexes === sex ? [at] : []));
    const blocks = inBlocks(strata, counted, people, rules);
    if (blocks === null) return null;
    for (const block of blocks) {
      const of = rounded(sum(block, people), rules);
      // All but a few is said as all: the few are too small to be told.
      const few = isSmall(sum(block, people) - sum(block, counted), rules);
      const rate = of === 0 ? 0 : few ? 1 : Math.min(1, rounded(sum(block, counted), rules) / of);
      for (const at of block) rates[at] = rate;
    }
  }
  return rates;
}

/** Strata of neighbouring ages in blocks without small numbers; null where even all of them together are small. */
function inBlocks(
  strata: readonly number[],
  counted: readonly number[],
  people: readonly number[],
  rules: DisclosureRules,
): number[][] | null {
  const isFew = (block: readonly number[]) => isSmall(sum(block, counted), rules);
  const isTelling = (block: readonly number[]) =>
    isFew(block) || isSmall(sum(block, people) - sum(block, counted), rules);
  const blocks = strata.map((at) => [at]);
  for (let at = blocks.findIndex(isTelling); at >= 0; at = blocks.findIndex(isTelling)) {
    if (blocks.length === 1)
      return isFew(strata) ? (sum(strata, people) <= rules.hide_up_to ? [] : null) : blocks;
    const from = at === 0 ? 0 : at - 1;
    blocks.splice(from, 2, [...(blocks[from] ?? []), ...(blocks[from + 1] ?? [])]);
  }
  return blocks;
}

function isSmall(count: number, rules: DisclosureRules): boolean {
  return count > 0 && count <= rules.hide_up_to;
}

function sum(block: readonly number[], of: readonly number[]): number {
  return block.reduce((total, at) => total + (of[at] ?? 0), 0);
}

function rounded(people: number, rules: DisclosureRules): number {
  return Math.round(people / rules.round_to) * rules.round_to;
}
