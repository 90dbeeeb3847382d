import type { Duck } from '../../../platform/lake/index.ts';
import type { TableInHand } from './check-table.ts';

/** A part's row id is that of its whole with a number behind it: `x#1`. */
const PART = '#[0-9]+$';

/**
 * Holds parts to their wholes: a part is taken only with the whole that it was sent with, and when a whole is taken,
 * the parts of it that are there and did not come again are deleted. A blood pressure that is corrected from two
 * readings to one, or withdrawn, leaves no reading behind.
 *
 * Returns SQL of what is accepted then. Without tables of parts among `tables` that is what was accepted before.
 */
export async function partsFollow(
  duck: Duck,
  merge: {
    readonly accepted: string;
    readonly arriving: string;
    readonly present: string | null;
    readonly tables: readonly TableInHand[];
  },
): Promise<string> {
  const withParts = merge.tables.filter(({ source }) => source.rider === 'parts');
  if (withParts.length === 0) return merge.accepted;
  if (merge.accepted !== 'accepted') {
    await duck.run(`create or replace temp table accepted as select * from ${merge.accepted} as accepted`);
  }
  await duck.run(
    `create or replace temp table wholes as
     select rec, row_id, version, explicit, deleted, delivery, sent from accepted
      where delivery in (${withParts.map(({ delivery }) => delivery).join(', ')}) and not regexp_matches(row_id, '${PART}')`,
  );
  await dropLooseParts(duck, withParts);
  if (merge.present !== null) await deleteFormerParts(duck, merge.arriving, merge.present);
  return 'accepted';
}

async function dropLooseParts(duck: Duck, withParts: readonly TableInHand[]): Promise<void> {
  await duck.run(
    `delete from accepted
      where table_no in (${withParts.map(({ table }) => table).join(', ')})
        and (rec, regexp_replace(row_id, '${PART}', ''), delivery, sent) not in
            (select (rec, row_id, delivery, sent) from wholes where not deleted)`,
  );
}

async function deleteFormerParts(duck: Duck, arriving: string, present: string): Promise<void> {
  await duck.run(
    `insert into accepted by name
     select part.* replace (true as deleted, whole.explicit as explicit, whole.version as version)
       from ${present} as part
       join wholes as whole on whole.rec = part.rec and whole.row_id = regexp_replace(part.row_id, '${PART}', '')
       anti join ${arriving} as again
              on again.rec = part.rec and again.row_id = part.row_id and again.delivery = whole.delivery
             and again.version = whole.sent and not whole.deleted
      where not part.deleted and regexp_matches(part.row_id, '${PART}')`,
  );
}
