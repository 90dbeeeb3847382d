import type { DirectoryFile } from '../../domains/register/index.ts';
import { splitLine } from '../tabular/csv-head.ts';
import { type EpraccurFormat, epraccurFile, isEpraccur, readEpraccurFormat } from './epraccur.ts';
import {
  type GpadMappingFormat,
  gpadMappingFile,
  missingFromGpadMapping,
  readGpadMappingFormat,
} from './gpad-mapping.ts';

export interface OdsFormats {
  readonly epraccur: EpraccurFormat;
  readonly gpadMapping: GpadMappingFormat;
}

/** Reads the descriptions of the files in content/formats. Throws ContentError. */
export function readOdsFormats(content: string): OdsFormats {
  return { epraccur: readEpraccurFormat(content), gpadMapping: readGpadMappingFormat(content) };
}

/** Opens a file of the Organisation Data Service, known by its first line; null when it is none. */
export function recogniseOds(
  firstLine: string,
  formats: OdsFormats,
): ((file: string) => Promise<DirectoryFile>) | null {
  const fields = splitLine(firstLine, ',');
  if (isEpraccur(fields, formats.epraccur)) return (file) => epraccurFile(file, formats.epraccur);
  if (missingFromGpadMapping(fields, formats.gpadMapping).length === 0)
    return (file) => gpadMappingFile(file, formats.gpadMapping);
  return null;
}
