import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

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

/** One number of a table that will be published: how many people of one place are in one band of a measure. */
export interface Cell {
  readonly place: number;
  readonly band: string;
  /** The families of places that this one is of, each with the place whose number theirs add up to. */
  readonly families: readonly { readonly of: number; readonly kind: string }[];
  readonly people: number;
}

/**
 * Protects one measure over all places and bands. Small numbers are hidden; the rest are rounded. Where exactly one
 * number of those that add up to another is hidden, a second one is hidden with it: otherwise the other less the rest
 * would come close to the hidden one. Among places that is the smallest sibling, unless the number above is hidden too.
 * Among the bands of a place, which add up to everybody there, it is the largest, which says least. Zero is shown: it
 * says of nobody that they have something.
 *
 * Returns the number to show for each cell, null for hidden.
 */
export function protectCounts(cells: readonly Cell[], rules: DisclosureRules): Map<Cell, number | null> {
  const hidden = new Set(cells.filter((cell) => isSmall(cell.people, rules)));
  const families = familiesOf(cells);
  const bands = [...grouped(cells, ({ place }) => place).values()];
  // Hiding one number may leave another single hidden one: again, until nothing changes.
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size;
    for (const { siblings, above } of families)
      if (above === undefined || !hidden.has(above)) hideOneMore(siblings, hidden, smallestFirst);
    for (const ofPlace of bands) hideOneMore(ofPlace, hidden, largestFirst);
  }
  return new Map(cells.map((cell) => [cell, hidden.has(cell) ? null : rounded(cell.people, rules)]));
}

function isSmall(people: number, rules: DisclosureRules): boolean {
  return people > 0 && people <= rules.hide_up_to;
}

function rounded(people: number, rules: DisclosureRules): number {
  return Math.round(people / rules.round_to) * rules.round_to;
}

function familiesOf(cells: readonly Cell[]): { siblings: Cell[]; above: Cell | undefined }[] {
  const at = new Map(cells.map((cell) => [`${cell.place} ${cell.band}`, cell]));
  const members = cells.flatMap((cell) => cell.families.map((family) => ({ cell, ...family })));
  return [...grouped(members, ({ cell, of, kind }) => `${kind} of ${of} ${cell.band}`).values()].map(
    (family) => ({
      siblings: family.map(({ cell }) => cell),
      above: family[0] && at.get(`${family[0].of} ${family[0].cell.band}`),
    }),
  );
}

export function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function smallestFirst(a: Cell, b: Cell): number {
  return a.people - b.people || a.place - b.place;
}

function largestFirst(a: Cell, b: Cell): number {
  return b.people - a.people || a.band.localeCompare(b.band);
}

function hideOneMore(
  together: readonly Cell[],
  hidden: Set<Cell>,
  order: (a: Cell, b: Cell) => number,
): void {
  if (together.filter((cell) => hidden.has(cell)).length !== 1) return;
  const shown = together.filter((cell) => !hidden.has(cell) && cell.people > 0);
  const next = shown.sort(order)[0];
  if (next) hidden.add(next);
}
