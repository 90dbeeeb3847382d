/** A record of a text table: its fields are null where its bytes are no text. */
interface RecordSeen {
  readonly line: number;
  readonly text: string;
  readonly fields: readonly string[] | null;
}

/**
 * Tells rows from what stands at the end of a table: blank records, and after one notes in a single column each. Without
 * a blank line before it such a note may be a row that was cut short, and is a row.
 */
export class TableEnd<One extends RecordSeen> {
  blank = 0;
  private readonly width: number;
  private afterBlank = false;
  private next = 0;
  private held: One[] = [];

  constructor(width: number) {
    this.width = width;
  }

  /** The rows that are known to be rows once a record has been seen. */
  pass(record: One): One[] {
    const filled =
      record.fields?.reduce((count, field) => (field === '' ? count : count + 1), 0) ?? this.width;
    if (filled === 0 || (this.next > 0 && record.line > this.next)) this.afterBlank = true;
    this.next = record.line + linesWithin(record.text) + 1;
    if (filled === 0) {
      this.blank++;
      return [];
    }
    if (filled === 1 && this.afterBlank && this.width > 2) {
      this.held.push(record);
      return [];
    }
    const rows = [...this.held, record];
    this.held = [];
    this.afterBlank = false;
    return rows;
  }

  /** What was left below the table, once all of it has been seen. */
  notes(): readonly One[] {
    return this.held;
  }
}

function linesWithin(text: string): number {
  return text.includes('\n') || text.includes('\r') ? (text.match(/\r\n|[\r\n]/g)?.length ?? 0) : 0;
}
