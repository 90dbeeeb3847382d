/** A column name without what changes from vintage to vintage: case, spaces, line ends, underscores, punctuation. */
export function plainName(name: string): string {
  return name
    .replace(/^\uFEFF/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+%]+/gu, ' ')
    .trim();
}

/** A column name without its word boundaries too: tools write `Indicator ID` as IndicatorID and as indicator_id. */
export function bareName(name: string): string {
  return plainName(name).replaceAll(' ', '');
}

/** A column name as rows are stored under it: `Number of Registered Patients` becomes `number_of_registered_patients`. */
export function storedName(name: string, at: number): string {
  return plainName(name).replaceAll(' ', '_') || `column_${at + 1}`;
}

/**
 * The name among some that one could have been changed into: one whose words are mostly the same, or that differs by a
 * letter or three. Null when none comes near.
 */
export function nearestName(name: string, among: readonly string[]): string | null {
  const wanted = plainName(name);
  const near = among
    .map((other) => ({ other, likeness: likeness(wanted, plainName(other)) }))
    .sort((a, b) => b.likeness - a.likeness)[0];
  return near && near.likeness >= 0.5 ? near.other : null;
}

/** From 0 (nothing in common) to 1 (the same): the better of shared words and shared letters in order. */
function likeness(one: string, other: string): number {
  const words = new Set(one.split(' '));
  const others = new Set(other.split(' '));
  const shared = [...words].filter((word) => others.has(word)).length;
  const byWords = shared / (words.size + others.size - shared);
  const longest = Math.max(one.length, other.length, 1);
  return Math.max(byWords, 1 - changes(one, other) / longest);
}

/** How many letters have to be put in, taken out or exchanged to make one text of another (Levenshtein). */
function changes(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let down = 1; down <= one.length; down++) {
    const next = [down];
    for (let along = 1; along <= other.length; along++) {
      const exchange = (row[along - 1] ?? 0) + (one[down - 1] === other[along - 1] ? 0 : 1);
      next.push(Math.min((row[along] ?? 0) + 1, (next[along - 1] ?? 0) + 1, exchange));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
