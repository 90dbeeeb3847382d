import { basename } from 'node:path';
import { z } from 'zod';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { parseOdsCode } from '../../kernel/index.ts';
import { readForDirectory } from '../national/description.ts';
import type { RecognisedTable } from '../national/recognise.ts';
import { area, isInArea } from './area.ts';
import { odsDay } from './ods-day.ts';
import {
  accountOf,
  type LeftOutRow,
  type OdsRecord,
  type OdsRow,
  partRows,
  readOdsRows,
  toBeMended,
} from './ods-table.ts';
import { type HowToTake, originOfFile, takeVintage } from './take-vintage.ts';

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

/** What the directory asks of epraccur. */
export type EpraccurFormat = z.output<typeof forTheDirectory> & { readonly id: string };

/** Reads what content/formats/national/epraccur.yaml says to the directory. Throws ContentError. */
export function readEpraccurFormat(content: string): EpraccurFormat {
  const { id, directory } = readForDirectory(content, 'epraccur', forTheDirectory, COLUMNS);
  return { id, ...directory };
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
export async function epraccurFile(
  file: string,
  table: RecognisedTable,
  format: EpraccurFormat,
  how: HowToTake,
): Promise<DirectoryFile> {
  const rows = (await readOdsRows(file, table)).map((row) => practiceRow(row, format));
  const { taken, leftOut, repeats } = partRows(rows);
  return {
    name: basename(file),
    format: format.id,
    unusable: new Map([['practice', toBeMended(basename(file), leftOut)]]),
    async load(tx, { runId }) {
      const places = taken.map(({ from: _, ...practice }) => ({ ...practice, kind: 'practice' as const }));
      const vintage = { ...originOfFile('epraccur', file), places, parents: [] };
      const came = await takeVintage(tx, vintage, { format: format.id, runId, ...how });
      const rows = came.places(places.map(({ code }) => code));
      return [accountOf('practice', { ...rows, duplicate: rows.duplicate + repeats }, leftOut)];
    },
  };
}

function practiceRow({ from, unreadable, said }: OdsRow, format: EpraccurFormat): Practice | LeftOutRow {
  const leave = (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({
    from,
    reason,
    field,
  });
  if (unreadable) return leave(unreadable);
  const code = parseOdsCode(said('code'));
  if (code === null) return leave('not_an_ods_code', 'code');
  if (!isInArea(format.area, { icb: said('icb'), sub_icb: said('sub_icb') })) return leave('outside_area');
  if (!format.gp_practice.includes(said('setting'))) return leave('not_a_gp_practice');
  if (!format.status.taken.includes(said('status'))) return leave('not_in_use');
  if (said('name') === '') return leave('required', 'name');
  const opened = odsDay(said('opened'));
  const closed = odsDay(said('closed'));
  if (opened === undefined) return leave('not_a_date', 'opened');
  if (closed === undefined) return leave('not_a_date', 'closed');
  if (opened && closed && closed < opened) return leave('ends_before_start', 'closed');
  return { from, code, name: said('name'), postcode: said('postcode').toUpperCase() || null, opened, closed };
}
