import { readPublication } from '../../domains/need/index.ts';
import { readSnapshot } from '../../domains/register/index.ts';
import { archiveStatus, type Tx, type WalArchiveStatus } from '../../platform/database/index.ts';
import type { FailedJob, Jobs, QueueState } from '../../platform/jobs/index.ts';
import {
  type BackupNote,
  type DiskSpace,
  diskSpace,
  folderBytes,
  type Restoration,
  readLastBackup,
  readLastVerification,
  readRestoration,
  type Verification,
} from '../../platform/operation/index.ts';
import { migrations } from '../migrations.ts';
import { type Product, productVersion } from '../product.ts';
import { type Condition, readConditions } from './conditions.ts';

/** Everything that the operator's page shows. */
export interface Operation {
  readonly conditions: readonly Condition[];
  readonly queues: readonly QueueState[];
  readonly failures: readonly FailedJob[];
  readonly snapshot: { readonly id: number; readonly asOf: string; readonly madeAt: Date } | null;
  /** The snapshot that pages show. */
  readonly published: { readonly id: number; readonly people: number } | null;
  readonly disk: DiskSpace & { readonly book: number; readonly lake: number };
  readonly versions: Readonly<Record<'product' | 'node' | 'postgresql' | 'schema', string>>;
  readonly backup: {
    readonly last: BackupNote | null;
    readonly lastMade: BackupNote | null;
    readonly nightlyTo: string | undefined;
    readonly wal: WalArchiveStatus | null;
  };
  readonly verification: Verification | null;
  readonly restoration: Restoration | null;
}

const FAILURES_SHOWN = 20;

/** Reads how the installation does. */
export async function readOperation(tx: Tx, product: Product, jobs: Jobs, now: Date): Promise<Operation> {
  const { book, home, config } = product;
  const snapshot = await readSnapshot(tx, home.lake);
  const publication = await readPublication(tx);
  const server = await book
    .pool('app')
    .query(
      "select current_setting('server_version') as version, pg_database_size(current_database()) as bytes",
    );
  return {
    conditions: await readConditions(product, jobs, now),
    queues: await jobs.overview(),
    failures: await jobs.failures(FAILURES_SHOWN),
    snapshot,
    published: publication && { id: publication.snapshotId, people: publication.people },
    disk: {
      ...(await diskSpace(home.path)),
      book: server.rows[0].bytes,
      lake: await folderBytes(home.lake),
    },
    versions: {
      product: productVersion,
      node: process.versions.node,
      postgresql: server.rows[0].version,
      schema:
        [...migrations]
          .map(({ name }) => name.split(' ', 1)[0] ?? '')
          .sort()
          .at(-1) ?? '',
    },
    backup: {
      last: await readLastBackup(tx),
      lastMade: await readLastBackup(tx, { made: true }),
      nightlyTo: config.backupTo,
      wal: book.kind === 'embedded' ? await archiveStatus(book.pool('app'), home) : null,
    },
    verification: await readLastVerification(tx),
    restoration: await readRestoration(tx),
  };
}
