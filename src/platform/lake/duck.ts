import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';

/** A value that a query takes or gives. Dates and decimals arrive as text: ask for numbers in the SQL. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** An in-memory DuckDB for one piece of work: it holds nothing that is not in files. */
export interface Duck {
  run(sql: string, values?: readonly Cell[]): Promise<void>;
  /**
   * All rows; only for results that are known to be small. Aborting `stop` ends the query, and what else is asked of the
   * same connection at that moment; the promise rejects with the signal's reason.
   */
  rows<Shape extends Row = Row>(sql: string, values?: readonly Cell[], stop?: AbortSignal): Promise<Shape[]>;
  /** Rows as they are found, some at a time; nothing else may be asked until they have all been taken. */
  stream<Shape extends Row = Row>(sql: string): AsyncGenerator<Shape[]>;
  /** The first row; throws when there is none. */
  one<Shape extends Row = Row>(sql: string, values?: readonly Cell[]): Promise<Shape>;
  /** The same DuckDB by another connection, for work beside it: tables are shared, temporary ones are not. Close it first. */
  another(): Promise<Duck>;
  close(): void;
}

export interface DuckSettings {
  readonly threads?: number;
  /** DuckDB moves to disk beyond this. */
  readonly memoryMegabytes?: number;
  /** Where it moves to. Without one it fails instead. */
  readonly scratch?: string;
}

/** Opens a DuckDB that never reaches for the network: extensions are neither installed nor loaded. */
export async function openDuck(settings: DuckSettings = {}): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(settings.threads === undefined ? {} : { threads: String(settings.threads) }),
    ...(settings.memoryMegabytes === undefined ? {} : { memory_limit: `${settings.memoryMegabytes}MB` }),
    ...(settings.scratch === undefined ? {} : { temp_directory: settings.scratch }),
  });
  // Point look-ups open the same few files again and again: their footers are worth keeping.
  return await connect(instance, ['set parquet_metadata_cache = true'], () => instance.closeSync());
}

async function connect(
  instance: DuckDBInstance,
  settings: readonly string[],
  closed: () => void,
): Promise<Duck> {
  const connection = await instance.connect();
  for (const each of ["set TimeZone = 'Europe/London'", ...settings]) await connection.run(each);

  const rows = async <Shape extends Row>(
    sql: string,
    values: readonly Cell[] = [],
    stop?: AbortSignal,
  ): Promise<Shape[]> => {
    const ask = () => connection.runAndReadAll(sql, values as DuckDBValue[]);
    const reader = await (stop === undefined ? ask() : untilStopped(connection, stop, ask));
    return reader.getRowObjects().map((row) => plainRow(row) as Shape);
  };
  return {
    run: async (sql, values = []) => {
      await connection.run(sql, values as DuckDBValue[]);
    },
    rows,
    stream: async function* <Shape extends Row = Row>(sql: string) {
      const result = await connection.stream(sql);
      for await (const some of result.yieldRowObjects()) yield some.map((row) => plainRow(row) as Shape);
    },
    one: async <Shape extends Row>(sql: string, values: readonly Cell[] = []) => {
      const [first] = await rows<Shape>(sql, values);
      if (first === undefined) throw new Error('a query that always has a row had none');
      return first;
    },
    another: async () => await connect(instance, [], () => {}),
    close: () => {
      connection.closeSync();
      closed();
    },
  };
}

/** How long until a query that was told to end is told again: while it is being planned it does not hear it. */
const TELL_AGAIN_MS = 20;

async function untilStopped<Answer>(
  connection: DuckDBConnection,
  stop: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  stop.throwIfAborted();
  let telling: ReturnType<typeof setInterval> | undefined;
  const interrupt = () => {
    connection.interrupt();
    telling = setInterval(() => connection.interrupt(), TELL_AGAIN_MS);
  };
  stop.addEventListener('abort', interrupt, { once: true });
  try {
    return await ask();
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  } finally {
    clearInterval(telling);
    stop.removeEventListener('abort', interrupt);
  }
}

function plainRow(row: Record<string, DuckDBValue>): Row {
  const plain: Row = {};
  for (const [name, value] of Object.entries(row)) plain[name] = plainCell(value);
  return plain;
}

function plainCell(value: DuckDBValue): Cell {
  if (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new Error(`An integer too large for a number: ${value}`);
    return number;
  }
  return String(value);
}

/** A text as an SQL literal. For file names and our own words; what people typed is passed as a value. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of file names as `read_parquet` and `read_csv` take it. */
export function fileList(files: readonly string[]): string {
  return `[${files.map(literal).join(', ')}]`;
}
