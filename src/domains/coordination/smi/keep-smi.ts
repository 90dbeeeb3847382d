import { sql } from 'kysely';
import { addDays, londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Duck } from '../../../platform/lake/index.ts';
import { practiceTeam, readPlaces } from '../../directory/index.ts';
import { type Library, readPublication } from '../../need/index.ts';
import { openRelationship, readSnapshot } from '../../register/index.ts';
import { acceptBy, actOnWork, endMany, openMany, taskClock, type WorkKinds } from '../../work/index.ts';
import { noteFollowed } from '../followed-facts.ts';
import { checkStatus, countsUntil } from './check-status.ts';
import { type LastCheck, readLastChecks } from './read-last-checks.ts';
import { CHASE, type SmiEnding, type SmiPathway } from './smi-pathway.ts';

/** What keeping the checks true found and changed. */
export interface KeptSmi {
  readonly people: number;
  readonly overdue: number;
  readonly opened: number;
  readonly asked: number;
  readonly ended: number;
}

export interface KeepingSmi {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: SmiPathway;
  readonly kinds: WorkKinds;
  readonly library: Library;
  readonly duck: Pick<Duck, 'run' | 'rows'>;
  /** The folder of the lake. */
  readonly lake: string;
}

interface OnRegister {
  readonly person: number;
  readonly practice: number;
  readonly records: number[];
  /** It is not known whether checks were recorded: the practice has not sent entries for so long. */
  readonly blind: boolean;
  /** The mental health team is asked. */
  readonly first_year: boolean;
}

/**
 * Works out each check of everybody on the register, as of the latest facts, and keeps the work of chasing true: whoever
 * has a check overdue is chased by one team, and a chase ends when nothing is overdue any more. The practice chases; of
 * whom the pathway says so, the mental health team of the place is asked to accept it. Safe to run again. As batch work.
 */
export async function keepSmi(tx: Tx, keeping: KeepingSmi): Promise<KeptSmi> {
  // One at a time: what one works out, another would write twice.
  await sql`select pg_advisory_xact_lock(hashtext('coordination.smi_check'))`.execute(tx);
  const publication = await readPublication(tx);
  const snapshot = publication && (await readSnapshot(tx, keeping.lake, publication.snapshotId));
  const people = publication && (await readRegister(tx, keeping.pathway, publication));
  if (!publication || !snapshot || !people) return { people: 0, overdue: 0, opened: 0, asked: 0, ended: 0 };
  const { duck, pathway, library } = keeping;
  const last = await readLastChecks(duck, snapshot.lake, {
    people,
    pathway,
    library,
    asOf: publication.asOf,
  });
  const overdue = await writeChecks(tx, pathway, people, last, publication.asOf);
  const ended = await endChases(tx, keeping, people, overdue);
  const opened = await openChases(
    tx,
    keeping,
    people.filter(({ person }) => overdue.has(person)),
  );
  const asked = await askMentalHealthTeams(
    tx,
    keeping,
    people.filter(({ person, first_year }) => first_year && opened.has(person)),
    opened,
  );
  await noteFollowed(tx, 'smi', publication.snapshotId, keeping.now);
  return { people: people.length, overdue: overdue.size, opened: opened.size, asked, ended };
}

/** Everybody on the register by the facts. Null: they are of before its definitions were there. */
async function readRegister(
  tx: Tx,
  pathway: SmiPathway,
  publication: NonNullable<Awaited<ReturnType<typeof readPublication>>>,
): Promise<OnRegister[] | null> {
  const no = (id: string) => publication.definitions.find((each) => each.id === id)?.no;
  const [register, recent, check] = [no(pathway.register), no(pathway.asks_mental_health_team), no(CHECK)];
  if (register === undefined || recent === undefined || check === undefined) return null;
  const { rows } = await sql<OnRegister>`
    select p.person_no as person, p.practice_id as practice, p.records,
           ${check}::int = any (fact.unknown_ids) as blind, ${recent}::int = any (fact.in_ids) as first_year
      from need.person_fact fact join register.person p using (person_no)
     where fact.snapshot_id = ${publication.snapshotId} and ${register}::int = any (fact.in_ids)
       and p.registered and p.death_date is null
     order by person_no`.execute(tx);
  return rows;
}

/** Not known of whom it is not known whether checks were recorded. */
const CHECK = 'core20plus5-smi';

/** Writes every check of everybody. Returns who has one overdue. */
async function writeChecks(
  tx: Tx,
  pathway: SmiPathway,
  people: readonly OnRegister[],
  found: readonly LastCheck[],
  asOf: PlainDate,
): Promise<Set<number>> {
  const last = new Map(found.map((each) => [`${each.person} ${each.check}`, each]));
  const rows = people.flatMap(({ person, practice, blind }) =>
    pathway.checks.map(({ id, months }) => {
      const entry = last.get(`${person} ${id}`);
      const day = entry?.day ?? null;
      return {
        person_no: person,
        practice_id: practice,
        check_id: id,
        status: checkStatus({
          last: day,
          months,
          asOf,
          dueBeforeDays: pathway.due_before_days,
          isBlind: blind,
        }),
        last_day: day,
        counts_until: day && countsUntil(day, months),
        recorded: entry?.recorded ?? null,
        recorded_by: entry?.recordedBy ?? null,
        as_of: asOf,
      };
    }),
  );
  await sql`delete from coordination.smi_check`.execute(tx);
  await sql`
    insert into coordination.smi_check
    select r.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
      person_no int, practice_id int, check_id text, status text, last_day date, counts_until date, recorded text, recorded_by text,
      as_of date)`.execute(tx);
  return new Set(rows.filter(({ status }) => status === 'overdue').map(({ person_no }) => person_no));
}

/** Ends the chases of who has nothing overdue any more, is off the register or on no list. */
async function endChases(
  tx: Tx,
  { by, now, kinds, pathway }: KeepingSmi,
  people: readonly OnRegister[],
  overdue: ReadonlySet<number>,
): Promise<number> {
  const onRegister = new Set(people.map(({ person }) => person));
  const { rows } = await sql<{ item: number; person: number; listed: boolean }>`
    select item.item_id as item, item.subject_id as person, p.registered and p.death_date is null as listed
      from work.item item join register.person p on p.person_no = item.subject_id
     where item.kind = ${CHASE} and item.closed_at is null and item.subject_kind = 'person'`.execute(tx);
  const why = ({ person, listed }: { person: number; listed: boolean }): SmiEnding | null => {
    if (!listed) return 'left';
    if (!onRegister.has(person)) return 'off_register';
    return overdue.has(person) ? null : 'checks_done';
  };
  let ended = 0;
  for (const outcome of Object.keys(pathway.endings) as SmiEnding[]) {
    const items = rows.filter((row) => why(row) === outcome).map(({ item }) => item);
    const note = pathway.endings[outcome];
    const { states: table } = kinds.task(CHASE);
    ended += (await endMany(tx, { table, action: 'finish', items, outcome, note, by, at: now })).length;
  }
  return ended;
}

/** Opens a chase, of their practice, for who is not chased, and was not until lately. */
async function openChases(
  tx: Tx,
  { by, now, kinds, pathway }: KeepingSmi,
  people: readonly OnRegister[],
): Promise<Map<number, number>> {
  const since = addDays(londonDay(now), -pathway.again_after_days);
  const { rows } = await sql<{ person: number }>`
    select subject_id as person from work.item
     where kind = ${CHASE} and subject_kind = 'person'
       and (closed_at is null or (closed_at >= ${since}::date and outcome <> all (${Object.keys(pathway.endings)}::text[])))`.execute(
    tx,
  );
  const chased = new Set(rows.map(({ person }) => person));
  const teams = new Map<number, number>();
  for (const practice of new Set(people.map((each) => each.practice)))
    teams.set(practice, await practiceTeam(tx, practice));
  return await openMany(tx, {
    table: kinds.task(CHASE).states,
    by,
    at: now,
    note: 'A physical health check is overdue',
    works: people
      .filter(({ person }) => !chased.has(person))
      .flatMap(({ person, practice }) => {
        const team = teams.get(practice);
        const clock = taskClock(kinds.pathway, CHASE, { now });
        return team === undefined ? [] : [{ person, team, clock, title: TITLE }];
      }),
  });
}

/** What a chase says it is. Which checks are overdue changes: the person's page and the register say. */
export const TITLE = 'Make sure that the physical health checks (SMI) are done';

/** Asks the mental health team of the place to chase in the practice's stead. They see the person while they have it. */
async function askMentalHealthTeams(
  tx: Tx,
  { by, now, kinds, pathway }: KeepingSmi,
  people: readonly OnRegister[],
  items: ReadonlyMap<number, number>,
): Promise<number> {
  if (people.length === 0) return 0;
  const teams = await mentalHealthTeams(tx, pathway);
  let asked = 0;
  for (const { person, practice } of people) {
    const item = items.get(person);
    const team = await teams(practice);
    if (item === undefined || team === null) continue;
    await actOnWork(tx, {
      table: kinds.task(CHASE).states,
      item,
      action: 'offer',
      by,
      at: now,
      note: 'First recorded within a year: is this person with you?',
      offer: {
        team,
        account: null,
        acceptBy: acceptBy(kinds.pathway, now, taskClock(kinds.pathway, CHASE, { now }).breach),
      },
    });
    await openRelationship(tx, {
      kind: 'work',
      holder: { team },
      about: { person },
      purpose: 'has been asked to do something for this person',
      basis: { item },
    });
    asked += 1;
  }
  return asked;
}

/** The mental health team of the place that a practice lies in, or of the nearest place round it. */
async function mentalHealthTeams(tx: Tx, { mental_health_team_kind: kind }: SmiPathway) {
  const places = await readPlaces(tx);
  const { rows } = await sql<{ team: number; place: number }>`
    select team_id as team, place_id as place from directory.team
     where kind = ${kind} and place_id is not null order by team_id desc`.execute(tx);
  const teamOf = new Map(rows.map(({ team, place }) => [place, team]));
  return (practice: number): number | null => {
    for (
      let place = places.place(practice);
      place;
      place = place.within === null ? null : places.place(place.within)
    ) {
      const team = teamOf.get(place.id);
      if (team !== undefined) return team;
    }
    return null;
  };
}
