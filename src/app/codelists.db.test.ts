import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actAs, asBatch, drawStaff } from '../../test/support/drawn-team.ts';
import { asProduct } from '../../test/support/site.ts';
import { persona } from '../../test/support/small-borough.ts';
import { type TestBook, useTestBook, useTestBorough } from '../../test/support/test-book.ts';
import {
  askWhoWouldMove,
  decisionInEffect,
  keepCodelistChecks,
  publishCodelist,
  readCheck,
  readCodelistCheck,
  readCodes,
  readDecisions,
  readDisclosureRules,
  readLibrary,
  readMoves,
  readNextLibrary,
  readPublication,
  readVersions,
  refresh,
  takeBackCodelist,
} from '../domains/need/index.ts';
import type { Actor } from '../platform/auth/index.ts';
import { loadCodelists } from './load-codelists.ts';
import { workOutMovers } from './work-out-movers.ts';

const NOW = new Date('2026-11-03T09:00:00Z');
const content = readLibrary('content');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-codelists-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loads a drawn file as somebody. */
async function load(at: TestBook, by: Actor, name: string, codes: readonly string[]) {
  const file = join(folder, name);
  writeFileSync(file, `code,term\n${codes.map((code) => `${code},Term of ${code}`).join('\n')}\n`);
  const { tables } = await loadCodelists(asProduct(at), {
    paths: [file],
    by,
    origin: { requestId: 'test', from: 'test' },
    said: {},
    onProgress: () => {},
  });
  const [table] = tables;
  if (!table) throw new Error(`${name} was not loaded`);
  expect(table.read).toBe(table.loaded + table.refused + table.duplicate);
  return table;
}

const lastOf = async (at: TestBook, list: string) =>
  (await readDecisions(at.book.as('batch'), list)).at(-1)?.id ?? 0;

const publish = async (at: TestBook, by: Actor, list: string, number: number, seen?: number) => {
  const last = seen ?? (await lastOf(at, list));
  await actAs(at.book, by, (tx) =>
    publishCodelist(tx, { by, list, number, seen: last, reason: 'May release', now: NOW, library: content }),
  );
};

const takeBack = async (at: TestBook, by: Actor, list: string) => {
  const seen = await lastOf(at, list);
  await actAs(at.book, by, (tx) => takeBackCodelist(tx, { by, list, seen, reason: 'Wrong codes', now: NOW }));
};

const numberInEffect = async (at: TestBook, list: string) =>
  decisionInEffect(await readDecisions(at.book.as('batch'), list))?.number ?? null;

describe('versions of lists', () => {
  const at = useTestBook();
  let analyst: Actor;
  let other: Actor;
  let gp: Actor;
  beforeAll(async () => {
    analyst = await drawStaff(at.book, 'analyst');
    other = await drawStaff(at.book, 'analyst');
    gp = await drawStaff(at.book, 'gp');
  });

  test('the same codes again load nothing, under whatever name of a file and in whatever order', async () => {
    const first = await load(at, analyst, 'one_cod.csv', ['44054006', '46635009']);
    expect(first).toMatchObject({
      loaded: 2,
      duplicate: 0,
      lists: [{ id: 'ONE_COD', number: 1, isNew: true }],
    });
    const again = await load(at, other, 'one_cod-20260501.csv', ['46635009', '44054006']);
    expect(again).toMatchObject({
      loaded: 0,
      duplicate: 2,
      lists: [{ id: 'ONE_COD', number: 1, isNew: false }],
    });
    const more = await load(at, other, 'one_cod-20260601.csv', ['46635009', '44054006', '73211009']);
    expect(more).toMatchObject({ loaded: 3, duplicate: 0, lists: [{ number: 2, isNew: true }] });
    expect(await readVersions(at.book.as('batch'), 'ONE_COD')).toMatchObject([
      { number: 2, codes: 3, released: '2026-06-01', loadedBy: { account: other.account } },
      { number: 1, codes: 2, released: null, loadedBy: { account: analyst.account } },
    ]);
  });

  test('in whatever order they are loaded, they are the same versions, and publishing one means the same', async () => {
    const versions = [['44054006'], ['44054006', '46635009'], ['73211009']];
    for (const codes of versions) await load(at, analyst, 'forth.csv', codes);
    for (const codes of [...versions].reverse()) await load(at, analyst, 'back.csv', codes);
    const db = at.book.as('batch');
    const forth = await readVersions(db, 'FORTH');
    const back = await readVersions(db, 'BACK');
    expect(new Set(forth.map(({ hash }) => hash))).toEqual(new Set(back.map(({ hash }) => hash)));
    for (const version of forth) {
      const same = back.find(({ hash }) => hash === version.hash);
      expect(await readCodes(db, same?.versionNo ?? 0)).toEqual(await readCodes(db, version.versionNo));
    }
  });

  test('one that waits is work of the data team, where a definition reads the list; once, and until it is published', async () => {
    const library = content;
    const keep = () =>
      asBatch(at.book, (tx) =>
        keepCodelistChecks(tx, { by: analyst, now: NOW, pathway: readCodelistCheck('content'), library }),
      );
    const work = async () =>
      (
        await at.book.pool('owner').query(
          `select v.codelist_id || ' ' || v.number as version, i.state, i.outcome, t.kind as team, i.owner_account as owner
             from work.item i join need.codelist_version v on v.version_no = i.subject_id
             join directory.team t on t.team_id = i.owner_team
            where i.kind = 'codelist_check' order by i.item_id`,
        )
      ).rows;
    // ONE_COD and others wait as well; nothing reads them.
    expect(await work()).toEqual([]);
    await load(at, analyst, 'dm_cod.csv', ['44054006']);
    const waits = { state: 'to_publish', outcome: null, team: 'data', owner: null };
    expect(await work()).toEqual([{ version: 'DM_COD 1', ...waits }]);
    expect(await keep()).toEqual({ opened: 0, ended: 0 });
    await load(at, analyst, 'dm_cod.csv', ['44054006', '46635009']);
    expect(await work()).toEqual([
      { version: 'DM_COD 1', ...waits, state: 'lapsed', outcome: 'lapse' },
      { version: 'DM_COD 2', ...waits },
    ]);
    await at.book.pool('owner').query(
      `insert into need.codelist_decision (codelist_id, version_no, reason, decided_by)
         select codelist_id, version_no, 'May release', $1 from need.codelist_version where codelist_id = 'DM_COD' and number = 2`,
      [gp.account],
    );
    expect(await keep()).toEqual({ opened: 0, ended: 1 });
    expect((await work()).at(-1)).toEqual({
      version: 'DM_COD 2',
      ...waits,
      state: 'published',
      outcome: 'publish',
    });
    expect(await keep()).toEqual({ opened: 0, ended: 0 });
  });

  test('a row that is refused is kept with its line, and the list is what remains', async () => {
    const table = await load(at, analyst, 'ruined_cod.csv', ['44054006', '1.00568E+15', '44054006']);
    expect(table).toMatchObject({ read: 3, loaded: 1, refused: 1, duplicate: 1 });
    const kept = await asBatch(at.book, (tx) =>
      tx
        .selectFrom('need.codelist_refused_row' as never)
        .selectAll()
        .execute(),
    );
    expect(kept).toMatchObject([
      { line: 3, column_name: 'code', said: '1.00568E+15', reason: 'spreadsheet_number' },
    ]);
  });

  test('who loaded a version does not publish it: the rules say so, and the database does', async () => {
    await expect(publish(at, analyst, 'ONE_COD', 1)).rejects.toMatchObject({ code: 'own_version' });
    const [version] = await readVersions(at.book.as('batch'), 'ONE_COD');
    const past = actAs(at.book, other, (tx) =>
      tx
        .insertInto('need.codelist_decision' as never)
        .values({
          codelist_id: 'ONE_COD',
          version_no: version?.versionNo,
          reason: 'past the rules',
          decided_by: other.account,
        } as never)
        .execute(),
    );
    await expect(past).rejects.toThrow(/does not publish it/);
    for (const role of [
      'practice_nurse',
      'commissioner',
      'practice_manager',
      'ig_lead',
      'patient',
    ] as const) {
      const somebody = await drawStaff(at.book, role);
      await expect(publish(at, somebody, 'ONE_COD', 1), role).rejects.toMatchObject({
        code: 'not_permitted',
      });
      await expect(load(at, somebody, 'x.csv', ['44054006']), role).rejects.toMatchObject({
        code: 'not_permitted',
      });
    }
  });

  test('published, taken back, published again: what is in effect is what was before', async () => {
    expect(await numberInEffect(at, 'ONE_COD')).toBe(null);
    await publish(at, gp, 'ONE_COD', 1);
    expect(await numberInEffect(at, 'ONE_COD')).toBe(1);
    await expect(publish(at, gp, 'ONE_COD', 1)).rejects.toMatchObject({ code: 'in_effect_already' });
    await publish(at, analyst, 'ONE_COD', 2);
    expect(await numberInEffect(at, 'ONE_COD')).toBe(2);
    await takeBack(at, gp, 'ONE_COD');
    expect(await numberInEffect(at, 'ONE_COD')).toBe(1);
    await takeBack(at, gp, 'ONE_COD');
    expect(await numberInEffect(at, 'ONE_COD')).toBe(null);
    await expect(takeBack(at, gp, 'ONE_COD')).rejects.toMatchObject({ code: 'nothing_published' });
    expect(await readDecisions(at.book.as('batch'), 'ONE_COD')).toHaveLength(4);
  });

  test('of two who decide at once the second is told, and a version that is not there is not found', async () => {
    const seen = await lastOf(at, 'ONE_COD');
    const both = await Promise.allSettled([
      publish(at, gp, 'ONE_COD', 1, seen),
      publish(at, gp, 'ONE_COD', 1, seen),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'decided_meanwhile' },
    });
    await expect(publish(at, gp, 'ONE_COD', 99)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('one that cannot stand in the place of content’s is refused, and one in use waits for its movers', async () => {
    await load(at, analyst, 'lithium.csv', ['44054006']);
    await expect(publish(at, gp, 'LITHIUM', 1)).rejects.toMatchObject({ code: 'not_in_its_place' });
    await load(at, analyst, 'dm_cod.csv', ['44054006']);
    await expect(publish(at, gp, 'DM_COD', 1)).rejects.toMatchObject({ code: 'movers_unknown' });
  });

  test('cannot be changed or removed by anybody whose login the product uses', async () => {
    for (const login of ['app', 'batch'] as const)
      for (const statement of [
        "update need.codelist_code set term = 'x'",
        'delete from need.codelist_code',
        'update need.codelist_version set codes = 1',
        'delete from need.codelist_decision',
      ])
        await expect(at.book.pool(login).query(statement), `${login}: ${statement}`).rejects.toThrow(
          /permission denied/,
        );
  });
});

describe('a version of a list that definitions use', () => {
  const at = useTestBorough();
  let analyst: Actor;
  let gp: Actor;
  let commissioner: Actor;
  beforeAll(async () => {
    analyst = await persona(at.book, 'analyst');
    gp = await persona(at.book, 'gp');
    commissioner = await persona(at.book, 'commissioner');
  });

  const refreshed = () =>
    refresh({
      book: at.book,
      home: at.home,
      library: content,
      disclosure: readDisclosureRules('content'),
      settings: { threads: 2 },
    });
  const counts = async () => {
    const publication = await readPublication(at.book.as('batch'));
    return new Map(publication?.definitions.map((each) => [each.id, each]));
  };
  const check = async (number: number) => {
    const id = await actAs(at.book, analyst, (tx) =>
      askWhoWouldMove(tx, { by: analyst, list: 'DM_COD', number }),
    );
    await workOutMovers(asProduct(at), id, () => {});
    return id;
  };

  test('moves exactly those whom it said that it would move, and back again', async () => {
    const list = content.codelists.get('DM_COD');
    if (list?.kind !== 'snomed') throw new Error('content has no DM_COD');
    // Type 2 as such is off the list, and hypertension is on it.
    const codes = [...list.codes.map(({ code }) => code).filter((code) => code !== '44054006'), '59621000'];
    await load(at, analyst, 'dm_cod-20260501.csv', codes);
    const before = await counts();
    const checked = await check(1);
    const db = at.book.as('batch');
    const [version] = await readVersions(db, 'DM_COD');
    expect(await readCheck(db, version?.versionNo ?? 0)).toMatchObject({ state: 'done', isOld: false });
    const moves = await readMoves(db, checked);
    const moved = (definition: string, into: boolean, answer: string) =>
      moves
        .filter((move) => move.definition === definition && (into ? move.becomes : move.was) === answer)
        .reduce((sum, { people }) => sum + people, 0);
    expect(moved('diabetes', false, 'in')).toBeGreaterThan(20);
    expect(moved('diabetes', true, 'in')).toBeGreaterThan(20);

    await publish(at, gp, 'DM_COD', 1);
    expect(await counts(), 'nothing changes before the refresh').toEqual(before);
    await refreshed();
    const after = await counts();
    for (const [id, was] of before) {
      const now = after.get(id);
      if (content.definition(id).kind === 'ranking') continue;
      for (const answer of ['in', 'out', 'unknown'] as const) {
        // Definitions with bands are counted by them.
        if ((was.bands ?? []).length > 0) continue;
        expect(now?.[answer], `${id} ${answer}`).toBe(
          was[answer] + moved(id, true, answer) - moved(id, false, answer),
        );
      }
      for (const { id: band, people } of was.bands ?? [])
        expect(now?.bands?.find((each) => each.id === band)?.people, `${id} ${band}`).toBe(
          people + moved(id, true, band) - moved(id, false, band),
        );
    }
    expect((await readPublication(db))?.codelists).toEqual([
      { id: 'DM_COD', versionNo: version?.versionNo, number: 1 },
    ]);
    expect(after.get('diabetes')?.no, 'another wording has another number').not.toBe(
      before.get('diabetes')?.no,
    );
    expect(after.get('asthma')?.no).toBe(before.get('asthma')?.no);

    await takeBack(at, gp, 'DM_COD');
    await refreshed();
    const back = await counts();
    expect([...back.values()].map(({ no, in: n }) => [no, n])).toEqual(
      [...before.values()].map(({ no, in: n }) => [no, n]),
    );
  }, 240_000);

  test('counts its movers for who may see them, and for nobody else', async () => {
    const [found] = await at.book
      .pool('batch')
      .query('select max(check_id) as id from need.codelist_check')
      .then(({ rows }) => rows);
    const seen = (by: Actor) =>
      actAs(at.book, by, async (tx) =>
        (await readMoves(tx, found.id)).reduce((sum, { people }) => sum + people, 0),
      );
    const everybody = (await readMoves(at.book.as('batch'), found.id)).reduce(
      (sum, { people }) => sum + people,
      0,
    );
    const [byAnalyst, byGp] = [await seen(analyst), await seen(gp)];
    expect(byAnalyst).toBeGreaterThan(0);
    expect(byAnalyst, 'those who object are in nobody’s figures but their own practice’s').toBeLessThan(
      everybody,
    );
    expect(byGp).toBeGreaterThan(0);
    expect(byGp).toBeLessThan(byAnalyst);
    expect(await seen(commissioner)).toBe(0);
  });

  test('has its movers worked out anew when another list has been published meanwhile', async () => {
    await check(1);
    await load(at, analyst, 'another.csv', ['44054006']);
    await publish(at, gp, 'ANOTHER', 1);
    await expect(publish(at, gp, 'DM_COD', 1)).rejects.toMatchObject({ code: 'movers_unknown' });
    await check(1);
    await publish(at, gp, 'DM_COD', 1);
    expect(
      (await readNextLibrary(at.book.as('batch'), content)).library.codelists.get('DM_COD')?.loaded,
    ).toMatchObject({ number: 1 });
  }, 120_000);

  test('says why, when its movers cannot be worked out', async () => {
    await load(at, analyst, 'lithium.csv', ['44054006']);
    const id = await actAs(at.book, analyst, (tx) =>
      askWhoWouldMove(tx, { by: analyst, list: 'LITHIUM', number: 1 }),
    );
    await expect(workOutMovers(asProduct(at), id, () => {})).rejects.toMatchObject({
      code: 'not_in_its_place',
    });
    const db = at.book.as('batch');
    const [version] = await readVersions(db, 'LITHIUM');
    expect(await readCheck(db, version?.versionNo ?? 0)).toMatchObject({
      state: 'failed',
      trouble: expect.stringContaining('list of bnf, and this one is of snomed'),
    });
  });
});
