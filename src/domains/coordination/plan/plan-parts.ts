// The parts that a care plan has, as the program knows them: which fields, of which kind, and whose they are to write.
// What they are called and what they ask is content. Headings: PRSB Personalised Care and Support Plan v2.0.

/** How a field is asked and checked. `goal` names an entry of section `goal`; `owner` says who does a step. */
export type FieldKind = 'text' | 'line' | 'day' | 'choice' | 'link' | 'goal' | 'owner';

/** Who may write a part: everybody whom the plan concerns, staff, or whoever may sign such a recommendation. */
export type Writers = 'everybody' | 'staff' | 'clinician' | 'decision';

export interface Section {
  /** A list of entries, or one entry alone. */
  readonly many: boolean;
  readonly writers: Writers;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

const sectionTable = {
  about_me: {
    many: false,
    writers: 'everybody',
    fields: {
      what_matters: 'text',
      people: 'text',
      communicate: 'text',
      wellness: 'text',
      please_do: 'text',
      please_dont: 'text',
      support: 'text',
      worth_knowing: 'text',
    },
  },
  contact: {
    many: true,
    writers: 'everybody',
    fields: {
      name: 'line',
      relation: 'line',
      phone: 'line',
      reach: 'text',
      circle: 'choice',
      emergency: 'choice',
      authority: 'choice',
    },
  },
  need: { many: true, writers: 'everybody', fields: { what: 'line', detail: 'text' } },
  strength: { many: true, writers: 'everybody', fields: { what: 'text' } },
  goal: {
    many: true,
    writers: 'everybody',
    fields: {
      words: 'text',
      whose: 'choice',
      measure: 'text',
      priority: 'choice',
      confidence: 'choice',
      status: 'choice',
    },
  },
  progress: {
    many: true,
    writers: 'everybody',
    fields: { goal: 'goal', day: 'day', how: 'choice', note: 'text' },
  },
  action: {
    many: true,
    writers: 'everybody',
    fields: {
      what: 'text',
      goal: 'goal',
      owner: 'owner',
      who: 'line',
      due: 'day',
      status: 'choice',
      outcome: 'text',
    },
  },
  contingency: {
    many: true,
    writers: 'everybody',
    fields: {
      trigger: 'text',
      response: 'text',
      call: 'line',
      phone: 'line',
      medicines: 'text',
      coping: 'text',
    },
  },
  preferences: {
    many: false,
    writers: 'everybody',
    fields: { place_of_care: 'text', place_of_death: 'text', treatment: 'text', beliefs: 'text' },
  },
  carer: {
    many: true,
    writers: 'everybody',
    fields: { name: 'line', helps: 'text', phone: 'line', needs: 'text', if_cannot: 'text' },
  },
  conversation: {
    many: true,
    writers: 'staff',
    fields: { day: 'day', with: 'line', prepared: 'choice', note: 'text' },
  },
  review: { many: false, writers: 'staff', fields: { who: 'line', next: 'day', sooner: 'text' } },
  additional_plan: {
    many: true,
    writers: 'staff',
    fields: { kind: 'choice', name: 'line', day: 'day', kept: 'line', link: 'link' },
  },
  emergency_recommendation: {
    many: false,
    writers: 'clinician',
    fields: { summary: 'text', resuscitation: 'choice', made_on: 'day', made_by: 'line', kept: 'line' },
  },
  ucp: { many: false, writers: 'staff', fields: { status: 'choice', day: 'day', link: 'link' } },
  // Decisions of their own command, which count at once: `share-plan.ts`.
  sharing: {
    many: false,
    writers: 'decision',
    fields: { practice: 'choice', team: 'choice', urgent: 'choice', how: 'text' },
  },
} as const satisfies Record<string, Section>;

export type SectionId = keyof typeof sectionTable;

export const planSections: Readonly<Record<SectionId, Section>> = sectionTable;
export const sectionIds = Object.keys(sectionTable) as readonly SectionId[];

/** The fields of a section that a form asks for, and no others. */
export function fieldsOf(section: SectionId): readonly string[] {
  return Object.keys(planSections[section].fields);
}

/** What bringing an old version back leaves as it is: decisions that count at once, and copies of what is signed elsewhere. */
export const neverBroughtBack: ReadonlySet<SectionId> = new Set([
  'sharing',
  'emergency_recommendation',
  'ucp',
]);

/** Those with whom a plan is shared, each of whom the person can leave out. */
export const audiences = ['practice', 'team', 'urgent'] as const;
export type Audience = (typeof audiences)[number];

/** Who wrote something: the person, somebody who cares for them without being paid, or somebody at work. */
export const voices = ['person', 'carer', 'staff'] as const;
export type Voice = (typeof voices)[number];
