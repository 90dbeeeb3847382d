import { join } from 'node:path';
import { z } from 'zod';
import { NotFound } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import { toCsv, type Web } from '../../../platform/web/index.ts';
import { readDeliveries, readRuns } from '../intake/read-runs.ts';
import { explainReason, type Reason } from '../intake/reasons.ts';
import { readSilentPractices } from '../intake/senders.ts';
import type { LakeAccess } from '../lake/lake-access.ts';
import { mayImport, maySeeImports } from '../who-may.ts';
import { type QuarantinedRow, RunPage, RunsPage } from './import-pages.tsx';

const run = z.object({ run: z.coerce.number().int().positive() });
const delivery = run.extend({ place: z.coerce.number().int().min(0) });

/** Rows of a quarantine that a page shows; the rest is in the file. */
const ROWS_SHOWN = 50;

/** Imports: what came, what became of every row, and the rows that have to be mended. */
export function importRoutes(web: Web, access: LakeAccess, lakeFolder: string): void {
  web.route({
    method: 'GET',
    url: '/imports',
    may: maySeeImports,
    handle: async (visit) => {
      const runs = await readRuns(visit.tx);
      return { page: <RunsPage visit={visit} runs={runs} mayImport={mayImport(visit.by).allowed} /> };
    },
  });

  web.route({
    method: 'GET',
    url: '/imports/:run',
    may: maySeeImports,
    params: run,
    handle: async (visit) => {
      const [found] = (await readRuns(visit.tx, 1000)).filter(({ run_id }) => run_id === visit.params.run);
      if (!found) throw new NotFound('There is no such import.', 'Imports lists all of them.');
      const deliveries = await readDeliveries(visit.tx, found.run_id);
      const rows = new Map<number, QuarantinedRow[]>();
      for (const each of deliveries) {
        if (each.tables.some(({ quarantined }) => quarantined > 0) && each.quarantine !== null) {
          rows.set(
            each.place,
            await quarantinedRows(access, join(lakeFolder, each.quarantine), each.place, ROWS_SHOWN),
          );
        }
      }
      return {
        page: (
          <RunPage
            visit={visit}
            run={found}
            deliveries={deliveries}
            rows={rows}
            silent={await readSilentPractices(visit.tx, visit.params.run)}
            mayFetch={mayImport(visit.by).allowed}
          />
        ),
      };
    },
  });

  web.route({
    method: 'GET',
    url: '/imports/:run/:place/quarantine.csv',
    may: mayImport,
    params: delivery,
    handle: async (visit) => {
      const [found] = (await readDeliveries(visit.tx, visit.params.run)).filter(
        ({ place }) => place === visit.params.place,
      );
      if (!found?.quarantine) throw new NotFound('Nothing of this delivery is in quarantine.');
      const rows = await quarantinedRows(access, join(lakeFolder, found.quarantine), found.place, null);
      await writeAudit(visit.tx, {
        action: 'quarantine.exported',
        purpose: visit.because,
        detail: { run: visit.params.run, delivery: found.name, rows: rows.length },
      });
      return {
        download: `quarantine-${visit.params.run}-${found.place}.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['table', 'file', 'line', 'field', 'reason', 'because', 'remedy', 'row'],
          rows.map((row) => {
            const { because, remedy } = explainReason(row.reason, row.field);
            return [row.table_name, row.file, row.line, row.field, row.reason, because, remedy, row.record];
          }),
        ),
      };
    },
  });
}

async function quarantinedRows(
  access: LakeAccess,
  file: string,
  place: number,
  limit: number | null,
): Promise<QuarantinedRow[]> {
  return await access.read<QuarantinedRow & { reason: Reason }>(
    `select table_name, file, line, field, reason, record from read_parquet(${literal(file)})
      where delivery = ? order by table_name, file, line ${limit === null ? '' : `limit ${limit}`}`,
    [place],
  );
}
