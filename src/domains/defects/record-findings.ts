import { sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { dataTeam, type Place, type PlaceTree, practiceTeam } from '../directory/index.ts';
import { actOnWork, openWork, type WorkTables } from '../work/index.ts';
import type { DefectKinds } from './defect-kinds.ts';
import { defectClock, defectStates } from './defect-states.ts';
import type { Finding } from './detect/judge.ts';
import type { Measured } from './detect/measured.ts';
import type { DefectsTables } from './tables.ts';

export interface Recording {
  readonly findings: readonly Finding[];
  readonly measured: readonly Measured[];
  readonly places: PlaceTree;
  readonly kinds: DefectKinds;
  readonly search: number;
  readonly by: Actor;
  readonly at: Date;
}

/** What became of the findings: `standing` were known before, `accepted` are right as somebody said. */
export interface Recorded {
  readonly opened: number;
  readonly standing: number;
  readonly accepted: number;
  readonly mended: number;
}

interface Known {
  readonly defect_id: number;
  readonly kind: string;
  readonly practice_id: number;
  readonly present: boolean;
  readonly accepted_facts: string | null;
  readonly openItem: number | null;
}

/**
 * Writes down what a search found, and makes it work: an item for each defect that has none, a closed one for each
 * that is found no more. What somebody called right as it is stays so while its facts are the same.
 */
export async function recordFindings(tx: Tx, recording: Recording): Promise<Recorded> {
  const practices = new Map(
    recording.places.all
      .filter(({ kind }) => kind === 'practice')
      .map((place) => [place.code.toUpperCase(), place]),
  );
  const known = new Map(
    (await knownDefects(tx)).map((defect) => [`${defect.kind} ${defect.practice_id}`, defect]),
  );
  const team = teamFinder(tx);
  const counts = { opened: 0, standing: 0, accepted: 0, mended: 0 };
  const found = new Set<number>();
  for (const finding of recording.findings) {
    const place = practices.get(finding.practice);
    if (!place) continue;
    const before = known.get(`${finding.kind} ${place.id}`);
    const isAccepted = before?.accepted_facts === finding.facts;
    const defect = await writeDefect(tx, recording, finding, place, isAccepted);
    found.add(defect);
    if (isAccepted) counts.accepted += 1;
    else if (before?.openItem) counts.standing += 1;
    else {
      await openItem(tx, recording, finding, defect, await team(recording.kinds, finding, place));
      counts.opened += 1;
    }
  }
  for (const defect of known.values()) {
    if (!defect.present || found.has(defect.defect_id)) continue;
    await closeAsMended(tx, recording, defect);
    counts.mended += 1;
  }
  await writeSizes(tx, recording, practices);
  return counts;
}

async function knownDefects(tx: Tx): Promise<Known[]> {
  return await tx
    .withTables<DefectsTables & WorkTables>()
    .selectFrom('defects.defect as defect')
    .leftJoin('work.item as item', (join) =>
      join.onRef('item.item_id', '=', 'defect.item_id').on('item.closed_at', 'is', null),
    )
    .select([
      'defect.defect_id',
      'defect.kind',
      'defect.practice_id',
      'defect.present',
      'defect.accepted_facts',
      'item.item_id as openItem',
    ])
    .execute();
}

async function writeDefect(
  tx: Tx,
  { search, at }: Recording,
  finding: Finding,
  place: Place,
  isAccepted: boolean,
): Promise<number> {
  const db = tx.withTables<DefectsTables>();
  const { kind, rows, of, says, facts } = finding;
  const now = { present: true, rows, of, says, facts, search_id: search };
  const { defect_id } = await db
    .insertInto('defects.defect')
    .values({ kind, practice_id: place.id, ...now, accepted_facts: null, item_id: null, found_at: at })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'practice_id']).doUpdateSet((set) => ({
        ...now,
        accepted_facts: isAccepted ? facts : null,
        // Found again after it was gone, it is new.
        found_at: sql<Date>`case when defect.present then defect.found_at else ${set.ref('excluded.found_at')} end`,
      })),
    )
    .returning('defect_id')
    .executeTakeFirstOrThrow();
  await db.deleteFrom('defects.example').where('defect_id', '=', defect_id).execute();
  const examples = finding.examples.map((example, position) => ({
    defect_id,
    position,
    practice_id: place.id,
    table_name: example.table,
    row_id: example.rowId,
    person_no: example.person,
    day: example.day,
    term: example.term,
    value: example.value,
    unit: example.unit,
    times: example.times,
  }));
  if (examples.length > 0) await db.insertInto('defects.example').values(examples).execute();
  return defect_id;
}

/** The team that owns the fix: the practice's own, or the data team. Both are made when they first own something. */
function teamFinder(tx: Tx) {
  const made = new Map<string, number>();
  return async (kinds: DefectKinds, finding: Finding, place: Place): Promise<number> => {
    const isPractice = kinds.kind(finding.kind).fixed_by === 'practice';
    const whose = isPractice ? place.code : 'data-team';
    const known = made.get(whose);
    if (known !== undefined) return known;
    const id = isPractice ? await practiceTeam(tx, place.id) : await dataTeam(tx);
    made.set(whose, id);
    return id;
  };
}

async function openItem(
  tx: Tx,
  { kinds, by, at }: Recording,
  finding: Finding,
  defect: number,
  team: number,
): Promise<void> {
  const item = await openWork(tx, {
    table: defectStates,
    subject: { kind: 'defect', id: defect },
    team,
    owner: null,
    clock: defectClock(kinds.kind(finding.kind), at),
    note: finding.says,
    by,
    at,
  });
  await tx
    .withTables<DefectsTables>()
    .updateTable('defects.defect')
    .set({ item_id: item })
    .where('defect_id', '=', defect)
    .execute();
}

async function closeAsMended(tx: Tx, { by, at, search }: Recording, defect: Known): Promise<void> {
  const db = tx.withTables<DefectsTables>();
  if (defect.openItem !== null) {
    const note = 'The next search did not find it any more.';
    const outcome = 'mended';
    await actOnWork(tx, {
      table: defectStates,
      item: defect.openItem,
      action: 'mended',
      by,
      at,
      note,
      outcome,
    });
  }
  await db.deleteFrom('defects.example').where('defect_id', '=', defect.defect_id).execute();
  await db
    .updateTable('defects.defect')
    .set({ present: false, accepted_facts: null, search_id: search })
    .where('defect_id', '=', defect.defect_id)
    .execute();
}

/** How long lists are and when feeds came. A list that jumped keeps its accepted size until somebody decides. */
async function writeSizes(
  tx: Tx,
  recording: Recording,
  practices: ReadonlyMap<string, Place>,
): Promise<void> {
  const db = tx.withTables<DefectsTables>();
  const jumped = new Set(
    recording.findings.filter(({ kind }) => kind === 'list-size-jump').map(({ practice }) => practice),
  );
  await db.deleteFrom('defects.feed').execute();
  for (const { practice, list, feeds } of recording.measured) {
    const place = practices.get(practice);
    if (!place) continue;
    await db
      .insertInto('defects.list_size')
      .values({ practice_id: place.id, people: list, accepted: list })
      .onConflict((conflict) =>
        conflict
          .column('practice_id')
          .doUpdateSet(jumped.has(practice) ? { people: list } : { people: list, accepted: list }),
      )
      .execute();
    const rows = feeds.map(({ feed, lastCame }) => ({ practice_id: place.id, feed, last_came: lastCame }));
    if (rows.length > 0) await db.insertInto('defects.feed').values(rows).execute();
  }
}
