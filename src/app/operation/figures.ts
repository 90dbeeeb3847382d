import { readSnapshot } from '../../domains/register/index.ts';
import { archiveStatus } from '../../platform/database/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Figures } from '../../platform/metrics/index.ts';
import { diskSpace, readLastBackup, readLastVerification } from '../../platform/operation/index.ts';
import type { Product } from '../product.ts';
import type { Condition } from './conditions.ts';

/** What is looked up each time that somebody asks for the metrics. */
export async function readFigures(
  product: Product,
  jobs: Jobs,
  conditions: readonly Condition[],
): Promise<Figures> {
  const { book, home } = product;
  const db = book.as('app');
  const { freeBytes, totalBytes } = await diskSpace(home.path);
  const queues = await jobs.overview();
  const snapshot = await readSnapshot(db, home.lake);
  const [last, made, verified] = [
    await readLastBackup(db),
    await readLastBackup(db, { made: true }),
    await readLastVerification(db),
  ];
  const wal = book.kind === 'embedded' ? await archiveStatus(book.pool('app'), home) : null;
  const one = (value: number | undefined) => (value === undefined ? [] : [{ labels: {}, value }]);
  const seconds = (at: Date | undefined) => one(at && at.getTime() / 1000);
  return {
    condition: {
      help: 'Whether each thing is so that the product needs (as /ready says it).',
      values: conditions.map(({ name, ok }) => ({ labels: { name }, value: Number(ok) })),
    },
    jobs: {
      help: 'Jobs by queue: waiting to begin, being done, given up within seven days.',
      values: queues.flatMap(({ queue, waiting, active, failed }) =>
        Object.entries({ waiting, active, failed }).map(([state, value]) => ({
          labels: { queue, state },
          value,
        })),
      ),
    },
    connections: {
      help: 'Connections to the database by login, and callers that wait for one.',
      values: book
        .connections()
        .flatMap(({ login, ...counts }) =>
          Object.entries(counts).map(([state, value]) => ({ labels: { login, state }, value })),
        ),
    },
    disk_free_bytes: { help: 'Free on the disk of the data folder.', values: one(freeBytes) },
    disk_total_bytes: { help: 'The size of that disk.', values: one(totalBytes) },
    snapshot: { help: 'The number of the current snapshot.', values: one(snapshot?.id) },
    snapshot_made_seconds: { help: 'When it was made, since 1970.', values: seconds(snapshot?.madeAt) },
    backup_made_seconds: {
      help: 'When the last backup was made, since 1970.',
      values: seconds(made?.endedAt),
    },
    backup_failing: {
      help: 'Whether the last backup that was tried came to nothing.',
      values: one(last ? Number(last.refusal !== null) : undefined),
    },
    wal_failing: {
      help: 'Whether keeping WAL fails at the moment.',
      values: one(wal?.folder ? Number(wal.failing) : undefined),
    },
    verified_seconds: { help: 'When verify last ran, since 1970.', values: seconds(verified?.verifiedAt) },
    verify_failed_checks: { help: 'Checks that failed then.', values: one(verified?.failed.length) },
  };
}
