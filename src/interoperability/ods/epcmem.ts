import { basename } from 'node:path';
import { z } from 'zod';
import { type DirectoryState, type ParentChange, readDirectory } from '../../domains/directory/index.ts';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { addDays, parseOdsCode, plainDate } from '../../kernel/index.ts';
import { readForDirectory } from '../national/description.ts';
import type { RecognisedTable } from '../national/recognise.ts';
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

const COLUMNS = ['practice', 'commissioner', 'commissioner_kind', 'starts', 'ends'] as const;

const forTheDirectory = z.strictObject({ kinds: z.array(z.string()) });

/** What the directory asks of epcmem. */
export interface EpcmemFormat {
  readonly id: string;
  /** What marks a commissioner among parents. */
  readonly kinds: readonly string[];
}

/** Reads what content/formats/national/epcmem.yaml says to the directory. Throws ContentError. */
export function readEpcmemFormat(content: string): EpcmemFormat {
  const { id, directory } = readForDirectory(content, 'epcmem', forTheDirectory, COLUMNS);
  return { id, kinds: directory.kinds };
}

interface Membership {
  readonly from: OdsRecord;
  /** What makes the row one of its own: a practice may be commissioned by the same body twice, at two times. */
  readonly code: string;
  readonly practice: string;
  readonly commissioner: string;
  readonly starts: string;
  /** The first day on which it no longer held. */
  readonly ends: string | null;
}

/**
 * epcmem as a file to be imported: who commissioned the practices that the directory knows, and when. Practices that
 * it does not know are outside its area. Commissioners have no name in the file; they are called by their code.
 */
export async function epcmemFile(
  file: string,
  table: RecognisedTable,
  format: EpcmemFormat,
  how: HowToTake,
): Promise<DirectoryFile> {
  const rows = (await readOdsRows(file, table)).map((row) => membershipRow(row, format));
  const { taken, leftOut, repeats } = partRows(rows);
  return {
    name: basename(file),
    format: format.id,
    unusable: new Map([['membership', toBeMended(basename(file), leftOut)]]),
    async load(tx, { runId }) {
      const state = await readDirectory(tx);
      const known = taken.filter(({ practice }) => state.places.get(practice)?.kind === 'practice');
      const outside = taken
        .filter((row) => !known.includes(row))
        .map(({ from }): LeftOutRow => ({ from, reason: 'outside_area', field: null }));
      const vintage = {
        ...originOfFile('epcmem', file),
        places: unknownCommissioners(state, known),
        parents: known.map(asParent),
      };
      const came = await takeVintage(tx, vintage, { format: format.id, runId, ...how });
      const rows = came.parents();
      return [
        accountOf('commissioner', came.places(vintage.places.map(({ code }) => code))),
        accountOf('membership', { ...rows, duplicate: rows.duplicate + repeats }, [...leftOut, ...outside]),
      ];
    },
  };
}

function unknownCommissioners({ places }: DirectoryState, rows: readonly Membership[]) {
  const codes = [...new Set(rows.map(({ commissioner }) => commissioner))].sort();
  return codes
    .filter((code) => !places.has(code))
    .map((code) => ({ code, kind: 'commissioner' as const, name: code }));
}

function asParent({ practice, commissioner, starts, ends }: Membership): ParentChange {
  return { child: practice, parent: commissioner, relation: 'commissioned_by', starts, ends };
}

function membershipRow({ from, unreadable, said }: OdsRow, format: EpcmemFormat): Membership | LeftOutRow {
  const leave = (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({
    from,
    reason,
    field,
  });
  if (unreadable) return leave(unreadable);
  const practice = parseOdsCode(said('practice'));
  const commissioner = parseOdsCode(said('commissioner'));
  if (practice === null) return leave('not_an_ods_code', 'practice');
  if (commissioner === null || !format.kinds.includes(said('commissioner_kind')))
    return leave('not_an_ods_code', 'commissioner');
  const starts = odsDay(said('starts'));
  const last = odsDay(said('ends'));
  if (!starts) return leave('not_a_date', 'starts');
  if (last === undefined) return leave('not_a_date', 'ends');
  if (last !== null && last < starts) return leave('ends_before_start', 'ends');
  const ends = last === null ? null : addDays(plainDate(last), 1);
  return { from, code: `${practice} ${commissioner} ${starts}`, practice, commissioner, starts, ends };
}
