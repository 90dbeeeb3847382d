import { fromEpochDay } from '../../../kernel/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import { liveRows, referenceTable } from '../../register/index.ts';
import type { KindId } from '../defect-kinds.ts';
import type { Example } from './measured.ts';
import type { ScanRequest } from './scan-snapshot.ts';

/** Examples that are kept of each defect: enough to see the pattern. All rows are found in the practice's own system. */
export const EXAMPLES_KEPT = 20;

type Examples = Map<string, Partial<Record<KindId, Example[]>>>;

interface ExampleRow extends Row {
  org: string;
  kind: KindId;
  tab: string;
  row_id: string | null;
  person: number | null;
  day: number | null;
  term: string;
  value: number | null;
  unit: string | null;
  times: number | null;
}

/**
 * Some rows of each defect, the latest first. Restricted entries and those marked confidential are counted and never
 * shown: a page about the quality of data is no way around who may read them.
 */
export async function examplesByPractice(request: ScanRequest): Promise<Examples> {
  const rows = [
    ...(await faultExamples(request)),
    ...(await slotExamples(request)),
    ...(await codeExamples(request)),
  ];
  const examples: Examples = new Map();
  for (const { org, kind, tab, row_id, person, day, term, value, unit, times } of rows) {
    const of = examples.get(org) ?? {};
    const example = { table: tab, rowId: row_id, person, term, value, unit, times };
    of[kind] = [...(of[kind] ?? []), { ...example, day: day === null ? null : fromEpochDay(day) }];
    examples.set(org, of);
  }
  return examples;
}

async function faultExamples({ duck }: ScanRequest): Promise<ExampleRow[]> {
  return await duck.rows<ExampleRow>(
    `select org, kind, feed as tab, row_id, person, day, term, value, unit, null as times
       from (select fault_row.*, coalesce(event_mark.term, medicine_mark.term, 'No code') as term,
                    row_number() over (partition by org, kind order by day desc, row_id) as place
               from fault_row
               left join event_mark on feed = 'events' and event_mark.code = fault_row.code
               left join medicine_mark on feed = 'medicines' and medicine_mark.code = fault_row.code
              where not hidden)
      where place <= ${EXAMPLES_KEPT} order by org, kind, place`,
  );
}

async function slotExamples({ duck }: ScanRequest): Promise<ExampleRow[]> {
  return await duck.rows<ExampleRow>(
    `with slot as (select org, unnest(slots) as category from scanned join roll using (rec) where slots is not null),
     counted as (select org, category, count(*) as times,
                        row_number() over (partition by org order by count(*) desc, category) as place
                   from slot group by org, category)
     select org, 'unmapped-slot-types' as kind, 'appointments' as tab, null as row_id, null::integer as person,
            null::integer as day, case when category = '' then 'No slot type' else category end as term,
            null::double as value, null as unit, times
       from counted where place <= ${EXAMPLES_KEPT} order by org, place`,
  );
}

/** The codes that occur most. Read a second time, and only where there are any: most places have none. */
async function codeExamples({ duck, lake }: ScanRequest): Promise<ExampleRow[]> {
  const { unmapped } = await duck.one<{ unmapped: number }>(
    `select coalesce(sum(unmapped), 0)::bigint as unmapped from scanned where feed = 'events'`,
  );
  const events = liveRows(lake, 'event');
  if (unmapped === 0 || events === null) return [];
  return await duck.rows<ExampleRow>(
    `with counted as (
       select roll.org, code.code, code.system, coalesce(code.display, code.concept) as term, count(*) as times,
              row_number() over (partition by roll.org order by count(*) desc, code.code) as place
         from ${events} as row join roll on roll.rec = row.rec
         join (select code.* from ${referenceTable(lake, 'code')} as code join event_mark using (code) where not mapped) as code
           on code.code = row.code
        where not coalesce(row.confidential, false)
        group by roll.org, code.code, code.system, code.display, code.concept)
     select org, 'unmapped-codes' as kind, 'events' as tab, null as row_id, null::integer as person,
            null::integer as day, term || ' (' || system || ')' as term, null::double as value, null as unit, times
       from counted where place <= ${EXAMPLES_KEPT} order by org, place`,
  );
}
