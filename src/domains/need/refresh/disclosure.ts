import { join } from 'node:path';
import { z } from 'zod';
import { readContent } from '../../../platform/content/index.ts';
import { provenanceFields } from '../language/codelist.ts';

const disclosureRules = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  hide_up_to: z.int().nonnegative(),
  round_to: z.int().positive(),
});

/** How counts are protected before a planner sees them. Content, owned by information governance. */
export type DisclosureRules = z.output<typeof disclosureRules>;

export function readDisclosureRules(content: string): DisclosureRules {
  return readContent(join(content, 'disclosure', 'disclosure.yaml'), disclosureRules);
}

/** One number of a table that will be published, and the families of places whose numbers add up to one above them. */
export interface Cell {
  readonly place: number;
  readonly families: readonly string[];
  readonly people: number;
}

/**
 * Protects one measure over all places. Small numbers are hidden; the rest are rounded. Where exactly one place of
 * a family is hidden, the smallest of its siblings is hidden with it: otherwise the number above less the others would
 * come close to the hidden one. Zero is shown: it says of nobody that they have something.
 *
 * Returns the number to show for each place, null for hidden.
 */
export function protectCounts(cells: readonly Cell[], rules: DisclosureRules): Map<number, number | null> {
  const hidden = new Set(cells.filter((cell) => isSmall(cell.people, rules)).map((cell) => cell.place));
  // Hiding a place below may leave a single hidden one above: from the leaves up, until nothing changes.
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size;
    for (const siblings of familiesOf(cells)) hideOneMore(siblings, hidden);
  }
  return new Map(
    cells.map((cell) => [cell.place, hidden.has(cell.place) ? null : rounded(cell.people, rules)]),
  );
}

function isSmall(people: number, rules: DisclosureRules): boolean {
  return people > 0 && people <= rules.hide_up_to;
}

function rounded(people: number, rules: DisclosureRules): number {
  return Math.round(people / rules.round_to) * rules.round_to;
}

function familiesOf(cells: readonly Cell[]): Cell[][] {
  const byName = new Map<string, Cell[]>();
  for (const cell of cells) {
    for (const family of cell.families) byName.set(family, [...(byName.get(family) ?? []), cell]);
  }
  return [...byName.values()];
}

function hideOneMore(siblings: readonly Cell[], hidden: Set<number>): void {
  if (siblings.filter((cell) => hidden.has(cell.place)).length !== 1) return;
  const shown = siblings.filter((cell) => !hidden.has(cell.place) && cell.people > 0);
  const smallest = shown.sort((a, b) => a.people - b.people || a.place - b.place)[0];
  if (smallest) hidden.add(smallest.place);
}
