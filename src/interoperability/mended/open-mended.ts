import { basename } from 'node:path';
import type {
  KeptDelivery,
  Opening,
  RefusedDelivery,
  SourceDelivery,
  SourceTable,
} from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { BringingIn } from '../arriving/bring-in.ts';
import type { Formats } from '../deliveries/find-deliveries.ts';
import { readFhirAgain } from '../fhir/read-fhir.ts';
import { extractTable } from '../practice-extract/read-practice-extract.ts';
import { openMendedTable } from './mended-table.ts';
import type { MendedFile } from './recognise-mended.ts';
import { noSuchDelivery } from './unusable-rows.ts';

export interface FoundMended {
  readonly path: string;
  readonly mended: MendedFile;
}

/** The layouts of deliveries whose rows come again as tables. */
type Layouts = Pick<Formats, 'extract' | 'hospital'>;

/**
 * Opens rows that come again, as one delivery for each of those that they first came with. They are read as the rows
 * of that delivery would be read today: by its layout, of its publisher, and as old as it.
 */
export async function openMended(
  found: readonly FoundMended[],
  formats: Layouts,
  way: BringingIn,
  opening: Opening,
): Promise<(SourceDelivery | RefusedDelivery)[]> {
  const opened: (SourceDelivery | RefusedDelivery)[] = [];
  for (const id of new Set(found.map(({ mended }) => mended.delivery))) {
    const files = found.filter(({ mended }) => mended.delivery === id);
    const names = files.map(({ path }) => basename(path));
    try {
      const mends = await opening.keptDelivery(id);
      if (mends === null) throw noSuchDelivery(names[0] ?? '', id);
      const tables = await tablesOf(mends, files, formats, way, opening);
      opened.push(deliveryAgain(mends, tables));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, remedy } = error;
      opened.push({ name: names.join(', '), format: 'mended', refusal: { code, because: message, remedy } });
    }
  }
  return opened;
}

async function tablesOf(
  mends: KeptDelivery,
  files: readonly FoundMended[],
  { extract, hospital }: Layouts,
  way: BringingIn,
  opening: Opening,
): Promise<SourceTable[]> {
  const resources = files.filter(({ mended }) => mended.layout === 'resources').map(({ path }) => path);
  const tables = resources.length > 0 ? await readFhirAgain(way.duck, mends, resources, opening) : [];
  const layout = [hospital.id, 'hl7-adt'].includes(mends.format) ? hospital : extract;
  for (const { path, mended } of files) {
    if (mended.layout === 'resources' || mended.table === null) continue;
    const table = await openMendedTable(path, mended.layout, way);
    tables.push(extractTable(mended.table, table, layout, { covers: {}, publisher: null }));
  }
  return tables;
}

function deliveryAgain(mends: KeptDelivery, tables: readonly SourceTable[]): SourceDelivery {
  const { name, format, publisher, extractedAt } = mends;
  return {
    name: `${name}, rows that came again`,
    format,
    publisher,
    extractedAt,
    full: false,
    covers: new Map(),
    // Some rows of a feed are not the feed: what it covers, the whole delivery said.
    tables: tables.map((table) => ({ ...table, feed: null })),
    mends,
  };
}
