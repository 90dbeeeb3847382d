import { join } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import { type Duck, fileList, literal } from '../../platform/lake/index.ts';
import { isPacked } from '../tabular/csv-records.ts';
import { misnamedPatients } from './entry-names.ts';
import type { LineCount } from './fhir-file.ts';
import { type PileShape, pileColumns } from './pile-columns.ts';
import { readable } from './regular-elements.ts';
import { type LinesAbout, regularSql } from './regular-lines.ts';
import type { LineKind } from './regular-shape.ts';

/** A line that is to be sorted: its place, itself, and its resource as it is to be kept. */
export interface LineToSort {
  readonly place: number;
  readonly whole: string;
  readonly record: string;
}

/** A file of lines that DuckDB has read: a row for each line, in their order. */
export interface ReadLines {
  readonly path: string;
  readonly kind: LineKind;
  /** The place before the first resource; entries know their own. */
  readonly before: number;
  /** The length of the longest line in bytes. */
  readonly longest: number;
  readonly file: string;
}

/** What is known of lines before they are read. */
export interface AboutLines {
  readonly kind: LineKind;
  /** The place before the first resource; entries know their own. */
  readonly before: number;
  /** What a file is called in messages. */
  readonly name: string;
}

/** SQL of the rows of several files of lines. */
export function rowsOf(reads: readonly ReadLines[]): string {
  return `read_parquet(${fileList(reads.map(({ file }) => file))})`;
}

/** DuckDB makes room for so long a line in any case. */
const LEAST_ROOM = 16_777_216;
/** A longer line is more than DuckDB should hold. */
const LONGEST_LINE = 64_000_000;

/** What DuckDB made of lines, in Parquet files in scratch space. */
export class RegularRows {
  private readonly duck: Duck;
  private readonly folder: string;
  private readonly about: Pick<LinesAbout, 'publisher' | 'isDated'>;
  private begun = 0;
  private readonly files: ReadLines[] = [];
  private readonly counts = new Map<string, number>();

  constructor(duck: Duck, folder: string, about: Pick<LinesAbout, 'publisher' | 'isDated'>) {
    this.duck = duck;
    this.folder = folder;
    this.about = about;
  }

  /**
   * Reads a file of lines; what it says counts from `keep` on. `duck` may be another connection than the one for
   * everything else. Throws Refusal when there are not as many rows as lines were counted.
   */
  async read(path: string, about: AboutLines, counted: LineCount, duck = this.duck): Promise<ReadLines> {
    const read = this.begin(path, about, counted.longest);
    await this.write(duck, read, null);
    return await this.accounted(duck, read, about, counted);
  }

  /** The same while the lines are still counted. Null when one of them is longer than DuckDB should hold. */
  async readBeside(path: string, about: AboutLines, counting: Promise<LineCount>): Promise<ReadLines | null> {
    const read = this.begin(path, about, 0);
    // Whoever counts has the better word for what is wrong with a file.
    const [counted, written] = await Promise.allSettled([counting, this.write(this.duck, read, null)]);
    if (counted.status === 'rejected') throw counted.reason;
    const { longest } = counted.value;
    if (longest > LONGEST_LINE) return null;
    if (longest >= LEAST_ROOM) return await this.read(path, about, counted.value);
    if (written.status === 'rejected') throw written.reason;
    return await this.accounted(this.duck, read, about, counted.value);
  }

  private begin(path: string, { kind, before }: AboutLines, longest: number): ReadLines {
    return { path, kind, before, longest, file: join(this.folder, `regular-${this.begun++}.parquet`) };
  }

  private async accounted(
    duck: Duck,
    read: ReadLines,
    { name }: AboutLines,
    { lines }: LineCount,
  ): Promise<ReadLines> {
    const { n } = await duck.one<{ n: number }>(`select count(*) as n from ${literal(read.file)}`);
    if (n !== lines) throw unaccountable(name, lines, n);
    return read;
  }

  /** Keeps what was read. Entries are kept all at once, as they refer to each other: some may have to be read again. */
  async keep(reads: readonly ReadLines[]): Promise<void> {
    const entries = reads.filter(({ kind }) => kind === 'entry');
    const misnamed = entries.length === 0 ? null : await misnamedPatients(this.duck, rowsOf(entries));
    if (misnamed !== null) for (const read of entries) await this.write(this.duck, read, misnamed);
    this.files.push(...reads);
  }

  private async write(
    duck: Duck,
    { path, kind, before, longest, file }: ReadLines,
    isIrregular: string | null,
  ): Promise<void> {
    const most = Math.max(LEAST_ROOM, longest + 1);
    const lines = `read_ndjson_objects(${literal(path)}, ignore_errors = true, maximum_object_size = ${most}, compression = '${isPacked(path) ? 'gzip' : 'uncompressed'}')`;
    await duck.run(
      `copy (select * replace (coalesce(place, ${before}) as place) from (${regularSql(lines, { ...this.about, kind, isIrregular })}))
         to ${literal(file)} (format parquet, compression lz4, row_group_size 60000)`,
    );
  }

  /** The lines that are not regular, between two places. */
  async *toSort(
    reads: readonly ReadLines[],
    from = 0,
    to = Number.MAX_SAFE_INTEGER,
  ): AsyncGenerator<LineToSort> {
    const rows = this.duck.stream<{ place: number; whole: string; record: string }>(
      `select place, whole, record from (${reads.map(numbered).join(' union all ')}) where way = 'sorter' and place between ${from} and ${to}`,
    );
    for await (const some of rows) yield* some;
  }

  /** Which lines, counted from 1, are no JSON to DuckDB. */
  async broken({ file }: ReadLines): Promise<Set<number>> {
    const rows = await this.duck.rows<{ line: number }>(
      `select file_row_number + 1 as line from read_parquet(${literal(file)}, file_row_number = true) where way = 'broken'`,
    );
    return new Set(rows.map(({ line }) => line));
  }

  /** What was read as regular, by type, once it is known what is not. */
  async count(): Promise<ReadonlyMap<string, number>> {
    const types = new Map<string, number>();
    if (this.files.length === 0) return types;
    const rows = await this.duck.rows<{ way: string; type: string; n: number }>(
      `select way, type, count(*) as n from (${this.rows()}) where way in ('row', 'kept') group by all order by all`,
    );
    for (const { way, type, n } of rows) {
      this.counts.set(pileOf(way, type), n);
      types.set(type, (types.get(type) ?? 0) + n);
    }
    return types;
  }

  /** How many rows of a pile are here. */
  countOf(pile: string): number {
    return this.counts.get(pile) ?? 0;
  }

  /** The names of the piles that have rows here. */
  names(): string[] {
    return [...this.counts.keys()];
  }

  /** SQL of a pile's rows with the columns of a shape; null when there are none. */
  sql(pile: string, shape: PileShape): string | null {
    const [kind = '', type = ''] = pile.split(' ');
    if (kind === 'parts') return this.countOf(pileOf('row', type)) === 0 ? null : this.partsSql(type);
    if (this.countOf(pile) === 0) return null;
    const columns = pileColumns[shape].map((name) => `${COLUMNS[name] ?? `"${name}"`} as "${name}"`);
    return `(select place as n, ${columns.join(', ')} from (${this.rows()})
              where way = ${literal(kind === 'rows' ? 'row' : kind)} and type = ${literal(type)})`;
  }

  private partsSql(type: string): string {
    const columns = pileColumns.event.map((name) => `${PART_COLUMNS[name] ?? `"${name}"`} as "${name}"`);
    return `(select place as n, ${columns.join(', ')}
               from (select * exclude (parts), unnest(parts) as part, generate_subscripts(parts, 1) as number
                       from (${this.rows()}) where way = 'row' and type = ${literal(type)} and parts is not null)
              where part.coded is not null)`;
  }

  private rows(): string {
    return this.files.map(numbered).join(' union all ');
  }
}

function pileOf(way: string, type: string): string {
  return `${way === 'row' ? 'rows' : way} ${type}`;
}

/** SQL of the rows of lines, each with its place. */
function numbered({ file, kind }: ReadLines): string {
  const rows = `read_parquet(${literal(file)}, file_row_number = true)`;
  const place = kind === 'entry' ? 'place' : 'place + file_row_number + 1';
  return `select * exclude (file_row_number) replace (${place} as place) from ${rows}`;
}

/** Columns of piles that have another name among regular rows, or that nothing regular has. */
const COLUMNS: Readonly<Record<string, string>> = {
  deleted: 'null::varchar',
  quantity: 'value',
  medicine: 'null::varchar',
};

const PART_COLUMNS: Readonly<Record<string, string>> = {
  deleted: 'null::varchar',
  row_id: `row_id || '#' || number`,
  code: 'part.coded.code',
  system: 'part.coded.system',
  display: 'part.coded.display',
  source_term: 'part.coded.source_term',
  value: 'part.value',
  unit: 'part.unit',
  text: readable('part.note'),
};

function unaccountable(name: string, counted: number, read: number): Refusal {
  return new Refusal({
    code: 'unaccountable_rows',
    because: `${name} has ${counted} lines as its line ends say, but ${read} could be told apart when it was read.`,
    remedy: 'Look for bytes that no text has, and export the file again.',
  });
}
