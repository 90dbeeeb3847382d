import { type Lake, rowOwnersSql, wholeTable } from '../../domains/register/index.ts';
import { type Duck, literal } from '../../platform/lake/index.ts';
import { pileSql } from './piles.ts';
import type { ScratchRows } from './scratch-rows.ts';
import { isUsed, pile, type Sorted } from './sort-resources.ts';
import { PATIENT } from './used-types.ts';

interface Deletion {
  [column: string]: string | number | null;
  n: number;
  type: string;
  id: string;
  version: string | null;
  /** Null when it was found nowhere. */
  row_id: string | null;
  patient_id: string | null;
}

/**
 * Finds whose the resources are that a delivery deletes by their id alone, among those of the delivery itself and of
 * everything that the sender sent before, and puts each deletion on the pile of its type. Where nobody ever sent the
 * resource, there is nothing to delete, and that is said.
 */
export async function sortOwnerless(
  duck: Duck,
  about: { scratch: ScratchRows; sorted: Sorted; publisher: string; base: Lake | null },
): Promise<void> {
  const { scratch, sorted } = about;
  const waiting = scratch.written(pile.ownerless);
  if (waiting === null) return;
  const deletions = await duck.rows<Deletion>(ownersSql(about));
  for (const { n, type, id, version, row_id, patient_id } of deletions) {
    const key = { n, patient_id, version, deleted: 'true' };
    if (row_id === null) {
      sorted.unusable.push({ type, reason: 'unknown_row', field: null, found: `DELETE ${type}/${id}`, at: n });
    } else if (type === PATIENT) scratch.write(pile.rows(PATIENT), { ...key, patient_id: id });
    else if (isUsed(type) && patient_id !== null) scratch.write(pile.rows(type), { ...key, row_id });
    else scratch.write(pile.kept(type), { ...key, row_id });
  }
}

function ownersSql({ scratch, publisher, base }: { scratch: ScratchRows; publisher: string; base: Lake | null }): string {
  const ownerless = pileSql(scratch.written(pile.ownerless), 'ownerless');
  const sender = literal(`${publisher}:`);
  const ids = `select type || '/' || id from ${ownerless} union all select ${sender} || type || '/' || id from ${ownerless}`;
  // A resource that has belonged to nobody and to somebody stands twice; the one that belongs to somebody counts.
  return `
    with owner as (${[...inDelivery(scratch, ids), ...inLake(base, publisher, ids)].join(' union all ')})
    select deletion.n, deletion.type, deletion.id, deletion.version,
           arg_min(owner.row_id, length(owner.row_id)) as row_id,
           arg_min(owner.patient_id, length(owner.row_id)) as patient_id
      from ${ownerless} as deletion
      left join owner on owner.row_id in (deletion.type || '/' || deletion.id, ${sender} || deletion.type || '/' || deletion.id)
     group by deletion.n, deletion.type, deletion.id, deletion.version order by deletion.n`;
}

function inDelivery(scratch: ScratchRows, ids: string): string[] {
  const parts = scratch.names().flatMap((name) => {
    const [kind, type] = name.split(' ');
    if (type === PATIENT) return `select '${PATIENT}/' || patient_id as row_id, patient_id from ${pileSql(scratch.written(name), 'patient')}`;
    if (kind === 'rows' || kind === 'kept') return `select row_id, patient_id from ${pileSql(scratch.written(name), 'key')}`;
    return [];
  });
  return ["select null::varchar as row_id, null::varchar as patient_id", ...parts].map(
    (rows) => `select row_id, patient_id from (${rows}) where row_id in (${ids})`,
  );
}

function inLake(base: Lake | null, publisher: string, ids: string): string[] {
  const record = base && wholeTable(base, 'record');
  if (base === null || record === null) return [];
  return [
    rowOwnersSql(base, publisher, ids),
    `select '${PATIENT}/' || patient_id as row_id, patient_id from ${record} as record
      where org = ${literal(publisher)} and '${PATIENT}/' || patient_id in (${ids})`,
  ];
}
