/** A line of a comparison: in both texts, only in the one before, or only in the one after. */
export interface DifferentLine {
  readonly is: 'same' | 'gone' | 'new';
  readonly text: string;
  /** Its place in the comparison. */
  readonly line: number;
}

/** Lines around a difference that are shown with it. */
const AROUND = 2;

/** Texts longer than this are compared as wholes: the comparison takes a cell for each pair of lines. */
const LONGEST = 2000;

/** What differs between two texts, line by line, with a little of what stands around it. */
export function differences(before: string, after: string): DifferentLine[] {
  const [a, b] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')];
  if (a.length > LONGEST || b.length > LONGEST)
    return numbered([
      ...a.map((text) => ({ is: 'gone' as const, text })),
      ...b.map((text) => ({ is: 'new' as const, text })),
    ]);
  const all = compared(a, b, longestCommon(a, b));
  const near = (at: number) =>
    all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ is }) => is !== 'same');
  return numbered(all).filter(({ is }, at) => is !== 'same' || near(at));
}

function numbered(lines: readonly Omit<DifferentLine, 'line'>[]): DifferentLine[] {
  return lines.map((each, line) => ({ ...each, line }));
}

/** For each pair of places, how many lines the rests have in common, in order. */
function longestCommon(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const here = common[i] as Uint16Array;
      const below = common[i + 1] as Uint16Array;
      here[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0);
    }
  }
  return common;
}

function compared(
  a: readonly string[],
  b: readonly string[],
  common: readonly Uint16Array[],
): Omit<DifferentLine, 'line'>[] {
  const lines: Omit<DifferentLine, 'line'>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && one === other) {
      lines.push({ is: 'same', text: one });
      i++;
      j++;
    } else if (
      other === undefined ||
      (one !== undefined && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
    ) {
      lines.push({ is: 'gone', text: one ?? '' });
      i++;
    } else {
      lines.push({ is: 'new', text: other });
      j++;
    }
  }
  return lines;
}
