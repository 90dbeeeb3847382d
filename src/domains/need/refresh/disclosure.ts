import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { NeedTables, PublishedRules } from '../tables.ts';
import { keepWide, knownOf, type Range, type Sum } from './keep-wide.ts';

const disclosureRules = z
  .strictObject({
    title: z.string(),
    version: z.string(),
    ...provenanceFields,
    hide_up_to: z.int().nonnegative(),
    round_to: z.int().positive(),
    protected_up_to: z.int().nonnegative(),
  })
  .refine(({ hide_up_to, protected_up_to }) => protected_up_to >= hide_up_to, {
    path: ['protected_up_to'],
    error: 'what is hidden must lie in the protected range: protected_up_to is at least hide_up_to',
  });

/** How counts are protected before a planner sees them. Content, owned by information governance. */
export type DisclosureRules = z.output<typeof disclosureRules>;

export function readDisclosureRules(content: string): DisclosureRules {
  return readContent(join(content, 'disclosure', 'disclosure.yaml'), disclosureRules);
}

/** What is kept with a publication: the numbers that decide. */
export function rulesToKeep({ hide_up_to, round_to, protected_up_to }: DisclosureRules): PublishedRules {
  return { hide_up_to, round_to, protected_up_to };
}

/**
 * The rules for a snapshot: those that it was first published with, if it was. The same people under two sets of rules would
 * be shown by the one where the other hides them; other rules hold from the next snapshot on.
 */
export async function rulesForSnapshot<Rules extends PublishedRules>(
  db: Kysely<Tables>,
  snapshotId: number,
  rules: Rules,
): Promise<Rules> {
  const row = await db
    .withTables<NeedTables>()
    .selectFrom('need.publication')
    .select('disclosure')
    .where('snapshot_id', '=', snapshotId)
    .executeTakeFirst();
  return { ...rules, ...(row?.disclosure ?? {}) };
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
 * says of nobody that they have something. Then more is hidden, until nobody can tell that a hidden number is small.
 *
 * @param wholeOf what is published of everybody whom the bands of a place are of, where they are of somebody together
 * @returns the number to show for each cell, null for hidden
 */
export function protectCounts(
  cells: readonly Cell[],
  rules: PublishedRules,
  wholeOf: (place: number) => Range | undefined = () => undefined,
): Map<Cell, number | null> {
  const hidden = new Set(cells.filter((cell) => isSmall(cell.people, rules)));
  const families = familiesOf(cells);
  const bands = [...grouped(cells, ({ place }) => place).values()];
  // Hiding one number may leave another single hidden one: again, until nothing changes.
  for (let before = -1; before !== hidden.size; ) {
    before = hidden.size;
    for (const { siblings, above } of families)
      if (above === undefined || !hidden.has(above)) hideOneMore(siblings, hidden, smallestFirst);
    for (const ofPlace of bands) hideOneMore(ofPlace, hidden, largestFirst);
    hideWhatIsTold(cells, hidden, { families, bands, rules, wholeOf });
  }
  return new Map(cells.map((cell) => [cell, hidden.has(cell) ? null : rounded(cell.people, rules)]));
}

interface Additions {
  readonly families: readonly { siblings: Cell[]; above: Cell | undefined }[];
  readonly bands: readonly Cell[][];
  readonly rules: PublishedRules;
  wholeOf(place: number): Range | undefined;
}

/** Hides more where somebody who adds up and takes away would find that a hidden number is small. */
function hideWhatIsTold(
  cells: readonly Cell[],
  hidden: Set<Cell>,
  { families, bands, rules, wholeOf }: Additions,
): void {
  const places = new Map(cells.map((cell, at) => [cell, at]));
  const of = (cell: Cell) => places.get(cell) ?? 0;
  const sums: Sum[] = families.flatMap(({ siblings, above }) =>
    above ? [{ parts: siblings.map(of), whole: of(above), all: true }] : [],
  );
  // After the cells stand the wholes of their bands, which are published by themselves.
  const wholes = bands.flatMap((ofPlace) => {
    const known = wholeOf(ofPlace[0]?.place ?? 0);
    return known ? [{ ofPlace, known }] : [];
  });
  wholes.forEach(({ ofPlace }, at) => {
    sums.push({ parts: ofPlace.map(of), whole: cells.length + at, all: true });
  });
  const people = [...cells.map((cell) => cell.people), ...wholes.map(() => 0)];
  const marks = Uint8Array.from([...cells.map((cell) => Number(hidden.has(cell))), ...wholes.map(() => 0)]);
  keepWide(
    {
      people,
      hidden: marks,
      known: (at) =>
        wholes[at - cells.length]?.known ??
        knownOf({ people: people[at] ?? 0, hidden: marks[at] === 1, noughtHides: false }, rules),
      sums,
    },
    rules.protected_up_to,
  );
  cells.forEach((cell, at) => {
    if (marks[at] === 1) hidden.add(cell);
  });
}

function isSmall(people: number, rules: PublishedRules): boolean {
  return people > 0 && people <= rules.hide_up_to;
}

function rounded(people: number, rules: PublishedRules): number {
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
