import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import type { Content, Plan, PlanEntry } from './plan-document.ts';
import type { SectionId } from './plan-parts.ts';
import { judgePlan } from './quality-criteria.ts';
import { whatIsMissing } from './what-is-missing.ts';

let entries = 0;
function part(section: SectionId, content: Content, more: Partial<PlanEntry> = {}): PlanEntry {
  return { entry: `e${++entries}`, section, content, authors: {}, version: 1, ...more };
}

const whole = [
  part('about_me', { what_matters: 'My choir' }),
  part('contact', { name: 'Marcus', phone: '020 7946 0001', emergency: 'yes' }),
  part('goal', { words: 'Walk to the market', whose: 'person' }, { entry: 'goal' }),
  part('action', { what: 'Walk daily', goal: 'goal', owner: 'person', due: '2026-12-01' }),
  part('contingency', { trigger: 'I feel faint', response: 'Sit down', call: 'Marcus' }),
  part('review', { who: 'Josie' }),
  part('sharing', { practice: 'share', team: 'share', urgent: 'share', how: 'Asked' }),
];

const without = (section: SectionId, ...instead: PlanEntry[]) => [
  ...whole.filter((each) => each.section !== section),
  ...instead,
];
const rules = (of: readonly PlanEntry[]) => whatIsMissing({ entries: of }).map(({ rule }) => rule);

describe('a plan', () => {
  test('that has everything is whole', () => {
    expect(whatIsMissing({ entries: whole })).toEqual([]);
  });

  test('that is empty lacks everything but steps that nobody has taken', () => {
    expect(rules([])).toEqual([
      'what_matters',
      'own_goal',
      'contingency',
      'emergency_contact',
      'sharing',
      'review',
    ]);
  });

  test.each<[string, PlanEntry[], string[]]>([
    ['no goal', without('goal'), ['own_goal']],
    [
      'goals of professionals alone',
      without('goal', part('goal', { words: 'HbA1c below 58', whose: 'professional' }, { entry: 'goal' })),
      ['own_goal'],
    ],
    [
      'a goal of which nobody said whose words they are',
      without('goal', part('goal', { words: 'Walk' }, { entry: 'goal' })),
      ['own_goal'],
    ],
    [
      'an own goal that was set aside',
      without(
        'goal',
        part('goal', { words: 'Walk', whose: 'person', status: 'set_aside' }, { entry: 'goal' }),
      ),
      ['own_goal'],
    ],
    [
      'the words of a carer for the person',
      without('goal', part('goal', { words: 'He wants to go home', whose: 'carer' }, { entry: 'goal' })),
      [],
    ],
    [
      'a professional’s goal beside the person’s',
      [...whole, part('goal', { words: 'HbA1c', whose: 'professional', status: 'reached' })],
      [],
    ],
    ['a goal without a step', without('action'), ['step_for_goal']],
    [
      'a step that is not needed any more',
      without(
        'action',
        part('action', { what: 'x', goal: 'goal', owner: 'person', due: '2026-12-01', status: 'not_needed' }),
      ),
      ['step_for_goal'],
    ],
    [
      'a step without an owner',
      without('action', part('action', { what: 'x', goal: 'goal', due: '2026-12-01' })),
      ['owner_and_day'],
    ],
    [
      'a step without a day',
      without('action', part('action', { what: 'x', goal: 'goal', owner: 'person' })),
      ['owner_and_day'],
    ],
    [
      'a step without a day that is done',
      without('action', part('action', { what: 'x', goal: 'goal', owner: 'person', status: 'done' })),
      [],
    ],
    [
      'nobody to call when things go wrong',
      without('contingency', part('contingency', { trigger: 'I feel faint', response: 'Sit down' })),
      ['contingency'],
    ],
    [
      'an emergency contact without a number',
      without('contact', part('contact', { name: 'Marcus', emergency: 'yes' })),
      ['emergency_contact'],
    ],
    [
      'a contact who is not for emergencies',
      without('contact', part('contact', { name: 'Ada', phone: '1', emergency: 'no' })),
      ['emergency_contact'],
    ],
    ['nobody asked about sharing', without('sharing'), ['sharing']],
    ['nobody to arrange the review', without('review'), ['review']],
  ])('with %s', (_, of, lacks) => {
    expect(rules(of)).toEqual(lacks);
  });

  test('says why goals of professionals are not enough', () => {
    const of = without('goal', part('goal', { words: 'HbA1c', whose: 'professional', status: 'reached' }));
    expect(whatIsMissing({ entries: of })).toMatchObject([
      { section: 'goal', message: 'A goal in the person’s own words: every goal so far is a professional’s' },
    ]);
  });
});

describe('the five quality criteria', () => {
  const plan: Plan = {
    id: 1,
    publicId: 'p',
    personNo: 1,
    personId: 'q',
    state: 'active',
    version: 9,
    askedVersion: null,
    agreedVersion: 9,
    agreedOn: plainDate('2026-11-02'),
    reviewOn: plainDate('2027-11-02'),
    endedBecause: null,
    ownerTeam: 1,
    withheld: [],
    entries: [...whole, part('conversation', { prepared: 'yes', day: '2026-10-20' })],
  };
  const met = (of: Plan) => Object.fromEntries(judgePlan(of).map((each) => [each.id, each.met]));

  test('are all shown by a whole plan, each with its evidence', () => {
    expect(met(plan)).toEqual({
      person_at_centre: true,
      time_to_prepare: true,
      what_matters: true,
      one_plan: true,
      can_review: true,
    });
    expect(judgePlan(plan).map(({ evidence }) => evidence)).toEqual([
      '0 parts written by the person or their carer, 1 of 1 goals in their words',
      'Talk on 20 October 2026 with time to get ready',
      '1 of 1 goals of the person have steps',
      'The person was asked, and shares it with everybody who helps them',
      'Review due on 2 November 2027, arranged by Josie',
    ]);
  });

  test('are each not shown by a plan that lacks its evidence', () => {
    expect(met({ ...plan, entries: [], reviewOn: null })).toEqual({
      person_at_centre: false,
      time_to_prepare: false,
      what_matters: false,
      one_plan: false,
      can_review: false,
    });
  });
});
