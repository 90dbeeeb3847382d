import { fromEpochDay, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Duck } from '../../../platform/lake/index.ts';
import { referenceTable, wholeTable } from '../../register/index.ts';
import { examplesByPractice } from './find-examples.ts';
import { type Measured, type Part, type RowKind, rowKinds } from './measured.ts';
import type { ScanRequest } from './scan-snapshot.ts';

/** What deliveries say of when a practice's feeds last came: practice code, feed, day. */
export type LastCame = ReadonlyMap<string, ReadonlyMap<string, PlainDate>>;

type CountRow = { org: string } & Record<string, number | string>;

/**
 * The findings of a scan, by practice: every practice that has records or whose list somebody is on.
 * `scanSnapshot` has run on the same connection. A feed counts as come when a delivery brought it or, for senders
 * who are no practice themselves, when its latest version was written.
 */
export async function measurePractices(request: ScanRequest, came: LastCame): Promise<Measured[]> {
  const { duck, lake } = request;
  const person = referenceTable(lake, 'person');
  const lists = await byOrg(
    duck,
    `select upper(practice) as org, count(*) as people from ${person} where registered group by 1`,
  );
  const rows = await byOrg(
    duck,
    `select org, coalesce(sum(rows) filter (feed <> 'appointments'), 0) as rows,
            coalesce(sum(recent) filter (feed = 'events'), 0) as codes_of, coalesce(sum(unmapped) filter (feed = 'events'), 0) as codes,
            coalesce(sum(recent) filter (feed = 'appointments'), 0) as slots_of,
            coalesce(sum(unmapped) filter (feed = 'appointments'), 0) as slots
       from roll left join scanned using (rec) group by org`,
  );
  const faults = await faultsByPractice(duck);
  const twice = await twiceRegistered(request);
  const pairs = await pairsByPractice(request);
  const feeds = await feedsByPractice(request, came);
  const examples = await examplesByPractice(request);
  const codes = [...new Set([...lists.keys(), ...rows.keys()])].sort();
  return codes.map((practice) => {
    const counted = rows.get(practice);
    const number = (name: string) => Number(counted?.[name] ?? 0);
    return {
      practice,
      list: Number(lists.get(practice)?.people ?? 0),
      feeds: feeds.get(practice) ?? [],
      rows: number('rows'),
      faults: faults.get(practice) ?? {},
      codes: { rows: number('codes'), of: number('codes_of') },
      slots: { rows: number('slots'), of: number('slots_of') },
      twice: twice.get(practice) ?? { rows: 0, of: 0, with: null },
      pairs: pairs.get(practice) ?? [],
      examples: examples.get(practice) ?? {},
    };
  });
}

async function byOrg(duck: Duck, sql: string): Promise<Map<string, CountRow>> {
  const rows = await duck.rows<CountRow>(sql);
  return new Map(rows.filter(({ org }) => org !== null).map((row) => [row.org, row]));
}

async function faultsByPractice(duck: Duck): Promise<Map<string, Measured['faults']>> {
  const found = new Map<string, Partial<Record<RowKind, { rows: number; mark: string }>>>();
  // The mark does not depend on order, and changes when one row is mended and another goes wrong.
  const rows = await duck.rows<{ org: string; kind: RowKind; rows: number; mark: string }>(
    `select org, kind, count(*) as rows, cast(bit_xor(hash(feed, row_id, kind)) as varchar) as mark
       from fault_row group by org, kind order by org, kind`,
  );
  for (const { org, kind, rows: count, mark } of rows)
    if (rowKinds.includes(kind)) found.set(org, { ...found.get(org), [kind]: { rows: count, mark } });
  return found;
}

/** People with two open regular registrations, by practice, and the practice with which most of them are shared. */
async function twiceRegistered({ duck, lake, today }: ScanRequest): Promise<Map<string, Measured['twice']>> {
  const registration = wholeTable(lake, 'registration');
  if (registration === null) return new Map();
  const day = toEpochDay(today);
  const rows = await duck.rows<{ org: string; rows: number; of: number; other: string | null }>(
    `with open as (
       select upper(coalesce(registration.practice, roll.org)) as org, registration.rec, roll.person
         from ${registration} as registration join roll on roll.rec = registration.rec
        where not deleted and start_day <= ${day} and coalesce(end_day > ${day}, true)),
     -- What counts as registered is the register's rule: here only whether it counted more than one.
     several as (select person from ${referenceTable(lake, 'person')} where open_registrations > 1),
     shared as (
       select one.org, one.person, other.org as other from open as one join several using (person)
         join open as other on other.person = one.person and (other.rec <> one.rec or other.org <> one.org)),
     counted as (select org, count(distinct person) as rows from shared group by org),
     partner as (select org, other, count(distinct person) as times from shared group by org, other)
     select listed.org, coalesce(counted.rows, 0) as rows, listed.of,
            (select arg_max(other, row(times, other)) from partner where partner.org = listed.org) as other
       from (select org, count(distinct person) as of from open group by org) as listed left join counted using (org)`,
  );
  return new Map(rows.map(({ org, rows: count, of, other }) => [org, { rows: count, of, with: other }]));
}

/** People of each list who have had a medicine often enough, and those of them without any code of its condition. */
async function pairsByPractice({ duck, lake, kinds }: ScanRequest): Promise<Map<string, Part[]>> {
  const { pairs, issues } = kinds.thresholds['codes-missing-for-medication'];
  const columns = pairs.flatMap((_, pair) => {
    const given = `issues_${pair} >= ${issues}`;
    return [
      `count(*) filter (${given}) as of_${pair}`,
      `count(*) filter (${given} and bits & ${1 << pair} = 0) as rows_${pair}`,
    ];
  });
  const sums = pairs.map((_, pair) => `coalesce(sum(issues[${pair + 1}]), 0) as issues_${pair}`);
  const counted = await byOrg(
    duck,
    `with whole as (select roll.person, coalesce(bit_or(bits), 0) as bits, ${sums.join(', ')}
                      from scanned join roll using (rec) group by roll.person)
     select upper(practice) as org, ${columns.join(', ')}
       from ${referenceTable(lake, 'person')} as person join whole using (person) where registered group by 1`,
  );
  return new Map(
    [...counted].map(([org, row]) => [
      org,
      pairs.map((_, pair) => ({ rows: Number(row[`rows_${pair}`]), of: Number(row[`of_${pair}`]) })),
    ]),
  );
}

async function feedsByPractice(
  { duck, lake }: ScanRequest,
  came: LastCame,
): Promise<Map<string, Measured['feeds']>> {
  const sent = await duck.rows<{ org: string; feed: string; latest: number | null }>(
    `select coverage.org, coverage.feed, (max(scanned.latest) / 86400000)::integer as latest
       from (select distinct upper(org) as org, feed from ${referenceTable(lake, 'coverage')}) as coverage
       left join roll on roll.org = coverage.org
       left join scanned on scanned.rec = roll.rec and scanned.feed = coverage.feed
      group by coverage.org, coverage.feed order by coverage.org, coverage.feed`,
  );
  const feeds = new Map<string, { feed: string; lastCame: PlainDate | null }[]>();
  for (const { org, feed, latest } of sent) {
    const delivered = came.get(org)?.get(feed) ?? null;
    const lastCame = delivered ?? (latest === null ? null : fromEpochDay(latest));
    feeds.set(org, [...(feeds.get(org) ?? []), { feed, lastCame }]);
  }
  return feeds;
}
