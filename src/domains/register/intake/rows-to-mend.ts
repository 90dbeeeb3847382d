import { join } from 'node:path';
import type { Book } from '../../../platform/database/index.ts';
import type { Home } from '../../../platform/home/index.ts';
import { literal, openDuck } from '../../../platform/lake/index.ts';
import { readDeliveries } from './read-runs.ts';
import { explainReason, type Reason } from './reasons.ts';

/** A row that was put aside: where it stands, what is wrong with it, and what to do. What it says is not repeated. */
export interface RowToMend {
  readonly delivery: string;
  readonly file: string;
  readonly line: number | null;
  readonly because: string;
  readonly remedy: string;
}

/** The first rows that a run put aside, in the order of its deliveries. */
export async function readRowsToMend(
  book: Book,
  home: Home,
  runId: number,
  limit: number,
): Promise<RowToMend[]> {
  const deliveries = await readDeliveries(book.as('batch'), runId);
  const nameOf = new Map(deliveries.map(({ place, name }) => [place, name]));
  const file = deliveries.find(({ quarantine }) => quarantine !== null)?.quarantine;
  if (!file) return [];
  const duck = await openDuck({ threads: 1 });
  try {
    const rows = await duck.rows<{
      delivery: number;
      file: string;
      line: number | null;
      field: string | null;
      reason: Reason;
    }>(
      `select delivery, file, line, field, reason from read_parquet(${literal(join(home.lake, file))})
        order by delivery, table_name, file, line limit ${limit}`,
    );
    return rows.map(({ delivery, reason, field, file, line }) => ({
      delivery: nameOf.get(delivery) ?? '',
      file,
      line,
      ...explainReason(reason, field),
    }));
  } finally {
    duck.close();
  }
}
