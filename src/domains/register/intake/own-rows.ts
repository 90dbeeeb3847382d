import { literal } from '../../../platform/lake/index.ts';
import type { CheckContext, CheckedTable } from './check-table.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { type SourceTable, whoseFault } from './staging.ts';

/** Whether a delivery brings patients of others than its publisher: then its other rows may be theirs. */
export async function hasOthersPatients(
  hand: ImportInHand,
  { delivery, publisher }: CheckContext,
): Promise<boolean> {
  for (const { table } of hand.inHand.values()) {
    if (table.delivery !== delivery || table.source.stage !== 'patient') continue;
    const { checked } = table as CheckedTable;
    const others = await hand.duck.rows(
      `select 1 as other from ${checked} where org <> upper(${literal(publisher ?? '')}) limit 1`,
    );
    if (others.length > 0) return true;
  }
  return false;
}

/** Whether a patient was not found because the row is not the publisher's. `faulty`: SQL of the rows that cannot be used. */
export async function hasOthersRows(
  hand: ImportInHand,
  faulty: string | null,
  source: SourceTable,
  { publisher }: CheckContext,
): Promise<boolean> {
  if (faulty === null) return false;
  const others = await hand.duck.rows(
    `select 1 as other from ${faulty}
      where starts_with(fault, '${whoseFault(source)}|') and org <> upper(${literal(publisher ?? '')}) limit 1`,
  );
  return others.length > 0;
}
