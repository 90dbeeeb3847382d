import type { DirectoryFile } from '../../domains/register/index.ts';
import type { RecognisedTable } from '../national/recognise.ts';
import { type EpcmemFormat, epcmemFile, readEpcmemFormat } from './epcmem.ts';
import { type EpcnFormat, epcnFile, epcnTable, isEpcn, readEpcnFormat } from './epcn.ts';
import { type EpraccurFormat, epraccurFile, readEpraccurFormat } from './epraccur.ts';
import { type GpadMappingFormat, gpadMappingFile, readGpadMappingFormat } from './gpad-mapping.ts';
import type { HowToTake } from './take-vintage.ts';

export interface OdsFormats {
  readonly epraccur: EpraccurFormat;
  readonly gpadMapping: GpadMappingFormat;
  readonly epcmem: EpcmemFormat;
  readonly epcn: EpcnFormat;
}

/** Reads the descriptions of the files in content/formats. Throws ContentError. */
export function readOdsFormats(content: string): OdsFormats {
  return {
    epraccur: readEpraccurFormat(content),
    gpadMapping: readGpadMappingFormat(content),
    epcmem: readEpcmemFormat(content),
    epcn: readEpcnFormat(content),
  };
}

/** Opens a table that the directory reads too; null when it is of another kind. */
export function recogniseOds(
  table: RecognisedTable,
  { epraccur, epcmem, gpadMapping, epcn }: OdsFormats,
): ((file: string, how: HowToTake) => Promise<DirectoryFile>) | null {
  switch (table.description.id) {
    case epraccur.id:
      return (file, how) => epraccurFile(file, table, epraccur, how);
    case epcmem.id:
      return (file, how) => epcmemFile(file, table, epcmem, how);
    case gpadMapping.id:
      return (file, how) => gpadMappingFile(file, table, gpadMapping, how);
    case epcn.id:
    case epcn.partnersId:
      return (file, how) => epcnTable(file, table, epcn, how);
    default:
      return null;
  }
}

/** Opens a workbook of the Organisation Data Service, known by its sheets; null when it is none. */
export function recogniseOdsWorkbook(
  file: string,
  bytes: Buffer,
  { epcn }: OdsFormats,
): ((how: HowToTake) => Promise<DirectoryFile>) | null {
  return bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' && isEpcn(file, epcn)
    ? (how) => epcnFile(file, epcn, how)
    : null;
}
