import { bareName, storedName } from './column-names.ts';
import type { DescribedColumn, FileDescription } from './description.ts';
import { readValue, type ValueType } from './value.ts';

/** A column of a file, as it is read and stored. */
export interface FoundColumn {
  /** As rows are stored under it. */
  readonly name: string;
  /** As the file calls it. */
  readonly called: string;
  readonly at: number;
  readonly type: ValueType;
  readonly required: boolean;
}

/** A file of a described kind: where its table begins and what its columns are. */
export interface RecognisedTable {
  readonly description: FileDescription;
  /** Records above the first row: titles, and the line of column names where there is one. */
  readonly above: number;
  /** How many fields a row has. */
  readonly width: number;
  readonly columns: readonly FoundColumn[];
  /** What the title lines say. */
  readonly titles: readonly string[];
}

/**
 * Finds of which kind a table is, by the column names that it has in one of its first lines, or by its first row where
 * the kind has no names. Of several kinds that fit, the one with the most columns in common counts. Null: of none.
 */
export function recogniseTable(
  records: readonly (readonly string[])[],
  descriptions: readonly FileDescription[],
): RecognisedTable | null {
  let best: { table: RecognisedTable; common: number } | null = null;
  const bare = records.map((names) => names.map(bareName));
  for (const description of descriptions) {
    const table = named(records, bare, description) ?? unnamed(records, description);
    const common = table?.columns.filter(({ name }) => name in description.columns).length ?? 0;
    if (table && common > (best?.common ?? 0)) best = { table, common };
  }
  return best?.table ?? null;
}

function named(
  records: readonly (readonly string[])[],
  bare: readonly (readonly string[])[],
  description: FileDescription,
): RecognisedTable | null {
  const needed = Object.values(description.columns).filter((column) => column.needed);
  // A kind that needs no name would be found in any line.
  if (needed.length === 0) return null;
  const above = bare.findIndex((names) => needed.every((column) => isThere(column, names)));
  const names = records[above];
  if (!names) return null;
  return {
    description,
    above: above + 1,
    width: names.length,
    columns: foundColumns(names, description),
    titles: records.slice(0, above).map((fields) => fields.filter((field) => field !== '').join(' ')),
  };
}

/** The columns that a kind needs and a line of names does not have, by their names in the description. */
export function missingColumns(names: readonly string[], { columns }: FileDescription): string[] {
  const bare = names.map(bareName);
  return Object.entries(columns)
    .filter(([, column]) => column.needed && !isThere(column, bare))
    .map(([name]) => name);
}

function isThere(column: DescribedColumn, bare: readonly string[]): boolean {
  return column.bare.some((name) => bare.includes(name));
}

function foundColumns(names: readonly string[], { columns, others }: FileDescription): FoundColumn[] {
  const bare = names.map(bareName);
  const described = new Map<number, [string, DescribedColumn]>();
  for (const [name, column] of Object.entries(columns)) {
    // The first of its names that the file has; a column that another one took is not given twice.
    const at = column.bare.map((name) => bare.indexOf(name)).find((found) => found >= 0);
    if (at !== undefined && !described.has(at)) described.set(at, [name, column]);
  }
  const taken = new Set([...described.values()].map(([name]) => name));
  return names.map((called, at) => {
    const [name, column] = described.get(at) ?? [freeName(storedName(called, at), taken), undefined];
    taken.add(name);
    return { name, called, at, type: column?.type ?? others, required: column?.required ?? false };
  });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

function unnamed(
  records: readonly (readonly string[])[],
  description: FileDescription,
): RecognisedTable | null {
  const [first] = records;
  if (description.width === undefined || !first || !hasWidth(first, description.width)) return null;
  if (misfits(first, description).length > 0) return null;
  const found = Object.entries(description.columns).map(([name, { at = 0, type, required }]) => ({
    name,
    called: name,
    at: at - 1,
    type,
    required,
  }));
  const described = new Set(found.map(({ at }) => at));
  const others = first.flatMap((_, at) =>
    described.has(at)
      ? []
      : [
          {
            name: `column_${at + 1}`,
            called: `column ${at + 1}`,
            at,
            type: description.others,
            required: false,
          },
        ],
  );
  return { description, above: 0, width: first.length, columns: [...found, ...others], titles: [] };
}

/** Whether a row has so many fields. Empty ones after them say nothing: a spreadsheet may have added them. */
function hasWidth(row: readonly string[], width: number): boolean {
  return row.length >= width && row.slice(width).every((field) => field === '');
}

/** The columns of a kind without names that a row does not fit at their positions: no such value, or none where one is required. */
export function misfits(row: readonly string[], { columns, dates }: FileDescription): string[] {
  return Object.entries(columns)
    .filter(([, { at = 0, type, required, begins_with }]) => {
      const text = row[at - 1] ?? '';
      if (text !== '' && begins_with.length > 0 && !begins_with.includes(text)) return true;
      return text === '' ? required : readValue(text, type, dates) === null;
    })
    .map(([name]) => name);
}
