import type { Duck } from '../../../platform/lake/index.ts';

/** What became of a row that could be read. */
export type Verdict = 'loaded' | 'duplicate' | 'conflict';

/** What a merge found. */
export interface Merged {
  /** How many rows of each table of the import met which verdict. */
  readonly verdicts: ReadonlyMap<number, Record<Verdict, number>>;
  /**
   * SQL of the rows that are news: version columns, content columns, `delivery`, `table_no`, and `sent`, the version as
   * it arrived.
   */
  readonly accepted: string;
}

export interface MergeQuestion {
  /**
   * SQL of the arriving rows: the version columns, the content columns, and `delivery` and `table_no`, their places
   * in the import.
   */
  readonly arriving: string;
  /** SQL of `table_no`, `rec` and `row_id` of the same rows, where they can be read without the rest. */
  readonly keys?: string;
  /** SQL of what is there: version columns and content columns, deletions included. Null: nothing is. */
  readonly present: string | null;
  readonly content: readonly string[];
  /** SQL of whether an arriving row is late: a delivery that is newer than its own had the whole of its table. */
  readonly late?: string | null;
}

/**
 * Decides for every arriving row whether it is news; rows in conflict are added to `conflicts (table_no, rec, row_id, version)`,
 * with the version as it arrived.
 *
 * One key, many versions: the latest counts. Of rows that say when they were written (`explicit`), the later version
 * wins wherever it comes from, so that deliveries can arrive in any order. Rows that do not say are news when they
 * differ from what is there, unless their delivery is known to be older. One version that says two things is a
 * conflict, and none of it is taken: nobody here can know which is right. A late row is news only as a later version
 * of a row that is there.
 */
export async function mergeVersions(duck: Duck, question: MergeQuestion): Promise<Merged> {
  const { present, late, arriving, keys = arriving } = question;
  if (present === null && !late && !(await hasRepeats(duck, keys)))
    return await takeAll(duck, arriving, keys);
  await duck.run(`create or replace temp table judged as ${judgedSql(question)}`);
  const counts = await duck.rows<{ table_no: number; verdict: Verdict; n: number }>(
    'select table_no, verdict, count(*) as n from judged group by all',
  );
  await duck.run(
    "insert into conflicts select distinct table_no, rec, row_id, sent, explicit from judged where verdict = 'conflict'",
  );
  await duck.run(
    `create or replace temp table accepted as
     select * exclude (verdict, content_hash, late) from judged where verdict = 'loaded'`,
  );
  await duck.run('drop table judged');
  const verdicts = new Map<number, Record<Verdict, number>>();
  for (const { table_no, verdict, n } of counts) {
    const of = verdicts.get(table_no) ?? { loaded: 0, duplicate: 0, conflict: 0 };
    of[verdict] = n;
    verdicts.set(table_no, of);
  }
  return { verdicts, accepted: 'accepted' };
}

/** Whether a key arrives more than once. Hashes may collide: then the long way is taken for nothing. */
async function hasRepeats(duck: Duck, keys: string): Promise<boolean> {
  const repeats = await duck.rows(
    `select 1 as repeated from ${keys} group by hash(rec, row_id) having count(*) > 1 limit 1`,
  );
  return repeats.length > 0;
}

/** Where nothing is there yet and nothing comes twice, everything is news. The first import of a lake is such. */
async function takeAll(duck: Duck, arriving: string, keys: string): Promise<Merged> {
  const counts = await duck.rows<{ table_no: number; n: number }>(
    `select table_no, count(*) as n from ${keys} group by all`,
  );
  return {
    verdicts: new Map(counts.map(({ table_no, n }) => [table_no, { loaded: n, duplicate: 0, conflict: 0 }])),
    accepted: `(select *, version as sent from ${arriving})`,
  };
}

/** SQL of a number for what a row says. Equal rows have equal numbers; a deletion says nothing but that. */
export function contentHashSql(content: readonly string[]): string {
  return `case when deleted then 0 else hash(${content.join(', ')}) end`;
}

function judgedSql({ arriving, present, content, late }: MergeQuestion): string {
  const hashed = `select *, ${contentHashSql(content)} as content_hash, ${late ?? 'false'} as late from ${arriving}`;
  // Rows that do not say when they were written are as new as their delivery, later ones of the import being newer.
  const age = 'version, case when explicit then 0 else delivery + 1 end';
  // Ranking every row would sort the whole delivery; only keys that arrive more than once need it.
  return `
    with arriving as materialized (${hashed}),
    repeated as (select hash(rec, row_id) as key from arriving group by 1 having count(*) > 1),
    ranked as (
      select *, row_number() over latest as place, rank() over age as age,
             min(content_hash) over same <> max(content_hash) over same as differs
        from arriving where hash(rec, row_id) in (select key from repeated)
      window latest as (partition by rec, row_id order by ${age.replaceAll(',', ' desc,')} desc, content_hash, delivery, table_no),
             age as (partition by rec, row_id order by ${age.replaceAll(',', ' desc,')} desc),
             same as (partition by rec, row_id, ${age})),
    within_import as (
      select *, null::varchar as within, true as foremost from arriving
       where hash(rec, row_id) not in (select key from repeated)
      union all by name
      select * exclude (place, age, differs) replace (bool_and(late) over (partition by rec, row_id) as late), place = 1 as foremost,
             case when age > 1 then 'duplicate' when differs then 'conflict' end as within
        from ranked)
    ${against(present, content)}`;
}

/** Compares the latest of what arrives with what is there; copies of a row that is news are duplicates of it. */
function against(present: string | null, content: readonly string[]): string {
  const verdict = (news: string) =>
    `coalesce(within, case when ${news} <> 'loaded' then ${news} when foremost then 'loaded' else 'duplicate' end) as verdict`;
  if (present === null)
    return `select * exclude (within, foremost), version as sent, ${verdict("case when late then 'duplicate' else 'loaded' end")} from within_import`;
  return `
    select * exclude (within, foremost, news), ${verdict('news')} from (
      select arriving.* exclude (version), ${NEWS} as news, arriving.version as sent,
             greatest(arriving.version, coalesce(there.version, arriving.version)) as version
        from within_import as arriving
        left join (select rec, row_id, version, explicit, ${contentHashSql(content)} as content_hash from ${present}) as there
               on there.rec = arriving.rec and there.row_id = arriving.row_id)`;
}

const NEWS = `
  case when late and not coalesce(arriving.explicit and there.explicit, false) then 'duplicate'
       when there.row_id is null then 'loaded'
       when arriving.explicit and there.explicit then
         case when arriving.version > there.version then 'loaded'
              when arriving.version < there.version then 'duplicate'
              when arriving.content_hash = there.content_hash then 'duplicate'
              else 'conflict' end
       when arriving.content_hash = there.content_hash then 'duplicate'
       when arriving.version > 0 and arriving.version < there.version then 'duplicate'
       else 'loaded' end`;
