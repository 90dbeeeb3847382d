import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { anActor, anOrigin } from '../../../test/support/actors.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { type Actor, act, changeAccount } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { changePlaces } from './change-places.ts';
import { changeStaff } from './change-teams.ts';
import { applyOffer, discardOffer, offerEvent, undoChanges } from './decide-changes.ts';
import { type DirectoryState, readDirectory } from './directory-state.ts';
import { markOf, offerVintage, planOffer } from './offer-changes.ts';
import { readPlaces } from './place-tree.ts';
import type { PlaceChange, Vintage } from './plan-vintage.ts';
import { afterChanges } from './planned-change.ts';

const at = useTestBook();
const NOW = new Date('2026-11-02T09:00:00Z');

/** Somebody with an account, which the book asks of everybody who decides. */
async function somebody(role: Actor['role']): Promise<Actor> {
  return await at.book
    .as('batch')
    .transaction()
    .execute(async (tx) => {
      const about = { name: `Test ${role}`, issuer: 'test', subject: role };
      const account = await changeAccount(tx, about);
      await changeStaff(tx, { account, role, organisation: null, teamId: null, capacity: null });
      return anActor(role, { account });
    });
}

const asSomebody = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) =>
  act(at.book, { by, origin: anOrigin() }, work);

const load = <Result>(work: (tx: Tx) => Promise<Result>) => at.book.as('batch').transaction().execute(work);

/** Every row of every table of organisations, to the last column: what "exactly as before" means. */
async function everyRow(): Promise<unknown> {
  const { rows } = await sql`
    select 'place' as of, to_jsonb(t) as row, place_id as id from directory.place t
    union all select 'parent', to_jsonb(t), relation_id from directory.place_parent t
    union all select 'name', to_jsonb(t), name_id from directory.former_name t
    union all select 'succession', to_jsonb(t), succession_id from directory.succession t
    order by 1, 3`.execute(at.book.as('batch'));
  return rows;
}

const withoutIds = (state: DirectoryState) => ({
  places: [...state.places.values()]
    .map(({ id: _, ...place }) => place)
    .sort((a, b) => a.code.localeCompare(b.code)),
  relations: [...state.relations].map((link) => JSON.stringify(link, Object.keys(link).sort())).sort(),
  formerNames: [...state.formerNames],
  successions: [...state.successions],
});

const practice = (code: string, about: Partial<PlaceChange> = {}): PlaceChange => ({
  code,
  kind: 'practice',
  name: `Surgery ${code}`,
  opened: '2010-04-01',
  ...about,
});

const vintage = (source: string, asOf: string, about: Partial<Vintage>): Vintage => ({
  places: [],
  parents: [],
  source,
  asOf,
  ...about,
});

const PCNS = ['ZP1', 'ZP2'].map((code) => ({ code, kind: 'pcn' as const, name: `${code} PCN` }));
const FIRST = vintage('first.csv', '2025-08-01', {
  places: [...PCNS, practice('Z1'), practice('Z2'), practice('Z3'), practice('Z4')],
  parents: [
    { child: 'Z1', parent: 'ZP1', relation: 'member_of' },
    { child: 'Z2', parent: 'ZP1', relation: 'member_of' },
    { child: 'Z3', parent: 'ZP2', relation: 'member_of' },
  ],
});
const SECOND = vintage('second.csv', '2026-02-01', {
  places: [practice('Z1', { name: 'Renamed' }), practice('Z2', { closed: '2025-12-31' }), practice('Z5')],
  parents: [
    { child: 'Z3', parent: 'ZP1', relation: 'member_of' },
    { child: 'Z5', parent: 'ZP2', relation: 'member_of' },
    { child: 'Z1', parent: 'ZP1', relation: 'member_of', ends: '2026-01-01' },
  ],
});

const offer = (format: string, said: Vintage, apply = false) =>
  load((tx) => offerVintage(tx, said, { format, source: said.source, asOf: said.asOf, runId: 1 }, { apply }));

/** The mark of what the page of an offer would show now. */
async function seen(setId: number): Promise<string> {
  return await load(async (tx) => {
    const { rows } = await sql<{ offer: Parameters<typeof planOffer>[1]; source: string }>`
      select offer, source from directory.change_set where set_id = ${setId}`.execute(tx);
    const [set] = rows;
    return set ? markOf(planOffer(await readDirectory(tx), set.offer, set.source)) : '';
  });
}

describe('national files', () => {
  test('fill an empty directory at once; a later vintage waits, is applied as shown, and can be undone exactly', async () => {
    const analyst = await somebody('analyst');
    expect(await offer('practices', FIRST)).toMatchObject({ outcome: 'applied' });
    const before = await everyRow();
    const offered = await offer('practices', SECOND);
    expect(offered).toMatchObject({ outcome: 'offered' });
    expect(offered.plan.changes.map(({ what, code }) => `${what} ${code}`)).toEqual([
      'renamed Z1',
      'closed Z2',
      'opened Z5',
      'moved Z3',
      'joined Z5',
      'left Z1',
    ]);
    expect(await everyRow()).toEqual(before);

    const setId = offered.setId ?? 0;
    const expected = afterChanges(await readDirectory(at.book.as('batch')), offered.plan.changes);
    const mark = await seen(setId);
    await asSomebody(analyst, (tx) => applyOffer(tx, { by: analyst, setId, now: NOW, seen: mark }));
    expect(withoutIds(await readDirectory(at.book.as('batch')))).toEqual(withoutIds(expected));
    const names = async (asAt: string) =>
      (await readPlaces(at.book.as('batch'), { asAt })).all.map(({ name }) => name);
    expect(await names('2026-02-01')).toEqual([
      'Renamed',
      'Surgery Z3',
      'Surgery Z4',
      'Surgery Z5',
      'ZP1 PCN',
      'ZP2 PCN',
    ]);
    expect(await names('2025-09-01')).toContain('Surgery Z1');
    expect((await offer('practices', SECOND)).outcome).toBe('nothing new');

    await asSomebody(analyst, (tx) => undoChanges(tx, { by: analyst, setId, now: NOW }));
    expect(await everyRow()).toEqual(before);
    await expect(
      asSomebody(analyst, (tx) => undoChanges(tx, { by: analyst, setId, now: NOW })),
    ).rejects.toMatchObject({ code: 'decided_already' });
  });

  test('are carried out at once where whoever imports them says so', async () => {
    expect(await offer('practices', SECOND, true)).toMatchObject({ outcome: 'applied' });
  });

  test('that are newer take the place of one that still waits', async () => {
    const [waits, newer] = ['2026-03-01', '2026-04-01'].map((day) =>
      vintage(`${day}.csv`, day, { places: [practice('Z6', { name: `Z6 of ${day}` })] }),
    );
    const first = waits && (await offer('practices', waits));
    const second = newer && (await offer('practices', newer));
    const { rows } = await sql<{ set_id: number; state: string }>`
      select set_id, state from directory.change_set where set_id in (${first?.setId}, ${second?.setId}) order by set_id`.execute(
      at.book.as('batch'),
    );
    expect(rows.map(({ state }) => state)).toEqual(['discarded', 'offered']);
  });

  test('are not applied when the directory has changed since they were shown', async () => {
    const analyst = await somebody('analyst');
    const said = vintage('shown.csv', '2026-05-01', { places: [practice('Z3', { name: 'Shown' })] });
    const { setId } = await offer(
      'shown',
      vintage('x.csv', '2026-04-30', { places: [practice('Z90')] }),
    ).then(() => offer('shown', said));
    const mark = await seen(setId ?? 0);
    await load((tx) =>
      changePlaces(tx, [practice('Z3', { name: 'Meanwhile' })], 'place pack', { asOf: '2026-04-01' }),
    );
    const apply = (seen: string) =>
      asSomebody(analyst, (tx) => applyOffer(tx, { by: analyst, setId: setId ?? 0, now: NOW, seen }));
    await expect(apply(mark)).rejects.toMatchObject({ code: 'differences_changed' });
    expect(await apply(await seen(setId ?? 0))).toBe(1);
  });
});

describe('undoing', () => {
  test('is refused while a later change stands on it', async () => {
    const analyst = await somebody('analyst');
    const named = (name: string, day: string) =>
      offer('undo', vintage(`${name}.csv`, day, { places: [practice('Z7', { name })] }), true);
    await named('First', '2026-01-01');
    const { setId: second } = await named('Second', '2026-02-01');
    const { setId: third } = await named('Third', '2026-03-01');
    const undo = (setId: number | null) =>
      asSomebody(analyst, (tx) => undoChanges(tx, { by: analyst, setId: setId ?? 0, now: NOW }));
    await expect(undo(second)).rejects.toMatchObject({ code: 'changed_since' });
    await undo(third);
    await undo(second);
    expect((await readDirectory(at.book.as('batch'))).places.get('Z7')?.name).toBe('First');
  });

  test('of an opening is refused while anything refers to the place', async () => {
    const analyst = await somebody('analyst');
    const { setId } = await offer(
      'used',
      vintage('used.csv', '2026-01-01', { places: [practice('Z8')] }),
      true,
    );
    await sql`insert into directory.team (code, name, kind, place_id)
              select 'zt', 'A team', 'int', place_id from directory.place where code = 'Z8'`.execute(
      at.book.as('batch'),
    );
    await expect(
      asSomebody(analyst, (tx) => undoChanges(tx, { by: analyst, setId: setId ?? 0, now: NOW })),
    ).rejects.toMatchObject({ code: 'place_in_use' });
  });
});

describe('events', () => {
  test('are offered, applied and undone by somebody who keeps the directory', async () => {
    const analyst = await somebody('analyst');
    await offer(
      'events',
      vintage('events.csv', '2025-01-01', { places: [practice('ZA'), practice('ZB')] }),
      true,
    );
    const before = await everyRow();
    const event = { kind: 'merge', from: ['ZA'], into: 'ZB', day: '2026-04-01' } as const;
    const setId = await asSomebody(analyst, (tx) =>
      offerEvent(tx, { by: analyst, event, reason: 'Board minute' }),
    );
    expect(await everyRow()).toEqual(before);
    const mark = await seen(setId);
    await asSomebody(analyst, (tx) => applyOffer(tx, { by: analyst, setId, now: NOW, seen: mark }));
    const tree = await readPlaces(at.book.as('batch'), { asAt: '2026-04-01' });
    expect(tree.named('ZA').mergedInto).toBe(tree.named('ZB').id);
    await asSomebody(analyst, (tx) => undoChanges(tx, { by: analyst, setId, now: NOW }));
    expect(await everyRow()).toEqual(before);
  });

  test('are refused from everybody else, and nothing is written', async () => {
    const commissioner = await somebody('commissioner');
    const event = { kind: 'close', code: 'ZA', day: '2026-04-01' } as const;
    const decision = { by: commissioner, setId: 1, now: NOW };
    const attempts: ((tx: Tx) => Promise<unknown>)[] = [
      (tx: Tx) => offerEvent(tx, { by: commissioner, event, reason: 'x' }),
      (tx: Tx) => applyOffer(tx, { ...decision, seen: '' }),
      (tx: Tx) => discardOffer(tx, decision),
      (tx: Tx) => undoChanges(tx, decision),
    ];
    for (const attempt of attempts)
      await expect(asSomebody(commissioner, attempt)).rejects.toMatchObject({ code: 'not_permitted' });
  });
});
