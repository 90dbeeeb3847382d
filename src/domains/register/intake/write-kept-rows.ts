import { type Cell, literal, type Row } from '../../../platform/lake/index.ts';
import { type Keeper, keptRows } from './kept-rows.ts';
import { guardedCell, guardedHeading, linesHeading, markLine, mendedHeading } from './mended-form.ts';
import { explainReason, type Reason } from './reasons.ts';

/** Whoever can read the lake: the reader of pages, or the DuckDB of an import. */
export interface RowsReader {
  rows<Shape extends Row>(sql: string, values?: readonly Cell[]): Promise<Shape[]>;
}

/** Which rows of a delivery. Only those that are open are ever meant. */
export interface WantedRows {
  readonly folder: string;
  readonly keepers: readonly Keeper[];
  readonly delivery: number;
  readonly table?: string | undefined;
  readonly reason?: string | undefined;
  /** Codes of the organisations whose rows are wanted; null: everybody's. */
  readonly practices: readonly string[] | null;
  /** Without those that nothing but mending can make readable: bytes in another encoding. */
  readonly asTheyAre?: boolean;
}

/** Takes a piece of a file. Returns whether there is room for more. */
type Sink = (file: string, text: string) => boolean;

const BATCH = 2_000;

/** SQL of the open rows that are wanted. */
export function openRows(wantedRows: WantedRows): string {
  const { folder, keepers, delivery, table, reason, practices, asTheyAre } = wantedRows;
  const publisher = keepers.find(({ delivery_id }) => delivery_id === delivery)?.publisher ?? null;
  const owner = `upper(coalesce(practice, ${publisher === null ? 'null' : literal(publisher)}))`;
  const wanted = [
    "state = 'open'",
    ...(asTheyAre ? ["reason <> 'wrong_encoding'"] : []),
    ...(table === undefined ? [] : [`table_name = ${literal(table)}`]),
    ...(reason === undefined ? [] : [`reason = ${literal(reason)}`]),
    ...(practices === null
      ? []
      : [`${owner} in (${['', ...practices].map((code) => literal(code.toUpperCase())).join(', ')})`]),
  ];
  return `(select * from ${keptRows(folder, keepers, delivery)} as kept where ${wanted.join(' and ')})`;
}

/**
 * Writes rows in the form in which they come again: the tables of an extract as CSV with the sender's own columns,
 * FHIR as NDJSON. Returns how many rows were written, fewer than there are when the sink had enough.
 */
export async function writeKeptRows(
  reader: RowsReader,
  wanted: WantedRows,
  format: string,
  sink: Sink,
): Promise<number> {
  const first = wanted.keepers.find(({ mends }) => mends === null)?.delivery_id ?? wanted.delivery;
  if (format === 'fhir-r4') return await writeResources(reader, wanted, first, sink);
  const tables = await reader.rows<{ table_name: string; head: string | null; is_row: boolean }>(
    `select distinct table_name, case when not is_row then head end as head, is_row
       from (select *, json_type(record) = 'OBJECT' as is_row from ${openRows(wanted)})
      where is_row or head is not null order by table_name, is_row desc, head`,
  );
  let written = 0;
  for (const [at, { table_name: table, head, is_row }] of tables.entries()) {
    const name = `to-mend-${first}-${table}${is_row ? '' : `-lines-${at}`}.csv`.replace(/[^\w.-]/g, '_');
    const to = { name, delivery: first, sink };
    written += is_row
      ? await writeRows(reader, { ...wanted, table }, to)
      : await writeLines(reader, { ...wanted, table }, head ?? '', to);
  }
  return written;
}

/** Whether rows of a format can come again by themselves. A national file is sent again as a whole. */
export function canComeAgain(format: string): boolean {
  return ['practice-extract', 'hospital-activity', 'fhir-r4', 'hl7-adt'].includes(format);
}

interface To {
  readonly name: string;
  readonly delivery: number;
  readonly sink: Sink;
}

async function writeRows(
  reader: RowsReader,
  wanted: WantedRows,
  { name, delivery, sink }: To,
): Promise<number> {
  const rows = `(select * from ${openRows(wanted)} where json_type(record) = 'OBJECT')`;
  const shapes = await reader.rows<{ names: string }>(
    `select distinct to_json(json_keys(record))::varchar as names from ${rows} order by length(names) desc`,
  );
  const names = [...new Set(shapes.flatMap((shape) => JSON.parse(shape.names) as string[]))];
  const pointers = names.map((column) => `'/${pointer(column)}'`);
  const cells = `to_json([${pointers.map((at) => `json_extract_string(record, ${at})`).join(', ')}])::varchar`;
  const heading = mendedHeading({ layout: 'rows', delivery, table: wanted.table ?? '' });
  sink(name, `\uFEFF${[heading, ...names].map(guardedHeading).join(',')}\r\n`);
  return await inBatches(reader, rows, `root, ${cells} as said`, ({ root, said }) =>
    sink(
      name,
      `${[String(root), ...(JSON.parse(String(said)) as (string | null)[]).map(guardedCell)].join(',')}\r\n`,
    ),
  );
}

/** A name as JSON pointers have it (RFC 6901), in an SQL literal. */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll("'", "''");
}

async function writeLines(
  reader: RowsReader,
  wanted: WantedRows,
  head: string,
  { name, delivery, sink }: To,
): Promise<number> {
  const of = `head = ${literal(head)}`;
  const rows = `(select * from ${openRows(wanted)} where json_type(record) <> 'OBJECT' and ${of})`;
  const heading = mendedHeading({ layout: 'lines', delivery, table: wanted.table ?? '' });
  sink(name, `\uFEFF${[heading, linesHeading(head)].map(guardedHeading).join(',')}\r\n`);
  return await inBatches(reader, rows, "root, json_extract_string(record, '$') as said", ({ root, said }) =>
    sink(name, `${root},${guardedCell(String(said))}\r\n`),
  );
}

async function writeResources(
  reader: RowsReader,
  wanted: WantedRows,
  delivery: number,
  sink: Sink,
): Promise<number> {
  const name = `to-mend-${delivery}.ndjson`;
  const line = `case when json_type(record) = 'VARCHAR' then json_extract_string(record, '$') else record end as said`;
  return await inBatches(
    reader,
    openRows(wanted),
    `root, reason, field, ${line}`,
    ({ root, reason, field, said }) => {
      const { because, remedy } = explainReason(reason as Reason, field === null ? null : String(field));
      const mark = markLine({ delivery, row: Number(root), because, remedy });
      return sink(name, `${mark}\n${String(said).replaceAll(/[\r\n]+/g, ' ')}\n`);
    },
  );
}

/** Hands rows on in their order, until there is no room for more. */
async function inBatches(
  reader: RowsReader,
  rows: string,
  columns: string,
  hand: (row: Row) => boolean,
): Promise<number> {
  let written = 0;
  for (let after = -1; ; ) {
    const batch = await reader.rows<Row & { row: number }>(
      `select row, ${columns} from ${rows} where row > ${after} order by row limit ${BATCH}`,
    );
    for (const row of batch) {
      after = row.row;
      written++;
      if (!hand(row)) return written;
    }
    if (batch.length < BATCH) return written;
  }
}
