import { type Lake, liveRows, rowOwnersSql, wholeTable } from '../../domains/register/index.ts';
import { type Duck, literal } from '../../platform/lake/index.ts';
import { bundleOf } from './arrivals.ts';
import type { Piles } from './piles.ts';
import { pile, type Sorted } from './sort-resources.ts';
import { ENCOUNTER, isUsed, MEDICINE, PATIENT, usedTypes } from './used-types.ts';

interface Reading {
  readonly piles: Piles;
  readonly sorted: Sorted;
  readonly publisher: string;
  readonly base: Lake | null;
}

interface Deletion {
  [column: string]: string | number | boolean | null;
  n: number;
  type: string;
  id: string;
  version: string | null;
  /** Null when what is deleted was found nowhere. */
  row_id: string | null;
  patient_id: string | null;
  /** Whether it is kept whole, instead of as a row of its type. */
  is_kept: boolean;
}

/**
 * Puts each deletion on the pile where what it deletes is: with the rows of its type, or with what is kept whole. One
 * that says only an id is for whoever's resource has it, in this delivery or in anything that the sender sent before;
 * where nobody ever sent the resource there is nothing to delete, and that is said.
 *
 * `keptIds` is SQL of the ids of used resources that are kept whole.
 */
export async function sortDeletions(duck: Duck, reading: Reading, keptIds: string | null): Promise<void> {
  const { piles, sorted } = reading;
  if (piles.count(pile.deletions) === 0) return;
  for (const deletion of await duck.rows<Deletion>(deletionsSql(reading, keptIds))) {
    const { n, type, id, version, row_id, patient_id, is_kept } = deletion;
    const key = { n, row_id, patient_id, version, deleted: 'true' };
    // A visit that has no number of its own is known by the id of its encounter.
    if (type === ENCOUNTER && row_id !== null && patient_id !== null)
      for (const stage of ['admission', 'attendance'] as const)
        piles.write(pile.visits(stage), { ...key, row_id: `${ENCOUNTER}/${id}` });
    if (row_id === null) {
      sorted.unusable.push({
        type,
        reason: 'unknown_row',
        field: null,
        found: deletionAlone({ type, id, version }),
        at: n,
      });
    } else if (type === PATIENT) {
      piles.write(pile.rows(PATIENT), { n, patient_id: id, version, deleted: 'true' });
    } else if (isUsed(type) && patient_id !== null && !is_kept) {
      piles.write(pile.rows(type), key);
    } else {
      piles.write(pile.kept(type), key);
      // An older version that is still on its way must not become a row again.
      if (isUsed(type) && patient_id !== null)
        piles.write(pile.withdrawn(type === MEDICINE ? 'medication' : 'event'), key);
    }
  }
}

function deletionAlone({ type, id, version }: Pick<Deletion, 'type' | 'id' | 'version'>): string {
  const request = { method: 'DELETE', url: `${type}/${id}` };
  const entry = version === null ? { request } : { request, response: { lastModified: version } };
  return JSON.stringify(bundleOf(entry));
}

/** SQL of the ids of used resources that are kept whole, in this delivery or the lake; null when none is. */
export async function idsOfKept(duck: Duck, { piles, publisher, base }: Reading): Promise<string | null> {
  const types = usedTypes.filter((type) => type !== PATIENT);
  const here = types
    .filter((type) => piles.count(pile.kept(type)) > 0)
    .map((type) => `select row_id from ${piles.sql(pile.kept(type), 'key')}`);
  const rows = base && liveRows(base, 'source_record');
  const ofTypes = `split_part(row_id, '/', 1) in (${types.map(literal).join(', ')})`;
  const before = rows ? [`select row_id from ${rows} where org = ${literal(publisher)} and ${ofTypes}`] : [];
  if (here.length + before.length === 0) return null;
  const table = `fhir_kept_${++tables}`;
  await duck.run(`create temp table ${table} as ${[...here, ...before].join(' union ')}`);
  const { n } = await duck.one<{ n: number }>(`select count(*) as n from ${table}`);
  return n === 0 ? null : `select row_id from ${table}`;
}

let tables = 0;

function deletionsSql(reading: Reading, keptIds: string | null): string {
  const deletions = reading.piles.sql(pile.deletions, 'deletions');
  const sender = literal(`${reading.publisher}:`);
  const named = (row: string) => [
    `${row}.type || '/' || ${row}.id`,
    `${sender} || ${row}.type || '/' || ${row}.id`,
  ];
  const ids = named('wanted').map(
    (id) => `select ${id} from ${deletions} as wanted where patient_id is null`,
  );
  const owners = [
    ...inDelivery(reading.piles, ids.join(' union all ')),
    ...inLake(reading, ids.join(' union all ')),
  ];
  // A resource that has belonged to nobody and to somebody stands twice; the one that belongs to somebody counts.
  return `
    with owner as (${owners.join(' union all ')}),
    found as (
      select deletion.n, deletion.type, deletion.id, deletion.version,
             coalesce(arg_min(owner.row_id, length(owner.row_id)),
                      case when deletion.patient_id is not null then ${named('deletion')[0]} end) as row_id,
             coalesce(deletion.patient_id, arg_min(owner.patient_id, length(owner.row_id))) as patient_id
        from ${deletions} as deletion
        left join owner on deletion.patient_id is null and owner.row_id in (${named('deletion').join(', ')})
       group by deletion.n, deletion.type, deletion.id, deletion.version, deletion.patient_id)
    select *, ${keptIds === null ? 'false' : `coalesce(row_id in (${keptIds}), false)`} as is_kept from found order by n`;
}

function inDelivery(piles: Piles, ids: string): string[] {
  const owned = piles.names().flatMap((name) => {
    const [kind, type] = name.split(' ');
    if (kind === 'rows' && type === PATIENT) {
      return [`select '${PATIENT}/' || patient_id as row_id, patient_id from ${piles.sql(name, 'patient')}`];
    }
    return kind === 'rows' || kind === 'kept'
      ? [`select row_id, patient_id from ${piles.sql(name, 'key')}`]
      : [];
  });
  const none = 'select null::varchar as row_id, null::varchar as patient_id';
  return [none, ...owned].map((rows) => `select row_id, patient_id from (${rows}) where row_id in (${ids})`);
}

function inLake({ base, publisher }: Reading, ids: string): string[] {
  const record = base && wholeTable(base, 'record');
  if (base === null || record === null) return [];
  const patient = `'${PATIENT}/' || patient_id`;
  return [
    rowOwnersSql(base, publisher, ids),
    `select ${patient}, patient_id from ${record} as record where org = ${literal(publisher)} and ${patient} in (${ids})`,
  ];
}
