import { basename } from 'node:path';
import { z } from 'zod';
import { changePlaces } from '../../domains/directory/index.ts';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { parseOdsCode, parsePlainDate } from '../../kernel/index.ts';
import { readForDirectory } from '../national/description.ts';
import { area, isInArea } from './area.ts';
import {
  accountOf,
  type LeftOutRow,
  type OdsRecord,
  partRows,
  readOdsTable,
  toBeMended,
} from './ods-table.ts';

const COLUMNS = [
  'code',
  'name',
  'icb',
  'postcode',
  'opened',
  'closed',
  'status',
  'sub_icb',
  'setting',
] as const;

const forTheDirectory = z.strictObject({
  gp_practice: z.array(z.string()),
  status: z.strictObject({ taken: z.array(z.string()), left_out: z.array(z.string()) }),
  area,
});

/** What the directory asks of epraccur, with the positions of columns counted from 1. */
export type EpraccurFormat = z.output<typeof forTheDirectory> & {
  readonly id: string;
  readonly width: number;
  readonly columns: Readonly<Record<(typeof COLUMNS)[number], number>>;
};

/** Reads what content/formats/national/epraccur.yaml says to the directory. Throws ContentError. */
export function readEpraccurFormat(content: string): EpraccurFormat {
  const {
    id,
    width = 0,
    columns,
    directory,
  } = readForDirectory(content, 'epraccur', forTheDirectory, COLUMNS);
  const positions = COLUMNS.map((name) => [name, columns[name]?.at ?? 0]);
  return { id, width, columns: Object.fromEntries(positions), ...directory };
}

/**
 * Whether the fields of a first line are a row of epraccur: as many columns, a code, a day and a known status where
 * they belong. The file has no line of column names to go by.
 */
export function isEpraccur(fields: readonly string[], { width, columns, status }: EpraccurFormat): boolean {
  const field = (at: number) => (fields[at - 1] ?? '').trim();
  return (
    fields.length === width &&
    parseOdsCode(field(columns.code)) !== null &&
    /^\d{8}$|^$/.test(field(columns.opened)) &&
    [...status.taken, ...status.left_out].includes(field(columns.status))
  );
}

/** A GP practice of the area. */
interface Practice {
  readonly from: OdsRecord;
  readonly code: string;
  readonly name: string;
  readonly postcode: string | null;
  readonly opened: string | null;
  readonly closed: string | null;
}

/**
 * epraccur as a file to be imported: the GP practices of the area become places, closed ones with the day on which
 * they closed. Where a practice belongs is not in the file; the GPAD mapping and place packs say that.
 */
export async function epraccurFile(file: string, format: EpraccurFormat): Promise<DirectoryFile> {
  const records = await readOdsTable(file);
  const rows = records.map((record) => practiceRow(record, format));
  const { taken, leftOut, repeats } = partRows(rows);
  return {
    name: basename(file),
    format: format.id,
    unusable: new Map([['practice', toBeMended(basename(file), leftOut)]]),
    async load(tx) {
      const places = taken.map(({ from: _, ...practice }) => ({ ...practice, kind: 'practice' as const }));
      const { loaded, duplicate } = await changePlaces(tx, places, `epraccur ${basename(file)}`);
      return [accountOf('practice', { loaded, duplicate: duplicate + repeats }, leftOut)];
    },
  };
}

function practiceRow(from: OdsRecord, format: EpraccurFormat): Practice | LeftOutRow {
  const { fields } = from;
  const leave = (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({
    from,
    reason,
    field,
  });
  if (fields === null) return leave('wrong_encoding');
  if (fields.length !== format.width) return leave('unreadable_row');
  const said = (column: keyof EpraccurFormat['columns']) => fields[format.columns[column] - 1] ?? '';
  const code = parseOdsCode(said('code'));
  if (code === null) return leave('not_an_ods_code', 'code');
  if (!isInArea(format.area, { icb: said('icb'), sub_icb: said('sub_icb') })) return leave('outside_area');
  if (!format.gp_practice.includes(said('setting'))) return leave('not_a_gp_practice');
  if (!format.status.taken.includes(said('status'))) return leave('not_in_use');
  if (said('name') === '') return leave('required', 'name');
  const opened = day(said('opened'));
  const closed = day(said('closed'));
  if (opened === undefined) return leave('not_a_date', 'opened');
  if (closed === undefined) return leave('not_a_date', 'closed');
  if (opened && closed && closed < opened) return leave('ends_before_start', 'closed');
  return { from, code, name: said('name'), postcode: said('postcode').toUpperCase() || null, opened, closed };
}

/** `20260401` as a date; null when it is blank, undefined when it is none. */
function day(text: string): string | null | undefined {
  if (text === '') return null;
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  return parsePlainDate(`${year}-${month}-${date}`) ?? undefined;
}
