import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Retained, readRetentionRules } from '../domains/governance/index.ts';
import { type ForgottenRows, forgetKeptRows, removeFiles } from '../domains/register/index.ts';
import { writeAudit } from '../platform/audit/index.ts';
import { act, forgetOldKept, forgetSessions, forgetSignIns, type Origin } from '../platform/auth/index.ts';
import { type Tx, withSessionLock } from '../platform/database/index.ts';
import type { Product } from './product.ts';

const DAY = 86_400_000;

/** What one rule removed, or would remove. */
export interface RetainedResult {
  readonly id: Retained;
  readonly title: string;
  readonly days: number;
  /** What was older than this went. */
  readonly before: Date;
  /** Folders, deliveries, sessions, sign-ins, entries of the scratch folder, or texts. */
  readonly removed: number;
}

export interface Retention {
  readonly now: Date;
  readonly origin: Origin;
  /** Says what would be removed and removes nothing. */
  readonly dryRun: boolean;
  /** Folders of uploads whose import waits or is under way: they stay, however old. */
  readonly inUse: readonly string[];
}

/**
 * Removes what is past its time by `content/governance/retention.yaml`, and says in the audit how much that was. It
 * waits for an import that is under way.
 */
export async function retain(
  { book, home, content, operator: by }: Pick<Product, 'book' | 'home' | 'content' | 'operator'>,
  { now, origin, dryRun, inUse }: Retention,
): Promise<readonly RetainedResult[]> {
  const { rules, version } = readRetentionRules(content);
  const before = Object.fromEntries(
    rules.map(({ id, days }) => [id, new Date(now.getTime() - days * DAY)]),
  ) as Record<Retained, Date>;
  return await withSessionLock(book, 'batch', 'snapshot', async () => {
    const busy = new Set(inUse.map((folder) => resolve(folder)));
    const uploads = entriesBefore(home.deliveries, before.uploads).filter(
      (path) => isUpload(path) && !busy.has(resolve(path)),
    );
    const workFiles = entriesBefore(home.work, before.work_files);
    const removeFromBook = async (tx: Tx) => {
      const rows = await forgetKeptRows(tx, before.put_aside, now);
      const removed: Record<Retained, number> = {
        uploads: uploads.length,
        put_aside: rows.deliveries.length,
        sessions: await forgetSessions(tx, before.sessions),
        sign_ins: await forgetSignIns(tx, before.sign_ins),
        work_files: workFiles.length,
        typed_texts: await forgetOldKept(tx, before.typed_texts),
      };
      if (dryRun) throw new OnlyAsked(rows, removed);
      if (Object.values(removed).some((count) => count > 0))
        await writeAudit(tx, {
          action: 'retention.removed',
          purpose: `retention rules ${version}`,
          detail: { ...removed, deliveries: rows.deliveries },
        });
      return { rows, removed };
    };
    const { rows, removed } = await act(book, { by, origin, login: 'batch' }, removeFromBook).catch(ifAsked);
    // After the book has let go of them: a crash in between leaves files that the next night removes.
    if (!dryRun) {
      for (const path of [...uploads, ...workFiles]) rmSync(path, { recursive: true, force: true });
      removeFiles(home.lake, rows);
    }
    return rules.map(({ id, title, days }) => ({
      id,
      title,
      days,
      before: before[id],
      removed: removed[id],
    }));
  });
}

/** Undoes a dry run's transaction: it did what the other does, so that what it says is what the other would do. */
class OnlyAsked extends Error {
  readonly rows: ForgottenRows;
  readonly removed: Record<Retained, number>;

  constructor(rows: ForgottenRows, removed: Record<Retained, number>) {
    super('dry run');
    this.rows = rows;
    this.removed = removed;
  }
}

function ifAsked(error: unknown): OnlyAsked {
  if (error instanceof OnlyAsked) return error;
  throw error;
}

/** Uploads have folders of their own. What somebody else put among the deliveries is theirs. */
function isUpload(path: string): boolean {
  return /[/\\](upload|codelists)-[^/\\]+$/.test(path);
}

function entriesBefore(folder: string, before: Date): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).mtime < before);
}
