import type { Tx } from '../../../platform/database/index.ts';
import type { NeedTables } from '../tables.ts';
import type { Publication } from './publication.ts';

/** The published facts of one person; null for somebody who was not registered on the publication's day. */
export async function readFacts(tx: Tx, publication: Publication, personNo: number) {
  const facts = await tx
    .withTables<NeedTables>()
    .selectFrom('need.person_fact')
    .selectAll()
    .where('snapshot_id', '=', publication.snapshotId)
    .where('person_no', '=', personNo)
    .executeTakeFirst();
  return facts ?? null;
}

export type PersonFacts = NonNullable<Awaited<ReturnType<typeof readFacts>>>;
