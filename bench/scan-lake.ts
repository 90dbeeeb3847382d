import { batchSettings } from '../src/app/product.ts';
import { type Lake, liveRows } from '../src/domains/register/index.ts';
import { openDuck } from '../src/platform/lake/index.ts';

/** What the pass reads of each table; texts by their length. */
const COLUMNS = {
  event: 'sum(rec), sum(code), sum(day), sum(value), sum(length(unit))',
  medication: 'sum(rec), sum(code), sum(day), sum(duration_days)',
  appointment: 'sum(rec), sum(day), sum(length(status))',
  admission: 'sum(rec), sum(day), sum(length(method)), sum(length(diagnoses))',
  attendance: 'sum(rec), sum(day)',
} as const;

/** The least that reading a lake can cost: sums over those columns, with the threads and the memory of a refresh. */
export async function scanLake(lake: Lake): Promise<void> {
  const duck = await openDuck(batchSettings);
  try {
    for (const [table, columns] of Object.entries(COLUMNS)) {
      const rows = liveRows(lake, table as keyof typeof COLUMNS);
      if (rows) await duck.rows(`select count(*), ${columns} from ${rows}`);
    }
  } finally {
    duck.close();
  }
}
