import { beforeAll, expect, test } from 'vitest';
import { actAs, asBatch, drawPlace, drawStaff, drawTeam, relate } from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { readPlaces } from '../directory/index.ts';
import { visiblePractices } from '../register/index.ts';
import { escalateBreaches, returnWorkOfLeavers } from '../work/index.ts';
import { closeAsRight, giveBackDefect, noteOnDefect, takeDefect } from './change-defect.ts';
import { readDefectKinds } from './defect-kinds.ts';
import { defectStates } from './defect-states.ts';
import type { Finding } from './detect/judge.ts';
import type { Measured } from './detect/measured.ts';
import { readBoard, readDefect, readDefectHistory } from './read-board.ts';
import { readExamples } from './read-examples.ts';
import { recordFindings } from './record-findings.ts';
import type { DefectsTables } from './tables.ts';
import { practicesOnBoard } from './who-may.ts';

const at = useTestBook();
const kinds = readDefectKinds('content');
const MONDAY = new Date('2026-11-23T09:00:00Z');
let operator: Actor;
let manager: Actor;
let analyst: Actor;

beforeAll(async () => {
  const practice = await drawPlace(at.book, 'practice', 'Z1');
  await drawPlace(at.book, 'practice', 'Z2');
  operator = await drawStaff(at.book, 'operator');
  manager = await drawStaff(at.book, 'practice_manager');
  analyst = await drawStaff(at.book, 'analyst');
  await relate(at.book, 'practice_staff', { account: manager.account }, { practice });
  // A search is of a snapshot, and a snapshot of an import.
  await at.book
    .pool('owner')
    .query(`insert into register.import_run (account) values ($1)`, [operator.account]);
  await at.book
    .pool('owner')
    .query(
      `insert into register.snapshot (run_id, as_of, manifest) select run_id, '2026-11-01', '{}' from register.import_run`,
    );
});

const measured = (practice: string, list: number): Measured => ({
  practice,
  list,
  feeds: [],
  rows: 0,
  faults: {},
  codes: { rows: 0, of: 0 },
  slots: { rows: 0, of: 0 },
  twice: { rows: 0, of: 0, with: null },
  pairs: [],
  examples: {},
});

const finding = (practice: string, kind: Finding['kind'], facts: string): Finding => {
  const example = {
    table: 'events',
    rowId: 'row-1',
    person: 1,
    day: null,
    term: 'Weight',
    value: 7,
    unit: 'kg',
    times: null,
  };
  return { kind, practice, rows: 1, of: 9, says: `${kind} ${facts}`, facts, examples: [example] };
};

/** What a search found, written down as a search does. */
async function found(findings: readonly Finding[], lists: readonly Measured[] = [], now = MONDAY) {
  return await asBatch(at.book, async (tx) => {
    const { search_id } = await tx
      .withTables<DefectsTables>()
      .insertInto('defects.search')
      .values({ snapshot_id: 1, today: '2026-11-01', searched_at: now, rows: 0, seconds: 0 })
      .returning('search_id')
      .executeTakeFirstOrThrow();
    const places = await readPlaces(tx);
    return await recordFindings(tx, {
      findings,
      measured: lists,
      places,
      kinds,
      search: search_id,
      by: operator,
      at: now,
    });
  });
}

const board = (by: Actor) => actAs(at.book, by, (tx) => readBoard(tx, by));
const only = async (by: Actor, kind: string) => {
  const row = (await board(by)).find((each) => each.kind === kind);
  if (!row) throw new Error(`${by.role} sees no ${kind}`);
  return row;
};
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

test('a manager takes, notes and gives back what is wrong in their own practice; each step is history', async () => {
  await found([finding('Z1', 'unit-error', 'a')]);
  const { id } = await only(manager, 'unit-error');
  const request = { by: manager, now: MONDAY, kinds, defect: id };
  await actAs(at.book, manager, (tx) => takeDefect(tx, request));
  await actAs(at.book, manager, (tx) => noteOnDefect(tx, { ...request, note: 'Asked the laboratory' }));
  expect(await only(manager, 'unit-error')).toMatchObject({
    state: 'taken',
    owner: manager.name,
    team: 'Place Z1',
  });
  await actAs(at.book, manager, (tx) => giveBackDefect(tx, request));
  expect(await only(manager, 'unit-error')).toMatchObject({ state: 'open', owner: null, team: 'Place Z1' });
  const history = await actAs(at.book, manager, (tx) => readDefectHistory(tx, id));
  expect(history.map(({ action }) => action)).toEqual(['give_back', 'note', 'take', 'open']);
  expect(history[1]).toMatchObject({ note: 'Asked the laboratory', who: manager.name });
});

test('what a practice mends is work of the practice’s own team, where its manager finds it', async () => {
  const { rows } = await at.book.pool('owner').query(
    `select team.code, place.code as practice from work.item join directory.team on team_id = owner_team
       left join directory.place using (place_id) where item.kind = 'defect'`,
  );
  expect(rows).toEqual([{ code: 'practice Z1', practice: 'Z1' }]);
});

test('what an analyst took on stays theirs at night: they are the data team', async () => {
  const kind = kinds.all.find(({ fixed_by }) => fixed_by === 'data_team')?.id ?? 'late-feed';
  await found([finding('Z1', 'unit-error', 'a'), finding('Z2', kind, 'a')]);
  const { id } = await only(analyst, kind);
  await actAs(at.book, analyst, (tx) => takeDefect(tx, { by: analyst, now: MONDAY, kinds, defect: id }));
  expect(await asBatch(at.book, (tx) => returnWorkOfLeavers(tx, [defectStates], operator, MONDAY))).toBe(0);
  expect(await only(analyst, kind)).toMatchObject({ state: 'taken', owner: analyst.name });
  await actAs(at.book, analyst, (tx) =>
    closeAsRight(tx, { by: analyst, now: MONDAY, kinds, defect: id, reason: 'It is so' }),
  );
});

test('what stood open in another tab does not undo what was decided meanwhile', async () => {
  const row = await only(manager, 'unit-error');
  const request = { by: manager, now: MONDAY, kinds, defect: row.id, seen: row.lastChange ?? 0 };
  await actAs(at.book, manager, (tx) => takeDefect(tx, request));
  expect(
    await refusalOf(actAs(at.book, manager, (tx) => closeAsRight(tx, { ...request, reason: 'x' }))),
  ).toBe('changed_meanwhile');
});

test('nobody sees or mends another practice’s defects, and who sees counts changes nothing', async () => {
  await found([finding('Z1', 'unit-error', 'a'), finding('Z2', 'before-birth', 'b')]);
  const other = await only(analyst, 'before-birth');
  expect((await board(manager)).map(({ practiceCode }) => practiceCode)).toEqual(['Z1']);
  expect(await actAs(at.book, manager, (tx) => readDefect(tx, manager, other.id))).toBeNull();
  const take = (by: Actor) =>
    refusalOf(actAs(at.book, by, (tx) => takeDefect(tx, { by, now: MONDAY, kinds, defect: other.id })));
  expect(await take(manager)).toBe('not_found');
  const lead = await drawStaff(at.book, 'ig_lead');
  expect(await take(lead)).toBe('not_permitted');
  for (const role of ['commissioner', 'gp', 'int_lead', 'pcn_manager', 'patient'] as const) {
    const by = await drawStaff(at.book, role);
    expect(await board(by), role).toEqual([]);
    expect(await take(by), role).toBe('not_found');
  }
});

test('the rows are shown whole to the practice, without whose they are to analysts, to nobody else', async () => {
  const { id } = await only(manager, 'unit-error');
  const examples = (by: Actor) => actAs(at.book, by, (tx) => readExamples(tx, by, id));
  expect(await examples(manager)).toMatchObject([{ term: 'Weight', value: 7, rowId: 'row-1' }]);
  expect(await examples(analyst)).toMatchObject([{ term: 'Weight', value: 7, rowId: null, person: null }]);
  expect(await examples(await drawStaff(at.book, 'ig_lead'))).toEqual([]);
  // The database says so too, whatever a query asks for.
  const commissioner = await drawStaff(at.book, 'commissioner');
  const rows = await actAs(at.book, commissioner, (tx) =>
    tx.withTables<DefectsTables>().selectFrom('defects.example').selectAll().execute(),
  );
  expect(rows).toEqual([]);
});

test('right as it is stays closed while the facts are the same, and is raised again when they change', async () => {
  const { id } = await only(manager, 'unit-error');
  const right = { by: manager, now: MONDAY, kinds, defect: id, reason: 'Sent so on purpose' };
  await actAs(at.book, manager, (tx) => closeAsRight(tx, right));
  expect(await board(manager)).toEqual([]);
  expect(await found([finding('Z1', 'unit-error', 'a')])).toMatchObject({ opened: 0, accepted: 1 });
  expect(await board(manager)).toEqual([]);
  expect(await found([finding('Z1', 'unit-error', 'other rows')])).toMatchObject({ opened: 1, accepted: 0 });
  expect(await only(manager, 'unit-error')).toMatchObject({ state: 'open', accepted: false });
});

test('mended, it closes by itself; found again it is new work, and what was accepted once is forgotten', async () => {
  expect(await found([])).toMatchObject({ mended: 1 });
  expect(await found([])).toMatchObject({ mended: 0 });
  expect(await found([finding('Z1', 'unit-error', 'a')])).toMatchObject({ opened: 1 });
});

test('a list that jumped is measured from what was accepted last, until somebody accepts the new length', async () => {
  const accepted = async () =>
    (
      await at.book
        .as('batch')
        .withTables<DefectsTables>()
        .selectFrom('defects.list_size')
        .selectAll()
        .execute()
    ).map((row) => row.accepted);
  await found([], [measured('Z1', 1000)]);
  await found([finding('Z1', 'list-size-jump', '1000 500')], [measured('Z1', 500)]);
  expect(await accepted()).toEqual([1000]);
  const { id } = await only(manager, 'list-size-jump');
  const right = { by: manager, now: MONDAY, kinds, defect: id, reason: 'The list was dispersed' };
  await actAs(at.book, manager, (tx) => closeAsRight(tx, right));
  expect(await accepted()).toEqual([500]);
});

test('what nobody mends in time escalates and keeps its team', async () => {
  await found([finding('Z1', 'after-death', 'a')], [], MONDAY);
  const late = new Date('2026-12-31T09:00:00Z');
  await asBatch(at.book, (tx) => escalateBreaches(tx, defectStates, operator, late));
  expect(await only(manager, 'after-death')).toMatchObject({ state: 'escalated', team: 'Place Z1' });
});

test('the board of a practice manager is that of their own practice, however many others their team may look through', async () => {
  const places = await asBatch(at.book, readPlaces);
  const other = places.all.find(({ code }) => code === 'Z2');
  if (!other) throw new Error('Z2 was drawn');
  const team = await drawTeam(at.book, 'INT');
  await relate(at.book, 'int_agreement', { team }, { practice: other.id });
  const ofTeam = { ...manager, team };
  const [own, seen] = await actAs(at.book, ofTeam, async (tx) => [
    await practicesOnBoard(tx, ofTeam, places),
    await visiblePractices(tx, ofTeam),
  ]);
  expect(seen).toHaveLength(2);
  expect(own.map((id) => places.all.find((place) => place.id === id)?.code)).toEqual(['Z1']);
});
