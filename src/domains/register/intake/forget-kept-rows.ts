import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';

/** A delivery that put rows aside or brought such rows again, and the files that tell of them. */
interface Keeping {
  readonly delivery: number;
  /** The delivery with which the rows first came. */
  readonly first: number;
  readonly files: readonly string[];
  /** When its import ended. */
  readonly ended: Date;
}

/** What is forgotten: the deliveries whose rows go, and the files below the lake's folder. */
export interface ForgottenRows {
  readonly deliveries: readonly number[];
  readonly files: readonly string[];
}

/**
 * Lets go of rows that were put aside before a moment. The account of their import stays, with the day on which they
 * went. Rows that came again keep the rows that they came from, and one file holds the rows of a whole import: such
 * deliveries go together, when the youngest of them is old enough. Returns what is to be removed from the lake once the
 * transaction is done (`removeFiles`). The caller holds the snapshot lock, so that no import reads them.
 */
export async function forgetKeptRows(tx: Tx, before: Date, now: Date): Promise<ForgottenRows> {
  const old = together(await readKeepings(tx)).filter((group) => group.every(({ ended }) => ended < before));
  const deliveries = old.flatMap((group) => group.map(({ delivery }) => delivery)).sort((a, b) => a - b);
  if (deliveries.length > 0)
    await tx
      .withTables<RegisterTables>()
      .updateTable('register.delivery')
      .set({ quarantine: null, mended: null, rows_removed_at: now })
      .where('delivery_id', 'in', deliveries)
      .execute();
  return { deliveries, files: [...new Set(old.flat().flatMap(({ files }) => files))].sort() };
}

/** Removes the files from the lake's folder. One that is left by a crash in between is swept as one that nothing names. */
export function removeFiles(folder: string, { files }: ForgottenRows): void {
  for (const file of files) rmSync(join(folder, file), { force: true });
}

async function readKeepings(tx: Tx): Promise<Keeping[]> {
  const { rows } = await sql<Keeping>`
    select d.delivery_id as delivery, coalesce(d.mends, d.delivery_id) as first,
           array_remove(array[d.quarantine, d.mended], null) as files,
           coalesce(run.finished_at, run.started_at) as ended
      from register.delivery d join register.import_run run using (run_id)
     where d.quarantine is not null or d.mended is not null
     order by d.delivery_id`.execute(tx);
  return rows;
}

/** Groups of those that share a file or the rows that they are about. */
function together(keepings: readonly Keeping[]): Keeping[][] {
  const groups: { marks: Set<string>; members: Keeping[] }[] = [];
  for (const keeping of keepings) {
    const marks = new Set([`rows ${keeping.first}`, ...keeping.files]);
    const joined = { marks, members: [keeping] };
    for (const group of groups.filter((each) => [...marks].some((mark) => each.marks.has(mark)))) {
      for (const mark of group.marks) marks.add(mark);
      joined.members.unshift(...group.members);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map(({ members }) => members);
}
