import { type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import { convertedSql, type Library } from '../../need/index.ts';
import { type Lake, liveRows, referenceTable, wholeTable } from '../../register/index.ts';
import type { DefectKinds } from '../defect-kinds.ts';
import { markCodes } from './code-marks.ts';

/** What a scan is asked: a snapshot, the day that counts as today, and what counts as wrong. */
export interface ScanRequest {
  readonly duck: Duck;
  readonly lake: Lake;
  readonly library: Library;
  readonly kinds: DefectKinds;
  readonly today: PlainDate;
  onProgress?(part: number, parts: number): void;
}

/**
 * Goes once over every entry, prescription and appointment of a snapshot, bucket by bucket, and leaves two temporary
 * tables: `scanned`, one row per patient record and table with counts; `fault_row`, every row with an impossible day
 * or value. Returns the number of rows that were read.
 */
export async function scanSnapshot(request: ScanRequest): Promise<number> {
  const { duck, lake, kinds, today } = request;
  await markCodes(duck, lake, request.library, kinds);
  await openRoll(request);
  await duck.run(
    `create or replace temp table scanned (feed varchar, rec integer, rows bigint, latest bigint, recent bigint, unmapped bigint,
       bits integer, issues integer[], faults struct(row_id varchar, day integer, code integer, value double, unit varchar,
       hidden boolean, day_fault varchar, value_fault varchar)[], slots varchar[])`,
  );
  const { buckets } = lake.manifest;
  for (let bucket = 0; bucket < buckets; bucket++) {
    request.onProgress?.(bucket, buckets);
    await scanTable(duck, lake, 'event', bucket, (rows) => eventsSql(rows, kinds, today));
    await scanTable(duck, lake, 'medication', bucket, (rows) => medicinesSql(rows, kinds, today));
    await scanTable(duck, lake, 'appointment', bucket, (rows) => appointmentsSql(rows, kinds, today));
  }
  await duck.run(
    `create or replace temp table fault_row as
     select kind, roll.org, rec, roll.person, feed, fault.row_id, fault.day, fault.code, fault.value, fault.unit, fault.hidden
       from (select feed, rec, unnest(faults) as fault from scanned) as row join roll using (rec)
       cross join lateral (values (fault.day_fault), (fault.value_fault)) as one (kind) where kind is not null`,
  );
  const { rows } = await duck.one<{ rows: number }>(
    'select coalesce(sum(rows), 0)::bigint as rows from scanned',
  );
  return rows;
}

async function scanTable(
  duck: Duck,
  lake: Lake,
  table: Parameters<typeof liveRows>[1],
  bucket: number,
  scan: (rows: string) => string,
): Promise<void> {
  const rows = liveRows(lake, table, bucket);
  if (rows !== null) await duck.run(`insert into scanned by name ${scan(rows)}`);
}

/** Every record: its practice, and between which days its rows can be. `early` and `late` are the days that cannot. */
async function openRoll({ duck, lake, kinds }: ScanRequest): Promise<void> {
  const birth = kinds.thresholds['before-birth'];
  const death = kinds.thresholds['after-death'];
  const patient = wholeTable(lake, 'patient');
  const lives =
    patient === null
      ? 'select null::integer as rec, null::integer as birth_day, null::boolean as birth_approximate where false'
      : `select rec, birth_day, birth_approximate from ${patient} where not deleted`;
  await duck.run(
    `create or replace temp table roll as
     select record.rec, upper(record.org) as org, record.person,
            coalesce(life.birth_day - ${birth.grace_days} - case when life.birth_approximate then ${birth.approximate_days} else 0 end,
                     -10000000) as early,
            coalesce(person.death_day + ${death.grace_days}, 10000000) as late
       from ${referenceTable(lake, 'record')} as record
       left join (${lives}) as life using (rec)
       left join ${referenceTable(lake, 'person')} as person using (person)`,
  );
}

/** SQL of what is wrong with a row's day; null where nothing is. A row without a day has none that is wrong. */
function dayFault(kinds: DefectKinds, today: PlainDate): string {
  const future = toEpochDay(today) + kinds.thresholds['future-date'].grace_days;
  return `case when row.day > ${future} then 'future-date' when row.day < roll.early then 'before-birth'
               when row.day > roll.late then 'after-death' end`;
}

function eventsSql(rows: string, kinds: DefectKinds, today: PlainDate): string {
  const from = (kind: 'unit-error' | 'implausible-value') =>
    toEpochDay(today) - kinds.thresholds[kind].window_days;
  const year = toEpochDay(today) - kinds.thresholds['unmapped-codes'].window_days;
  const value = `coalesce(${convertedSql('row.value')}, row.value)`;
  return `
    with row as (
      select row.rec, row.row_id, row.day, row.code, row.value, row.unit, row.version, mark.mapped, mark.bits,
             row.confidential or mark.restricted as hidden, ${dayFault(kinds, today)} as day_fault,
             case when row.value is null or mark.measure is null or row.day > ${toEpochDay(today)} then null
                  when coalesce(trim(row.unit), '') <> '' and times is null
                    then case when row.day >= ${from('unit-error')} then 'unit-error' end
                  when ${value} between mark.low and mark.high then null
                  when ${value} between mark.mixed_low and mark.mixed_high
                    then case when row.day >= ${from('unit-error')} then 'unit-error' end
                  when row.day >= ${from('implausible-value')} then 'implausible-value' end as value_fault
        from ${rows} as row join roll on roll.rec = row.rec
        left join event_mark as mark on mark.code = row.code
        left join unit_conversion as to_first on to_first.measure = mark.measure and to_first.unit = lower(trim(row.unit)))
    select 'events' as feed, rec, count(*) as rows, max(version) as latest,
           count(*) filter (day >= ${year}) as recent, count(*) filter (day >= ${year} and not mapped) as unmapped,
           bit_or(bits) as bits, ${faultList()} as faults
      from row group by rec`;
}

function medicinesSql(rows: string, kinds: DefectKinds, today: PlainDate): string {
  const { window_days, pairs } = kinds.thresholds['codes-missing-for-medication'];
  const from = toEpochDay(today) - window_days;
  const issues = pairs.map(
    (_, pair) => `count(*) filter (bits & ${1 << pair} <> 0 and day > ${from})::integer`,
  );
  return `
    with row as (
      select row.rec, row.row_id, row.day, row.code, null::double as value, null::varchar as unit, row.version, mark.bits,
             row.confidential or mark.restricted as hidden, ${dayFault(kinds, today)} as day_fault,
             null::varchar as value_fault
        from ${rows} as row join roll on roll.rec = row.rec left join medicine_mark as mark on mark.code = row.code)
    select 'medicines' as feed, rec, count(*) as rows, max(version) as latest, [${issues.join(', ')}] as issues,
           ${faultList()} as faults
      from row group by rec`;
}

/** Appointments lie in the future rightly, and people who died had some: only their slot types are looked at. */
function appointmentsSql(rows: string, kinds: DefectKinds, today: PlainDate): string {
  const { window_days, national_categories } = kinds.thresholds['unmapped-slot-types'];
  const year = toEpochDay(today) - window_days;
  const known = national_categories.map((category) => literal(category.toLowerCase())).join(', ');
  const unmapped = `day >= ${year} and day <= ${toEpochDay(today)} and lower(trim(coalesce(category, ''))) not in (${known})`;
  return `
    select 'appointments' as feed, rec, count(*) as rows, max(version) as latest,
           count(*) filter (day >= ${year} and day <= ${toEpochDay(today)}) as recent,
           count(*) filter (${unmapped}) as unmapped,
           list(coalesce(category, '')) filter (${unmapped}) as slots
      from ${rows} as row group by rec`;
}

function faultList(): string {
  return `list({row_id: row_id, day: day, code: code, value: value, unit: unit, hidden: coalesce(hidden, false),
                day_fault: day_fault, value_fault: value_fault})
            filter (day_fault is not null or value_fault is not null)`;
}
