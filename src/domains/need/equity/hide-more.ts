// Secondary suppression over tables that add up in several directions at once: groups to everybody of a place, places to
// the place above, bands to everybody whom a definition concerns, ages to a group.

/** Places of numbers that add up to something, with what they add up to where that is one of the numbers. */
export type Line = readonly number[];

/**
 * Hides more numbers until none stands hidden alone on a line: a single one would be the total less the others. The
 * next to be hidden is the smallest that is shown, which costs least. Nobody is protected by nought, and none by hiding it.
 *
 * Changes `hidden`; `people` and `hidden` have one place for each number.
 */
export function hideMore(people: ArrayLike<number>, hidden: Uint8Array, lines: readonly Line[]): void {
  // Hiding one number may leave another single hidden one on a line that was done: again, until nothing changes.
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of lines) {
      const next = isAlone(line, people, hidden) ? smallestShown(line, people, hidden) : -1;
      if (next < 0) continue;
      hidden[next] = 1;
      changed = true;
    }
  }
}

/** Whether one number alone is hidden on a line, and is of somebody. */
function isAlone(line: Line, people: ArrayLike<number>, hidden: Uint8Array): boolean {
  let count = 0;
  let of = 0;
  for (const at of line) {
    if (hidden[at] === 0) continue;
    count += 1;
    of += people[at] ?? 0;
  }
  return count === 1 && of > 0;
}

function smallestShown(line: Line, people: ArrayLike<number>, hidden: Uint8Array): number {
  let found = -1;
  for (const at of line) {
    const count = people[at] ?? 0;
    if (hidden[at] === 0 && count > 0 && (found < 0 || count < (people[found] ?? 0))) found = at;
  }
  return found;
}
