import { basename } from 'node:path';
import { z } from 'zod';
import { type DirectoryState, type ParentChange, readDirectory } from '../../domains/directory/index.ts';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { addDays, parseOdsCode, plainDate, Refusal } from '../../kernel/index.ts';
import { readWorkbook, type Sheet } from '../arriving/workbook.ts';
import { bareName } from '../national/column-names.ts';
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
  type TakenRows,
  toBeMended,
} from './ods-table.ts';
import { type HowToTake, originOfFile, takeVintage } from './take-vintage.ts';

/** The columns that the directory asks for, by the names of the descriptions. */
const NETWORKS = ['pcn', 'pcn_name', 'sub_icb', 'opened', 'closed'] as const;
const PARTNERS = ['practice', 'practice_name', 'pcn', 'starts', 'ends'] as const;
/** Asked for where the networks themselves are not at hand, as in a workbook they are. */
const OF_A_PARTNER_ALONE = ['pcn_name', 'pcn_sub_icb'] as const;

/** The names that files have given to each column. */
type Names = Readonly<Record<string, readonly string[]>>;

/** What the directory asks of the networks and their practices, which are the two sheets of a workbook or two files. */
export interface EpcnFormat {
  readonly id: string;
  /** The kind of the practices of networks. */
  readonly partnersId: string;
  readonly networks: Names;
  readonly partners: Names;
  readonly area: z.output<typeof area>;
}

/** Reads what content/formats/national/epcn.yaml and epcn-partners.yaml say to the directory. Throws ContentError. */
export function readEpcnFormat(content: string): EpcnFormat {
  const first = readForDirectory(content, 'epcn', z.strictObject({ area }), NETWORKS);
  const second = readForDirectory(content, 'epcn-partners', z.undefined(), [
    ...PARTNERS,
    ...OF_A_PARTNER_ALONE,
  ]);
  const names = (columns: typeof first.columns, wanted: readonly string[]) =>
    Object.fromEntries(wanted.map((name) => [name, columns[name]?.from ?? []]));
  return {
    id: first.id,
    partnersId: second.id,
    networks: names(first.columns, NETWORKS),
    partners: names(second.columns, PARTNERS),
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

/** The rows of the sheet that has these columns, wherever its line of names stands among the first ten. */
function sheetOf(sheets: readonly Sheet[], columns: Names): OdsRow[] | null {
  const wanted = Object.entries(columns);
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
          unreadable: null,
          said: (column) => (row.cells[positions.get(column) ?? -1] ?? '').trim(),
          called: (column) => column,
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
  readonly pcn_name: string;
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
  const rows = (sheetOf(sheets, format.partners) ?? []).map((row) =>
    partnerRow(row, ({ said }) => inArea.has(said('pcn'))),
  );
  return directoryFile(file, format.id, { networks, partners: partRows(rows) }, how);
}

/** One of the two by itself, as a file of text: the Data Search and Export service gives them so. */
export async function epcnTable(
  file: string,
  table: RecognisedTable,
  format: EpcnFormat,
  how: HowToTake,
): Promise<DirectoryFile> {
  const rows = await readOdsRows(file, table);
  if (table.description.id === format.id)
    return directoryFile(
      file,
      format.id,
      { networks: partRows(rows.map((row) => networkRow(row, format))) },
      how,
    );
  const isOfTheArea = ({ said }: OdsRow) => isInArea(format.area, { icb: '', sub_icb: said('pcn_sub_icb') });
  const partners = partRows(rows.map((row) => partnerRow(row, isOfTheArea)));
  return directoryFile(file, format.partnersId, { partners }, how);
}

type Parted<Row> = ReturnType<typeof partRows<Row & { readonly from: OdsRecord; readonly code: string }>>;

function directoryFile(
  file: string,
  format: string,
  { networks, partners }: { readonly networks?: Parted<Network>; readonly partners?: Parted<Partner> },
  how: HowToTake,
): DirectoryFile {
  const name = basename(file);
  return {
    name,
    format,
    unusable: new Map([
      ...(networks ? [['pcn', toBeMended(name, networks.leftOut)] as const] : []),
      ...(partners ? [['membership', toBeMended(name, partners.leftOut)] as const] : []),
    ]),
    async load(tx, { runId }) {
      const pcns = (networks?.taken ?? []).map(({ from: _, ...network }) => ({
        ...network,
        kind: 'pcn' as const,
      }));
      const state = await readDirectory(tx);
      const members = partners?.taken ?? [];
      const others = networks ? [] : unknownNetworks(state, members);
      const vintage = {
        ...originOfFile('ePCN', file),
        places: [...pcns, ...others, ...unknownPractices(state, members)],
        parents: members.map(asParent),
      };
      const came = await takeVintage(tx, vintage, { format, runId, ...how });
      const ofNetworks = came.places(pcns.map(({ code }) => code));
      const ofPartners = came.parents();
      return [
        ...(networks ? [accountWith('pcn', ofNetworks, networks)] : []),
        ...(partners ? [accountWith('membership', ofPartners, partners)] : []),
      ];
    },
  };
}

function accountWith(table: string, rows: TakenRows, { repeats, leftOut }: Parted<object>) {
  return accountOf(table, { ...rows, duplicate: rows.duplicate + repeats }, leftOut);
}

function unknownNetworks({ places }: DirectoryState, partners: readonly Partner[]) {
  const unknown = partners.filter(({ pcn }) => !places.has(pcn));
  return [...new Map(unknown.map(({ pcn, pcn_name }) => [pcn, pcn_name || pcn]))].map(([code, name]) => ({
    code,
    kind: 'pcn' as const,
    name,
  }));
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

function networkRow({ from, unreadable, said }: OdsRow, format: EpcnFormat): Network | LeftOutRow {
  const leave = leaving(from);
  if (unreadable) return leave(unreadable);
  const code = parseOdsCode(said('pcn'));
  if (code === null) return leave('not_an_ods_code', 'code');
  if (!isInArea(format.area, { icb: '', sub_icb: said('sub_icb') })) return leave('outside_area');
  if (said('pcn_name') === '') return leave('required', 'name');
  const opened = odsDay(said('opened'));
  const closed = odsDay(said('closed'));
  if (opened === undefined) return leave('not_a_date', 'opened');
  if (closed === undefined) return leave('not_a_date', 'closed');
  if (opened && closed && closed < opened) return leave('ends_before_start', 'closed');
  return { from, code, name: said('pcn_name'), opened, closed };
}

function partnerRow(row: OdsRow, isOfTheArea: (row: OdsRow) => boolean): Partner | LeftOutRow {
  const { from, unreadable, said } = row;
  const leave = leaving(from);
  if (unreadable) return leave(unreadable);
  const practice = parseOdsCode(said('practice'));
  const pcn = parseOdsCode(said('pcn'));
  if (practice === null) return leave('not_an_ods_code', 'practice');
  if (pcn === null) return leave('not_an_ods_code', 'pcn');
  if (!isOfTheArea(row)) return leave('outside_area');
  const starts = odsDay(said('starts'));
  const last = odsDay(said('ends'));
  if (starts === undefined) return leave('not_a_date', 'starts');
  if (last === undefined) return leave('not_a_date', 'ends');
  if (starts !== null && last !== null && last < starts) return leave('ends_before_start', 'ends');
  const ends = last === null ? null : addDays(plainDate(last), 1);
  const code = `${practice} ${pcn} ${starts}`;
  return { from, code, practice, name: said('practice_name'), pcn, pcn_name: said('pcn_name'), starts, ends };
}

function leaving(from: OdsRecord) {
  return (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({ from, reason, field });
}
