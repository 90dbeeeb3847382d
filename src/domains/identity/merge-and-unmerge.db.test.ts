import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  carryOut,
  decideAs,
  numberOf,
  pairs,
  queueOf,
  sendPeople,
} from '../../../test/support/drawn-matches.ts';
import { actAs, asBatch, drawPlace, drawStaff, drawTeam, relate } from '../../../test/support/drawn-team.ts';
import { observation } from '../../../test/support/extracts.ts';
import { everybody } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { plainDate } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { type Duck, openDuck } from '../../platform/lake/index.ts';
import { readCaseload, readCaseloadPathway, takeOn } from '../coordination/index.ts';
import { readDisclosureRules, readLibrary, refresh } from '../need/index.ts';
import { LakeAccess, readPerson, readSnapshot, readTimeline, referenceTable } from '../register/index.ts';

const NOW = new Date('2026-11-02T09:00:00Z');
const JOANNA = { nhs_number: numberOf(1), address: 'joanna' };
const JO = { address: 'jo' };

describe('two people who are merged, and parted again', () => {
  const at = useTestBook();
  let duck: Duck;
  let igLead: Actor;
  let coordinator: Actor;
  let gp: Actor;
  let before: Awaited<ReturnType<typeof everything>>;

  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
    await sendPeople(at, 'Z9A01', 1, { joanna: JOANNA });
    await sendPeople(at, 'Z9B02', 1, { jo: JO, ...bystander });
    const team = await drawTeam(at.book, 'INT');
    const place = {
      a: await drawPlace(at.book, 'practice', 'Z9A01'),
      b: await drawPlace(at.book, 'practice', 'Z9B02'),
    };
    igLead = await drawStaff(at.book, 'ig_lead');
    coordinator = await drawStaff(at.book, 'care_coordinator', { team });
    gp = await drawStaff(at.book, 'gp');
    await relate(at.book, 'practice_staff', { account: gp.account }, { practice: place.a });
    // The coordinator's team sees practice B alone, and has taken Jo on.
    await relate(at.book, 'int_agreement', { team }, { practice: place.b });
    await takeUp((await named('jo')).public_id);
    await refreshed();
    before = await everything();
  }, 240_000);
  afterAll(() => duck.close());

  const bystander = { by: { family_name: 'Wrenfold', birth_date: '1931-08-09', address: 'by' } };
  const named = async (address: string) => {
    const found = (await everybody(at)).find((person) => person.address === address);
    if (!found) throw new Error(`nobody is called ${address}`);
    return found;
  };
  const takeUp = (personId: string) =>
    actAs(at.book, coordinator, (tx) =>
      takeOn(tx, {
        by: coordinator,
        now: NOW,
        pathway: readCaseloadPathway('content'),
        personId,
        lead: coordinator.account,
        reason: 'Falls, twice',
        nextStep: 'Ring them',
        due: plainDate('2026-11-09'),
        overrideReason: null,
        evidence: {},
      }),
    );
  const refreshed = () =>
    refresh({
      book: at.book,
      home: at.home,
      library: readLibrary('content'),
      disclosure: readDisclosureRules('content'),
      settings: { threads: 1 },
    });
  const decided = async (verdict: 'merge' | 'unmerge' | 'apart') => {
    const which = verdict === 'unmerge' ? 'decided' : 'waiting';
    const [match] = await queueOf(at, igLead, which);
    await decideAs(at, igLead, match?.id ?? 0, verdict);
    await carryOut(at);
    await refreshed();
  };
  const rows = async (sql: string) => (await at.book.pool('batch').query(sql)).rows;
  const timelineOf = async (publicId: string) => {
    const access = new LakeAccess(
      { rows: (sql, values) => duck.rows(sql, values), close: async () => {} },
      at.home.lake,
    );
    return await asBatch(at.book, async (tx) => {
      const person = await readPerson(tx, publicId);
      const snapshot = await readSnapshot(tx, at.home.lake);
      const lake = await access.open(tx, snapshot?.id ?? 0);
      return await readTimeline(access, lake, person, { everything: true, restricted: () => false });
    });
  };
  /** All that is known of everybody, but for the numbers of snapshots and publications. */
  const everything = async () => {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const lake = (table: 'record' | 'person_key' | 'person') =>
      duck.rows(`select * from ${snapshot && referenceTable(snapshot.lake, table)} order by all`);
    const people = await everybody(at);
    const facts = await rows(
      'select * from need.person_fact where snapshot_id = (select max(snapshot_id) from need.publication) order by person_no',
    );
    const counts = await rows(
      'select practice_id, measure, band, people from need.practice_count where snapshot_id = (select max(snapshot_id) from need.publication) order by 1, 2, 3',
    );
    return JSON.stringify({
      people: people.map(({ snapshot_id, ...person }) => person),
      joined: await rows('select * from register.joined'),
      mapping: [await lake('record'), await lake('person_key'), await lake('person')],
      facts: facts.map(({ snapshot_id, ...fact }) => fact),
      counts,
      timelines: await Promise.all(people.map(({ public_id }) => timelineOf(public_id))),
      work: [
        await rows('select * from work.item order by 1'),
        await rows('select * from work.transition order by 1'),
        await rows('select * from coordination.caseload_entry order by 1'),
      ],
      relationships: await rows('select * from register.care_relationship order by 1'),
    });
  };

  test('begin as two, of whom the one without a number is on a caseload', async () => {
    expect(await pairs(at)).toEqual(['joanna jo open']);
    const sees = actAs(at.book, coordinator, async (tx) => readPerson(tx, (await named('joanna')).public_id));
    await expect(sees).rejects.toMatchObject({ code: 'not_found' });
  });

  test('merged they are one: one list, one record, and the mapping is all that was written', async () => {
    await decided('merge');
    const [joanna, jo] = [await named('joanna'), await named('jo')];
    // Both lists have her; the later registration counts.
    expect(joanna.records).toHaveLength(2);
    expect(jo).toMatchObject({ registered: false, records: [], practice_id: null });
    expect((await timelineOf(joanna.public_id)).map(({ org }) => org).sort()).toEqual(['Z9A01', 'Z9B02']);
    expect(await rows('select person_no, now_no from register.joined')).toEqual([
      { person_no: jo.person_no, now_no: joanna.person_no },
    ]);
    const facts = await rows(
      'select person_no from need.person_fact where snapshot_id = (select max(snapshot_id) from need.publication)',
    );
    expect(facts.map(({ person_no }) => person_no)).not.toContain(jo.person_no);
    const was = JSON.parse(before);
    const is = JSON.parse(await everything());
    for (const part of ['work', 'relationships']) expect(is[part]).toEqual(was[part]);
  });

  test('no work is lost: the caseload has the person they are now, and its team sees them, by either address', async () => {
    const [joanna, jo] = [await named('joanna'), await named('jo')];
    await actAs(at.book, coordinator, async (tx) => {
      const caseload = await readCaseload(tx, { team: coordinator.team ?? 0 });
      expect(caseload).toMatchObject([{ publicId: joanna.public_id, nextStep: 'Ring them' }]);
      for (const { public_id } of [joanna, jo])
        expect(await readPerson(tx, public_id)).toMatchObject({ person_no: joanna.person_no });
    });
    await expect(takeUp(joanna.public_id)).rejects.toMatchObject({ code: 'on_a_caseload' });
  });

  test('the next import does not undo what a person decided', async () => {
    await sendPeople(at, 'Z9B02', 2, { jo: JO, ...bystander });
    await refreshed();
    expect((await named('joanna')).records).toHaveLength(2);
    expect(await pairs(at)).toEqual(['joanna jo merged']);
  });

  test('parted, everything is byte for byte as it was', async () => {
    await decided('unmerge');
    expect(await everything()).toBe(before);
    expect(await pairs(at)).toEqual(['joanna jo apart']);
  });

  test('and once more: merged, with more data for both, parted: each has their own', async () => {
    await decideAs(at, igLead, 1, 'merge');
    const more = [
      observation('o-jo', 'jo'),
      observation('o-new', 'jo', { clinical_effective_date: '2026-10-30' }),
    ];
    await sendPeople(at, 'Z9B02', 3, { jo: JO, ...bystander }, { observation: more });
    expect(await timelineOf((await named('jo')).public_id)).toHaveLength(3);
    await decided('unmerge');
    const [joanna, jo] = [await named('joanna'), await named('jo')];
    expect(await timelineOf(joanna.public_id)).toHaveLength(1);
    expect(await timelineOf(jo.public_id)).toHaveLength(2);
    expect(jo.person_no).toBe(
      JSON.parse(before).people.find(({ address }: typeof jo) => address === 'jo').person_no,
    );
  });

  test('two who are both on a caseload are not merged until a team lets go', async () => {
    await relate(
      at.book,
      'contact',
      { team: coordinator.team ?? 0 },
      { person: (await named('joanna')).person_no },
    );
    await takeUp((await named('joanna')).public_id);
    await expect(decideAs(at, igLead, 1, 'merge')).rejects.toMatchObject({ code: 'two_caseloads' });
    expect(await pairs(at)).toEqual(['joanna jo apart']);
  });
});

describe('a number that contradicts what was decided', () => {
  const at = useTestBook();
  let igLead: Actor;
  beforeAll(async () => {
    await sendPeople(at, 'Z9A01', 1, { joanna: JOANNA });
    await sendPeople(at, 'Z9B02', 1, { jo: JO });
    igLead = await drawStaff(at.book, 'ig_lead');
    await decideAs(at, igLead, (await queueOf(at, igLead))[0]?.id ?? 0, 'merge');
    await carryOut(at);
  }, 120_000);
  const people = async () =>
    (await everybody(at)).map(({ address, nhs_number, records }) => [address, nhs_number, records.length]);

  test('parts nobody and joins nobody, and stands in the queue', async () => {
    // Somebody else has the number that is delivered for Jo now.
    await sendPeople(at, 'Z9C03', 2, {
      third: { ...JO, nhs_number: numberOf(2), given_names: 'Una', address: 'una' },
    });
    await sendPeople(at, 'Z9B02', 2, { jo: { ...JO, nhs_number: numberOf(2) } });
    expect(await people()).toEqual([
      ['joanna', numberOf(1), 2],
      ['jo', null, 0],
      ['una', numberOf(2), 1],
    ]);
    expect(await pairs(at)).toEqual(['joanna jo merged two_numbers']);
    expect(await queueOf(at, igLead)).toHaveLength(1);
  });

  test('is raised once, however often it comes, and goes when the practice corrects it', async () => {
    await sendPeople(at, 'Z9B02', 3, { jo: { ...JO, nhs_number: numberOf(2), postcode: 'ZZ9 9ZZ' } });
    expect(await pairs(at)).toEqual(['joanna jo merged two_numbers']);
    await sendPeople(at, 'Z9B02', 4, { jo: { ...JO, nhs_number: '' } });
    expect(await pairs(at)).toEqual(['joanna jo merged']);
  });

  test('when a person undoes the merge, the number says who they are', async () => {
    await sendPeople(at, 'Z9B02', 5, { jo: { ...JO, nhs_number: numberOf(2) } });
    await decideAs(at, igLead, 1, 'unmerge');
    await carryOut(at);
    expect(await people()).toEqual([
      ['joanna', numberOf(1), 1],
      ['jo', null, 0],
      ['una', numberOf(2), 2],
    ]);
    await expect(decideAs(at, igLead, 1, 'merge')).rejects.toMatchObject({ code: 'two_numbers' });
  });

  test('of two who were kept apart joins nobody either', async () => {
    await sendPeople(at, 'Z9B02', 6, { jo: { ...JO, nhs_number: numberOf(1) } });
    const apart = (await people()).filter(([, , records]) => records === 2);
    expect(apart).toEqual([]);
    expect(await pairs(at)).toEqual(['joanna jo apart one_number']);
    await decideAs(at, igLead, 1, 'merge');
    await carryOut(at);
    expect(await people()).toContainEqual(['joanna', numberOf(1), 2]);
    expect(await pairs(at)).toEqual(['joanna jo merged']);
  });
});
