import { type Lake, latestVersions, type SourceTable, wholeTable } from '../../domains/register/index.ts';
import type { Duck } from '../../platform/lake/index.ts';

let prepared = 0;

/**
 * Withdraws visits from people whose they were not: when the latest message of a visit names another person than an
 * earlier one, in this delivery or in the lake, the visit is that person's and nobody else's. A visit is known by its
 * sender and its number. Returns tables of deletions, as old as the message that says it.
 */
export async function moveVisits(
  duck: Duck,
  about: {
    /** SQL of `org`, `row_id`, `patient_id`, `version` and `deleted` (texts) of what arrives; null where nothing does. */
    readonly rows: Readonly<Record<'admission' | 'attendance', string | null>>;
    readonly base: Lake | null;
  },
): Promise<SourceTable[]> {
  const tables: SourceTable[] = [];
  for (const stage of ['admission', 'attendance'] as const) {
    const rows = about.rows[stage];
    if (rows === null) continue;
    const name = `moved_visits_${++prepared}`;
    await duck.run(`create temp table ${name} as ${movedSql(stage, rows, about.base)}`);
    const { n } = await duck.one<{ n: number }>(`select count(*) as n from ${name}`);
    if (n > 0) tables.push(deletions(stage, name));
  }
  return tables;
}

function movedSql(stage: 'admission' | 'attendance', rows: string, base: Lake | null): string {
  const here = `
    select upper(org) as org, row_id, patient_id, epoch_ms(try_cast(version as timestamptz)) as version,
           coalesce(deleted = 'true', false) as deleted from (${rows})`;
  const visits = `select distinct org, row_id from (${here})`;
  const kept = base && latestVersions(base, stage);
  const record = base && wholeTable(base, 'record');
  const there =
    kept && record
      ? `union all select kept.org, kept.row_id, whose.patient_id, kept.version, kept.deleted from ${kept} as kept
           join (${visits}) as visit on visit.org = kept.org and visit.row_id = kept.row_id
           join ${record} as whose using (rec)`
      : '';
  // Of one version that stands for one and is deleted for another, it is the one's: it was withdrawn from the other.
  return `
    with said as (
      select * from (${here} ${there})
       where org is not null and row_id is not null and patient_id is not null and version is not null),
    latest as (select org, row_id, max(version) as version,
                      arg_max(patient_id, {v: version, s: not deleted, p: patient_id}) as patient_id
                 from said group by all)
    select distinct said.org, said.row_id, said.patient_id,
           strftime(make_timestamp_ms(latest.version), '%Y-%m-%dT%H:%M:%S.%gZ') as version
      from said join latest using (org, row_id)
     where said.patient_id <> latest.patient_id`;
}

function deletions(stage: 'admission' | 'attendance', relation: string): SourceTable {
  const column = (sql: string, type: 'text' | 'timestamp' | 'boolean') =>
    ({ sql, native: false, type, required: false, called: sql }) as const;
  return {
    name: `${stage} moved`,
    stage,
    feed: null,
    rider: 'withdrawals',
    relation,
    again: relation,
    columns: new Map([
      ['row_id', column('row_id', 'text')],
      ['patient_id', column('patient_id', 'text')],
      ['owner', column('org', 'text')],
      ['version', column('version', 'timestamp')],
      ['deleted', column("'true'", 'boolean')],
    ]),
    record: 'null',
    atLeastOne: [],
    count: async () => null,
    unreadable: async () => [],
    rowNumber: '0',
    positions: async () => new Map(),
  };
}
