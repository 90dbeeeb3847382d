import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adt, type DrawnAdt } from '../../test/support/adt.ts';
import { numberOf } from '../../test/support/drawn-matches.ts';
import { actAs, drawPlace, drawStaff, drawTeam, relate } from '../../test/support/drawn-team.ts';
import { patient, registration, writeExtract } from '../../test/support/extracts.ts';
import { everybody, importPaths } from '../../test/support/imports.ts';
import { useTestBook } from '../../test/support/test-book.ts';
import { readCaseloadPathway, takeOn } from '../domains/coordination/index.ts';
import { addDays, londonDay } from '../kernel/index.ts';
import type { Actor } from '../platform/auth/index.ts';
import { afterImport } from './after-import.ts';

const PEOPLE = 25;
const ENCOUNTERS = 1_000;
const SENT = 10_000;
const now = new Date('2026-11-05T12:00:00Z');

describe('alerts from messages of hospitals', () => {
  const at = useTestBook();
  let folder: string;
  let lead: Actor;
  let files = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-adt-'));
    const practice = await drawPlace(at.book, 'practice', 'Z9001');
    const ids = Array.from({ length: PEOPLE }, (_, n) => `p${n}`);
    const extract = writeExtract(
      folder,
      'Z9001',
      {
        patient: ids.map((id, n) => patient(id, { nhs_number: numberOf(n + 1) })),
        episode_of_care: ids.map((id) => registration(id)),
      },
      { publisher: 'Z9001', extracted_at: '2026-11-05T03:00:00Z' },
    );
    await importPaths(at, extract);
    const team = await drawTeam(at.book, 'INT');
    await relate(at.book, 'int_agreement', { team }, { practice });
    const by = await drawStaff(at.book, 'int_lead', { team });
    lead = await drawStaff(at.book, 'care_coordinator', { team });
    // Everybody but the last is on the caseload.
    for (const { public_id } of (await everybody(at)).slice(0, PEOPLE - 1))
      await actAs(at.book, by, (tx) =>
        takeOn(tx, {
          by,
          now,
          pathway: readCaseloadPathway('content'),
          personId: public_id,
          lead: lead.account,
          reason: 'High need',
          nextStep: 'Ring',
          due: addDays(londonDay(now), 7),
          overrideReason: null,
          evidence: {},
        }),
      );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const send = async (messages: readonly string[]) => {
    const path = join(folder, `feed-${++files}.hl7`);
    writeFileSync(path, messages.join(''));
    await importPaths(at, path);
    return await afterImport({ book: at.book, home: at.home, operator: lead, content: 'content' }, now);
  };
  const open = async (visits: string) =>
    (
      await at.book.pool('owner').query(
        `select e.encounter, e.event, e.day::text, i.title, i.due_at, i.owner_account, i.subject_id, i.state
           from coordination.hospital_event e join work.item i using (item_id)
          where e.encounter like $1 and i.closed_at is null order by 1, 2`,
        [`${visits}%`],
      )
    ).rows.map((row) => ({ ...row, encounter: row.encounter.slice(visits.length) }));
  const ended = async (visits: string) =>
    (
      await at.book.pool('owner').query(
        `select e.encounter, i.title, i.outcome, e.taken_back_at is not null as back
           from coordination.hospital_event e join work.item i using (item_id)
          where e.encounter like $1 and i.closed_at is not null order by 1, 2`,
        [`${visits}%`],
      )
    ).rows;

  test('ten thousand messages in random order, with duplicates, give the same alerts', async () => {
    /** A visit, of which something is always taken back by somebody: an admission, a discharge, nothing. */
    const lifeOf = (n: number): DrawnAdt[] => {
      const visit = `${n}`;
      const nhsNumber = numberOf(1 + (n % PEOPLE));
      const day = `2026110${1 + (n % 3)}`;
      const common = { visit, nhsNumber };
      const stay = [
        { event: 'A04', patientClass: 'E', at: `${day}090000`, ...common, start: `${day}0900` },
        { event: 'A01', at: `${day}120000`, ...common, start: `${day}1200` },
        { event: 'A08', at: `${day}120000`, ...common, start: `${day}1205` },
      ];
      const discharged = { event: 'A03', at: '20261104120000', ...common, discharge: '202611041200' };
      if (n % 5 === 0) return [...stay, { event: 'A11', at: `${day}130000`, ...common }];
      if (n % 5 === 1)
        return [...stay, discharged, { event: 'A13', at: '20261104130000', ...common, start: `${day}1205` }];
      return [...stay, { ...discharged, start: `${day}1205` }];
    };
    const lives = Array.from({ length: ENCOUNTERS }, (_, n) => lifeOf(n)).flat();
    const outcomes: unknown[] = [];
    for (const seed of [1, 2]) {
      const dice = diceOf(seed);
      const visits = `S${seed}-`;
      const messages = lives.map((drawn, n) =>
        adt({ ...drawn, visit: `${visits}${drawn.visit}`, control: `${visits}${n}` }),
      );
      const again = Array.from({ length: SENT - messages.length }, () => pick(messages, dice));
      const sent = shuffled([...messages, ...again], dice);
      expect(sent).toHaveLength(SENT);
      for (let from = 0; from < SENT; from += SENT / 4) await send(sent.slice(from, from + SENT / 4));
      outcomes.push(await open(visits));
      // Nothing that stands was told twice, and a repeat of everything tells nothing.
      expect(await send(sent.slice(0, 2_500))).toMatchObject({ told: 0, takenBack: 0 });
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    const alerts = outcomes[0] as { encounter: string; event: string }[];
    const stranger = (await everybody(at)).at(-1)?.nhs_number;
    const visitsThat = (have: (n: number) => boolean) =>
      Array.from({ length: ENCOUNTERS }, (_, n) => n).filter(
        (n) => have(n) && numberOf(1 + (n % PEOPLE)) !== stranger,
      ).length;
    const of = (event: string) => alerts.filter((alert) => alert.event === event).length;
    expect(of('attended')).toBe(visitsThat(() => true));
    // An admission that was cancelled is none; a discharge that was cancelled is none.
    expect(of('admitted')).toBe(visitsThat((n) => n % 5 !== 0));
    expect(of('discharged')).toBe(visitsThat((n) => n % 5 > 1));
  }, 300_000);

  test('a cancelled admission ends its alert, and its return makes another', async () => {
    const common = { visit: 'C1', nhsNumber: numberOf(1), start: '202611041000' };
    expect(await send([adt({ event: 'A01', at: '20261104100000', ...common })])).toMatchObject({ told: 1 });
    expect(await send([adt({ event: 'A11', at: '20261104110000', ...common })])).toMatchObject({
      told: 0,
      takenBack: 1,
    });
    expect(await open('C1')).toEqual([]);
    expect(await ended('C1')).toMatchObject([{ outcome: 'taken_back', back: true }]);
    expect(await send([adt({ event: 'A01', at: '20261104120000', ...common })])).toMatchObject({ told: 1 });
    expect(await open('C1')).toHaveLength(1);
  });

  test('an alert that was followed up already, taken back, is told to who coordinates the care', async () => {
    const common = { visit: 'C2', nhsNumber: numberOf(2), start: '202611041000' };
    await send([adt({ event: 'A01', at: '20261104100000', ...common })]);
    await at.book.pool('owner').query(
      `update work.item set state = 'done', closed_at = now(), outcome = 'done'
        where item_id = (select item_id from coordination.hospital_event where encounter = 'C2')`,
    );
    await send([adt({ event: 'A11', at: '20261104110000', ...common })]);
    const told = await at.book
      .pool('owner')
      .query("select title, owner_account from work.item where title like 'The hospital took back%'");
    expect(told.rows).toEqual([
      {
        title: 'The hospital took back: Was admitted to hospital as an emergency on 4 November 2026',
        owner_account: lead.account,
      },
    ]);
    expect(await send([])).toMatchObject({ told: 0, takenBack: 0 });
  });

  test('a visit that was somebody else’s: one alert ends, another is made', async () => {
    const visit = { visit: 'C3', start: '202611041000' };
    await send([adt({ event: 'A01', at: '20261104100000', nhsNumber: numberOf(3), ...visit })]);
    const moved = adt({ event: 'A08', at: '20261104110000', nhsNumber: numberOf(4), ...visit });
    expect(await send([moved])).toMatchObject({ told: 1, takenBack: 1 });
    const [alert] = await open('C3');
    const four = (await everybody(at)).find(({ nhs_number }) => nhs_number === numberOf(4));
    expect(alert).toMatchObject({ subject_id: four?.person_no });
  });

  test('an urgent treatment centre is called so, and an elective stay is not told', async () => {
    const common = { nhsNumber: numberOf(5), start: '202611041000', at: '20261104100000' };
    const told = await send([
      adt({ event: 'A04', patientClass: 'E', service: 'UTC', visit: 'C4', ...common }),
      adt({ event: 'A01', admissionType: '11', visit: 'C5', ...common }),
    ]);
    expect(told).toMatchObject({ told: 1 });
    expect(await open('C4')).toMatchObject([
      {
        title: 'Went to an urgent treatment centre on 4 November 2026',
        due_at: new Date('2026-11-07T00:00:00Z'),
      },
    ]);
  });
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<Item>(items: readonly Item[], dice: () => number): Item {
  return items[Math.floor(dice() * items.length)] as Item;
}

function shuffled<Item>(items: readonly Item[], dice: () => number): Item[] {
  return items
    .map((item) => ({ item, at: dice() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
