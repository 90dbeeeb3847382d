import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { type Keeper, keptRows, mendedRows, readKeepers, type SettledRows } from './kept-rows.ts';
import type { SourceDelivery } from './staging.ts';

/** What an import did for rows that earlier deliveries had put aside. */
export interface RowsThatCameAgain {
  readonly isRelease: boolean;
  /** By the delivery's place in the import: the file of the rows that it mended. */
  readonly files: ReadonlyMap<number, string>;
  /** The deliveries of which rows came again, and all that is no longer open of them now. */
  readonly keepers: readonly number[];
  readonly settled: readonly SettledRows[];
}

export function noRowsAgain(isRelease: boolean): RowsThatCameAgain {
  return { isRelease, files: new Map(), keepers: [], settled: [] };
}

/**
 * Finds out which rows of earlier deliveries are mended: those that came again and were not put aside anew. Rows of a
 * release that are still refused are not kept a second time, because nothing about them is new.
 *
 * Called when all rows that are put aside have been gathered, and before they are written.
 */
export async function noteRowsThatCameAgain(
  db: Kysely<Tables>,
  hand: ImportInHand,
  isRelease: boolean,
): Promise<RowsThatCameAgain> {
  const again = { files: new Map<number, string>(), keepers: [] as number[], settled: [] as SettledRows[] };
  for (const [place, delivery] of hand.deliveries.entries()) {
    if (!delivery.mends) continue;
    const keepers = await readKeepers(db, delivery.mends.id);
    await hand.duck.run('create or replace temp table arrived (row bigint)');
    await noteArrived(hand, place, delivery);
    await noteMended(hand, place, keepers, delivery.mends.id);
    const file = await writeMended(hand, place);
    if (file !== null) again.files.set(place, file);
    if (isRelease) await hand.duck.run(`delete from quarantine where delivery = ${place}`);
    again.keepers.push(...keepers.map(({ delivery_id }) => delivery_id));
    again.settled.push(...(await settledRows(hand, place, keepers)));
  }
  return { isRelease, ...again };
}

async function noteArrived(hand: ImportInHand, place: number, delivery: SourceDelivery): Promise<void> {
  for (const { origin, again } of delivery.tables) {
    if (origin !== undefined)
      await hand.duck.run(`insert into arrived select (${origin})::bigint from ${again} as source`);
  }
  // Lines that could not be read are in no relation. They were put aside, each as the row that it is.
  await hand.duck.run(`insert into arrived select origin from quarantine where delivery = ${place}`);
}

/** Of what arrived, the rows that there are, that are not put aside anew, and that nobody mended before. */
async function noteMended(
  hand: ImportInHand,
  place: number,
  keepers: readonly Keeper[],
  first: number,
): Promise<void> {
  await hand.duck.run(
    `create or replace temp table mended_now as
     select row from ${keptRows(hand.folder, keepers, first)} as kept where state <> 'mended'
     intersect select row from arrived
     except select origin from quarantine where delivery = ${place}`,
  );
}

async function writeMended(hand: ImportInHand, place: number): Promise<string | null> {
  const { n } = await hand.duck.one<{ n: number }>('select count(*) as n from mended_now');
  if (n === 0) return null;
  const path = `quarantine/${hand.name}-mended-${place}.parquet`;
  mkdirSync(join(hand.folder, 'quarantine'), { recursive: true, mode: 0o700 });
  await hand.duck.run(
    `copy (select row from mended_now order by row) to ${literal(join(hand.folder, path))} (format parquet, compression zstd)`,
  );
  return path;
}

async function settledRows(
  hand: ImportInHand,
  place: number,
  keepers: readonly Keeper[],
): Promise<SettledRows[]> {
  const before = mendedRows(hand.folder, keepers);
  const mended = `root in (select row from mended_now ${before === 'null' ? '' : `union ${before}`})`;
  const again = `(state = 'again' or root in (select origin from quarantine where delivery = ${place}))`;
  const settled: SettledRows[] = [];
  for (const { delivery_id, quarantine } of keepers) {
    if (quarantine === null) continue;
    const rows = await hand.duck.rows<Omit<SettledRows, 'delivery_id'> & Record<string, string | number>>(
      `select table_name, reason, count(*) filter (${mended}) as mended,
              count(*) filter (not ${mended} and ${again}) as again
         from ${keptRows(hand.folder, keepers, delivery_id)} as kept
        group by all having count(*) filter (${mended} or ${again}) > 0`,
    );
    settled.push(...rows.map((row) => ({ ...row, delivery_id })));
  }
  return settled;
}
