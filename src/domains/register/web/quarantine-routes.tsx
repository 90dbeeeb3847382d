import { z } from 'zod';
import { NotFound, NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { rowNumber, toCsv, type Visit, type Web, zip } from '../../../platform/web/index.ts';
import { type Keeper, keptRows, readKeepers } from '../intake/kept-rows.ts';
import { peopleOfRows } from '../intake/people-of-rows.ts';
import { type PutAside, readComingAgain, readPutAside } from '../intake/read-quarantine.ts';
import { type ReadDelivery, readDeliveries, readRuns } from '../intake/read-runs.ts';
import { explainReason, type Reason } from '../intake/reasons.ts';
import {
  canComeAgain,
  openRows,
  type RowsReader,
  type WantedRows,
  writeKeptRows,
} from '../intake/write-kept-rows.ts';
import type { LakeAccess } from '../lake/lake-access.ts';
import { practicesOfReadableRows } from '../relationship/rows-in-scope.ts';
import { mayImport, maySeeImports } from '../who-may.ts';
import { DeliveryPage } from './delivery-page.tsx';
import { type KeptRow, KeptRowsPage } from './kept-rows-page.tsx';
import { QuarantinePage } from './quarantine-page.tsx';
import { deliveryHref } from './quarantine-words.tsx';

export interface QuarantineParts {
  readonly access: LakeAccess;
  readonly lakeFolder: string;
  /** Begins an import that tries the rows of a delivery again. Returns its number. */
  release(by: Actor, about: { readonly run: number; readonly delivery: number }): Promise<number>;
}

const ROWS_A_PAGE = 50;
/** A download is put together in memory. What is over it is in the next download, when these rows are mended. */
const LARGEST_DOWNLOAD = 40_000_000;

const delivery = z.object({
  run: rowNumber,
  place: z.coerce.number().int().min(0).max(1_000_000),
});
const which = z.object({
  table: z.string().max(200),
  reason: z.string().max(100),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
  say: z.enum(['yes']).optional().catch(undefined),
});
const part = z.object({ table: z.string().max(200).optional(), reason: z.string().max(100).optional() });

type DeliveryVisit = Visit<z.output<typeof delivery>>;

/** Rows that were put aside: what they are, how they go out to be mended, and how they come again. */
export function quarantineRoutes(web: Web, parts: QuarantineParts): void {
  web.route({
    method: 'GET',
    url: '/imports/quarantine',
    may: maySeeImports,
    handle: async (visit) => {
      const open = await readPutAside(visit.tx, 'open');
      const running = (await readRuns(visit.tx, 20)).find(({ state }) => state === 'running') ?? null;
      return { page: <QuarantinePage visit={visit} open={open} running={running} /> };
    },
  });

  web.route({
    method: 'GET',
    url: '/imports/:run/:place',
    may: maySeeImports,
    params: delivery,
    handle: async (visit) => ({ page: await deliveryPage(visit, parts) }),
  });

  web.route({
    method: 'GET',
    url: '/imports/:run/:place/rows',
    may: maySeeImports,
    params: delivery,
    query: which,
    handle: async (visit) => ({ page: await rowsPage(visit, parts) }),
  });

  web.route({
    method: 'GET',
    url: '/imports/:run/:place/to-mend',
    may: mayImport,
    params: delivery,
    query: part,
    handle: async (visit) => {
      const { tx, query, because } = visit;
      const found = await findDelivery(visit);
      const putAside = await readPutAside(tx, { delivery: found.delivery_id });
      if (!putAside.some((row) => fits(row, query))) throw new NotFound('There are no such rows.');
      const wanted = { ...(await readableRows(visit, parts, found)), ...query };
      const files = await filesOf(reader(parts), wanted, found.format);
      if (files.rows === 0) throw notReadable(putAside);
      await writeAudit(tx, {
        action: 'quarantine.exported',
        purpose: because,
        detail: {
          run: visit.params.run,
          delivery: found.delivery_id,
          ...query,
          rows: files.rows,
          people: await peopleOfRows(tx, parts.access, parts.lakeFolder, openRows(wanted), found.publisher),
        },
      });
      return asDownload(files.files, `to-mend-${found.delivery_id}`);
    },
  });

  web.route({
    method: 'POST',
    url: '/imports/:run/:place/release',
    may: mayImport,
    params: delivery,
    handle: async (visit) => {
      const found = await findDelivery(visit);
      const first = found.mends ?? found.delivery_id;
      await writeAudit(visit.tx, {
        action: 'quarantine.released',
        purpose: visit.because,
        detail: { run: visit.params.run, delivery: found.delivery_id },
      });
      await parts.release(visit.by, { run: visit.params.run, delivery: first });
      return { redirect: deliveryHref({ run_id: visit.params.run, place: visit.params.place }) };
    },
  });
}

async function findDelivery({ tx, params }: DeliveryVisit): Promise<ReadDelivery> {
  const found = (await readDeliveries(tx, params.run)).find(({ place }) => place === params.place);
  if (found) return found;
  throw new NotFound(
    'There is no such delivery.',
    'Imports lists all imports, and each of them its deliveries.',
  );
}

function fits(row: PutAside, { table, reason }: { table?: string | undefined; reason?: string | undefined }) {
  return (table === undefined || row.table_name === table) && (reason === undefined || row.reason === reason);
}

function reader({ access }: QuarantineParts): RowsReader {
  return { rows: (sql, values) => access.read(sql, values) };
}

/** The open rows of a delivery that the visitor may read. Rows of national files are about places, not people. */
async function readableRows(visit: Visit, parts: QuarantineParts, found: ReadDelivery): Promise<WantedRows> {
  const about = canComeAgain(found.format);
  const practices = about
    ? await practicesOfReadableRows(visit.tx, visit.by)
    : mayImport(visit.by).allowed
      ? null
      : [];
  const keepers = await readKeepers(visit.tx, found.delivery_id);
  return { folder: parts.lakeFolder, keepers, delivery: found.delivery_id, practices };
}

async function countRows(parts: QuarantineParts, wanted: WantedRows): Promise<number> {
  if (wanted.practices?.length === 0) return 0;
  const [row] = await parts.access.read<{ n: number }>(`select count(*) as n from ${openRows(wanted)}`);
  return row?.n ?? 0;
}

async function deliveryPage(visit: DeliveryVisit, parts: QuarantineParts) {
  const { tx, by, params } = visit;
  const found = await findDelivery(visit);
  const first = found.mends === null ? null : await placeOf(tx, found.mends);
  return (
    <DeliveryPage
      visit={visit}
      run={params.run}
      delivery={found}
      putAside={await readPutAside(tx, { delivery: found.delivery_id })}
      comingAgain={await readComingAgain(tx, found.delivery_id)}
      first={first}
      mayImport={mayImport(by).allowed}
      readable={await countRows(parts, await readableRows(visit, parts, found))}
    />
  );
}

async function placeOf(tx: Tx, delivery: number): Promise<Keeper | null> {
  return (await readKeepers(tx, delivery)).find(({ delivery_id }) => delivery_id === delivery) ?? null;
}

async function rowsPage(
  visit: Visit<z.output<typeof delivery>, z.output<typeof which>>,
  parts: QuarantineParts,
) {
  const { tx, query } = visit;
  const found = await findDelivery(visit);
  const putAside = (await readPutAside(tx, { delivery: found.delivery_id })).find((row) => fits(row, query));
  if (!putAside) throw new NotFound('No rows of this table were put aside for this reason.');
  const wanted = { ...(await readableRows(visit, parts, found)), table: query.table, reason: query.reason };
  const readable = await countRows(parts, wanted);
  const say = query.say === 'yes' && readable > 0;
  const rows = await pageOfRows(parts, wanted, { page: query.page, say });
  if (say) await auditLook(visit, parts, found, wanted, rows);
  return (
    <KeptRowsPage
      visit={visit}
      putAside={putAside}
      rows={rows}
      page={query.page}
      pageCount={Math.ceil(putAside.rows / ROWS_A_PAGE)}
      say={say}
      readable={readable}
    />
  );
}

async function pageOfRows(
  { access }: QuarantineParts,
  wanted: WantedRows,
  { page, say }: { page: number; say: boolean },
): Promise<KeptRow[]> {
  // The table and the reason are those of an account: our own words.
  const rows = keptRows(wanted.folder, wanted.keepers, wanted.delivery);
  const readable = `row in (select row from ${openRows(wanted)})`;
  return await access.read<KeptRow>(
    `select row, file, line, field, state, ${say ? `case when ${readable} then record end` : 'null'} as said
       from ${rows} as kept where table_name = ? and reason = ?
      order by row limit ${ROWS_A_PAGE} offset ${(page - 1) * ROWS_A_PAGE}`,
    [wanted.table ?? '', wanted.reason ?? ''],
  );
}

async function auditLook(
  visit: Visit<z.output<typeof delivery>, z.output<typeof which>>,
  parts: QuarantineParts,
  found: ReadDelivery,
  wanted: WantedRows,
  rows: readonly KeptRow[],
): Promise<void> {
  const shown = rows.filter(({ said }) => said !== null).map(({ row }) => Number(row));
  const these = `(select * from ${openRows(wanted)} where row in (${[-1, ...shown].join(', ')}))`;
  await writeAudit(visit.tx, {
    action: 'quarantine.looked',
    purpose: visit.because,
    detail: {
      run: visit.params.run,
      delivery: found.delivery_id,
      table: wanted.table,
      reason: wanted.reason,
      rows: shown,
      people: await peopleOfRows(visit.tx, parts.access, parts.lakeFolder, these, found.publisher),
    },
  });
}

function notReadable(putAside: readonly PutAside[]): NotFound | NotPermitted {
  if (putAside.every(({ open }) => open === 0)) return new NotFound('None of these rows is open any more.');
  return new NotPermitted(
    'What these rows say is for the practice manager of the practice whose people they are about.',
    'Ask them to mend the rows, or mend them where they came from.',
  );
}

async function filesOf(
  rows: RowsReader,
  wanted: WantedRows,
  format: string,
): Promise<{ rows: number; files: Map<string, string[]> }> {
  if (!canComeAgain(format)) return await listOf(rows, wanted);
  const files = new Map<string, string[]>();
  let size = 0;
  const written = await writeKeptRows(rows, wanted, format, (name, text) => {
    const texts = files.get(name) ?? [];
    texts.push(text);
    files.set(name, texts);
    size += text.length;
    return size < LARGEST_DOWNLOAD;
  });
  return { rows: written, files };
}

/** Rows of a file that is sent again as a whole: where each stands, what is wrong, and what it says. */
async function listOf(
  reader: RowsReader,
  wanted: WantedRows,
): Promise<{ rows: number; files: Map<string, string[]> }> {
  const rows = await reader.rows<Record<string, string | number | null>>(
    `select table_name, file, line, field, reason, record from ${openRows(wanted)} order by row`,
  );
  const csv = toCsv(
    ['table', 'file', 'line', 'field', 'reason', 'because', 'remedy', 'row'],
    rows.map(
      ({ table_name = null, file = null, line = null, field = null, reason = null, record = null }) => {
        const { because, remedy } = explainReason(reason as Reason, field === null ? null : String(field));
        return [table_name, file, line, field, reason, because, remedy, record];
      },
    ),
  );
  return { rows: rows.length, files: new Map([[`rows-${wanted.delivery}.csv`, [csv]]]) };
}

function asDownload(files: ReadonlyMap<string, readonly string[]>, name: string) {
  const whole = [...files].map(([file, texts]) => [file, texts.join('')] as const);
  const [only] = whole;
  if (only && whole.length === 1) {
    const [file, content] = only;
    const type = file.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    return { download: file, type, content };
  }
  return { download: `${name}.zip`, type: 'application/zip', content: zip(Object.fromEntries(whole)) };
}
