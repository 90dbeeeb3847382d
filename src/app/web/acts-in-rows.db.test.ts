import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { planContent } from '../../../test/support/drawn-plan.ts';
import { actAs, asBatch } from '../../../test/support/drawn-team.ts';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import {
  readCaseloadPathway,
  readHead,
  readPlan,
  savePart,
  startPlan,
  takeOn,
} from '../../domains/coordination/index.ts';
import { readDefectKinds } from '../../domains/defects/index.ts';
import { recordFindings } from '../../domains/defects/record-findings.ts';
import { governanceTeam, readPlaces } from '../../domains/directory/index.ts';
import { lookReviewStates } from '../../domains/governance/index.ts';
import { openTask, openWork, returnWorkOfLeavers } from '../../domains/work/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { workKinds } from '../work-kinds.ts';

// Rows of lists are acted on where they stand: taken on, put off or declined with a reason, without leaving the list.

const at = useTestBorough();
const site = useSite(at);
const now = new Date();
let lead: Actor;
const plans: string[] = [];

beforeAll(async () => {
  lead = await persona(at.book, 'int_lead');
  const people = await at.book.pool('batch').query<{ id: string }>(
    `select p.public_id as id from need.person_fact f join register.person p using (person_no)
      where f.need_before < 900 and not p.sensitive and p.death_date is null order by f.need_rank limit 5`,
  );
  for (const { id: personId } of people.rows) {
    await actAs(at.book, lead, (tx) =>
      takeOn(tx, {
        by: lead,
        now,
        personId,
        reason: 'Planted',
        pathway: readCaseloadPathway('content'),
        lead: lead.account,
        nextStep: 'Ring them',
        due: '2030-01-01' as never,
        overrideReason: 'Planted',
        evidence: {},
      }),
    );
    plans.push(
      await actAs(at.book, lead, (tx) => startPlan(tx, { by: lead, now, content: planContent, personId })),
    );
  }
});

const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
const planNo = async (plan: string) => (await actAs(at.book, lead, (tx) => readHead(tx, plan))).id;
const workOf = async (plan: string) => {
  const { personNo } = await actAs(at.book, lead, (tx) => readHead(tx, plan));
  const { rows } = await at.book.pool('owner').query(
    `select item_id, state, owner_account, outcome, due_at::date::text as due from work.item
             where kind = 'plan_review' and subject_id = $1 order by item_id`,
    [personNo],
  );
  return rows;
};
const send = async (visitor: Visitor, url: string, fields: Record<string, string> = {}) =>
  await visitor.post(url, { _csrf: tokenIn((await visitor.get('/plans')).body), ...fields });
const day = { 'due-day': '3', 'due-month': '12', 'due-year': '2031' };

test('a form in a row of the team’s work shares no name of a field with the one for what is ticked', async () => {
  const visitor = await site.signedIn('int_lead');
  const { personNo } = await actAs(at.book, lead, (tx) => readHead(tx, plans[4] ?? ''));
  await actAs(at.book, lead, (tx) =>
    openTask(tx, {
      by: lead,
      now,
      kinds: workKinds('content', readDefectKinds('content')),
      kind: 'task',
      subject: { kind: 'person', id: personNo },
      title: 'Order the key safe',
      note: '',
      for: { team: lead.team ?? 0, account: null },
    }),
  );
  const list = (await visitor.get('/work?of=team')).body;
  expect(list).toContain('Give what is ticked to');
  const forms = [...list.matchAll(/href="(\/work\?of=team[^"]*act=[^"#]*)/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  expect(forms.length).toBeGreaterThan(2);
  for (const form of forms) {
    const { body } = await visitor.get(form);
    expect(body, form).toContain('id="deciding"');
    const ids = [...body.matchAll(/<[^>]*? id="([^"]+)"/g)].map(([, id]) => id);
    expect(
      ids.filter((id, first) => ids.indexOf(id) !== first),
      form,
    ).toEqual([]);
  }
});

describe('the row of a care plan', () => {
  test('is taken on where it stands: it is work then, of whoever took it on, and the list comes back', async () => {
    const visitor = await site.signedIn('int_lead');
    const [plan = ''] = plans;
    const answer = await send(visitor, `/plans/${plan}/see-to/take?waits=incomplete&from=plans`);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toMatch(/^\/plans\?waits=incomplete&done=\d+$/);
    const back = await visitor.get(answer.headers.location ?? '');
    expect(back.body).toContain(lead.name);
    expect(back.body).toContain('In hand');
    expect(await workOf(plan)).toMatchObject([{ state: 'in_hand', owner_account: lead.account }]);
    const again = await send(visitor, `/plans/${plan}/see-to/take?from=plans`);
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('sees to this plan');
    expect(await workOf(plan)).toHaveLength(1);
  });

  test('is put off until a day with a reason; without one the form comes back in the row, filled', async () => {
    const visitor = await site.signedIn('int_lead');
    const plan = plans[1] ?? '';
    const list = `/plans?act=begin-defer&row=${await planNo(plan)}`;
    expect((await visitor.get(list)).body).toContain(`action="/plans/${plan}/see-to/defer?from=plans"`);
    const refused = await send(visitor, `/plans/${plan}/see-to/defer?from=plans`, { ...day, reason: ' ' });
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('Say why');
    expect(refused.body).toContain('value="2031"');
    expect(await workOf(plan)).toEqual([]);
    const done = await send(visitor, `/plans/${plan}/see-to/defer?from=plans`, {
      ...day,
      reason: 'On holiday',
    });
    expect(done.statusCode).toBe(303);
    expect(await workOf(plan)).toMatchObject([{ state: 'in_hand', owner_account: lead.account }]);
    expect((await visitor.get('/plans')).body).toContain('“On holiday”');
  });

  test('is declined with a reason, which stands in the row, and can be taken on after all', async () => {
    const visitor = await site.signedIn('int_lead');
    const plan = plans[2] ?? '';
    await send(visitor, `/plans/${plan}/see-to/decline?from=plans`, { reason: 'Moves away' });
    expect(await workOf(plan)).toMatchObject([{ state: 'stopped', outcome: 'not_needed' }]);
    expect((await visitor.get('/plans')).body).toContain(`Declined by ${lead.name}: “Moves away”`);
    await send(visitor, `/plans/${plan}/see-to/take?from=plans`);
    expect(await workOf(plan)).toMatchObject([{ state: 'stopped' }, { state: 'in_hand' }]);
    expect((await visitor.get('/plans')).body).not.toContain('Moves away');
  });

  test('holds its work: what is open there is handed on and finished in the row of the plan', async () => {
    const visitor = await site.signedIn('int_lead');
    const plan = plans[3] ?? '';
    await send(visitor, `/plans/${plan}/see-to/take?from=plans`);
    const [{ item_id: item }] = (await workOf(plan)) as [{ item_id: number }];
    expect((await visitor.get(`/plans?act=finish&row=${item}`)).body).toContain(
      `action="/work/${item}/finish?from=plans"`,
    );
    const refused = await send(visitor, `/work/${item}/finish?from=plans`, {});
    expect(refused.statusCode).toBe(422);
    expect(refused.body, 'it is the list of plans again').toContain('Care plans</h1>');
    const done = await send(visitor, `/work/${item}/finish?from=plans`, { outcome: 'done', note: '' });
    expect(done.headers.location).toBe(`/plans?done=${item}`);
    expect(await workOf(plan)).toMatchObject([{ state: 'done' }]);
  });

  test('of two who take it on at once one has it, and the other is told who', async () => {
    const visitor = await site.signedIn('int_lead');
    const plan = plans[4] ?? '';
    const token = tokenIn((await visitor.get('/plans')).body);
    const take = () => visitor.post(`/plans/${plan}/see-to/take?from=plans`, { _csrf: token });
    const answers = await Promise.all([take(), take()]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    expect(await workOf(plan)).toHaveLength(1);
  });
});

/** A defect that a search found in the data of somebody's practice; returns its work. */
async function plantDefect(manager: Actor): Promise<number> {
  const kinds = readDefectKinds('content');
  return await asBatch(at.book, async (tx) => {
    const { rows } = await sql<{ search: number }>`
      insert into defects.search (snapshot_id, today, searched_at, rows, seconds)
      select max(snapshot_id), '2026-11-01', ${now}, 0, 0 from register.snapshot returning search_id as search`.execute(
      tx,
    );
    await recordFindings(tx, {
      findings: [
        {
          kind: 'list-size-jump',
          practice: manager.organisation ?? '',
          rows: 900,
          of: 1000,
          says: 'The list grew by 900 people',
          facts: 'planted',
          examples: [],
        },
      ],
      measured: [],
      places: await readPlaces(tx),
      kinds,
      search: rows[0]?.search ?? 0,
      by: manager,
      at: now,
    });
    const found = await sql<{ item: number }>`
      select item_id as item from defects.defect where facts = 'planted'`.execute(tx);
    return found.rows[0]?.item ?? 0;
  });
}

describe('a row of an inbox with rules of its own', () => {
  test('a step of a plan is put off and done in the row, and the plan says so', async () => {
    const visitor = await site.signedIn('int_lead');
    const [plan = ''] = plans;
    const entry = '0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5c01';
    await actAs(at.book, lead, (tx) =>
      savePart(tx, {
        by: lead,
        now,
        content: planContent,
        plan,
        section: 'action',
        entry,
        seen: 0,
        typed: { what: 'Ring the choir', owner: lead.account, due: '2030-02-01' },
      }),
    );
    const step = async () =>
      (await actAs(at.book, lead, (tx) => readPlan(tx, plan))).entries.find((each) => each.entry === entry);
    const item = (await step())?.work?.item ?? 0;
    const list = await visitor.get(`/work?of=me&kind=plan_step&act=step-later&row=${item}`);
    const version = /name="plan" value="(\d+)"/.exec(list.body)?.[1] ?? '';
    expect(list.body).toContain(
      `action="/work/${item}/do/step-later?of=me&amp;kind=plan_step&amp;from=list"`,
    );
    const form = { plan: version, ...day, reason: 'The choir is closed' };
    const refused = await send(visitor, `/work/${item}/do/step-later?of=me&from=list`, {
      ...form,
      reason: '',
    });
    expect([refused.statusCode, refused.body.includes('My work</h1>')]).toEqual([422, true]);
    const later = await send(visitor, `/work/${item}/do/step-later?of=me&from=list`, form);
    expect(later.headers.location).toBe(`/work?of=me&done=${item}`);
    expect((await step())?.content).toMatchObject({
      due: '2031-12-03',
      outcome: 'Put off until 3 December 2031: The choir is closed',
    });
    const head = await actAs(at.book, lead, (tx) => readHead(tx, plan));
    const done = { plan: String(head.version), outcome: 'She sings again' };
    await send(visitor, `/work/${item}/do/step-done?of=me&from=list`, done);
    expect(await step()).toMatchObject({
      content: { status: 'done', outcome: 'She sings again' },
      work: { outcome: 'done' },
    });
  });

  test('a caseload entry has its next step set and is discharged in the row', async () => {
    const visitor = await site.signedIn('int_lead');
    const { rows } = await at.book.pool('owner').query<{ item: number }>(
      `select item_id as item from work.item where kind = 'caseload' and closed_at is null
         and owner_account = $1 order by item_id desc limit 1`,
      [lead.account],
    );
    const item = rows[0]?.item ?? 0;
    const list = await visitor.get(`/work?of=me&act=next-step&row=${item}`);
    const seen = /name="seen" value="(\d+)"/.exec(list.body)?.[1] ?? '';
    const url = `/work/${item}/do/next-step?of=me&from=list`;
    const answer = await send(visitor, url, { seen, nextStep: 'Visit her', ...day });
    expect(answer.statusCode).toBe(303);
    const stale = await send(visitor, url, { seen, nextStep: 'Ring her', ...day });
    expect(stale.statusCode, 'what stood open in another tab undoes nothing').toBe(409);
    const found = await at.book
      .pool('owner')
      .query('select next_step from coordination.caseload_entry where item_id = $1', [item]);
    expect(found.rows).toEqual([{ next_step: 'Visit her' }]);
  });

  test('a defect of the data is taken on in the row, and closed as right there with the reason', async () => {
    const manager = await persona(at.book, 'practice_manager');
    const item = await plantDefect(manager);
    const visitor = await site.signedIn('practice_manager');
    const state = async () =>
      (
        await at.book
          .pool('owner')
          .query('select state, owner_account from work.item where item_id = $1', [item])
      ).rows;
    const open = async (act: string) => {
      const list = await visitor.get(`/work?of=team&act=${act}&row=${item}`);
      expect(list.body).toContain(`action="/work/${item}/do/${act}?of=team&amp;from=list"`);
      return { _csrf: tokenIn(list.body), seen: /name="seen" value="(\d+)"/.exec(list.body)?.[1] ?? '' };
    };
    const taken = await visitor.post(
      `/work/${item}/do/take-defect?of=team&from=list`,
      await open('take-defect'),
    );
    expect(taken.headers.location).toBe(`/work?of=team&done=${item}`);
    expect(await state()).toEqual([{ state: 'taken', owner_account: manager.account }]);
    const close = await open('close-defect');
    const unsaid = await visitor.post(`/work/${item}/do/close-defect?of=team&from=list`, {
      ...close,
      reason: ' ',
    });
    expect([unsaid.statusCode, unsaid.body.includes('Say why it is right as it is')]).toEqual([422, true]);
    const right = { ...close, reason: 'A care home opened' };
    const closed = await visitor.post(`/work/${item}/do/close-defect?of=team&from=list`, right);
    expect(closed.statusCode).toBe(303);
    expect(await state()).toMatchObject([{ state: 'right' }]);
    const again = await visitor.post(`/work/${item}/do/close-defect?of=team&from=list`, right);
    expect(again.statusCode, 'what stood open in another tab undoes nothing').toBe(409);
  });

  test('what waits for a decision is taken on by one of the team, is their own work then, and is given back', async () => {
    const ig = await persona(at.book, 'ig_lead');
    const item = await asBatch(at.book, async (tx) =>
      openWork(tx, {
        table: lookReviewStates,
        subject: { kind: 'looks', id: 1 },
        team: await governanceTeam(tx),
        owner: null,
        clock: { due: new Date('2030-01-01'), breach: new Date('2030-01-08') },
        note: 'Planted',
        by: lead,
        at: now,
      }),
    );
    const visitor = await site.signedIn('ig_lead');
    const has = async (view: string) =>
      (await visitor.get(`/work?of=${view}`)).body.includes('worth a question');
    const form = async (act: string, of: string) => {
      const list = await visitor.get(`/work?of=${of}&act=${act}&row=${item}`);
      return { _csrf: tokenIn(list.body), seen: /name="seen" value="(\d+)"/.exec(list.body)?.[1] ?? '' };
    };
    const post = (act: string, of: string, fields: Record<string, string>) =>
      visitor.post(`/work/${item}/do/${act}?of=${of}&from=list`, fields);
    expect([await has('me'), await has('team')]).toEqual([false, true]);
    const stale = await form('take-on', 'team');
    expect((await post('take-on', 'team', stale)).headers.location).toBe(`/work?of=team&done=${item}`);
    expect([await has('me'), await has('team')]).toEqual([true, true]);
    // Sent from another tab, where nobody had it yet.
    expect((await post('take-on', 'team', stale)).statusCode).toBe(409);
    // Nobody of another team, or of another role, has it to take.
    const analyst = await site.signedIn('analyst');
    const _csrf = await analyst.formToken();
    const other = await analyst.post(`/work/${item}/do/take-on?of=team&from=list`, { ...stale, _csrf });
    expect(other.statusCode).toBe(403);
    // Whoever has it works in the team of their role, and so has not left it.
    const tables = [lookReviewStates];
    const returned = () => asBatch(at.book, (tx) => returnWorkOfLeavers(tx, tables, lead, now));
    expect(await returned()).toBe(0);
    expect((await post('give-back', 'me', await form('give-back', 'me'))).statusCode).toBe(303);
    expect([await has('me'), await has('team')]).toEqual([false, true]);
    await post('take-on', 'team', await form('take-on', 'team'));
    const role = (to: string) =>
      at.book
        .pool('owner')
        .query('update directory.staff set role = $2 where account = $1', [ig.account, to]);
    await role('commissioner');
    expect(await returned()).toBe(1);
    await role('ig_lead');
    expect([await has('me'), await has('team')]).toEqual([false, true]);
  });

  test('an act that a kind does not have is no page', async () => {
    const visitor = await site.signedIn('int_lead');
    const { rows } = await at.book
      .pool('owner')
      .query<{ item: number }>(`select item_id as item from work.item where kind = 'plan_review' limit 1`);
    const answer = await send(visitor, `/work/${rows[0]?.item}/do/record-visit?from=list`);
    expect(answer.statusCode).toBe(404);
  });
});
