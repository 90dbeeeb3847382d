import type { VNode } from 'preact';
import { z } from 'zod';
import { NotFound } from '../../../../kernel/index.ts';
import type { Actor } from '../../../../platform/auth/index.ts';
import type { Tx } from '../../../../platform/database/index.ts';
import {
  nothingTyped,
  nothingWritten,
  type Permission,
  rowNumber,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { agreePlan, endPlan, proposePlan } from '../agree-plan.ts';
import { askForChange } from '../ask-for-change.ts';
import { bringBack } from '../bring-back.ts';
import { dismissCarer, grantParts, readOwnCarers } from '../carer-grants.ts';
import type { PlanChange } from '../change-plan.ts';
import type { PlanContent } from '../plan-content.ts';
import { audiences } from '../plan-parts.ts';
import { sharePlan } from '../share-plan.ts';
import { mayDecide, mayGrant, mayWorkOnPlans } from '../who-may.ts';
import { AgreementPage, CarerPage, ChangePage, EndPage, SharingPage } from './decision-pages.tsx';
import { lookAtPlan, type PlanLook, planHref } from './plan-visit.ts';

const id = z.object({ id: z.uuid() });
const seen = z.coerce.number().int().min(0).max(2_147_483_647);
const text = z.string().optional();
const choice = z.enum(['share', 'withhold'], 'Choose whether it is shared');
/** A tick box comes alone as text, several as a list, none not at all. */
const ticked = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()));

/** What is decided of a plan as a whole, each a page that asks and a command that does. */
export function decisionRoutes(web: Web, rules: PlanContent): void {
  decision(web, rules, {
    word: 'agreement',
    may: mayDecide,
    body: z.object({ seen, method: z.string().default(''), capacity: text, authority: text }),
    page: AgreementPage,
    decide: (tx, change, { seen, method, capacity, authority }) =>
      agreePlan(tx, {
        ...change,
        seen,
        agreement: { method, capacity: capacity?.trim() || null, authority: authority?.trim() || null },
      }),
  });
  decision(web, rules, {
    word: 'sharing',
    may: mayDecide,
    body: z.object({ practice: choice, team: choice, urgent: choice, how: text }),
    page: SharingPage,
    decide: (tx, change, { how, ...said }) =>
      sharePlan(tx, {
        ...change,
        withheld: audiences.filter((each) => said[each] === 'withhold'),
        how: how ?? '',
      }),
    // Whoever notes an objection to themselves does not see the plan any more.
    after: ({ by, plan }) => (by.role === 'patient' ? planHref(plan) : '/plans'),
  });
  decision(web, rules, {
    word: 'change',
    may: mayDecide,
    body: z.object({ words: z.string().default('') }),
    page: ChangePage,
    decide: (tx, change, { words }) => askForChange(tx, { ...change, words }),
  });
  decision(web, rules, {
    word: 'end',
    may: mayWorkOnPlans,
    body: z.object({ reason: z.string().default('') }),
    page: EndPage,
    decide: (tx, change, { reason }) => endPlan(tx, { ...change, reason }),
  });
  pressRoutes(web, rules);
  carerRoutes(web, rules);
}

interface Decision<Body extends z.ZodType> {
  readonly word: string;
  may(by: Actor): Permission;
  readonly body: Body;
  readonly page: (props: { look: PlanLook; typed: Typed }) => VNode;
  decide(tx: Tx, change: PlanChange, body: z.output<Body>): Promise<unknown>;
  after?(change: PlanChange): string;
}

function decision<Body extends z.ZodType>(web: Web, rules: PlanContent, shape: Decision<Body>): void {
  const url = `/plans/:id/${shape.word}`;
  const { may, page: Page } = shape;
  const show = async (visit: Visit<{ id: string }>, typed: Typed) => {
    const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
    const page = <Page look={look} typed={typed} />;
    if (typed.errors.length > 0) return { page, status: 422 };
    return typed.refusal ? { page, status: 409 } : { page };
  };
  web.route({ method: 'GET', url, may, params: id, handle: (visit) => show(visit, nothingTyped) });
  web.route({
    method: 'POST',
    url,
    may,
    params: id,
    body: shape.body,
    handle: async ({ tx, by, now, params, body }) => {
      const change = { by, now, content: rules, plan: params.id };
      await shape.decide(tx, change, body);
      return { redirect: shape.after?.(change) ?? planHref(params.id) };
    },
    again: (visit, refused) => show(visit, { fields: visit.body, ...refused }),
    isSaved: nothingWritten,
  });
}

/** What is done with one press. */
function pressRoutes(web: Web, rules: PlanContent): void {
  web.route({
    method: 'POST',
    url: '/plans/:id/propose',
    may: mayWorkOnPlans,
    params: id,
    handle: async ({ tx, by, now, params }) => {
      await proposePlan(tx, { by, now, content: rules, plan: params.id });
      return { redirect: planHref(params.id) };
    },
  });
  web.route({
    method: 'POST',
    url: '/plans/:id/versions/:version/bring-back',
    may: mayWorkOnPlans,
    params: id.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
    body: z.object({ seen }),
    handle: async ({ tx, by, now, params, body }) => {
      const { version } = params;
      await bringBack(tx, { by, now, content: rules, plan: params.id, version, seen: body.seen });
      return { redirect: planHref(params.id) };
    },
  });
}

function carerRoutes(web: Web, rules: PlanContent): void {
  const params = z.object({ relationship: rowNumber });
  const show = async (visit: Visit<{ relationship: number }>, typed: Typed) => {
    const { carers } = await readOwnCarers(visit.tx, visit.by);
    const carer = carers.find(({ relationship }) => relationship === visit.params.relationship);
    if (!carer)
      throw new NotFound('This person does not look after you here any more.', 'Go to your home page.');
    return <CarerPage chrome={visit.chrome} rules={rules} carer={carer} typed={typed} />;
  };
  web.route({
    method: 'GET',
    url: '/carers/:relationship',
    may: mayGrant,
    params,
    handle: async (visit) => ({ page: await show(visit, nothingTyped) }),
  });
  web.route({
    method: 'POST',
    url: '/carers/:relationship',
    may: mayGrant,
    params,
    body: z.object({ parts: ticked }),
    handle: async ({ tx, by, params, body }) => {
      await grantParts(tx, { by, relationship: params.relationship, parts: body.parts });
      return { redirect: '/' };
    },
    again: async (visit, refused) => ({
      page: await show(visit, { fields: visit.body, ...refused }),
      status: 422,
    }),
  });
  web.route({
    method: 'POST',
    url: '/carers/:relationship/end',
    may: mayGrant,
    params,
    handle: async ({ tx, by, params }) => {
      await dismissCarer(tx, { by, relationship: params.relationship });
      return { redirect: '/' };
    },
  });
}
