import { describe, expect, test } from 'vitest';
import { NOW, useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { planContent, usePlanActs } from '../../../../test/support/drawn-plan.ts';
import {
  actAs,
  asBatch,
  drawPerson,
  drawPlace,
  drawStaff,
  relate,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { addDays, londonDay } from '../../../kernel/index.ts';
import { endRelationship, type RegisterTables } from '../../register/index.ts';
import { actOnWork, endOfDayClock, type WorkTables } from '../../work/index.ts';
import {
  agreePlan,
  answerRequest,
  askForChange,
  bringBack,
  endPlan,
  entriesOf,
  only,
  PlanConflict,
  planStepStates,
  proposePlan,
  readPlansOfPerson,
  readRequests,
  readVersions,
  startPlan,
  stepStatus,
  takePlanBack,
} from './index.ts';

describe('a care plan', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 100, tunde: 100 });
  const plans = usePlanActs(at, drawn);
  const common = (by: typeof drawn.josie, plan: string) => ({ by, now: NOW, content: planContent, plan });
  const self = { method: 'remote', capacity: null, authority: null };

  test('is written part by part, each with its author, and every version can be read again', async () => {
    const plan = await plans.start();
    const goal = await plans.save(plan, drawn.josie, 'goal', {
      words: 'Walk to the market',
      whose: 'person',
    });
    await plans.save(
      plan,
      plan.victoria,
      'goal',
      { words: 'Walk to the market with Marcus', whose: 'person' },
      { entry: goal.entry, seen: goal.version },
    );
    const now = await plans.read(plan, drawn.tunde);
    expect(entriesOf(now, 'goal')[0]?.content).toEqual({
      words: 'Walk to the market with Marcus',
      whose: 'person',
    });
    expect(entriesOf(now, 'goal')[0]?.authors).toMatchObject({
      words: { voice: 'person', name: plan.victoria.name },
      whose: { voice: 'staff', name: `${drawn.josie.name} (Care coordinator)` },
    });
    const then = await plans.read(plan, drawn.tunde, 1);
    expect(entriesOf(then, 'goal')[0]?.content.words).toBe('Walk to the market');
    await actAs(at.book, drawn.tunde, async (tx) => {
      const versions = await readVersions(tx, now.id);
      expect(versions.map(({ version, voice }) => [version, voice])).toEqual([
        [2, 'person'],
        [1, 'staff'],
      ]);
    });
    expect((await drawn.auditOf(plan.person)).map(({ action }) => action)).toEqual([
      'caseload.taken_on',
      'plan.started',
      'plan.part_saved',
      'plan.part_saved',
    ]);
  });

  test('two who write in different fields of one part are both saved; the same field shows both texts', async () => {
    const plan = await plans.start();
    const first = await plans.save(plan, drawn.josie, 'about_me', { what_matters: 'My choir' });
    const seen = first.version;
    const form = { what_matters: 'My choir' };
    await plans.save(plan, drawn.tunde, 'about_me', { ...form, people: 'Marcus' }, { seen });
    await plans.save(plan, plan.victoria, 'about_me', { ...form, please_do: 'Knock twice' }, { seen });
    expect(only(await plans.read(plan, drawn.josie), 'about_me')).toEqual({
      what_matters: 'My choir',
      people: 'Marcus',
      please_do: 'Knock twice',
    });
    const conflict = await plans
      .save(plan, drawn.josie, 'about_me', { ...form, people: 'Marcus and Ada' }, { seen })
      .catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(PlanConflict);
    expect((conflict as PlanConflict).conflicts).toMatchObject([
      { field: 'people', before: '', theirs: 'Marcus', mine: 'Marcus and Ada' },
    ]);
    expect(only(await plans.read(plan, drawn.josie), 'about_me').people, 'nothing was overwritten').toBe(
      'Marcus',
    );
  });

  test('an address that was made up writes nothing: another part’s entry, a second one where there is one', async () => {
    const plan = await plans.start();
    const { entry } = await plans.save(plan, drawn.josie, 'need', { what: 'Stairs' });
    for (const [section, typed] of [
      ['strength', { what: 'x' }],
      ['about_me', { people: 'x' }],
    ] as const)
      await expect(plans.save(plan, drawn.josie, section, typed, { entry })).rejects.toMatchObject({
        code: 'not_found',
      });
    expect((await plans.read(plan, drawn.josie)).version).toBe(1);
  });

  test('a form that is sent twice is saved once; an entry that was taken away is not written in unseen', async () => {
    const plan = await plans.start();
    const words = { what: 'Stairs' };
    const { entry, version } = await plans.save(plan, drawn.josie, 'need', words);
    expect(await plans.save(plan, drawn.josie, 'need', words, { entry })).toMatchObject({
      version,
      isNew: false,
    });
    await plans.remove(plan, drawn.tunde, 'need', entry, version);
    const refused = plans.save(
      plan,
      drawn.josie,
      'need',
      { what: 'Stairs at night' },
      { entry, seen: version },
    );
    await expect(refused).rejects.toMatchObject({
      conflicts: [{ field: 'what', mine: 'Stairs at night', theirs: '' }],
      version: version + 1,
    });
    await plans.save(plan, drawn.josie, 'need', { what: 'Stairs at night' }, { entry, seen: version + 1 });
    expect(entriesOf(await plans.read(plan, drawn.josie), 'need').map(({ content }) => content.what)).toEqual(
      ['Stairs at night'],
    );
    await expect(plans.remove(plan, drawn.josie, 'need', entry, version)).rejects.toBeInstanceOf(
      PlanConflict,
    );
  });

  test('is agreed by the person to the version that they saw, holds for a year, and is then agreed again', async () => {
    const plan = await plans.start();
    const ask = () => actAs(at.book, drawn.josie, (tx) => proposePlan(tx, common(drawn.josie, plan.plan)));
    await expect(ask()).rejects.toMatchObject({ code: 'not_whole' });
    await plans.fill(plan, drawn.josie);
    await ask();
    const shown = (await plans.read(plan, plan.victoria)).version;
    await plans.save(plan, drawn.josie, 'strength', { what: 'She sings' });
    const agree = (seen: number) =>
      actAs(at.book, plan.victoria, (tx) =>
        agreePlan(tx, { ...common(plan.victoria, plan.plan), seen, agreement: self }),
      );
    await expect(agree(shown)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    await agree(shown + 1);
    expect(await plans.read(plan, drawn.josie)).toMatchObject({
      state: 'active',
      agreedVersion: shown + 1,
      agreedOn: '2026-11-02',
      reviewOn: '2027-11-02',
    });
    await agree(shown + 1);
    const onBehalf = { method: 'on_behalf', capacity: null, authority: 'Attorney' };
    await expect(
      actAs(at.book, drawn.josie, (tx) =>
        agreePlan(tx, { ...common(drawn.josie, plan.plan), seen: shown + 1, agreement: onBehalf }),
      ),
    ).rejects.toMatchObject({ fields: [{ field: 'capacity' }] });
  });

  test('a newer plan begins with what the one in use says, and replaces it when the person agrees', async () => {
    const plan = await plans.start();
    await plans.activate(plan, drawn.josie);
    await plans.save(plan, drawn.josie, 'action', {
      what: 'Ring her',
      owner: drawn.josie.account,
      due: '2026-11-20',
    });
    const next = { ...plan, plan: '' };
    next.plan = await actAs(at.book, drawn.josie, (tx) =>
      startPlan(tx, { by: drawn.josie, now: NOW, content: planContent, personId: plan.person.id }),
    );
    await expect(
      actAs(at.book, drawn.intLead, (tx) =>
        startPlan(tx, { by: drawn.intLead, now: NOW, content: planContent, personId: plan.person.id }),
      ),
    ).rejects.toMatchObject({ code: 'has_a_plan' });
    const copy = await plans.read(next, drawn.josie);
    const words = (from: typeof copy) =>
      from.entries.map(({ section, content: { goal, ...rest } }) => [section, rest]);
    expect(words(copy)).toEqual(words(await plans.read(plan, drawn.josie)));
    expect(entriesOf(copy, 'action')[0]?.content.goal).toBe(entriesOf(copy, 'goal')[0]?.entry);
    await actAs(at.book, drawn.josie, (tx) => proposePlan(tx, common(drawn.josie, next.plan)));
    await actAs(at.book, plan.victoria, (tx) =>
      agreePlan(tx, { ...common(plan.victoria, next.plan), seen: copy.version, agreement: self }),
    );
    await actAs(at.book, drawn.josie, async (tx) => {
      const states = (await readPlansOfPerson(tx, plan.person.no)).map(({ publicId, state }) => [
        publicId,
        state,
      ]);
      expect(states).toEqual([
        [next.plan, 'active'],
        [plan.plan, 'superseded'],
      ]);
      const open = await tx
        .withTables<WorkTables>()
        .selectFrom('work.item')
        .selectAll()
        .where('kind', '=', planStepStates.kind)
        .where('subject_id', '=', plan.person.no)
        .where('closed_at', 'is', null)
        .execute();
      expect(open, 'the step is one piece of work').toHaveLength(1);
    });
    await expect(plans.save(plan, drawn.josie, 'need', { what: 'Late' })).rejects.toMatchObject({
      code: 'is_over',
    });
  });

  test('what a version said can be brought back; decisions about sharing stay', async () => {
    const plan = await plans.start();
    const kept = await plans.save(plan, drawn.josie, 'need', { what: 'Stairs' });
    const gone = await plans.save(plan, drawn.josie, 'need', { what: 'Shopping' });
    await plans.remove(plan, drawn.josie, 'need', gone.entry, gone.version);
    await plans.save(plan, drawn.josie, 'need', { what: 'Steps' }, { entry: kept.entry, seen: kept.version });
    await plans.share(plan, plan.victoria, ['urgent']);
    const { version } = await plans.read(plan, drawn.josie);
    const back = (seen: number) =>
      actAs(at.book, drawn.josie, (tx) =>
        bringBack(tx, { ...common(drawn.josie, plan.plan), version: gone.version, seen }),
      );
    await expect(back(version - 1)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    await back(version);
    const now = await plans.read(plan, drawn.josie);
    expect(entriesOf(now, 'need').map(({ content }) => content.what)).toEqual(['Stairs', 'Shopping']);
    expect(only(now, 'sharing').urgent).toBe('withhold');
  });

  test('a step of the team is a piece of work, which follows the step and is followed by it', async () => {
    const plan = await plans.start();
    const step = { what: 'Visit her', owner: drawn.josie.account, due: '2026-11-20' };
    const { entry, version } = await plans.save(plan, drawn.josie, 'action', step);
    const work = async () => entriesOf(await plans.read(plan, drawn.josie), 'action')[0]?.work;
    const item = async () => {
      const id = (await work())?.item ?? 0;
      return await asBatch(at.book, (tx) =>
        tx
          .withTables<WorkTables>()
          .selectFrom('work.item')
          .selectAll()
          .where('item_id', '=', id)
          .executeTakeFirst(),
      );
    };
    expect(await item()).toMatchObject({
      owner_team: drawn.team,
      owner_account: drawn.josie.account,
      due_at: new Date('2026-11-21T00:00:00Z'),
    });
    const moved = { ...step, owner: drawn.tunde.account, due: '2026-11-25' };
    const second = await plans.save(plan, drawn.josie, 'action', moved, { entry, seen: version });
    expect(await item()).toMatchObject({
      owner_account: drawn.tunde.account,
      due_at: new Date('2026-11-26T00:00:00Z'),
    });
    await actAs(at.book, drawn.tunde, async (tx) =>
      actOnWork(tx, {
        table: planStepStates,
        item: (await item())?.item_id ?? 0,
        action: 'complete',
        outcome: 'done',
        by: drawn.tunde,
        at: NOW,
      }),
    );
    const [done] = entriesOf(await plans.read(plan, drawn.josie), 'action');
    expect(done && stepStatus(done), 'ended in the inbox, done on the plan').toBe('done');
    await expect(
      plans.save(plan, plan.victoria, 'action', { ...moved, what: 'No' }, { entry, seen: second.version }),
    ).rejects.toMatchObject({ code: 'not_permitted' });
    const own = await plans.save(plan, plan.victoria, 'action', { what: 'Sing', due: '2026-11-30' });
    const hers = entriesOf(await plans.read(plan, drawn.josie), 'action').find(
      ({ entry }) => entry === own.entry,
    );
    expect(hers?.content.owner).toBe('person');
    expect(hers).not.toHaveProperty('work');
  });

  test('a step of the team that nobody dated is work all the same, and stays so when its day is taken away', async () => {
    const plan = await plans.start();
    const items = async () => {
      const { rows } = await at.book.pool('owner').query(
        `select i.owner_account, i.due_at, i.closed_at from work.item i join coordination.plan_step s using (item_id)
             join coordination.care_plan p using (plan_id) where p.public_id = $1 order by i.item_id`,
        [plan.plan],
      );
      return rows;
    };
    const undated = { what: 'Ring her', owner: drawn.josie.account };
    const open = { owner_account: drawn.josie.account, closed_at: null };
    const later = endOfDayClock(addDays(londonDay(NOW), planContent.step_due_days), 1).due;
    const { entry, version } = await plans.save(plan, drawn.josie, 'action', undated);
    expect(await items()).toEqual([{ ...open, due_at: later }]);
    const dated = { ...undated, due: '2026-11-20' };
    const second = await plans.save(plan, drawn.josie, 'action', dated, { entry, seen: version });
    expect(await items()).toEqual([{ ...open, due_at: new Date('2026-11-21T00:00:00Z') }]);
    await plans.save(plan, drawn.josie, 'action', { ...undated, due: '' }, { entry, seen: second.version });
    expect(await items()).toEqual([{ ...open, due_at: later }]);
  });

  test('ends with its open work; the person may decline it, and asks for changes that the team answers', async () => {
    const plan = await plans.start();
    await plans.fill(plan, drawn.josie);
    await actAs(at.book, drawn.josie, (tx) => proposePlan(tx, common(drawn.josie, plan.plan)));
    const words = 'I never agreed to the pharmacist';
    const item = await actAs(at.book, plan.victoria, (tx) =>
      askForChange(tx, { ...common(plan.victoria, plan.plan), words }),
    );
    expect((await plans.read(plan, drawn.josie)).state).toBe('draft');
    await actAs(at.book, drawn.josie, (tx) =>
      answerRequest(tx, { ...common(drawn.josie, plan.plan), item, answer: 'Taken out' }),
    );
    await actAs(at.book, plan.victoria, async (tx) => {
      const { id } = await plans.read(plan, plan.victoria);
      expect(await readRequests(tx, id)).toMatchObject([
        { words, answer: 'Taken out', answeredBy: drawn.josie.name },
      ]);
    });
    await expect(
      actAs(at.book, plan.victoria, (tx) =>
        endPlan(tx, { ...common(plan.victoria, plan.plan), reason: 'moved' }),
      ),
    ).rejects.toMatchObject({ code: 'not_permitted' });
    await actAs(at.book, plan.victoria, (tx) =>
      endPlan(tx, { ...common(plan.victoria, plan.plan), reason: 'declined' }),
    );
    expect(await plans.read(plan, drawn.josie)).toMatchObject({ state: 'ended', endedBecause: 'declined' });
    await expect(
      actAs(at.book, drawn.josie, (tx) =>
        takePlanBack(tx, { ...common(drawn.josie, plan.plan), reason: null }),
      ),
    ).rejects.toMatchObject({ code: 'is_over' });
  });

  describe('is seen by', () => {
    const sees = (plan: { plan: string }, by: typeof drawn.josie) =>
      plans.read(plan, by).then(
        () => true,
        (error: { code?: string }) => {
          if (error.code !== 'not_found') throw error;
          return false;
        },
      );

    test('who looks after the person, until the relationship ends or the person objects', async () => {
      const plan = await plans.start();
      await plans.fill(plan, drawn.josie);
      const gp = await drawStaff(at.book, 'gp');
      await relate(at.book, 'practice_staff', { account: gp.account }, { practice: drawn.practice });
      const manager = await drawStaff(at.book, 'practice_manager');
      await relate(at.book, 'practice_staff', { account: manager.account }, { practice: drawn.practice });
      const stranger = await drawStaff(at.book, 'patient');
      const lead = drawn.intLead;
      expect([
        await sees(plan, drawn.tunde),
        await sees(plan, lead),
        await sees(plan, gp),
        await sees(plan, plan.victoria),
      ]).toEqual([true, true, true, true]);
      expect([await sees(plan, manager), await sees(plan, stranger)]).toEqual([false, false]);

      await plans.share(plan, plan.victoria, ['team']);
      expect([await sees(plan, drawn.josie), await sees(plan, gp)]).toEqual([false, true]);
      await expect(plans.save(plan, drawn.josie, 'need', { what: 'Stairs' })).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(
        plans.start({ by: drawn.josie, person: plan.person }),
        'an objection is no reason to begin another plan',
      ).rejects.toMatchObject({ code: 'has_a_plan' });
      await plans.share(plan, plan.victoria, ['practice']);
      expect([await sees(plan, drawn.josie), await sees(plan, gp)]).toEqual([true, false]);
      await plans.share(plan, drawn.josie, ['practice', 'team']);
      expect(
        [await sees(plan, drawn.josie), await sees(plan, plan.victoria)],
        'noted by who then loses it',
      ).toEqual([false, true]);
      await plans.share(plan, plan.victoria, []);
      expect(await sees(plan, drawn.josie)).toBe(true);
      await asBatch(at.book, (tx) =>
        endRelationship(tx, { kind: 'caseload', team: drawn.team, person: plan.person.no }, 'drawn'),
      );
      expect([await sees(plan, drawn.josie), await sees(plan, gp)]).toEqual([false, true]);
    });

    test('whoever opened the record in an emergency, unless it is withheld from urgent care', async () => {
      const plan = await plans.start();
      const elsewhere = await drawStaff(at.book, 'gp');
      expect(await sees(plan, elsewhere)).toBe(false);
      const ends = new Date(Date.now() + 3_600_000);
      await relate(
        at.book,
        'break_glass',
        { account: elsewhere.account },
        { person: plan.person.no },
        { ends },
      );
      expect(await sees(plan, elsewhere)).toBe(true);
      await plans.share(plan, plan.victoria, ['urgent']);
      expect(await sees(plan, elsewhere)).toBe(false);
    });

    test('nobody through an agreement to look for people alone, who cannot begin one either', async () => {
      const person = await drawn.person();
      await expect(plans.start({ by: drawn.intLead, person })).rejects.toMatchObject({
        code: 'not_looked_after',
      });
      const practice = await drawPlace(at.book, 'practice', 'Z90009');
      const elsewhere = await drawPerson(at.book, 901, practice);
      await expect(plans.start({ by: drawn.josie, person: elsewhere })).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    test('a carer in the parts that were granted, and no others', async () => {
      const plan = await plans.start();
      await plans.fill(plan, drawn.josie);
      const carer = await plans.carer(plan, ['team', 'plan_goals']);
      const sections = async () => [
        ...new Set((await plans.read(plan, carer)).entries.map(({ section }) => section)),
      ];
      expect(await sections()).toEqual(['goal']);
      await expect(plans.save(plan, carer, 'goal', { words: 'Rest' })).rejects.toMatchObject({
        code: 'not_permitted',
      });
      const grant = (grants: string[]) =>
        asBatch(at.book, (tx) =>
          tx
            .withTables<RegisterTables>()
            .updateTable('register.care_relationship')
            .set({ grants })
            .where('account', '=', carer.account)
            .execute(),
        );
      await grant(['plan_goals', 'plan_contingency', 'contribute']);
      expect(await sections()).toEqual(['goal', 'contingency']);
      const { entry } = await plans.save(plan, carer, 'goal', { words: 'Rest in the afternoon' });
      const goals = entriesOf(await plans.read(plan, drawn.josie), 'goal');
      expect(goals.find((each) => each.entry === entry)).toMatchObject({
        content: { whose: 'carer' },
        authors: { words: { voice: 'carer', name: carer.name } },
      });
      await expect(plans.save(plan, carer, 'about_me', { what_matters: 'x' })).rejects.toMatchObject({
        code: 'not_permitted',
      });
      await grant(['team']);
      expect(await sees(plan, carer)).toBe(false);
    });
  });
});
