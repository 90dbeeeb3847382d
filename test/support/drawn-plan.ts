import { randomUUID } from 'node:crypto';
import {
  type Audience,
  agreePlan,
  type Content,
  onlyEntryId,
  type Plan,
  type PlanContent,
  planSections,
  proposePlan,
  readHead,
  readPlan,
  readPlanContent,
  removePart,
  type SectionId,
  savePart,
  sharePlan,
  startPlan,
} from '../../src/domains/coordination/plan/index.ts';
import { openRelationship } from '../../src/domains/register/index.ts';
import type { Actor } from '../../src/platform/auth/index.ts';
import { type DrawnCaseload, NOW } from './drawn-caseload.ts';
import { actAs, asBatch, type DrawnPerson, drawStaff, relate } from './drawn-team.ts';
import type { TestBook } from './test-book.ts';

/** A care plan in a test book, and whoever writes in it. */
export interface DrawnPlan {
  readonly person: DrawnPerson;
  readonly plan: string;
  /** The person, with an account of their own. */
  readonly victoria: Actor;
}

export const planContent: PlanContent = readPlanContent('content');

/** What a whole plan says, by section: what a test does not care about. */
const WHOLE: readonly (readonly [SectionId, Content])[] = [
  ['about_me', { what_matters: 'My choir and my garden' }],
  ['contact', { name: 'Marcus', phone: '020 7946 0001', emergency: 'yes' }],
  ['goal', { words: 'Walk to the market', whose: 'person' }],
  ['action', { what: 'Walk every day', owner: 'person', due: '2026-12-01' }],
  ['contingency', { trigger: 'I feel faint', response: 'Sit down', call: 'Marcus' }],
  ['review', { who: 'Josie' }],
];

export interface PlanActs {
  start(about?: { by?: Actor; person?: DrawnPerson }): Promise<DrawnPlan>;
  save(
    drawn: Pick<DrawnPlan, 'plan'>,
    by: Actor,
    section: SectionId,
    typed: Content,
    at?: { entry?: string; seen?: number },
  ): Promise<{ version: number; isNew: boolean; entry: string }>;
  remove(
    drawn: Pick<DrawnPlan, 'plan'>,
    by: Actor,
    section: SectionId,
    entry: string,
    seen: number,
  ): Promise<number>;
  read(drawn: Pick<DrawnPlan, 'plan'>, by: Actor, version?: number): Promise<Plan>;
  /** Writes everything that a plan needs to be whole. */
  fill(drawn: DrawnPlan, by: Actor): Promise<void>;
  /** Fills it, asks, and has the person agree on a day. */
  activate(drawn: DrawnPlan, by: Actor, now?: Date): Promise<void>;
  share(drawn: Pick<DrawnPlan, 'plan'>, by: Actor, withheld: readonly Audience[]): Promise<void>;
  carer(drawn: DrawnPlan, grants: readonly string[]): Promise<Actor>;
}

export function usePlanActs(at: TestBook, drawn: DrawnCaseload): PlanActs {
  const common = (by: Actor, plan: string, now = NOW) => ({ by, now, content: planContent, plan });
  const acts: PlanActs = {
    async start({ by = drawn.josie, person: given } = {}) {
      const person = given ?? (await drawn.person());
      if (by.team !== null && !given) await drawn.take(person, { by: drawn.intLead, lead: drawn.josie });
      const plan = await actAs(at.book, by, (tx) =>
        startPlan(tx, { by, now: NOW, content: planContent, personId: person.id }),
      );
      const victoria = await drawStaff(at.book, 'patient');
      await relate(at.book, 'self', { account: victoria.account }, { person: person.no });
      return { person, plan, victoria };
    },
    save: ({ plan }, by, section, typed, { entry, seen = 0 } = {}) =>
      actAs(at.book, by, async (tx) => {
        const head = await readHead(tx, plan);
        const id = entry ?? (planSections[section].many ? randomUUID() : onlyEntryId(head, section));
        return {
          ...(await savePart(tx, { ...common(by, plan), section, entry: id, seen, typed })),
          entry: id,
        };
      }),
    remove: ({ plan }, by, section, entry, seen) =>
      actAs(at.book, by, (tx) => removePart(tx, { ...common(by, plan), section, entry, seen })),
    read: ({ plan }, by, version) => actAs(at.book, by, (tx) => readPlan(tx, plan, version)),
    async fill(drawnPlan, by) {
      let goal = '';
      for (const [section, typed] of WHOLE) {
        const words = section === 'action' ? { ...typed, goal } : typed;
        const { entry } = await acts.save(drawnPlan, by, section, words);
        if (section === 'goal') goal = entry;
      }
      await acts.share(drawnPlan, by, []);
    },
    async activate(drawnPlan, by, now = NOW) {
      await acts.fill(drawnPlan, by);
      const { plan, victoria } = drawnPlan;
      await actAs(at.book, by, (tx) => proposePlan(tx, common(by, plan, now)));
      const { version } = await acts.read(drawnPlan, victoria);
      await actAs(at.book, victoria, (tx) =>
        agreePlan(tx, {
          ...common(victoria, plan, now),
          seen: version,
          agreement: { method: 'remote', capacity: null, authority: null },
        }),
      );
    },
    share: ({ plan }, by, withheld) =>
      actAs(at.book, by, (tx) => sharePlan(tx, { ...common(by, plan), withheld, how: 'Asked at the visit' })),
    async carer({ person }, grants) {
      const carer = await drawStaff(at.book, 'carer');
      await asBatch(at.book, (tx) =>
        openRelationship(tx, {
          kind: 'carer',
          holder: { account: carer.account },
          about: { person: person.no },
          purpose: 'drawn',
          grants,
        }),
      );
      return carer;
    },
  };
  return acts;
}
