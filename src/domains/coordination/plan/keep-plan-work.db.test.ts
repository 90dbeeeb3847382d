import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../../test/support/actors.ts';
import { NOW, useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { type DrawnPlan, planContent, usePlanActs } from '../../../../test/support/drawn-plan.ts';
import { actAs, asBatch } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { addDays, addMonths, londonDay, londonMidnight, type PlainDate } from '../../../kernel/index.ts';
import { endMany, readWorkPathway, taskStates, WorkKinds } from '../../work/index.ts';
import { agreePlan, keepPlanWork, planStepStates } from './index.ts';

const kinds = new WorkKinds(readWorkPathway('content'), []);
const operator = anActor('operator');

describe('the work of care plans', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 100, tunde: 100 });
  const plans = usePlanActs(at, drawn);
  const keep = (now: Date) =>
    asBatch(at.book, (tx) => keepPlanWork(tx, { by: operator, now, kinds, content: planContent }));
  const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await at.book.pool('owner').query(text, values)).rows;
  interface Item {
    readonly item: number;
    readonly team: number;
    readonly owner: string | null;
    readonly due: Date;
    readonly breach: Date;
    readonly title: string;
    readonly closed: Date | null;
    readonly outcome: string | null;
  }
  const reviewsOf = ({ person }: DrawnPlan) =>
    sql<Item>(
      `select item_id as item, owner_team as team, owner_account as owner, due_at as due, breach_at as breach, title,
              closed_at as closed, outcome
         from work.item where kind = 'plan_review' and subject_id = $1 order by item_id`,
      [person.no],
    );
  /** A plan that Victoria agreed to today, and is reviewed a year on. */
  const agreed = async () => {
    const plan = await plans.start();
    await plans.activate(plan, drawn.josie);
    return plan;
  };
  const review = addMonths(londonDay(NOW), 12);
  const atNine = (day: PlainDate) => new Date(londonMidnight(day).getTime() + 9 * 3_600_000);
  const onDay = (days: number) => atNine(addDays(review, days));

  test('a review becomes work on its day and not before, with the lead of the caseload, once', async () => {
    const plan = await agreed();
    expect(await keep(onDay(-1))).toMatchObject({ opened: 0 });
    expect(await reviewsOf(plan)).toEqual([]);
    expect(await keep(onDay(0))).toMatchObject({ opened: 1 });
    const [item, ...more] = await reviewsOf(plan);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      team: drawn.team,
      owner: drawn.josie.account,
      title: 'Review the care plan',
      due: londonMidnight(addDays(review, 1)),
      breach: londonMidnight(addDays(review, 8)),
      closed: null,
    });
    for (const days of [0, 1, 30]) expect(await keep(onDay(days))).toMatchObject({ opened: 0 });
    expect(await reviewsOf(plan)).toHaveLength(1);
  });

  test('two that keep at once open one piece of work', async () => {
    const plan = await agreed();
    await Promise.all([keep(onDay(0)), keep(onDay(0))]);
    expect(await reviewsOf(plan)).toHaveLength(1);
  });

  test('it ends when the review is held, also by the person herself; next year it is work anew', async () => {
    const plan = await agreed();
    await keep(onDay(0));
    const { victoria } = plan;
    const { version } = await plans.read(plan, victoria);
    const agreement = { method: 'remote', capacity: null, authority: null };
    await actAs(at.book, victoria, (tx) =>
      agreePlan(tx, {
        by: victoria,
        now: onDay(3),
        content: planContent,
        plan: plan.plan,
        seen: version,
        agreement,
      }),
    );
    expect(await reviewsOf(plan)).toMatchObject([{ outcome: 'done' }]);
    const [next] = await sql<{ day: string }>(
      'select review_on::text as day from coordination.care_plan where public_id = $1',
      [plan.plan],
    );
    const again = addMonths(addDays(review, 3), 12);
    expect(next?.day).toBe(again);
    await keep(atNine(addDays(again, -1)));
    expect(await reviewsOf(plan)).toHaveLength(1);
    await keep(atNine(again));
    expect(await reviewsOf(plan)).toMatchObject([{ outcome: 'done' }, { closed: null }]);
  });

  test('what somebody declined of one due review is not opened again for it', async () => {
    const plan = await agreed();
    await keep(onDay(0));
    const [item] = await reviewsOf(plan);
    await asBatch(at.book, (tx) =>
      endMany(tx, {
        table: taskStates('plan_review'),
        action: 'stop',
        items: [item?.item ?? 0],
        outcome: 'not_needed',
        note: 'She moves away next week',
        by: operator,
        at: onDay(1),
      }),
    );
    await keep(onDay(2));
    expect(await reviewsOf(plan)).toMatchObject([{ outcome: 'not_needed' }]);
  });

  test('a plan that is not shared with the team is its practice’s to review; one that nobody may see, nobody’s', async () => {
    const [withoutTeam, withNobody] = [await agreed(), await agreed()];
    await plans.share(withoutTeam, withoutTeam.victoria, ['team']);
    await plans.share(withNobody, withNobody.victoria, ['team', 'practice']);
    await keep(onDay(0));
    const [item] = await reviewsOf(withoutTeam);
    const [team] = await sql<{ kind: string; place: number }>(
      'select kind, place_id as place from directory.team where team_id = $1',
      [item?.team],
    );
    expect(team).toEqual({ kind: 'practice', place: drawn.practice });
    expect(item?.owner).toBeNull();
    expect(await reviewsOf(withNobody)).toEqual([]);
  });

  describe('a step that never was work', () => {
    let plan: DrawnPlan;
    let entry = '';
    const stepsOf = () =>
      sql<{ item: number; owner: string | null; due: Date; note: string }>(
        `select item.item_id as item, item.owner_account as owner, item.due_at as due, opened.note
           from coordination.plan_step step join work.item item using (item_id)
           join work.transition opened on opened.item_id = item.item_id and opened.action = 'open'
           join coordination.care_plan plan using (plan_id)
          where plan.public_id = $1 order by 1`,
        [plan.plan],
      );
    beforeAll(async () => {
      plan = await plans.start();
      const step = { what: 'Ring the pharmacist', owner: drawn.josie.account };
      entry = (await plans.save(plan, drawn.josie, 'action', step)).entry;
      for (const [what, owner, status] of [
        ['Walk to the market', 'person', 'to_do'],
        ['Order a rail', 'other', 'done'],
      ] as const)
        await plans.save(plan, drawn.josie, 'action', { what, owner, status, outcome: 'Done' });
      // As it was before steps without a day were work.
      const begun = await sql<{ item_id: number }>(
        'delete from coordination.plan_step where plan_id = (select plan_id from coordination.care_plan where public_id = $1) returning item_id',
        [plan.plan],
      );
      await asBatch(at.book, (tx) =>
        endMany(tx, {
          table: planStepStates,
          action: 'complete',
          items: begun.map(({ item_id }) => item_id),
          outcome: 'done',
          note: '',
          by: operator,
          at: NOW,
        }),
      );
    });

    test('becomes work of whoever does it, with a day to look at it again; others’ and done ones do not', async () => {
      expect((await keep(NOW)).steps).toBe(1);
      expect(await stepsOf()).toMatchObject([
        {
          owner: drawn.josie.account,
          note: 'Ring the pharmacist',
          due: londonMidnight(addDays(londonDay(NOW), planContent.step_due_days + 1)),
        },
      ]);
      expect((await keep(NOW)).steps).toBe(0);
      expect(await stepsOf()).toHaveLength(1);
    });

    test('and what somebody ended of it does not begin again', async () => {
      const [step] = await stepsOf();
      await asBatch(at.book, (tx) =>
        endMany(tx, {
          table: planStepStates,
          action: 'complete',
          items: [step?.item ?? 0],
          outcome: 'done',
          note: 'Rang',
          by: operator,
          at: NOW,
        }),
      );
      expect((await keep(NOW)).steps).toBe(0);
      expect(entry).not.toBe('');
    });
  });
});
