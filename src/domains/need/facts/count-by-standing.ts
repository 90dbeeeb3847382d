import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { countFromBitmaps, definitionNumber, filteredFacts, type PeopleStanding } from './find-people.ts';
import { type PeopleFilter, peopleFilterSchema } from './people-filter.ts';
import type { Publication } from './publication.ts';

/** How many people of one band of need, and one group of a segmentation, stand in one place with a team. */
export interface StandingCount {
  readonly need: string | null;
  readonly care: string;
  /** One of those asked for, as `segmentation/segment`; null: in none of them. */
  readonly group: string | null;
  readonly n: number;
}

/**
 * How many people stand where, by band of need and by the first of some groups that they are in. Counted in one pass over
 * the same facts, by the same expression, as the lists that the numbers open. `groups` have to exclude each other: the
 * segments of one segmentation.
 */
export async function countByStanding(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  asked: Partial<PeopleFilter>,
  standing: PeopleStanding,
  groups: readonly string[],
): Promise<StandingCount[]> {
  const cases = groups.map(
    (group) => sql`when in_ids @> ${[definitionNumber(publication, group)]}::int[] then ${group}`,
  );
  const found = await sql<StandingCount>`
    select need_band as need, care, grouped as "group", count(*) as n
      from (${filteredFacts(tx, publication, places, peopleFilterSchema.parse(asked), standing).select([
        'need_band',
        standing(sql<number>`person_no`).as('care'),
        (cases.length === 0 ? sql`null::text` : sql`case ${sql.join(cases, sql` `)} end`).as('grouped'),
      ])}) facts
     group by 1, 2, 3`.execute(tx);
  return found.rows;
}

/**
 * How many people stand where, all bands and groups together: where most are open to decide on, everybody is counted from
 * bitmaps and only the others one by one. `decided` is whoever may stand elsewhere, as SQL.
 */
export async function countByCare(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  asked: Partial<PeopleFilter>,
  { standing, decided, open }: { standing: PeopleStanding; decided: RawBuilder<number>; open: string },
): Promise<StandingCount[]> {
  const filter = peopleFilterSchema.parse(asked);
  const all = await countFromBitmaps(tx, publication, places, filter);
  if (all === null) return await countByStanding(tx, publication, places, asked, standing, []);
  const facts = filteredFacts(tx, publication, places, filter, standing).where(
    'person_no',
    '=',
    sql<number>`any(array(${decided}))`,
  );
  const { rows } = await sql<StandingCount>`
    select null as need, care, null as "group", count(*) as n
      from (${facts.select(standing(sql<number>`person_no`).as('care'))}) facts group by care`.execute(tx);
  const elsewhere = rows.filter(({ care }) => care !== open);
  const n = elsewhere.reduce((left, row) => left - row.n, all);
  return [...elsewhere, ...(n === 0 ? [] : [{ need: null, care: open, group: null, n }])];
}

/** How many of the people that a filter means are in each of these definitions, by its id. */
export async function countByDefinition(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  asked: Partial<PeopleFilter>,
  standing: PeopleStanding,
  definitions: readonly string[],
): Promise<Map<string, number>> {
  const idOf = new Map(definitions.map((id) => [definitionNumber(publication, id), id]));
  const numbers = [...idOf.keys()];
  const facts = filteredFacts(tx, publication, places, peopleFilterSchema.parse(asked), standing)
    .where('in_ids', '&&', sql<number[]>`${numbers}::int[]`)
    .select('in_ids');
  const found = await sql<{ no: number; n: number }>`
    select no, count(*) as n from (${facts}) facts, unnest(facts.in_ids) no
     where no = any (${numbers}::int[]) group by no`.execute(tx);
  return new Map(found.rows.flatMap(({ no, n }) => (idOf.has(no) ? [[idOf.get(no) ?? '', n]] : [])));
}
