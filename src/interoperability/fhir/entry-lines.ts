/**
 * The lines on which entries of a bundle begin, by their place, counted as an editor counts. Only asked for when
 * something is wrong with an entry: parsing does not say where it was.
 */
export function entryLines(json: string, places: ReadonlySet<number>): Map<number, number> {
  const found = new Map<number, number>();
  const scan = new EntryScan();
  let line = 1;
  for (let at = 0; at < json.length && found.size < places.size; at++) {
    const char = json[at] ?? '';
    if (char === '\n') line++;
    const place = scan.take(char);
    if (place !== null && places.has(place)) found.set(place, line);
  }
  return found;
}

/** Follows JSON a character at a time, just far enough to know where the elements of the outer `entry` begin. */
class EntryScan {
  private depth = 0;
  private quoted = false;
  private escaped = false;
  private word = '';
  /** Depth 2 is inside of the entries only when the list that was opened there is called `entry`. */
  private inEntries = false;
  /** Whether the next thing in the list is a new entry. */
  private between = true;
  private next = 0;

  /** The place of the entry that begins with this character; null when none does. */
  take(char: string): number | null {
    const begins = this.inEntries && this.depth === 2 && this.between && !/[\s,\]]/.test(char);
    if (begins) this.between = false;
    if (this.quoted) this.takeQuoted(char);
    else if (char === '"') {
      this.quoted = true;
      this.word = '';
    } else if (char === '{' || char === '[') this.open(char);
    else if (char === '}' || char === ']') this.close();
    else if (char === ',' && this.depth === 2) this.between = true;
    return begins ? this.next++ : null;
  }

  private takeQuoted(char: string): void {
    if (this.escaped) this.escaped = false;
    else if (char === '\\') this.escaped = true;
    else if (char === '"') this.quoted = false;
    else if (this.depth === 1 && this.word.length < 8) this.word += char;
  }

  private open(char: string): void {
    this.depth++;
    if (this.depth !== 2) return;
    this.inEntries = char === '[' && this.word === 'entry';
    this.between = true;
  }

  private close(): void {
    this.depth--;
    if (this.depth === 1) this.inEntries = false;
  }
}
