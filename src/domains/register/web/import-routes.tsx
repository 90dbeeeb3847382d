import { z } from 'zod';
import { NotFound } from '../../../kernel/index.ts';
import type { Web } from '../../../platform/web/index.ts';
import { rowNumber } from '../../../platform/web/index.ts';
import { readPutAside } from '../intake/read-quarantine.ts';
import { readDeliveries, readRuns } from '../intake/read-runs.ts';
import { readSilentPractices } from '../intake/senders.ts';
import { mayImport, maySeeImports } from '../who-may.ts';
import { RunPage, RunsPage } from './import-pages.tsx';
import { type QuarantineParts, quarantineRoutes } from './quarantine-routes.tsx';

const run = z.object({ run: rowNumber });

/** Imports: what came, what became of every row, and the rows that have to be mended. */
export function importRoutes(web: Web, parts: QuarantineParts): void {
  web.route({
    method: 'GET',
    url: '/imports',
    may: maySeeImports,
    handle: async (visit) => {
      const runs = await readRuns(visit.tx);
      const open = (await readPutAside(visit.tx, 'open')).reduce((sum, row) => sum + row.open, 0);
      const may = mayImport(visit.by).allowed;
      return { page: <RunsPage visit={visit} runs={runs} open={open} mayImport={may} /> };
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
      return {
        page: (
          <RunPage
            visit={visit}
            run={found}
            deliveries={deliveries}
            silent={await readSilentPractices(visit.tx, visit.params.run)}
          />
        ),
      };
    },
  });

  quarantineRoutes(web, parts);
}
