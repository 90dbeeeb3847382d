import type { Tx } from '../../../platform/database/index.ts';
import { bandsOf } from '../language/library.ts';
import type { DisclosureRules } from '../refresh/disclosure.ts';
import type { NeedTables } from '../tables.ts';
import type { OutcomeCell, OutcomeSource } from './count-outcomes.ts';
import { protectOutcomes } from './protect-outcomes.ts';

/** Publishes what happened by tenth of the score and group, protected, of everybody here together. */
export async function publishCalibration(
  tx: Tx,
  cells: readonly OutcomeCell[],
  { snapshot, library, rules, disclosure }: OutcomeSource & { readonly disclosure: DisclosureRules },
): Promise<void> {
  const dimensions = rules.between.map((id) => ({
    id,
    groups: bandsOf(library.definition(id)).map((band) => band.id),
  }));
  await tx
    .withTables<NeedTables>()
    .insertInto('need.published_calibration')
    .values(
      protectOutcomes(cells, dimensions, disclosure).map(({ outcome, dimension, group, tenths }, place) => ({
        snapshot_id: snapshot.id,
        place,
        outcome,
        dimension,
        group_id: group,
        tenths: [...tenths],
      })),
    )
    .execute();
}
