import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';

/** One import, as pages show it. */
export interface ImportRun {
  readonly run_id: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly state: 'running' | 'done' | 'refused' | 'failed';
  readonly progress: string;
  readonly message: string | null;
  /** What the readers said of the files, a sentence each. */
  readonly said: readonly string[];
  readonly deliveries: number;
  readonly refused: number;
  readonly read: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly duplicate: number;
}

/** The last imports, the latest first. */
export async function readRuns(db: Kysely<Tables>, limit = 50): Promise<ImportRun[]> {
  return await db
    .withTables<RegisterTables>()
    .selectFrom('register.import_run as run')
    .leftJoin('register.delivery as delivery', 'delivery.run_id', 'run.run_id')
    .leftJoin('register.delivery_table as t', 't.delivery_id', 'delivery.delivery_id')
    .select((select) => [
      'run.run_id',
      'run.started_at',
      'run.finished_at',
      'run.state',
      'run.progress',
      'run.message',
      'run.said',
      select.fn.count<number>('delivery.delivery_id').distinct().as('deliveries'),
      select.fn
        .count<number>('delivery.delivery_id')
        .distinct()
        .filterWhere('delivery.state', '=', 'refused')
        .as('refused'),
      select.fn.coalesce(select.fn.sum<number>('t.read'), select.val(0)).as('read'),
      select.fn.coalesce(select.fn.sum<number>('t.loaded'), select.val(0)).as('loaded'),
      select.fn.coalesce(select.fn.sum<number>('t.quarantined'), select.val(0)).as('quarantined'),
      select.fn.coalesce(select.fn.sum<number>('t.duplicate'), select.val(0)).as('duplicate'),
    ])
    .groupBy('run.run_id')
    .orderBy('run.run_id', 'desc')
    .limit(limit)
    .execute();
}

export interface ReadDelivery {
  readonly delivery_id: number;
  readonly run_id: number;
  readonly name: string;
  readonly format: string;
  readonly publisher: string | null;
  readonly extracted_at: Date | null;
  readonly state: 'loaded' | 'refused';
  readonly refusal: { readonly code: string; readonly because: string; readonly remedy: string } | null;
  readonly quarantine: string | null;
  /** When the rows that it put aside were removed, because their time was over. */
  readonly rows_removed_at: Date | null;
  /** The delivery whose rows it brought again, and whether as they were. */
  readonly mends: number | null;
  readonly is_release: boolean;
  readonly place: number;
  readonly tables: readonly {
    readonly table_name: string;
    readonly read: number;
    readonly loaded: number;
    readonly quarantined: number;
    readonly duplicate: number;
    readonly removed: number;
    readonly reasons: Record<string, number>;
  }[];
}

/** The deliveries of one import with their accounts, in the order in which they were given. */
export async function readDeliveries(tx: Kysely<Tables>, runId: number): Promise<ReadDelivery[]> {
  const db = tx.withTables<RegisterTables>();
  const deliveries = await db
    .selectFrom('register.delivery')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('delivery_id')
    .execute();
  const tables = await db
    .selectFrom('register.delivery_table')
    .selectAll()
    .where('delivery_id', 'in', (select) =>
      select.selectFrom('register.delivery').select('delivery_id').where('run_id', '=', runId),
    )
    .orderBy('table_name')
    .execute();
  return deliveries.map((delivery, place) => ({
    ...delivery,
    place,
    tables: tables.filter((table) => table.delivery_id === delivery.delivery_id),
  }));
}
