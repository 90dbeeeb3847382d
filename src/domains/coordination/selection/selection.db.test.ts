import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { actAs, drawStaff, drawTeam } from '../../../../test/support/drawn-team.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import { type Actor, type Role, roles } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openSolver } from '../../../platform/solver/index.ts';
import { peopleFilterSchema } from '../../need/index.ts';
import { openRelationship, readPerson } from '../../register/index.ts';
import { openTask, readWorkPathway, WorkKinds } from '../../work/index.ts';
import {
  declinePerson,
  deferPerson,
  discharge,
  readCaseloadPathway,
  readLeads,
  readPlanContent,
  setNextStep,
  startPlan,
  takeOn,
} from '../index.ts';
import { acceptList, discardList, overHours } from './accept-list.ts';
import { sumOfMinutes } from './choose-list.ts';
import { moveInByNumber, movePerson } from './move-person.ts';
import { proposeAgain, proposeList } from './propose-list.ts';
import { readSelected, type Selected } from './read-selected.ts';
import { readHead } from './selection.ts';
import { readSelectionContent } from './selection-content.ts';
import { type Share, shareOut } from './share-out.ts';
import { takeBackList } from './take-back-list.ts';
import { addMember, readHours, setHours } from './team-hours.ts';

const at = useTestBorough();
const content = readSelectionContent('content');
const pathway = readCaseloadPathway('content');
const solver = openSolver(null);
const NOW = new Date('2026-11-22T10:00:00Z');
const filter = peopleFilterSchema.parse({ top: '20' });

let amara: Actor;
let josie: Actor;
beforeAll(async () => {
  amara = await persona(at.book, 'int_lead');
  josie = await persona(at.book, 'care_coordinator');
  await hours(amara, 'Casey Coordinator', 'coordination', 6);
  await hours(amara, 'Nia Nurse', 'nursing', 5);
});

const hours = (by: Actor, name: string, discipline: string, week: number) =>
  actAs(at.book, by, (tx) =>
    addMember(tx, { by, now: NOW, content, account: null, name, discipline, minutes: week * 60 }),
  );
const propose = (by: Actor, more: Partial<Parameters<typeof proposeList>[1]> = {}) =>
  actAs(at.book, by, (tx) =>
    proposeList(tx, {
      by,
      now: NOW,
      content,
      solver,
      filter,
      inWords: 'Top 20% of need',
      must: [],
      mustBecause: null,
      ...more,
    }),
  );
const head = (selection: number, by = amara) => actAs(at.book, by, (tx) => readHead(tx, by, selection));
const people = (selection: number, by = amara) => actAs(at.book, by, (tx) => readSelected(tx, selection));
const on = async (selection: number) => (await people(selection)).filter(({ chosen }) => chosen);
const move = async (selection: number, who: Selected, way: 'in' | 'out', by = amara, seen?: number) =>
  actAs(at.book, by, async (tx) =>
    movePerson(tx, {
      by,
      now: NOW,
      content,
      selection,
      personId: who.publicId,
      way,
      reason: `Moved ${way} in a test`,
      seen: seen ?? (await readHead(tx, by, selection)).version,
    }),
  );
const accept = (selection: number, more: Partial<Parameters<typeof acceptList>[1]> & { by?: Actor } = {}) => {
  const by = more.by ?? amara;
  return actAs(at.book, by, async (tx) => {
    const chosen = (await readSelected(tx, selection)).filter((each) => each.chosen);
    const leads = await readLeads(tx, by.team ?? 0);
    return await acceptList(tx, {
      by,
      now: NOW,
      content,
      pathway,
      selection,
      seen: (await readHead(tx, by, selection)).version,
      shares: shareOut(leads, chosen.length),
      nextStep: 'Ring to arrange the first visit',
      from: plainDate('2026-11-23'),
      overBecause: null,
      ...more,
    });
  });
};
const decline = (by: Actor, personId: string) =>
  actAs(at.book, by, (tx) => declinePerson(tx, { by, now: NOW, personId, reason: 'Drawn' }));
const entriesOf = async (numbers: readonly number[]) => {
  const { rows } = await sql<{ person: number; lead: string; due: string; reason: string; evidence: object }>`
    select item.subject_id as person, item.owner_account as lead, entry.next_step_due::text as due, entry.reason, entry.evidence
      from work.item item join coordination.caseload_entry entry using (item_id)
     where item.subject_id = any (${[...numbers]}::int[]) and item.closed_at is null`.execute(
    at.book.as('batch'),
  );
  return rows;
};
/** Ends every open entry of the caseload, so that tests do not use up each other's hours, and what was seen by it. */
async function emptyCaseload(): Promise<void> {
  const owner = at.book.pool('owner');
  await owner.query(
    "update work.item set closed_at = now(), outcome = 'goals_met', state = 'discharged' where kind = 'caseload' and closed_at is null",
  );
  await owner.query(
    "update register.care_relationship set ends = greatest(starts, now()) where kind = 'caseload' and ends is null",
  );
}

describe('a list that fits', () => {
  test('never takes more than the hours that are left, and no swap of one for another is worth more', async () => {
    const selection = await propose(amara, { filter: peopleFilterSchema.parse({ top: '3' }) });
    const { inputs, result } = await head(selection);
    const list = await on(selection);
    expect(result.proved).toBe(true);
    expect(list.length).toBeGreaterThan(5);
    expect(list.reduce((sum, { worth }) => sum + worth, 0)).toBe(result.worth);
    const room = inputs.hours.map(({ discipline, has, taken }) => ({ discipline, left: has - taken }));
    const fits = (some: readonly Pick<Selected, 'minutes'>[]) =>
      room.every(({ discipline, left }) => sumOfMinutes(some, discipline) <= left);
    expect(fits(list)).toBe(true);
    const outside = (await people(selection)).filter(({ chosen }) => !chosen);
    expect(outside.length).toBeGreaterThan(0);
    for (const out of outside) {
      expect(fits([...list, out])).toBe(false);
      for (const inside of list)
        if (out.worth > inside.worth)
          expect(fits([...list.filter((each) => each !== inside), out])).toBe(false);
    }
  });

  test('opens no protected record: whoever is marked since is counted, and not shown', async () => {
    const selection = await propose(amara);
    const [first] = await on(selection);
    if (!first) throw new Error('the list is empty');
    const owner = at.book.pool('owner');
    await owner.query(
      `insert into register.protection (person_no, kind, reason, marked_by, review_on)
       values ($1, 'staff', 'Works here', $2, '2027-11-22')`,
      [first.person, amara.account],
    );
    expect((await people(selection)).map(({ person }) => person)).not.toContain(first.person);
    expect((await on(selection)).length).toBe((await head(selection)).chosen - 1);
    const next = await propose(amara);
    expect((await people(next)).map(({ person }) => person)).not.toContain(first.person);
    const left = async (list: number) => (await head(list)).inputs.people.left;
    expect(await left(next)).toBe((await left(selection)) + 1);
    await owner.query('delete from register.protection where person_no = $1', [first.person]);
  });

  test('is the same each time it is worked out, whoever asks', async () => {
    const [one, other] = [await propose(amara), await propose(josie)];
    const persons = async (selection: number) => (await on(selection)).map(({ person }) => person);
    expect(await persons(other)).toEqual(await persons(one));
  });

  test('has nobody who died, is on a caseload or was declined by the team, and says how many', async () => {
    const free = await propose(amara);
    const [first, second, third, fourth, fifth] = await on(free);
    if (!first || !second || !third || !fourth || !fifth)
      throw new Error('the list is too short for this test');
    const before = (await head(free)).inputs.people;
    const owner = at.book.pool('owner');
    await owner.query("update register.person set death_date = '2026-11-20' where person_no = $1", [
      first.person,
    ]);
    await decline(amara, second.publicId);
    // Who objects to other uses of their record is chosen for their own care like everybody.
    await owner.query('update need.person_fact set planning = false where person_no = $1', [fifth.person]);
    await actAs(at.book, amara, (tx) =>
      takeOn(tx, {
        by: amara,
        now: NOW,
        pathway,
        personId: third.publicId,
        lead: josie.account,
        reason: 'Drawn',
        nextStep: 'Ring',
        due: plainDate('2026-11-30'),
        overrideReason: null,
        evidence: {},
      }),
    );
    const { rows: was } = await owner.query('select practice_id from register.person where person_no = $1', [
      fourth.person,
    ]);
    await owner.query(
      'update register.person set registered = false, practice_id = null where person_no = $1',
      [fourth.person],
    );
    const selection = await propose(amara);
    const list = (await people(selection)).map(({ person }) => person);
    for (const { person } of [first, second, third, fourth]) expect(list).not.toContain(person);
    expect(list).toContain(fifth.person);
    const after = (await head(selection)).inputs;
    expect(after.people).toEqual({
      asked: before.asked,
      died: before.died + 1,
      setAside: before.setAside + 1,
      onCaseload: before.onCaseload + 1,
      left: before.left + 1,
    });
    // Whoever is on the caseload comes first: their visits are off the hours.
    const taken = after.hours.find(({ discipline }) => discipline === 'coordination')?.taken;
    const takenBefore = (await head(free)).inputs.hours.find(
      ({ discipline }) => discipline === 'coordination',
    )?.taken;
    expect((taken ?? 0) - (takenBefore ?? 0)).toBe(third.minutes.coordination);
    await owner.query('update register.person set death_date = null where person_no = $1', [first.person]);
    await owner.query('update need.person_fact set planning = true where person_no = $1', [fifth.person]);
    await owner.query('delete from coordination.need_decision');
    await owner.query('update register.person set registered = true, practice_id = $2 where person_no = $1', [
      fourth.person,
      was[0].practice_id,
    ]);
    await emptyCaseload();
  });

  test('holds those who have to be on it, with the reason, and is refused with the shortfall when they do not fit', async () => {
    const outside = (await people(await propose(amara))).filter(({ near }) => near === 'outside');
    const must = outside.slice(-2);
    const asked = {
      must: must.map(({ nhsNumber }) => nhsNumber ?? ''),
      mustBecause: 'Promised to their families',
    };
    const selection = await propose(amara, asked);
    const list = await on(selection);
    for (const { person } of must)
      expect(list.find((each) => each.person === person)?.move).toMatchObject({
        way: 'in',
        reason: 'Promised to their families',
        who: amara.name,
      });
    expect(overHours((await head(selection)).inputs.hours, list)).toEqual([]);
    const member = await actAs(at.book, amara, (tx) => readHours(tx, amara.team ?? 0));
    const casey = member.find(({ name }) => name === 'Casey Coordinator');
    if (!casey) throw new Error('nobody called Casey');
    const set = (minutes: number, seen: number) =>
      actAs(at.book, amara, (tx) =>
        setHours(tx, { by: amara, now: NOW, member: casey.member, minutes, because: null, seen }),
      );
    await set(30, casey.version);
    await expect(propose(amara, asked)).rejects.toMatchObject({
      code: 'must_do_not_fit',
      message: expect.stringContaining('Care coordination is 0.3 hours a week short'),
    });
    await set(360, casey.version + 1);
  });

  test.each([
    ['9990000000', 'is not an NHS number'],
    ['9990000018', 'nobody whom you may see'],
  ])('names the line of a number that is no use: %s', async (number, message) => {
    const elsewhere = await drawTeam(at.book, `INT-${number}`);
    const by = await drawStaff(at.book, 'int_lead', { team: elsewhere });
    await hours(by, 'Somebody', 'coordination', 5);
    const proposing = propose(by, { must: [number], mustBecause: 'Because' });
    await expect(proposing).rejects.toMatchObject({
      fields: [{ field: 'must', message: expect.stringContaining(message) }],
    });
  });

  test('needs hours first', async () => {
    const by = await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'INT-without-hours') });
    await expect(propose(by)).rejects.toMatchObject({ code: 'no_hours' });
  });

  test('has nobody when nobody has hours for what everybody on it needs, however many others have', async () => {
    const say = async (minutes: (was: number) => number) => {
      const all = await actAs(at.book, amara, (tx) => readHours(tx, amara.team ?? 0));
      for (const each of all.filter(({ discipline }) => discipline === 'coordination'))
        await actAs(at.book, amara, (tx) =>
          setHours(tx, {
            by: amara,
            now: NOW,
            member: each.member,
            minutes: minutes(each.member),
            because: null,
            seen: each.version,
          }),
        );
      return new Map(all.map(({ member, minutes: had }) => [member, had ?? 0]));
    };
    const had = await say(() => 0);
    expect(await on(await propose(amara))).toEqual([]);
    await say((member) => had.get(member) ?? 0);
    expect((await on(await propose(amara))).length).toBeGreaterThan(5);
  });

  test('is for the team alone, and every look at it names whom it showed', async () => {
    const selection = await propose(josie);
    const others = await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'INT-others') });
    await expect(head(selection, others)).rejects.toMatchObject({ code: 'not_found' });
    expect(await people(selection, others)).toEqual([]);
    for (const table of ['selection', 'selection_person', 'selection_move', 'team_member', 'member_hours'])
      expect([
        table,
        (await at.book.pool('app').query(`select from coordination.${table}`)).rowCount,
      ]).toEqual([table, 0]);
    const { rows } = await at.book
      .pool('owner')
      .query("select detail from audit.entry where action = 'selection.proposed' order by id desc limit 1");
    expect(rows[0].detail.people).toEqual((await on(selection)).map(({ person }) => person));
  });

  test.each(Object.keys(roles) as Role[])('%s', async (role) => {
    const by = await drawStaff(at.book, role, { team: amara.team ?? 0 });
    const may = ['int_lead', 'care_coordinator'].includes(role);
    const proposing = propose(by);
    if (may) expect(await proposing).toBeGreaterThan(0);
    else await expect(proposing).rejects.toMatchObject({ code: 'not_permitted' });
  });
});

describe('moving people', () => {
  test('in and out is kept with its reason; worked out again, it stands and the rest is the best around it', async () => {
    const selection = await propose(amara);
    const list = await on(selection);
    const [out] = list;
    const into = (await people(selection)).find(({ near }) => near === 'outside');
    if (!out || !into) throw new Error('the list is too short for this test');
    await move(selection, out, 'out', josie);
    await move(selection, into, 'in');
    const moved = await people(selection);
    expect(moved.find(({ person }) => person === out.person)).toMatchObject({
      chosen: false,
      proposed: true,
      move: { way: 'out', reason: 'Moved out in a test', who: josie.name },
    });
    expect(await head(selection)).toMatchObject({ version: 3, chosen: list.length });
    await actAs(at.book, amara, (tx) =>
      proposeAgain(tx, { by: amara, now: NOW, content, solver, selection, seen: 3 }),
    );
    const again = await on(selection);
    expect(again.map(({ person }) => person)).toContain(into.person);
    expect(again.map(({ person }) => person)).not.toContain(out.person);
    const { inputs, result, chosen, version } = await head(selection);
    expect([chosen, version]).toEqual([again.length, 4]);
    expect(result.proved).toBe(true);
    expect(overHours(inputs.hours, again)).toEqual([]);
    expect((await people(selection)).find(({ person }) => person === out.person)?.move?.reason).toBe(
      'Moved out in a test',
    );
  });

  test('of two browsers at once one moves and the other is told', async () => {
    const selection = await propose(amara);
    const [one, other] = await on(selection);
    if (!one || !other) throw new Error('the list is too short for this test');
    const both = await Promise.allSettled([
      move(selection, one, 'out', amara, 1),
      move(selection, other, 'out', josie, 1),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'changed_since' },
    });
    expect((await head(selection)).version).toBe(2);
  });

  test('is refused for somebody who is there already, and by number for whoever is nobody’s', async () => {
    const selection = await propose(amara);
    const [one] = await on(selection);
    if (!one) throw new Error('the list is empty');
    await expect(move(selection, one, 'in')).rejects.toMatchObject({ code: 'there_already' });
    const byNumber = (nhsNumber: string) =>
      actAs(at.book, amara, (tx) =>
        moveInByNumber(tx, {
          by: amara,
          now: NOW,
          content,
          selection,
          seen: 1,
          nhsNumber,
          reason: 'Because',
        }),
      );
    await expect(byNumber('123')).rejects.toMatchObject({ fields: [{ field: 'nhsNumber' }] });
    await expect(byNumber('9999999999')).rejects.toMatchObject({ fields: [{ field: 'nhsNumber' }] });
    const { rows } = await at.book.pool('owner').query(
      `select person_no, nhs_number from register.person p where registered and nhs_number is not null and death_date is null
          and not exists (select 1 from coordination.selection_person s where s.selection_id = $1 and s.person_no = p.person_no)
          and practice_id in (select practice_id from register.care_relationship where team_id = $2)
        order by person_no limit 1`,
      [selection, amara.team],
    );
    await byNumber(rows[0].nhs_number);
    expect((await on(selection)).at(-1)).toMatchObject({
      person: rows[0].person_no,
      proposed: false,
      move: { way: 'in', reason: 'Because' },
    });
  });
});

describe('accepting a list', () => {
  test('takes everybody on, each under one lead with room, with why, and spreads the first steps', async () => {
    await emptyCaseload();
    const selection = await propose(amara);
    const list = await on(selection);
    const before = await actAs(at.book, amara, (tx) => readLeads(tx, amara.team ?? 0));
    expect(await accept(selection)).toEqual({ taken: list.length, leftOut: 0 });
    const entries = await entriesOf(list.map(({ person }) => person));
    expect(entries).toHaveLength(list.length);
    expect(new Set(entries.map(({ due }) => due)).size).toBeGreaterThan(1);
    expect(entries.every(({ due }) => due >= '2026-11-23' && due <= '2026-12-18')).toBe(true);
    for (const lead of before) {
      const led = entries.filter((entry) => entry.lead === lead.account).length;
      if (lead.capacity !== null) expect(lead.open + led).toBeLessThanOrEqual(lead.capacity);
    }
    const [first] = list;
    expect(entries.find(({ person }) => person === first?.person)).toMatchObject({
      reason: expect.stringMatching(/^On the list that fits of 22 November 2026, \d+ points: In the top/),
      evidence: { selection, worth: first?.worth },
    });
    expect(await head(selection)).toMatchObject({ state: 'accepted', settledBy: amara.name });
    expect((await people(selection)).filter(({ item }) => item !== null)).toHaveLength(list.length);
    // They are seen by the team because of it, and the hours are used up.
    expect(await actAs(at.book, josie, (tx) => readPerson(tx, first?.publicId ?? ''))).toMatchObject({
      person_no: first?.person,
    });
    const next = await propose(amara);
    const taken = (await head(next)).inputs.hours.find(
      ({ discipline }) => discipline === 'coordination',
    )?.taken;
    expect(taken).toBe(sumOfMinutes(list, 'coordination'));
    await expect(accept(selection)).rejects.toMatchObject({ code: 'not_a_draft' });
    await emptyCaseload();
  });

  test('gives whoever was on the caseload lately back to the lead they had, and counts that they know each other', async () => {
    await emptyCaseload();
    const owner = at.book.pool('owner');
    // Whom other tests had on the caseload is known to the team as well.
    await owner.query("update work.item set closed_at = now() - interval '2 years' where kind = 'caseload'");
    const [first] = await on(await propose(amara));
    const leads = await actAs(at.book, amara, (tx) => readLeads(tx, amara.team ?? 0));
    // In turn the first place would be the first lead's.
    const [, second] = leads;
    if (!first || !second) throw new Error('the borough is too small for this test');
    expect(first.reasons.map(({ why }) => why)).not.toContain(content.worth.continuity.title);
    const item = await actAs(at.book, amara, (tx) =>
      takeOn(tx, {
        by: amara,
        now: NOW,
        pathway,
        personId: first.publicId,
        lead: second.account,
        reason: 'Known in a test',
        nextStep: 'Ring',
        due: plainDate('2026-11-23'),
        overrideReason: null,
        evidence: {},
      }),
    );
    await actAs(at.book, amara, (tx) =>
      discharge(tx, { by: amara, now: NOW, pathway, item, outcome: 'goals_met', note: null }),
    );
    const again = await propose(amara);
    const known = (await on(again)).find(({ person }) => person === first.person);
    expect(known?.reasons.at(-1)).toEqual({ points: 4, why: 'Was on this team’s caseload before' });
    expect(known?.worth).toBe(first.worth + content.worth.continuity.points);
    const shares = leads.map(({ account }) => ({ account, people: 0 }));
    const chosen = (await on(again)).length;
    const takes = (account: string) =>
      account === second.account ? 1 : account === leads[0]?.account ? chosen - 1 : 0;
    await accept(again, {
      shares: shares.map(({ account }) => ({ account, people: takes(account) })),
      overBecause: 'In a test',
    });
    const [entry] = await entriesOf([first.person]);
    expect(entry?.lead).toBe(second.account);
    await emptyCaseload();
    // After the weeks of content nobody is known for it any more.
    await owner.query("update work.item set closed_at = now() - interval '53 weeks' where kind = 'caseload'");
    const later = (await on(await propose(amara))).find(({ person }) => person === first.person);
    expect(later?.worth).toBe(first.worth);
  });

  test('leaves out, and says, who died, left, was declined or went on a caseload since', async () => {
    const selection = await propose(amara);
    const list = await on(selection);
    const [died, left, declined, elsewhere, gone] = list;
    if (!died || !left || !declined || !elsewhere || !gone)
      throw new Error('the list is too short for this test');
    const owner = at.book.pool('owner');
    await owner.query("update register.person set death_date = '2026-11-21' where person_no = $1", [
      died.person,
    ]);
    // Of two who left, the team still sees one, because it is in contact with them.
    await at.book
      .as('batch')
      .transaction()
      .execute((tx) =>
        openRelationship(tx, {
          kind: 'contact',
          holder: { team: amara.team ?? 0 },
          about: { person: left.person },
          purpose: 'drawn',
        }),
      );
    await owner.query(
      'update register.person set registered = false, practice_id = null, open_registrations = 0 where person_no = any ($1)',
      [[left.person, gone.person]],
    );
    await decline(amara, declined.publicId);
    const other = await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'INT-elsewhere') });
    await at.book
      .as('batch')
      .transaction()
      .execute((tx) =>
        openRelationship(tx, {
          kind: 'contact',
          holder: { team: other.team ?? 0 },
          about: { person: elsewhere.person },
          purpose: 'drawn',
        }),
      );
    await actAs(at.book, other, (tx) =>
      takeOn(tx, {
        by: other,
        now: NOW,
        pathway,
        personId: elsewhere.publicId,
        lead: other.account,
        reason: 'Drawn',
        nextStep: 'Ring',
        due: plainDate('2026-11-30'),
        overrideReason: null,
        evidence: {},
      }),
    );
    expect(await accept(selection)).toEqual({ taken: list.length - 5, leftOut: 5 });
    expect((await people(selection)).map(({ person }) => person)).not.toContain(gone.person);
    const became = new Map((await people(selection)).map((each) => [each.person, each.leftOut]));
    expect([died, left, declined, elsewhere].map(({ person }) => became.get(person))).toEqual([
      'Has died',
      'Has left the list of their practice',
      'Was declined or put off by the team',
      'Is on a caseload already',
    ]);
    expect(await entriesOf([died, left, declined, gone].map(({ person }) => person))).toEqual([]);
    await owner.query('update register.person set death_date = null where person_no = $1', [died.person]);
    await owner.query('delete from coordination.need_decision');
    await emptyCaseload();
  });

  test('over the hours is refused, but for the INT lead with a reason, which is kept', async () => {
    const selection = await propose(amara);
    for (const outside of (await people(selection)).filter(({ chosen }) => !chosen).slice(0, 6))
      await move(selection, outside, 'in');
    const reason = 'A bank nurse comes for a month';
    await expect(accept(selection)).rejects.toMatchObject({ code: 'over_hours' });
    await expect(accept(selection, { by: josie })).rejects.toMatchObject({ code: 'over_hours' });
    await expect(accept(selection, { by: josie, overBecause: reason })).rejects.toMatchObject({
      code: 'not_permitted',
    });
    expect((await head(selection)).state).toBe('draft');
    await accept(selection, { overBecause: reason });
    expect(await head(selection)).toMatchObject({ state: 'accepted', overBecause: reason });
    await emptyCaseload();
  });

  test('goes beyond no lead’s room without a reason, and then takes nobody on at all', async () => {
    const selection = await propose(amara);
    const list = await on(selection);
    const tight = await drawStaff(at.book, 'care_coordinator', { team: amara.team ?? 0, capacity: 1 });
    const shares: Share[] = [{ account: tight.account, people: list.length }];
    await expect(accept(selection, { shares })).rejects.toMatchObject({ code: 'over_capacity' });
    expect(await entriesOf(list.map(({ person }) => person))).toEqual([]);
    await expect(
      accept(selection, { shares: [{ account: tight.account, people: 1 }] }),
    ).rejects.toMatchObject({
      fields: [{ message: expect.stringContaining('add up to 1') }],
    });
    await expect(accept(selection, { from: plainDate('2026-11-02') })).rejects.toMatchObject({
      fields: [{ field: 'due' }],
    });
    expect((await head(selection)).state).toBe('draft');
  });

  test('from two browsers at once happens once', async () => {
    const selection = await propose(amara);
    const list = await on(selection);
    const both = await Promise.allSettled([accept(selection), accept(selection, { by: josie })]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'not_a_draft' },
    });
    expect(await entriesOf(list.map(({ person }) => person))).toHaveLength(list.length);
    await emptyCaseload();
  });

  test('of two lists with the same people leaves out of the second whom the first took, and neither waits for ever', async () => {
    const [one, other] = [await propose(amara), await propose(josie)];
    const list = await on(one);
    const both = await Promise.allSettled([accept(one), accept(other, { by: josie, overBecause: null })]);
    const entries = await entriesOf(list.map(({ person }) => person));
    expect(entries).toHaveLength(list.length);
    const outcomes = both.map((each) => (each.status === 'fulfilled' ? each.value.taken : each.reason.code));
    // The hours are used up by the first, so that the second is refused, or finds everybody on a caseload.
    expect(outcomes.filter((outcome) => outcome === list.length)).toHaveLength(1);
    expect(['over_hours', 0]).toContain(outcomes.find((outcome) => outcome !== list.length));
    await emptyCaseload();
  });

  describe('that is taken back', () => {
    const takeBack = (selection: number, by = amara, now = NOW) =>
      actAs(at.book, by, (tx) => takeBackList(tx, { by, now, content, selection }));
    const accepted = async (now = NOW) => {
      await emptyCaseload();
      const selection = await propose(amara);
      await accept(selection, { now });
      return { selection, list: await on(selection) };
    };
    const act = <Result>(work: (tx: Tx) => Promise<Result>) => actAs(at.book, amara, work);

    test('ends the entries that nobody has worked on, keeps the others, and says of each why', async () => {
      const { selection, list } = await accepted();
      const [stepped, planned, helped, left] = list;
      if (!stepped || !planned || !helped || !left) throw new Error('The borough gives a longer list');
      const now = new Date(NOW.getTime() + 60_000);
      const common = { by: amara, now, pathway };
      const due = plainDate('2026-12-01');
      await act((tx) => setNextStep(tx, { ...common, item: stepped.item ?? 0, nextStep: 'Visit', due }));
      const plans = readPlanContent('content');
      await act((tx) => startPlan(tx, { by: amara, now, content: plans, personId: planned.publicId }));
      const kinds = new WorkKinds(readWorkPathway('content'), []);
      const subject = { kind: 'person', id: helped.person };
      const task = { kinds, kind: 'task', subject, title: 'Ring the pharmacy', note: '' };
      await act((tx) =>
        openTask(tx, { by: amara, now, ...task, for: { team: amara.team ?? 0, account: null } }),
      );
      const end = { outcome: 'moved_away', note: null };
      await act((tx) => discharge(tx, { ...common, item: left.item ?? 0, ...end }));

      expect(await takeBack(selection, amara, now)).toEqual({ ended: list.length - 4, kept: 4 });
      const after = new Map((await people(selection)).map((each) => [each.person, each.keptBecause]));
      expect([stepped, planned, helped, left].map(({ person }) => after.get(person))).toEqual([
        'Their next step or their lead was changed',
        'Their care plan was begun or written in',
        'There is other work of the team about them',
        'Was discharged meanwhile',
      ]);
      const open = await entriesOf(list.map(({ person }) => person));
      expect(open.map(({ person }) => person).sort()).toEqual(
        [stepped, planned, helped].map(({ person }) => person).sort(),
      );
      expect(await head(selection)).toMatchObject({ state: 'taken_back', takenBackBy: amara.name });
      await expect(takeBack(selection), 'once').rejects.toMatchObject({ code: 'not_accepted' });
      const again = await propose(amara);
      const proposed = new Set((await on(again)).map(({ person }) => person));
      expect(
        list.some(({ person }) => proposed.has(person)),
        'they can be chosen again',
      ).toBe(true);
      await emptyCaseload();
    });

    test('is the INT lead’s, within the days of content, and of an accepted list', async () => {
      const { selection, list } = await accepted();
      await expect(takeBack(selection, josie)).rejects.toMatchObject({ code: 'not_permitted' });
      const late = new Date(NOW.getTime() + (content.take_back_within_days + 1) * 86_400_000);
      await expect(takeBack(selection, amara, late)).rejects.toMatchObject({ code: 'too_late' });
      expect(await entriesOf(list.map(({ person }) => person))).toHaveLength(list.length);
      await expect(takeBack(await propose(amara))).rejects.toMatchObject({ code: 'not_accepted' });
      await emptyCaseload();
    });

    test('by two at once happens once', async () => {
      // After what the tests above did for the same people.
      const { selection, list } = await accepted(new Date(NOW.getTime() + 3_600_000));
      const both = await Promise.allSettled([takeBack(selection), takeBack(selection)]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await entriesOf(list.map(({ person }) => person))).toEqual([]);
    });

    test('puts off again whom the team had put off, until the same day; a day that has come is over', async () => {
      await emptyCaseload();
      const selection = await propose(amara);
      const [putOff, soon, declined] = await on(selection);
      if (!putOff || !soon || !declined) throw new Error('The borough gives a longer list');
      // Whom the team has decided about is on a list only where somebody moved them in by hand.
      for (const each of [putOff, soon, declined]) await move(selection, each, 'out');
      for (const each of [putOff, soon, declined]) await move(selection, each, 'in');
      const putOffUntil = (who: Selected, day: string) =>
        actAs(at.book, josie, (tx) =>
          deferPerson(tx, {
            by: josie,
            now: NOW,
            personId: who.publicId,
            reason: 'Away',
            until: plainDate(day),
          }),
        );
      await putOffUntil(putOff, '2026-12-24');
      await putOffUntil(soon, '2026-11-24');
      await decline(josie, declined.publicId);
      const decided = async () => {
        const { rows } = await at.book.pool('owner').query(
          `select person_no as person, decision, reason, until::text, account from coordination.need_decision
            where ended_at is null and person_no = any ($1) order by decision desc`,
          [[putOff.person, soon.person, declined.person]],
        );
        return rows;
      };
      const before = await decided();
      expect(before).toHaveLength(3);
      // After what the tests above did for the same people.
      await accept(selection, { now: new Date(NOW.getTime() + 7_200_000) });
      expect(await decided(), 'being taken on ends them').toEqual([]);

      await takeBack(selection, amara, new Date(NOW.getTime() + 3 * 86_400_000));
      expect(await decided()).toEqual(before.filter(({ person }) => person !== soon.person));
      const { rows } = await at.book
        .pool('owner')
        .query("select subject_id::int as person from audit.entry where action = 'need.decision_restored'");
      expect(rows.map(({ person }) => person).sort()).toEqual([putOff.person, declined.person].sort());
      await at.book
        .pool('owner')
        .query('delete from coordination.need_decision where person_no = any ($1)', [
          [putOff.person, soon.person, declined.person],
        ]);
      await emptyCaseload();
    });
  });

  test('a list that was discarded stays to be read, and cannot be changed', async () => {
    const selection = await propose(amara);
    const [one] = await on(selection);
    if (!one) throw new Error('the list is empty');
    await actAs(at.book, amara, (tx) => discardList(tx, { by: amara, now: NOW, selection, seen: 1 }));
    expect(await head(selection)).toMatchObject({ state: 'discarded' });
    await expect(move(selection, one, 'out')).rejects.toMatchObject({ code: 'not_a_draft' });
    await expect(accept(selection)).rejects.toMatchObject({ code: 'not_a_draft' });
  });
});
