import { literal } from '../../platform/lake/index.ts';
import { type PileShape, pileColumns } from './pile-columns.ts';
import type { RegularRows } from './regular-rows.ts';
import type { ScratchFile, ScratchRow, ScratchRows } from './scratch-rows.ts';

/** What was delivered, in piles: the rows that the sorter wrote, and those that DuckDB read by itself. */
export class Piles {
  private readonly scratch: ScratchRows;
  private readonly regular: RegularRows;

  constructor(scratch: ScratchRows, regular: RegularRows) {
    this.scratch = scratch;
    this.regular = regular;
  }

  /** Puts a row on a pile. */
  write(name: string, row: ScratchRow): void {
    this.scratch.write(name, row);
  }

  /** The names of the piles that have rows of their own; parts are not among them where DuckDB read them. */
  names(): string[] {
    return [...new Set([...this.scratch.names(), ...this.regular.names()])];
  }

  /** How many rows a pile has. */
  count(name: string): number {
    return (this.scratch.written(name)?.rows ?? 0) + this.regular.countOf(name);
  }

  /** SQL of a pile's rows; of no rows where nothing was put on it. */
  sql(name: string, shape: PileShape): string {
    const written = pileSql(this.scratch.written(name), shape);
    const regular = this.regular.sql(name, shape);
    return regular === null
      ? written
      : `(select * from ${written} union all by name select * from ${regular})`;
  }
}

/** SQL of the rows that were written to a file; of no rows without one. */
export function pileSql(file: ScratchFile | null, shape: PileShape): string {
  const columns = pileColumns[shape];
  if (file === null) {
    return `(select 0::bigint as n, ${columns.map((name) => `null::varchar as "${name}"`).join(', ')} where false)`;
  }
  const types = ['n: BIGINT', ...columns.map((name) => `"${name}": VARCHAR`)].join(', ');
  // DuckDB keeps room for the longest row; it is told how long that is, because its own guess refuses scanned letters.
  const longest = Math.max(16_777_216, file.longest + 1);
  return `read_json(${literal(file.file)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${longest})`;
}
