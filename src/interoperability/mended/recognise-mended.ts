import { type MendedLayout, readMarkLine, readMendedHeading } from '../../domains/register/index.ts';
import type { FileHead } from '../deliveries/file-head.ts';
import { splitLine } from '../tabular/csv-head.ts';
import { delimiterOf } from '../tabular/text-table.ts';

/** A file of rows that come again, as its beginning says it: whose they are, and of which table where it has one. */
export interface MendedFile {
  readonly layout: MendedLayout | 'resources';
  readonly delivery: number;
  readonly table: string | null;
}

/** Recognises rows that were put aside and come again, by the name of the first column or by the first line. */
export function recogniseMended({ firstLine }: FileHead): MendedFile | null {
  if (firstLine.startsWith('{')) return resources(firstLine);
  const [heading = ''] = splitLine(firstLine, delimiterOf([firstLine]));
  return readMendedHeading(heading.trim());
}

function resources(firstLine: string): MendedFile | null {
  try {
    const mark = readMarkLine(JSON.parse(firstLine));
    return mark && { layout: 'resources', delivery: mark.delivery, table: null };
  } catch {
    return null;
  }
}
