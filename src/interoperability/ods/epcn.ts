import { basename } from 'node:path';
import { z } from 'zod';
import { type DirectoryState, type ParentChange, readDirectory } from '../../domains/directory/index.ts';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { addDays, parseOdsCode, plainDate, Refusal } from '../../kernel/index.ts';
import { readWorkbook, type Sheet } from '../arriving/workbook.ts';
import { bareName } from '../national/column-names.ts';
import { readForDirectory } from '../national/description.ts';
import { area, isInArea } from './area.ts';
import { odsDay } from './ods-day.ts';
import { accountOf, type LeftOutRow, type OdsRecord, partRows, toBeMended } from './ods-table.ts';
import { type HowToTake, originOfFile, takeVintage } from './take-vintage.ts';

/** The names that each column has had, by our names of them. */
type Names<Column extends string> = Readonly<Record<Column, readonly string[]>>;

/** What the directory asks of the ePCN workbook, whose two sheets are two kinds of table. */
export interface EpcnFormat {
  readonly id: string;
  readonly networks: Names<'code' | 'name' | 'commissioner' | 'opened' | 'closed'>;
  readonly partners: Names<'practice' | 'name' | 'pcn' | 'starts' | 'ends'>;
  readonly area: z.output<typeof area>;
}

/** Reads what content/formats/national/epcn.yaml and epcn-partners.yaml say to the directory. Throws ContentError. */
export function readEpcnFormat(content: string): EpcnFormat {
  const networks = ['pcn', 'pcn_name', 'sub_icb', 'opened', 'closed'] as const;
  const partners = ['practice', 'practice_name', 'pcn', 'starts', 'ends'] as const;
  const first = readForDirectory(content, 'epcn', z.strictObject({ area }), networks);
  const second = readForDirectory(content, 'epcn-partners', z.undefined(), partners);
  const of = (name: string) => first.columns[name]?.from ?? [];
  const ofPartners = (name: string) => second.columns[name]?.from ?? [];
  return {
    id: first.id,
    networks: {
      code: of('pcn'),
      name: of('pcn_name'),
      commissioner: of('sub_icb'),
      opened: of('opened'),
      closed: of('closed'),
    },
    partners: {
      practice: ofPartners('practice'),
      name: ofPartners('practice_name'),
      pcn: ofPartners('pcn'),
      starts: ofPartners('starts'),
      ends: ofPartners('ends'),
    },
    area: first.directory.area,
  };
}

/** Whether a workbook has the two sheets of ePCN. */
export function isEpcn(file: string, format: EpcnFormat): boolean {
  try {
    const sheets = readWorkbook(file, basename(file));
    return sheetOf(sheets, format.networks) !== null && sheetOf(sheets, format.partners) !== null;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A row below the line of column names, asked by our names of the columns. */
interface TableRow<Column extends string> {
  readonly from: OdsRecord;
  said(column: Column): string;
}

/** The rows of the sheet that has these columns, wherever its line of names stands among the first ten. */
function sheetOf<Column extends string>(
  sheets: readonly Sheet[],
  columns: Readonly<Record<Column, readonly string[]>>,
): TableRow<Column>[] | null {
  const wanted = Object.entries<readonly string[]>(columns);
  for (const { rows } of sheets) {
    for (const [at, { cells }] of rows.slice(0, 10).entries()) {
      const heads = cells.map(bareName);
      const positions = new Map(
        wanted.map(([column, known]) => [
          column,
          heads.findIndex((head) => known.map(bareName).includes(head)),
        ]),
      );
      if ([...positions.values()].some((position) => position < 0)) continue;
      return rows
        .slice(at + 1)
        .filter((row) => row.cells.some((cell) => cell.trim() !== ''))
        .map((row) => ({
          from: { line: row.line, text: row.cells.join(','), fields: row.cells },
          said: (column) => (row.cells[positions.get(column) ?? -1] ?? '').trim(),
        }));
    }
  }
  return null;
}

interface Network {
  readonly from: OdsRecord;
  readonly code: string;
  readonly name: string;
  readonly opened: string | null;
  readonly closed: string | null;
}

interface Partner {
  readonly from: OdsRecord;
  /** What makes the row one of its own: a practice may be in a network twice. */
  readonly code: string;
  readonly practice: string;
  readonly name: string;
  readonly pcn: string;
  readonly starts: string | null;
  /** The first day on which it no longer held. */
  readonly ends: string | null;
}

/**
 * The ePCN workbook as a file to be imported: the networks of the area with their days, and which practice was in
 * which network from when to when. Practices keep the names that other files gave them.
 */
export async function epcnFile(file: string, format: EpcnFormat, how: HowToTake): Promise<DirectoryFile> {
  const sheets = readWorkbook(file, basename(file));
  const networks = partRows((sheetOf(sheets, format.networks) ?? []).map((row) => networkRow(row, format)));
  const inArea = new Set(networks.taken.map(({ code }) => code));
  const partners = partRows((sheetOf(sheets, format.partners) ?? []).map((row) => partnerRow(row, inArea)));
  return {
    name: basename(file),
    format: format.id,
    unusable: new Map([
      ['pcn', toBeMended(basename(file), networks.leftOut)],
      ['membership', toBeMended(basename(file), partners.leftOut)],
    ]),
    async load(tx, { runId }) {
      const pcns = networks.taken.map(({ from: _, ...network }) => ({ ...network, kind: 'pcn' as const }));
      const practices = unknownPractices(await readDirectory(tx), partners.taken);
      const vintage = {
        ...originOfFile('ePCN', file),
        places: [...pcns, ...practices],
        parents: partners.taken.map(asParent),
      };
      const came = await takeVintage(tx, vintage, { format: format.id, runId, ...how });
      const ofNetworks = came.places(pcns.map(({ code }) => code));
      const ofPartners = came.parents();
      return [
        accountOf(
          'pcn',
          { ...ofNetworks, duplicate: ofNetworks.duplicate + networks.repeats },
          networks.leftOut,
        ),
        accountOf(
          'membership',
          { ...ofPartners, duplicate: ofPartners.duplicate + partners.repeats },
          partners.leftOut,
        ),
      ];
    },
  };
}

function unknownPractices({ places }: DirectoryState, partners: readonly Partner[]) {
  const unknown = partners.filter(({ practice }) => !places.has(practice));
  return [...new Map(unknown.map(({ practice, name }) => [practice, name || practice]))].map(
    ([code, name]) => ({
      code,
      kind: 'practice' as const,
      name,
    }),
  );
}

function asParent({ practice, pcn, starts, ends }: Partner): ParentChange {
  return { child: practice, parent: pcn, relation: 'member_of', starts, ends };
}

function networkRow(
  { from, said }: TableRow<keyof EpcnFormat['networks']>,
  format: EpcnFormat,
): Network | LeftOutRow {
  const leave = leaving(from);
  const code = parseOdsCode(said('code'));
  if (code === null) return leave('not_an_ods_code', 'code');
  if (!isInArea(format.area, { icb: '', sub_icb: said('commissioner') })) return leave('outside_area');
  if (said('name') === '') return leave('required', 'name');
  const opened = odsDay(said('opened'));
  const closed = odsDay(said('closed'));
  if (opened === undefined) return leave('not_a_date', 'opened');
  if (closed === undefined) return leave('not_a_date', 'closed');
  if (opened && closed && closed < opened) return leave('ends_before_start', 'closed');
  return { from, code, name: said('name'), opened, closed };
}

function partnerRow(
  { from, said }: TableRow<keyof EpcnFormat['partners']>,
  inArea: ReadonlySet<string>,
): Partner | LeftOutRow {
  const leave = leaving(from);
  const practice = parseOdsCode(said('practice'));
  const pcn = parseOdsCode(said('pcn'));
  if (practice === null) return leave('not_an_ods_code', 'practice');
  if (pcn === null) return leave('not_an_ods_code', 'pcn');
  if (!inArea.has(pcn)) return leave('outside_area');
  const starts = odsDay(said('starts'));
  const last = odsDay(said('ends'));
  if (starts === undefined) return leave('not_a_date', 'starts');
  if (last === undefined) return leave('not_a_date', 'ends');
  if (starts !== null && last !== null && last < starts) return leave('ends_before_start', 'ends');
  const ends = last === null ? null : addDays(plainDate(last), 1);
  return { from, code: `${practice} ${pcn} ${starts}`, practice, name: said('name'), pcn, starts, ends };
}

function leaving(from: OdsRecord) {
  return (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({ from, reason, field });
}
