import type { DirectoryFile } from '../../domains/register/index.ts';
import { splitLine } from '../tabular/csv-head.ts';
import { type EpcmemFormat, epcmemFile, isEpcmem, readEpcmemFormat } from './epcmem.ts';
import { type EpcnFormat, epcnFile, isEpcn, readEpcnFormat } from './epcn.ts';
import { type EpraccurFormat, epraccurFile, isEpraccur, readEpraccurFormat } from './epraccur.ts';
import {
  type GpadMappingFormat,
  gpadMappingFile,
  missingFromGpadMapping,
  readGpadMappingFormat,
} from './gpad-mapping.ts';
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

/** Opens a file of the Organisation Data Service, known by its first line; null when it is none. */
export function recogniseOds(
  firstLine: string,
  formats: OdsFormats,
): ((file: string, how: HowToTake) => Promise<DirectoryFile>) | null {
  const fields = splitLine(firstLine, ',');
  if (isEpraccur(fields, formats.epraccur)) return (file, how) => epraccurFile(file, formats.epraccur, how);
  if (isEpcmem(fields, formats.epcmem)) return (file, how) => epcmemFile(file, formats.epcmem, how);
  if (missingFromGpadMapping(fields, formats.gpadMapping).length === 0)
    return (file, how) => gpadMappingFile(file, formats.gpadMapping, how);
  return null;
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
