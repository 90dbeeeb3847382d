import { entriesOf, only, type Plan, stepStatus } from './plan-document.ts';
import type { SectionId } from './plan-parts.ts';

/** Something without which a plan is not whole. */
export interface Missing {
  readonly section: SectionId;
  readonly rule: string;
  readonly message: string;
}

type Parts = Pick<Plan, 'entries'>;

interface Rule {
  readonly rule: string;
  readonly section: SectionId;
  /** The sentence for what is missing, or null when nothing is. */
  says(plan: Parts): string | null;
}

const goals = (plan: Parts) =>
  entriesOf(plan, 'goal').filter(({ content }) => content.status !== 'set_aside');
const steps = (plan: Parts) => entriesOf(plan, 'action').filter((step) => stepStatus(step) !== 'not_needed');

/** A goal that is the person's: said by them, or for them by whoever cares for them. */
export function isOwnGoal({ content }: { readonly content: Readonly<Record<string, string>> }): boolean {
  return content.whose === 'person' || content.whose === 'carer';
}

/**
 * What every plan has before somebody is asked to agree to it. Rule: capability 3.12 (a plan with only clinicians'
 * goals does not hold) and the quality criteria for personalised care and support plans.
 */
const rules: readonly Rule[] = [
  {
    rule: 'what_matters',
    section: 'about_me',
    says: (plan) => (only(plan, 'about_me').what_matters ? null : 'What matters most to the person'),
  },
  {
    rule: 'own_goal',
    section: 'goal',
    says: (plan) => {
      const all = goals(plan);
      if (all.some(isOwnGoal)) return null;
      return all.length === 0
        ? 'A goal in the person’s own words'
        : 'A goal in the person’s own words: every goal so far is a professional’s';
    },
  },
  {
    rule: 'step_for_goal',
    section: 'action',
    says: (plan) => {
      const served = new Set(steps(plan).map(({ content }) => content.goal));
      const left = goals(plan).filter(
        ({ entry, content }) => content.status !== 'reached' && !served.has(entry),
      );
      return left.length === 0
        ? null
        : `A step towards ${left.map(({ content }) => `“${content.words}”`).join(' and ')}`;
    },
  },
  {
    rule: 'owner_and_day',
    section: 'action',
    says: (plan) => {
      const left = steps(plan).filter(
        (step) => stepStatus(step) === 'to_do' && (!step.content.owner || !step.content.due),
      );
      return left.length === 0
        ? null
        : `Who does it and by when, for ${left.map(({ content }) => `“${content.what}”`).join(' and ')}`;
    },
  },
  {
    rule: 'contingency',
    section: 'contingency',
    says: (plan) =>
      entriesOf(plan, 'contingency').some(
        ({ content }) => content.trigger && content.response && (content.call || content.phone),
      )
        ? null
        : 'Something that may go wrong, what to do then, and whom to call',
  },
  {
    rule: 'emergency_contact',
    section: 'contact',
    says: (plan) =>
      entriesOf(plan, 'contact').some(({ content }) => content.emergency === 'yes' && content.phone)
        ? null
        : 'Somebody to call in an emergency, with a phone number',
  },
  {
    rule: 'sharing',
    section: 'sharing',
    says: (plan) => (only(plan, 'sharing').how ? null : 'Whether the person was asked who may see the plan'),
  },
  {
    rule: 'review',
    section: 'review',
    says: (plan) => (only(plan, 'review').who ? null : 'Who will arrange the review'),
  },
];

/** Everything that a plan still lacks, in the order of its parts. Empty: it is whole. */
export function whatIsMissing(plan: Parts): readonly Missing[] {
  return rules.flatMap(({ rule, section, says }) => {
    const message = says(plan);
    return message === null ? [] : [{ rule, section, message }];
  });
}
