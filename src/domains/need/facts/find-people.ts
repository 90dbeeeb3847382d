import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { InvalidInput } from '../../../kernel/index.ts';
import { openPseudonyms } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import type { RegisterTables } from '../../register/index.ts';
import { askBitmaps, type PracticeBits } from '../bitmaps/ask-bitmaps.ts';
import { partsOfReference } from '../language/library.ts';
import type { NeedTables, PublishedValue } from '../tables.ts';
import type { PeopleFilter, Sorting } from './people-filter.ts';
import type { Publication } from './publication.ts';

export const ROWS_A_PAGE = 50;

/** One person of a list, with the facts that lists show. Names are null for who works under pseudonyms. */
export interface ListedPerson {
  readonly personNo: number;
  /** Stands for the person where names may not; another one in every snapshot, so that none can be followed. */
  readonly pseudonym: string;
  readonly publicId: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly nhsNumber: string | null;
  /** Null where the record is marked sensitive: where such a person is registered is not shown. */
  readonly practiceId: number | null;
  readonly age: number | null;
  readonly sex: string;
  readonly multimorbidity: number | null;
  readonly frailty: number | null;
  readonly frailtyBand: string | null;
  readonly needRank: number | null;
  readonly needBefore: number | null;
  readonly inIds: readonly number[];
  /** Of the score or calculation that the list is of, in steps (`shownValue`); null where there is none. */
  readonly value: number | null;
  /** A protected record that this reader may not open: it counts, and nothing of it is shown. */
  readonly guarded: boolean;
}

type Facts = SelectQueryBuilder<NeedTables, 'need.person_fact', unknown>;

/**
 * Where people stand with somebody's team, for filters: a room above knows it, as one SQL expression of the number of a
 * person. Counts and lists are made of the same one.
 */
export type PeopleStanding = (person: RawBuilder<number>) => RawBuilder<string>;

const PERSON_NO = sql<number>`person_no`;

/**
 * The people that a filter means, as far as this transaction may see them. The query begins at the facts in scope:
 * row-level security adds who may be seen, here and in every count.
 * Throws InvalidInput when the filter names a condition that there is not, NotFound for a place.
 */
export function filteredFacts(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  standing?: PeopleStanding,
): Facts {
  let query: Facts = tx
    .withTables<NeedTables>()
    .selectFrom('need.person_fact')
    .where('snapshot_id', '=', publication.snapshotId);
  if (filter.place !== undefined) {
    const practices = places.practices(places.named(filter.place)).map(({ id }) => id);
    query = query.where('practice_id', '=', sql<number>`any(${practices}::int[])`);
  }
  if (filter.condition.length > 0) {
    query = query.where(
      'in_ids',
      '@>',
      sql<number[]>`${filter.condition.map((id) => definitionNumber(publication, id))}::int[]`,
    );
  }
  if (filter.frailty !== undefined) query = query.where('frailty_band', '=', filter.frailty);
  if (filter.need === 'unranked') query = query.where('need_rank', 'is', null);
  else if (filter.need !== undefined) query = query.where('need_band', '=', filter.need);
  if (filter.top !== undefined) {
    const before = Math.round(filter.top * 100);
    query = query.where('need_before', '<', before);
    // Nobody of a higher rank can be before so much of the borough, which has no more people than there are: so the index
    // of ranks leads there, and a short list reads no more than itself.
    const highest = Math.floor((before * publication.people) / 10_000) + 1;
    query = query.where('need_rank', '<=', highest);
  }
  if (filter.care !== undefined) {
    if (!standing)
      throw new InvalidInput([{ field: 'care', message: 'Only a neighbourhood team has such a list' }]);
    query = query.where(standing(PERSON_NO), '=', filter.care);
  }
  if (filter.from !== undefined) query = query.where('age', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('age', '<=', filter.to);
  return query;
}

/** The number by which facts name a definition, or one band of it. Throws InvalidInput where there is none. */
export function definitionNumber(publication: Publication, id: string): number {
  const { id: of, band } = partsOfReference(id);
  const definition = publication.definitions.find((each) => each.id === of);
  const number = band === null ? definition?.no : definition?.bands?.find((each) => each.id === band)?.no;
  if (number !== undefined) return number;
  throw new InvalidInput([{ field: 'condition', message: `There is no definition ${id}` }]);
}

/** How many people a filter means. */
export async function countPeople(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  standing?: PeopleStanding,
): Promise<number> {
  const { people } = await filteredFacts(tx, publication, places, filter, standing)
    .select((select) => select.fn.countAll<number>().as('people'))
    .executeTakeFirstOrThrow();
  return people;
}

const BY_NEED = sql`need_rank asc nulls last, name_order`;

const ORDER: Record<Exclude<Sorting, 'value'>, RawBuilder<unknown>> = {
  need: BY_NEED,
  name: sql`name_order`,
  age: sql`age desc nulls last, name_order`,
  practice: sql`practice_id, need_rank asc nulls last, name_order`,
};

/** A value that a list shows, and of which definition it is. */
export interface ShownValue extends PublishedValue {
  readonly id: string;
}

/** The value that a list shows: that of the first score or calculation of which it asks for a band. Null where it asks for none. */
export function shownValue(
  { definitions }: Publication,
  { condition }: Pick<PeopleFilter, 'condition'>,
): ShownValue | null {
  for (const reference of condition) {
    const { id } = partsOfReference(reference);
    const value = definitions.find((each) => each.id === id)?.value;
    if (value !== undefined) return { id, ...value };
  }
  return null;
}

/** SQL of that value of a person. */
function valueSql(publication: Publication, filter: PeopleFilter): RawBuilder<number | null> {
  const shown = shownValue(publication, filter);
  return shown === null ? sql<null>`null::int` : sql<number | null>`step_values[${sql.lit(shown.at)}]`;
}

/** The order of a list; by a value, the highest first, where it shows one. */
function orderOf(publication: Publication, filter: PeopleFilter): RawBuilder<unknown> {
  if (filter.sort !== 'value') return ORDER[filter.sort];
  return shownValue(publication, filter) === null
    ? BY_NEED
    : sql`${valueSql(publication, filter)} desc nulls last, ${BY_NEED}`;
}

function listedOf(publication: Publication, filter: PeopleFilter) {
  return [...LISTED, valueSql(publication, filter).as('value')] as const;
}

/** One page of the people that a filter means, or all of them (`rows` null) for an export. */
export async function findPeople(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  rows: number | null = ROWS_A_PAGE,
  standing?: PeopleStanding,
): Promise<ListedPerson[]> {
  let facts = filteredFacts(tx, publication, places, filter, standing).orderBy(orderOf(publication, filter));
  if (rows !== null) facts = facts.limit(rows).offset((filter.page - 1) * rows);
  return await named(tx, publication, await facts.select(listedOf(publication, filter)).execute());
}

const LISTED = [
  'person_no as personNo',
  sql<number | null>`case
    when sensitive or person_no in (select register.protected_people(array['safeguarding'])) then null
    else practice_id end`.as('practiceId'),
  'age',
  'sex',
  'multimorbidity',
  'frailty',
  'frailty_band as frailtyBand',
  'need_rank as needRank',
  'need_before as needBefore',
  'in_ids as inIds',
  sql<boolean>`person_no in (select register.guarded_people())`.as('guarded'),
] as const;

type Listed = Omit<ListedPerson, 'pseudonym' | keyof typeof NAMELESS>;

async function named(tx: Tx, publication: Publication, found: readonly Listed[]): Promise<ListedPerson[]> {
  // Names are fetched for the page, not joined for everybody; who may not see them gets none.
  const names = await readNames(
    tx,
    found.map(({ personNo }) => personNo),
  );
  const pseudonym = await openPseudonyms(tx);
  const listed = found.map((person) => {
    const name = names.get(person.personNo);
    const guarded = person.guarded && name === undefined;
    return {
      ...person,
      ...(guarded ? SAYS_NOTHING : {}),
      guarded,
      pseudonym: pseudonym(`${publication.snapshotId} ${person.personNo}`),
      ...(name ?? NAMELESS),
    };
  });
  // Where somebody stands in the order of names would tell their name.
  return [...listed.filter(({ guarded }) => !guarded), ...listed.filter(({ guarded }) => guarded)];
}

const SAYS_NOTHING = {
  practiceId: null,
  age: null,
  sex: 'unknown',
  multimorbidity: null,
  frailty: null,
  frailtyBand: null,
  needRank: null,
  needBefore: null,
  inIds: [],
  value: null,
} satisfies Partial<ListedPerson>;

const NAMELESS = { publicId: null, familyName: null, givenNames: null, nhsNumber: null };

async function readNames(tx: Tx, people: readonly number[]) {
  const rows = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select([
      'person_no',
      'public_id as publicId',
      'family_name as familyName',
      'given_names as givenNames',
      'nhs_number as nhsNumber',
    ])
    .where('person_no', '=', sql<number>`any(${people}::int[])`)
    .execute();
  return new Map(rows.map(({ person_no, ...name }) => [person_no, name]));
}

/** Up to so many people are read and sorted; of more, an index in the order of the list is quicker. */
const FEW = 15_000;

/**
 * One page of the people that a filter means, and how many it means in all. Bitmaps say who that is without reading
 * anybody's facts; where they cannot (`peopleOfBitmaps`), one pass over the facts does, as long as it finds few.
 */
export async function listPeople(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  standing?: PeopleStanding,
  few = FEW,
): Promise<{ total: number; people: ListedPerson[] }> {
  const found = await peopleOfBitmaps(tx, publication, places, filter, few);
  if (found) return { total: found.total, people: await pageOf(tx, publication, places, filter, found) };
  const facts = filteredFacts(tx, publication, places, filter, standing);
  const page = await tx
    .with(
      (name) => name('few').materialized(),
      () => facts.selectAll().limit(few + 1),
    )
    .selectFrom('few')
    .select(listedOf(publication, filter))
    .select(sql<number>`(select count(*) from few)::int`.as('total'))
    .orderBy(orderOf(publication, filter))
    .limit(ROWS_A_PAGE)
    .offset((filter.page - 1) * ROWS_A_PAGE)
    .execute();
  const total = page[0]?.total;
  if (total !== undefined && total <= few)
    return {
      total,
      people: await named(
        tx,
        publication,
        page.map(({ total: _, ...person }) => person),
      ),
    };
  return {
    total: await countPeople(tx, publication, places, filter, standing),
    people: await findPeople(tx, publication, places, filter, ROWS_A_PAGE, standing),
  };
}

/** Whom bitmaps say that a filter means. */
interface FoundByBitmaps {
  readonly total: number;
  /** Those among whom the page is, by where they stand and by number; null where they are too many to be sorted. */
  readonly among: { readonly positions: readonly number[]; readonly people: readonly number[] } | null;
}

/**
 * Counts a filter, and narrows its page down, without facts. Null where facts alone can tell: where people stand with a team,
 * for pseudonymous lists, which leave out who objects, and in publications that have no bitmaps.
 */
async function peopleOfBitmaps(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  few: number,
): Promise<FoundByBitmaps | null> {
  if (filter.care !== undefined) return null;
  const asked = {
    inAll: filter.condition.map((id) => definitionNumber(publication, id)),
    frailty: filter.frailty,
    need: filter.need,
    before: filter.top === undefined ? undefined : Math.round(filter.top * 100),
    from: filter.from,
    to: filter.to,
  };
  const practices =
    filter.place === undefined ? null : places.practices(places.named(filter.place)).map(({ id }) => id);
  const found = await askBitmaps(tx, publication.snapshotId, asked, practices);
  if (!found) return null;
  // Whom this reader sees one by one, at a practice whose list they do not see.
  const others = await filteredFacts(tx, publication, places, filter)
    .where('person_no', '=', sql<number>`any(array(select register.scope_people()))`)
    .where(sql<boolean>`practice_id not in (select register.scope_practices())`)
    .select('person_no')
    .execute();
  const total = found.reduce((sum, { people }) => sum + people, others.length);
  const positions = candidates(found, filter, few);
  const among = positions && { positions, people: others.map(({ person_no }) => person_no) };
  return { total, among };
}

/** How many people a filter means, without reading facts of those that bitmaps speak of; null where these cannot tell. */
export async function countFromBitmaps(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
): Promise<number | null> {
  return (await peopleOfBitmaps(tx, publication, places, filter, 0))?.total ?? null;
}

/**
 * Where the people stand among whom the filter's page is. In the order of need no more can be before the end of the page than
 * the first so many of each practice; in the order of practices, than the first of all.
 */
function candidates(found: readonly PracticeBits[], { sort, page }: PeopleFilter, few: number) {
  const end = page * ROWS_A_PAGE;
  const ofPractice = sort === 'need' ? end : Number.POSITIVE_INFINITY;
  const positions: number[] = [];
  for (const { bits, firstPosition } of found) {
    let at = bits.indexOf('1');
    for (let taken = 0; at >= 0 && taken < ofPractice; taken += 1) {
      if (sort === 'practice' && positions.length === end) return positions;
      if (positions.length === few) return null;
      positions.push(firstPosition + at);
      at = bits.indexOf('1', at + 1);
    }
  }
  return positions;
}

async function pageOf(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  { among }: FoundByBitmaps,
): Promise<ListedPerson[]> {
  if (!among) return await findPeople(tx, publication, places, filter);
  const page = await tx
    .withTables<NeedTables>()
    .selectFrom('need.person_fact')
    .where('snapshot_id', '=', publication.snapshotId)
    .where((where) =>
      where.or([
        where('position', '=', sql<number>`any(${[...among.positions]}::int[])`),
        where('person_no', '=', sql<number>`any(${[...among.people]}::int[])`),
      ]),
    )
    .select(listedOf(publication, filter))
    .orderBy(orderOf(publication, filter))
    .limit(ROWS_A_PAGE)
    .offset((filter.page - 1) * ROWS_A_PAGE)
    .execute();
  return await named(tx, publication, page);
}
