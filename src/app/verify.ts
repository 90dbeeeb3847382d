import { type Kysely, sql } from 'kysely';
import {
  countNotVisited,
  countWithoutNamedGp,
  readFollowed,
  readInReachPathway,
  readSmiPathway,
} from '../domains/coordination/index.ts';
import { deprivationOf, readPlaces } from '../domains/directory/index.ts';
import type { NeedTables } from '../domains/need/index.ts';
import {
  bandIn,
  evaluateAll,
  outcomesFaults,
  readCurrentLibrary,
  readLibrary,
  readPopulation,
  readPublication,
  readRecord,
} from '../domains/need/index.ts';
import {
  LakeAccess,
  lakeFaults,
  orphanFiles,
  type RegisterTables,
  readPerson,
  readSnapshot,
} from '../domains/register/index.ts';
import { countWorkOfLeavers } from '../domains/work/index.ts';
import { verifyAudit } from '../platform/audit/index.ts';
import type { Tables, Tx } from '../platform/database/index.ts';
import { openDuck } from '../platform/lake/index.ts';
import type { Product } from './product.ts';

/** One thing that must always be true, and whether it is. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** People whose facts are worked out anew and compared. */
const SAMPLE = 60;

/** Runs every check. Reads only: a check that fails mends nothing, because somebody has to know. */
export async function runChecks(product: Product, onProgress: (what: string) => void): Promise<Check[]> {
  const db = product.book.as('batch');
  const checks: [string, () => Promise<Omit<Check, 'name'>>][] = [
    ['partition', () => checkPartition(db)],
    ['counts', () => checkCounts(db)],
    ['accounts', () => checkAccounts(db)],
    ['ownerless work', () => checkOwners(db)],
    ['named GPs', () => checkNamedGps(db)],
    ['visits', () => checkVisits(product)],
    ['SMI checks', () => checkSmi(db, product.content)],
    ['facts', () => checkFacts(product)],
    ['outcomes', () => checkOutcomes(product)],
    ['audit', () => verifyAudit(db)],
    ['directory', () => checkDirectory(db)],
    ['lake', () => checkLake(product)],
    ['people', () => checkPeople(db)],
  ];
  const found: Check[] = [];
  for (const [name, run] of checks) {
    onProgress(`Checking ${name}`);
    found.push({ name, ...(await run()) });
  }
  return found;
}

function verdict(faults: readonly string[], fine: string): Omit<Check, 'name'> {
  return faults.length === 0
    ? { ok: true, detail: fine }
    : { ok: false, detail: faults.slice(0, 5).join('; ') };
}

/** in + out + unknown = registered, for every definition, in all and in every practice. */
async function checkPartition(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const publication = await readPublication(db);
  if (!publication) return { ok: true, detail: 'nothing has been published yet' };
  const whole = publication.definitions
    .filter((each) => each.in + each.out + each.unknown !== publication.people)
    .map((each) => `${each.id} has ${each.in + each.out + each.unknown} people of ${publication.people}`);
  const parts = await sql<{ fault: string }>`
    select format('%s in practice %s has %s of %s', measure, practice_id, sum(people), min(registered)) as fault
      from need.practice_count
      join (select practice_id, people as registered from need.practice_count
             where snapshot_id = ${publication.snapshotId} and measure = 'registered') as list using (practice_id)
     where snapshot_id = ${publication.snapshotId} and measure like 'definition:%'
     group by measure, practice_id having sum(people) <> min(registered) limit 5`.execute(db);
  return verdict(
    [...whole, ...parts.rows.map(({ fault }) => fault)],
    `${publication.definitions.length} definitions over ${publication.people} people`,
  );
}

/** Counts by practice are the facts, counted. */
async function checkCounts(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const faults = await sql<{ fault: string }>`
    with current as (select max(snapshot_id) as id from need.publication),
    counted as (
      select practice_id, count(*) as people, count(*) filter (where need_rank is null) as unranked
        from need.person_fact where snapshot_id = (select id from current) group by practice_id)
    select format('practice %s: %s people and %s unranked in facts', counted.practice_id, counted.people, counted.unranked) as fault
      from counted
      join need.practice_count as r on r.practice_id = counted.practice_id and r.measure = 'registered' and r.snapshot_id = (select id from current)
      join need.practice_count as u on u.practice_id = counted.practice_id and u.measure = 'need' and u.band = 'unranked' and u.snapshot_id = (select id from current)
     where r.people <> counted.people or u.people <> counted.unranked limit 5`.execute(db);
  const bits = await checkBitmaps(db);
  return verdict(
    [...faults.rows.map(({ fault }) => fault), ...bits],
    'counts by practice are the facts, counted, and so are the bitmaps of lists',
  );
}

/** The bits of lists are the facts too: of registers and bands by their counts, of numbers by their sums. */
async function checkBitmaps(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    with current as (select max(snapshot_id) as id from need.publication),
    bitmap as (
      select practice_id, key, bit_count(bits) as people from need.practice_bitmap where snapshot_id = (select id from current)),
    counted as (
      select practice_id, count(*) as people, count(*) filter (where need_rank is null) as unranked,
             sum(age) as age, sum(need_before) as need_before
        from need.person_fact where snapshot_id = (select id from current) group by practice_id),
    expected as (
      select practice_id, each.key, each.expected from counted,
             lateral (values ('everybody', people), ('unranked', unranked), ('age', age), ('need_before', need_before)) as each (key, expected)
      union all
      select c.practice_id, 'in ' || d.no, c.people
        from need.practice_count c
        join need.publication p using (snapshot_id)
        cross join lateral jsonb_to_recordset(p.definitions) as d (id text, no int)
        join need.definition as worded on worded.definition_no = d.no and worded.kind = 'register'
       where c.snapshot_id = (select id from current) and c.measure = 'definition:' || d.id and c.band = 'in'),
    found as (
      select practice_id, key, people from bitmap where key not like 'age %' and key not like 'need\_before %'
      union all
      select practice_id, left(key, -2), sum(people << right(key, 1)::int) from bitmap where key ~ '^age [0-9]$' group by 1, 2
      union all
      select practice_id, 'need_before', sum(people << split_part(key, ' ', 2)::int) from bitmap
       where key ~ '^need_before [0-9]+$' group by 1, 2)
    select format('practice %s: bits say %s of %s, facts %s', practice_id, found.people, key, expected.expected) as fault
      from expected left join found using (practice_id, key)
     where exists (select from bitmap) and coalesce(expected.expected, 0) is distinct from coalesce(found.people, 0)
     limit 5`.execute(db);
  return rows.map(({ fault }) => fault);
}

/** read = loaded + quarantined + duplicate, the reasons add up to the quarantined, and no more is mended than that. */
async function checkAccounts(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const rows = await db
    .withTables<RegisterTables>()
    .selectFrom('register.delivery_table')
    .select(['delivery_id', 'table_name', 'read', 'loaded', 'quarantined', 'duplicate', 'reasons'])
    .execute();
  const faults = rows.flatMap((row) => {
    const reasons = Object.values(row.reasons).reduce((sum, rows) => sum + rows, 0);
    const adds = row.read === row.loaded + row.quarantined + row.duplicate && reasons === row.quarantined;
    return adds ? [] : [`delivery ${row.delivery_id}, ${row.table_name}`];
  });
  const settled = await sql<{ delivery_id: number; table_name: string }>`
    select s.delivery_id, s.table_name from register.quarantine_settled s
      join register.delivery_table t using (delivery_id, table_name)
     where s.mended + s.again > coalesce((t.reasons ->> s.reason)::int, 0)`.execute(db);
  const beyond = settled.rows.map(
    (row) => `more rows of delivery ${row.delivery_id}, ${row.table_name}, are mended than were put aside`,
  );
  return verdict([...faults, ...beyond], `${rows.length} tables of deliveries add up`);
}

async function checkOwners(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const faults = await sql<{ item_id: number }>`
    select item_id from work.item
     where closed_at is null and not exists (select 1 from directory.team where team_id = owner_team)
        or (closed_at is null) <> (outcome is null) limit 5`.execute(db);
  const open = await sql<{ n: number }>`select count(*) as n from work.item where closed_at is null`.execute(
    db,
  );
  const left = await countWorkOfLeavers(db);
  return verdict(
    [
      ...faults.rows.map(({ item_id }) => `item ${item_id}`),
      ...(left === 0 ? [] : [`${left} open items of people who do not work in their team any more`]),
    ],
    `${open.rows[0]?.n ?? 0} open items, each with an owner`,
  );
}

/** Everybody on a list has a named GP who works there, once the GPs of the practice are known. */
async function checkNamedGps(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const { without, unlisted } = await countWithoutNamedGp(db);
  return verdict(
    without === 0 ? [] : [`${without} registered people have no named GP at their practice`],
    unlisted === 0
      ? 'everybody registered has a named GP who works at their practice'
      : `everybody whose practice has listed its GPs has a named one; ${unlisted} people are at practices that have listed none`,
  );
}

/** Between a refresh and what follows it, and where nothing has been refreshed since these came. */
const NOT_FOLLOWED = {
  ok: true,
  detail: 'nothing follows from the latest facts yet; the next refresh sees to it',
};

/** Everybody whom the facts say to visit has a cadence and one visit ahead; nobody is visited twice for one round. */
async function checkVisits({ book, content }: Product): Promise<Omit<Check, 'name'>> {
  const counted = await book
    .as('batch')
    .transaction()
    .execute((tx) => countNotVisited(tx, readInReachPathway(content), new Date()));
  if (counted === null) return NOT_FOLLOWED;
  const astray = await sql<{ n: number }>`
    select count(*)::int as n from work.item item
     where kind = 'in_reach_visit' and closed_at is null
       and not exists (select 1 from coordination.in_reach where in_reach.item_id = item.item_id)`.execute(
    book.as('batch'),
  );
  const n = astray.rows[0]?.n ?? 0;
  return verdict(
    [
      ...(counted.not === 0
        ? []
        : [`${counted.not} of ${counted.wanted} people who cannot come are not visited`]),
      ...(n === 0 ? [] : [`${n} open visits are nobody’s next one`]),
    ],
    `${counted.wanted} people who cannot come, each with a visit ahead`,
  );
}

/**
 * The checks of severe mental illness stand where the definition of who has one due says, which another program worked
 * out; and nobody is chased by two.
 */
export async function checkSmi(db: Kysely<Tables>, content: string): Promise<Omit<Check, 'name'>> {
  const publication = await readPublication(db);
  if (!publication || (await readFollowed(db, 'smi')) !== publication.snapshotId) return NOT_FOLLOWED;
  const no = (id: string) => publication.definitions.find((each) => each.id === id)?.no ?? 0;
  const { register } = readSmiPathway(content);
  const { rows } = await sql<{ person: number; known: boolean; differs: boolean; two: boolean }>`
    with stands as (
      select person_no, as_of, bool_or(status = 'overdue' and check_id in ('bmi', 'blood_pressure', 'lipids', 'glucose')) as overdue
        from coordination.smi_check group by person_no, as_of)
    select fact.person_no as person, stands.person_no is not null as known,
           stands.overdue <> (${no('core20plus5-smi')}::int = any (fact.in_ids)) as differs,
           (select count(*) > 1 from work.item
             where kind = 'smi_chase' and closed_at is null and subject_kind = 'person' and subject_id = fact.person_no) as two
      from need.person_fact fact join register.person p using (person_no) left join stands using (person_no)
     where fact.snapshot_id = ${publication.snapshotId} and ${no(register)}::int = any (fact.in_ids)
       and p.registered and p.death_date is null`.execute(db);
  // An import after the refresh is news: the register is of the refresh, and follows the next.
  return verdict(
    rows
      .filter(({ known, differs, two }) => !known || differs || two)
      .map(({ person, known, two }) =>
        known
          ? two
            ? `person ${person} is chased by two`
            : `the checks of person ${person} stand otherwise than the definition says`
          : `person ${person} is on the register and has no checks`,
      ),
    `${rows.length} people on the register, their checks as the definition says`,
  );
}

/** The published facts of a sample of people are what the reference evaluator says of them now. */
async function checkFacts(product: Product): Promise<Omit<Check, 'name'>> {
  const duck = await openDuck({ threads: 1, memoryMegabytes: 512 });
  try {
    const access = new LakeAccess(
      { rows: (statement, values) => duck.rows(statement, values), close: async () => {} },
      product.home.lake,
      product.home.outcomes,
    );
    return await product.book
      .as('batch')
      .transaction()
      .execute((tx) => compareSample(tx, product, access));
  } finally {
    duck.close();
  }
}

/** What counts of drafts take from the last refresh is what it published. */
async function checkOutcomes({ book, home }: Product): Promise<Omit<Check, 'name'>> {
  const publication = await readPublication(book.as('batch'));
  if (!publication) return { ok: true, detail: 'nothing has been published yet' };
  const duck = await openDuck({ threads: 1, memoryMegabytes: 512 });
  try {
    const faults = await outcomesFaults(duck, home.outcomes, publication);
    return verdict(
      faults ?? [],
      faults === null
        ? 'no file of them; the next refresh makes it'
        : 'the file of answers says what was published',
    );
  } finally {
    duck.close();
  }
}

async function compareSample(tx: Tx, product: Product, access: LakeAccess): Promise<Omit<Check, 'name'>> {
  const publication = await readPublication(tx);
  if (!publication) return { ok: true, detail: 'nothing has been published yet' };
  const library = await readCurrentLibrary(tx, readLibrary(product.content));
  const opened = await access.open(tx, publication.snapshotId);
  const places = await readPlaces(tx);
  const numberOf = new Map(publication.definitions.map(({ id, no }) => [id, no]));
  const facts = tx.withTables<NeedTables & RegisterTables>();
  const sample = await facts
    .selectFrom('need.person_fact as fact')
    .innerJoin('register.person as person', 'person.person_no', 'fact.person_no')
    .selectAll('fact')
    .select('person.public_id')
    .where('fact.snapshot_id', '=', publication.snapshotId)
    // What an import after the refresh says of somebody is news, and not what was published.
    .where('person.snapshot_id', '<=', publication.snapshotId)
    .orderBy(sql`hashtext(fact.person_no::text || ${String(Date.now())})`)
    .limit(SAMPLE)
    .execute();
  const faults: string[] = [];
  for (const fact of sample) {
    const person = await readPerson(tx, fact.public_id);
    const practice = places.place(fact.practice_id)?.code ?? null;
    const imdDecile = await deprivationOf(tx, person.lsoa);
    const record = await readRecord(access, opened, person, practice, imdDecile);
    const population = await readPopulation(tx, access, library, { person, record });
    for (const now of evaluateAll(library, record, publication.asOf, population)) {
      const { definition } = now;
      const number = numberOf.get(definition.id) ?? 0;
      const unknown = fact.unknown_ids.includes(number);
      const published = unknown
        ? 'unknown'
        : definition.kind === 'register'
          ? fact.in_ids.includes(number)
            ? 'in'
            : 'out'
          : now.outcome;
      if (published !== now.outcome)
        faults.push(
          `${definition.id} of person ${fact.person_no} was published as ${published}, and is ${now.outcome}`,
        );
      const { bands = [] } = publication.definitions.find(({ id }) => id === definition.id) ?? {};
      const band = bands.find(({ no }) => fact.in_ids.includes(no))?.id ?? null;
      if (bands.length > 0 && band !== bandIn(now))
        faults.push(
          `person ${fact.person_no} was published in ${band} of ${definition.id}, and is in ${bandIn(now)}`,
        );
      // Only these scores have a column in the facts; of the others bands are published, and whether they are unknown.
      const column = {
        'cambridge-multimorbidity': fact.multimorbidity,
        'electronic-frailty-index': fact.frailty,
      }[definition.id];
      if (now.kind !== 'score' || column === undefined) continue;
      if (column !== now.steps)
        faults.push(
          `${definition.id} of person ${fact.person_no} was published as ${column}, and is ${now.steps}`,
        );
    }
  }
  return verdict(faults, `${sample.length} people worked out anew, nothing differs`);
}

/** Every place lies in an open place, nothing lies in itself, and nothing has two open parents of one kind. */
async function checkDirectory(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const loops = await sql<{ code: string }>`
    with recursive above as (
      select child as start, parent, 1 as steps from directory.place_parent where ends is null
      union all
      select above.start, p.parent, above.steps + 1 from above join directory.place_parent p on p.child = above.parent and p.ends is null
       where above.steps < 12)
    select distinct code from above join directory.place on place_id = start where parent = start or steps >= 12 limit 5`.execute(
    db,
  );
  const closed = await sql<{ code: string }>`
    select child.code from directory.place_parent r
      join directory.place child on child.place_id = r.child
      join directory.place parent on parent.place_id = r.parent
     where r.ends is null and child.closed is null and parent.closed is not null limit 5`.execute(db);
  const lost = await sql<{ n: number }>`
    select count(*) as n from register.person where registered and not exists (
      select 1 from directory.place where place_id = practice_id and kind = 'practice')`.execute(db);
  const faults = [
    ...loops.rows.map(({ code }) => `${code} lies in itself`),
    ...closed.rows.map(({ code }) => `${code} is open in a place that is closed`),
    ...((lost.rows[0]?.n ?? 0) > 0 ? [`${lost.rows[0]?.n} people are registered with no practice`] : []),
  ];
  const { n } = (
    await sql<{ n: number }>`select count(*) as n from directory.place where closed is null`.execute(db)
  ).rows[0] ?? { n: 0 };
  return verdict(faults, `${n} open places hang together`);
}

async function checkLake(product: Product): Promise<Omit<Check, 'name'>> {
  const db = product.book.as('batch');
  const snapshot = await readSnapshot(db, product.home.lake);
  const orphans = await orphanFiles(db, product.home.lake);
  const faults = snapshot ? lakeFaults(snapshot.lake) : [];
  const files = snapshot
    ? Object.values(snapshot.lake.manifest.files).flatMap((each) => each ?? []).length
    : 0;
  // Of an import that runs, or of one that was killed: nobody reads them, and the next import removes them.
  const unnamed = orphans.length === 0 ? 'no others' : `${orphans.length} of an unfinished import`;
  return verdict(faults, `${files} files as they were written, and ${unnamed}`);
}

/** Nobody is on two lists, and the lists are the facts. */
async function checkPeople(db: Kysely<Tables>): Promise<Omit<Check, 'name'>> {
  const publication = await readPublication(db);
  const snapshot = await sql<{
    current: number | null;
  }>`select max(snapshot_id) as current from register.snapshot`.execute(db);
  const { n } = (
    await sql<{ n: number }>`select count(*) as n from register.person where registered`.execute(db)
  ).rows[0] ?? { n: 0 };
  const upToDate = publication !== null && publication.snapshotId === snapshot.rows[0]?.current;
  const faults =
    upToDate && publication.people !== n
      ? [`${n} people are registered and ${publication.people} have facts`]
      : [];
  return verdict(
    faults,
    upToDate
      ? `${n} people are registered, each with facts`
      : `${n} people are registered; their facts are not worked out yet`,
  );
}
