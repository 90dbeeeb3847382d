import { hideMore, type Line } from '../equity/hide-more.ts';
import type { DisclosureRules } from '../refresh/disclosure.ts';
import { OUTCOMES, TENTHS } from './calibration-rules.ts';
import type { OutcomeCell } from './count-outcomes.ts';

/** People, or those to whom something happened, of one group: by tenth, of who had no score, and of all with one. Null: hidden. */
export interface ProtectedOutcome {
  /** What is counted: `people`, or an outcome. */
  readonly outcome: string;
  /** Null for everybody. */
  readonly dimension: string | null;
  readonly group: string | null;
  readonly tenths: readonly (number | null)[];
}

/** The place of everybody with a score, after the tenths and those without one. */
export const ALL_SCORED = TENTHS + 1;

/** A dimension and its groups. */
export interface OutcomeDimension {
  readonly id: string;
  readonly groups: readonly string[];
}

/**
 * Protects the counts before they are stored: numbers up to the threshold are hidden, and all but so few; more are hidden where
 * one would be the total less the others, over groups and over tenths; the rest is rounded.
 */
export function protectOutcomes(
  cells: readonly OutcomeCell[],
  dimensions: readonly OutcomeDimension[],
  rules: DisclosureRules,
): ProtectedOutcome[] {
  const width = TENTHS + 2;
  const everybody = { dimension: null, group: null, of: () => true };
  const rows = [
    everybody,
    ...dimensions.flatMap(({ id, groups }, at) =>
      groups.map((group, place) => ({
        dimension: id,
        group,
        of: (cell: OutcomeCell) => cell.groups[at] === place,
      })),
    ),
  ];
  const sum = (outcome: number) => {
    const people = new Int32Array(rows.length * width);
    rows.forEach(({ of }, row) => {
      for (const cell of cells)
        if (of(cell)) {
          const count = outcome < 0 ? cell.people : (cell.happened[outcome] ?? 0);
          for (const column of cell.tenth < TENTHS ? [cell.tenth, ALL_SCORED] : [cell.tenth]) {
            const at = row * width + column;
            people[at] = (people[at] ?? 0) + count;
          }
        }
    });
    return people;
  };
  const lines = linesOf(dimensions, width);
  const whole = sum(-1);
  return ['people', ...OUTCOMES].flatMap((outcome, at) => {
    const people = sum(at - 1);
    const hidden = new Uint8Array(people.length);
    people.forEach((count, cell) => {
      const others = at === 0 ? 0 : (whole[cell] ?? 0) - count;
      if (count <= rules.hide_up_to || (others > 0 && others <= rules.hide_up_to)) hidden[cell] = 1;
    });
    hideMore(people, hidden, lines);
    return rows.map(({ dimension, group }, row) => ({
      outcome,
      dimension,
      group,
      tenths: Array.from({ length: width }, (_, tenth) => {
        const cell = row * width + tenth;
        return hidden[cell] ? null : Math.round((people[cell] ?? 0) / rules.round_to) * rules.round_to;
      }),
    }));
  });
}

/** In each tenth the groups of a dimension add up to everybody, which is the first row; and tenths to a group. */
function linesOf(dimensions: readonly OutcomeDimension[], width: number): Line[] {
  const lines: number[][] = [];
  let from = 1;
  for (const { groups } of dimensions) {
    for (let tenth = 0; tenth < width; tenth++)
      lines.push([tenth, ...groups.map((_, group) => (from + group) * width + tenth)]);
    from += groups.length;
  }
  const summed = [...Array.from({ length: TENTHS }, (_, tenth) => tenth), ALL_SCORED];
  for (let row = 0; row < from; row++) lines.push(summed.map((column) => row * width + column));
  return lines;
}
