import { basename } from 'node:path';
import { z } from 'zod';
import { type ParentChange, type PlaceTree, readPlaces } from '../../domains/directory/index.ts';
import type { DirectoryFile } from '../../domains/register/index.ts';
import { parseOdsCode } from '../../kernel/index.ts';
import { readForDirectory } from '../national/description.ts';
import type { RecognisedTable } from '../national/recognise.ts';
import { area, isInArea } from './area.ts';
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

const COLUMNS = ['code', 'name', 'pcn', 'pcn_name', 'sub_icb', 'icb', 'icb_name'] as const;

const forTheDirectory = z.strictObject({
  no_pcn: z.array(z.string()),
  area,
});

/** What the directory asks of the mapping file. */
export type GpadMappingFormat = z.output<typeof forTheDirectory> & { readonly id: string };

/** Reads what content/formats/national/gpad-mapping.yaml says to the directory. Throws ContentError. */
export function readGpadMappingFormat(content: string): GpadMappingFormat {
  const { id, directory } = readForDirectory(content, 'gpad-mapping', forTheDirectory, COLUMNS);
  return { id, ...directory };
}

/** A practice of the area and where it belongs. */
interface Practice {
  readonly from: OdsRecord;
  readonly code: string;
  readonly name: string;
  /** Null where it is a member of none. */
  readonly pcn: string | null;
  readonly pcn_name: string;
  readonly icb: string;
  readonly icb_name: string;
}

/**
 * The GPAD mapping as a file to be imported: the practices of the area, their PCNs and their ICB become places,
 * practices members of their PCN, PCNs within their ICB. A practice that is in another PCN than before moves on the
 * day of the file. Boroughs and neighbourhoods are not in it; a place pack says those, and is left in peace.
 */
export async function gpadMappingFile(
  file: string,
  table: RecognisedTable,
  format: GpadMappingFormat,
  how: HowToTake,
): Promise<DirectoryFile> {
  const rows = (await readOdsRows(file, table)).map((row) => practiceRow(row, format));
  const { taken, leftOut, repeats } = partRows(rows);
  return {
    name: basename(file),
    format: format.id,
    unusable: new Map([['practice', toBeMended(basename(file), leftOut)]]),
    async load(tx, { runId }) {
      const origin = originOfFile('GPAD mapping', file);
      const icbs = named(taken, 'icb', 'icb_name').map((icb) => ({ ...icb, kind: 'icb' as const }));
      const pcns = named(taken, 'pcn', 'pcn_name').map((pcn) => ({ ...pcn, kind: 'pcn' as const }));
      const practices = taken.map(({ code, name }) => ({ code, name, kind: 'practice' as const }));
      const vintage = {
        ...origin,
        places: [...icbs, ...pcns, ...practices],
        parents: parentsOf(taken, await readPlaces(tx), origin.asOf),
        // What a practice is called is for epraccur to say, which has all of them and their dates.
        deferTo: 'epraccur ',
      };
      const came = await takeVintage(tx, vintage, { format: format.id, runId, ...how });
      const codes = (places: readonly { code: string }[]) => came.places(places.map(({ code }) => code));
      const ofPractices = codes(practices);
      return [
        accountOf('practice', { ...ofPractices, duplicate: ofPractices.duplicate + repeats }, leftOut),
        accountOf('pcn', codes(pcns)),
        accountOf('icb', codes(icbs)),
        accountOf('membership', came.parents()),
      ];
    },
  };
}

function practiceRow(
  { from, unreadable, said, called }: OdsRow,
  format: GpadMappingFormat,
): Practice | LeftOutRow {
  const leave = (reason: LeftOutRow['reason'], field: string | null = null): LeftOutRow => ({
    from,
    reason,
    field,
  });
  if (unreadable) return leave(unreadable);
  const code = parseOdsCode(said('code'));
  if (code === null) return leave('not_an_ods_code', called('code'));
  if (!isInArea(format.area, { icb: said('icb'), sub_icb: said('sub_icb') })) return leave('outside_area');
  if (said('name') === '') return leave('required', called('name'));
  const pcn = format.no_pcn.includes(said('pcn')) ? null : parseOdsCode(said('pcn'));
  if (pcn === null && !format.no_pcn.includes(said('pcn'))) return leave('not_an_ods_code', called('pcn'));
  const icb = parseOdsCode(said('icb'));
  if (icb === null) return leave('not_an_ods_code', called('icb'));
  return { from, code, name: said('name'), pcn, pcn_name: said('pcn_name'), icb, icb_name: said('icb_name') };
}

/** The organisations that practices belong to, each once, in the order of their codes. */
function named(practices: readonly Practice[], code: 'pcn' | 'icb', name: 'pcn_name' | 'icb_name') {
  const names = new Map<string, string>();
  for (const practice of practices) {
    const of = practice[code];
    if (of !== null && !names.get(of)) names.set(of, practice[name]);
  }
  return [...names].sort().map(([code, name]) => ({ code, name: name || code }));
}

function parentsOf(practices: readonly Practice[], places: PlaceTree, asOf: string): ParentChange[] {
  const open = new Map(places.all.map((place) => [place.code, place]));
  const above = (id: number | null | undefined) => (id == null ? null : places.place(id));
  const memberships = practices.flatMap(({ code, pcn }): ParentChange[] => {
    if (pcn !== null) return [{ child: code, parent: pcn, relation: 'member_of' }];
    const left = above(open.get(code)?.memberOf);
    return left === null ? [] : [{ child: code, parent: left.code, relation: 'member_of', ends: asOf }];
  });
  const icbOf = new Map(practices.flatMap(({ pcn, icb }) => (pcn === null ? [] : [[pcn, icb] as const])));
  const within = [...icbOf].sort().flatMap(([pcn, icb]): ParentChange[] => {
    // A place pack may have put a PCN into a borough; that it is somewhere in the ICB says less.
    const around = above(open.get(pcn)?.within);
    return around !== null && around.kind !== 'icb' ? [] : [{ child: pcn, parent: icb, relation: 'within' }];
  });
  return [...memberships, ...within];
}
