import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type Columns,
  findColumns,
  type Model,
  type ScoredRow,
  scoreCells,
  unusableRow,
} from '../domains/need/index.ts';
import { openTabularFile, type TabularFile } from '../interoperability/index.ts';
import { Refusal } from '../kernel/index.ts';
import { type Duck, identifier, openDuck } from '../platform/lake/index.ts';

/** A row of a file and what became of it. */
export interface FileRow extends ScoredRow {
  /** The row's number, from 1, and its line as an editor counts. */
  readonly row: number;
  readonly line: number;
  /** What the file calls it, or its number. */
  readonly id: string;
}

export interface ScoredFile {
  readonly file: string;
  readonly columns: Columns;
  readonly rows: readonly FileRow[];
}

/**
 * Runs a model over a file, row by row, in the order of the file. A row that cannot be used is unknown and says why;
 * the rest goes on. Throws Refusal when there is no such file, it is no table, or it has no column of the model.
 */
export async function scoreFile(model: Model, path: string): Promise<ScoredFile> {
  const file = basename(path);
  if (!existsSync(path)) throw noFile(file);
  const duck = await openDuck({ threads: 1 });
  try {
    const table = await openTabularFile(duck, path);
    const header = [...table.columns.keys()];
    refuseNamesThatDifferInCase(file, header);
    const columns = findColumns(model, header);
    const rows = [
      ...(await readableRows(duck, table, model, columns, header)),
      ...(await unreadableRows(table)),
    ];
    rows.sort((one, other) => one.line - other.line);
    return {
      file,
      columns,
      rows: rows.map(({ id, ...row }, at) => ({ ...row, row: at + 1, id: id ?? String(at + 1) })),
    };
  } finally {
    duck.close();
  }
}

type UnnumberedRow = Omit<FileRow, 'row' | 'id'> & { readonly id: string | null };

async function readableRows(
  duck: Duck,
  table: TabularFile,
  model: Model,
  columns: Columns,
  header: readonly string[],
): Promise<UnnumberedRow[]> {
  const cells = header.map((column, at) => `${identifier(column)}::varchar as c${at}`);
  const found = await duck.rows<Record<string, string | null>>(
    `select ${cells.join(', ')} from ${table.relation}`,
  );
  const lines = await table.positions(found.map((_, at) => at + 1));
  return found.map((row, at) => {
    const texts = header.map((_, column) => row[`c${column}`] ?? '');
    const name = columns.nameAt === null ? '' : (texts[columns.nameAt] ?? '').trim();
    return {
      ...scoreCells(model, columns, texts),
      line: lines.get(at + 1)?.line ?? 0,
      id: name === '' ? null : name,
    };
  });
}

async function unreadableRows(table: TabularFile): Promise<UnnumberedRow[]> {
  const found = await table.unreadable();
  return found.map(({ line, reason }) => ({
    ...unusableRow([
      {
        column: 'row',
        message:
          reason === 'wrong_encoding'
            ? 'it is not UTF-8 text'
            : `it cannot be read as ${table.columns.size} columns, as the first line has them`,
      },
    ]),
    line,
    id: null,
  }));
}

function noFile(file: string): Refusal {
  return new Refusal({
    code: 'no_file',
    because: `There is no file ${file} at the place that was given.`,
    remedy: 'Check the path.',
  });
}

function refuseNamesThatDifferInCase(file: string, header: readonly string[]): void {
  const names = header.map((column) => column.toLowerCase());
  const at = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (at === -1) return;
  throw new Refusal({
    code: 'column_twice',
    because: `${file} has two columns called ${header[at]}: upper and lower case count as one.`,
    remedy: 'Give each column a name of its own and try again.',
  });
}
