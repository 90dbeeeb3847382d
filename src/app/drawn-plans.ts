import type { SectionId } from '../domains/coordination/index.ts';

// What the made-up people of the demonstration say in their plans. Phone numbers are of the ranges that Ofcom keeps for
// drama: nobody answers there.

/** One part of a drawn plan: who of the demonstration writes it, and what it says. */
export interface DrawnPart {
  /** The name under which they sign in. */
  readonly by: string;
  readonly section: SectionId;
  /** By field; a goal by its words, an owner `coordinator` by their account. */
  readonly says: Readonly<Record<string, string>>;
  /** A step is due so many days from the day of the start. */
  readonly dueIn?: number;
}

export interface DrawnPlan {
  readonly coordinator: string;
  readonly daysAgo: number;
  readonly reason: string;
  readonly nextStep: string;
  readonly until: 'draft' | 'asked' | 'agreed';
  /** How the person was asked who may see it; null while nobody has asked. */
  readonly asked: string | null;
  readonly parts: readonly DrawnPart[];
}

const MARKET = 'I want to walk to the market on my own again';
const JOSIE = 'care_coordinator';
const TUNDE = 'care_coordinator_2';

export const victoriasPlan: DrawnPlan = {
  coordinator: JOSIE,
  daysAgo: 20,
  reason: 'Three conditions, and three teams that do not meet',
  nextStep: 'Ring Victoria about the diabetes nurse',
  until: 'agreed',
  asked: 'Asked at home. Victoria is glad if everybody who helps her can read it.',
  parts: [
    {
      by: 'patient',
      section: 'about_me',
      says: {
        what_matters:
          'My choir on Thursdays, my allotment, and doing my own shopping. I do not want to be a burden.',
        people: 'Marcus, my son. Ada from the choir.',
        please_do: 'Ask me before you change my tablets, and write the change down for me.',
        please_dont: 'Do not ring before nine.',
      },
    },
    {
      by: JOSIE,
      section: 'contact',
      says: {
        name: 'Marcus Larkmoor',
        relation: 'Son',
        phone: '020 7946 0101',
        circle: 'own',
        emergency: 'yes',
        authority: 'next_of_kin',
      },
    },
    {
      by: JOSIE,
      section: 'contact',
      says: {
        name: 'Josie Brambletarn',
        relation: 'Care coordinator',
        phone: '020 7946 0102',
        reach: 'Monday to Friday, 9 to 5. Leave a message and she rings back the same day.',
        circle: 'professional',
        emergency: 'no',
        authority: 'none',
      },
    },
    {
      by: 'gp',
      section: 'contact',
      says: {
        name: 'Dr Priya Kestrelmarsh',
        relation: 'GP',
        phone: '020 7946 0103',
        circle: 'professional',
        emergency: 'no',
        authority: 'none',
      },
    },
    {
      by: 'patient',
      section: 'goal',
      says: { words: MARKET, measure: 'Three times in one week', priority: 'high' },
    },
    {
      by: 'gp',
      section: 'goal',
      says: {
        words: 'Blood sugar steady enough that the night checks can stop',
        whose: 'professional',
        status: 'working',
      },
    },
    {
      by: JOSIE,
      section: 'need',
      says: { what: 'My feet hurt when I walk', detail: 'Worse in the evening.' },
    },
    { by: 'patient', section: 'strength', says: { what: 'I have walked this hill for seventy years.' } },
    {
      by: 'patient',
      section: 'action',
      dueIn: 14,
      says: { what: 'Walk to the corner and back every day', goal: MARKET, owner: 'person' },
    },
    {
      by: JOSIE,
      section: 'action',
      dueIn: 9,
      says: { what: 'Book the foot clinic for Victoria', goal: MARKET, owner: 'coordinator' },
    },
    {
      by: 'gp',
      section: 'action',
      dueIn: 21,
      says: {
        what: 'Go through the tablets and the night checks',
        goal: 'Blood sugar steady enough that the night checks can stop',
        owner: 'other',
        who: 'Practice pharmacist',
      },
    },
    {
      by: JOSIE,
      section: 'contingency',
      says: {
        trigger: 'I shake, sweat and feel odd',
        response: 'Drink juice or take three sugar tablets. Check my blood sugar. Eat something.',
        call: 'Marcus, and 999 if I do not wake up',
        phone: '020 7946 0101',
        medicines: 'Sugar tablets in the kitchen drawer',
      },
    },
    {
      by: 'patient',
      section: 'preferences',
      says: { place_of_care: 'At home, as long as Marcus can manage.' },
    },
    {
      by: JOSIE,
      section: 'carer',
      says: { name: 'Marcus Larkmoor', helps: 'Shopping on bad days, the garden', phone: '020 7946 0101' },
    },
    {
      by: JOSIE,
      section: 'conversation',
      says: {
        with: 'Victoria, Marcus and Josie, at home',
        prepared: 'yes',
        note: 'Victoria had the questions a week before.',
      },
    },
    { by: JOSIE, section: 'review', says: { who: 'Josie Brambletarn' } },
    { by: JOSIE, section: 'ucp', says: { status: 'none' } },
  ],
};

/** A whole plan in few words, for those whom the demonstration lists beside Victoria. */
function plainPlan(goal: string, step: string, matters: string): readonly DrawnPart[] {
  return [
    { by: JOSIE, section: 'about_me', says: { what_matters: matters } },
    {
      by: JOSIE,
      section: 'contact',
      says: { name: 'Daughter', phone: '020 7946 0111', circle: 'own', emergency: 'yes' },
    },
    { by: JOSIE, section: 'goal', says: { words: goal, whose: 'person', status: 'working' } },
    { by: JOSIE, section: 'action', dueIn: 5, says: { what: step, goal, owner: 'coordinator' } },
    {
      by: JOSIE,
      section: 'contingency',
      says: {
        trigger: 'I am short of breath at rest',
        response: 'Sit me up and open the window',
        call: '999',
      },
    },
    { by: JOSIE, section: 'review', says: { who: 'The coordinator' } },
  ];
}

/** One of each kind: late for review, waiting for the person, and with a professional's goals alone. */
export const drawnPlans: readonly DrawnPlan[] = [
  {
    coordinator: JOSIE,
    daysAgo: 379,
    reason: 'Home from hospital twice this year',
    nextStep: 'Look at the plan again',
    until: 'agreed',
    asked: 'Asked on the ward.',
    parts: plainPlan('I want to sleep in my own bed', 'Ask about the bed rail', 'To be at home with my cat'),
  },
  {
    coordinator: TUNDE,
    daysAgo: 6,
    reason: 'Many conditions, and nobody coordinates',
    nextStep: 'Ring about the plan',
    until: 'asked',
    asked: 'Asked by phone.',
    parts: plainPlan(
      'I want to go to the mosque on Fridays',
      'Ask for a lift on Fridays',
      'My faith and my family',
    ),
  },
  {
    coordinator: TUNDE,
    daysAgo: 3,
    reason: 'Severe frailty and new in the list',
    nextStep: 'Visit at home',
    until: 'draft',
    asked: null,
    parts: [
      {
        by: TUNDE,
        section: 'goal',
        says: { words: 'No unplanned admission this winter', whose: 'professional', status: 'working' },
      },
    ],
  },
];
