// How the parts of a care plan stand in FHIR R4, each part as the resource that says most of it. A table: what is written
// is what is read, so that nothing can be lost on the way. A field without an element of its own is an extension.

/** A resource as JSON. What others send is not believed to have any shape. */
export type Resource = { readonly resourceType: string; readonly [element: string]: unknown };

/** A way into a resource: names of elements, and places in lists. */
type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  /** What a value is there: itself, or another word for it. */
  readonly words?: Readonly<Record<string, string>>;
  /** What stands before the value, as in `Goal/` before an id. */
  readonly prefix?: string;
}

export interface PartMap {
  readonly resourceType: string;
  /** Elements that every such resource has; the subject is added where `subject` names its element. */
  readonly always: Readonly<Record<string, unknown>>;
  readonly subject: string | null;
  readonly fields: Readonly<Record<string, Place>>;
  /** Where a field has no value: elements that FHIR asks for all the same. */
  readonly missing?: Readonly<Record<string, string>>;
}

const answered = {
  resourceType: 'QuestionnaireResponse',
  always: { status: 'completed' },
  subject: 'subject',
  fields: {},
};

const DECISION = { share: 'permit', withhold: 'deny' };

/** By the name of the part. Parts that are not here are answers to questions: a QuestionnaireResponse. */
const MAPS: Readonly<Record<string, PartMap>> = {
  goal: {
    resourceType: 'Goal',
    always: {},
    subject: 'subject',
    fields: {
      words: { path: ['description', 'text'] },
      measure: { path: ['target', 0, 'measure', 'text'] },
      priority: {
        path: ['priority', 'coding', 0, 'code'],
        words: { high: 'high-priority', medium: 'medium-priority', low: 'low-priority' },
      },
      status: {
        path: ['lifecycleStatus'],
        words: { working: 'active', reached: 'completed', set_aside: 'cancelled' },
      },
    },
    missing: { status: 'proposed' },
  },
  need: {
    resourceType: 'Condition',
    always: { category: [{ text: 'Need, concern or problem in the person’s plan' }] },
    subject: 'subject',
    fields: { what: { path: ['code', 'text'] }, detail: { path: ['note', 0, 'text'] } },
  },
  progress: {
    resourceType: 'Observation',
    always: { status: 'final', code: { text: 'Progress towards a goal' } },
    subject: 'subject',
    fields: {
      goal: { path: ['focus', 0, 'reference'], prefix: 'Goal/' },
      day: { path: ['effectiveDateTime'] },
      how: { path: ['valueCodeableConcept', 'text'] },
      note: { path: ['note', 0, 'text'] },
    },
  },
  action: {
    resourceType: 'ServiceRequest',
    always: { intent: 'plan' },
    subject: 'subject',
    fields: {
      what: { path: ['code', 'text'] },
      goal: { path: ['supportingInfo', 0, 'reference'], prefix: 'Goal/' },
      who: { path: ['performer', 0, 'display'] },
      due: { path: ['occurrencePeriod', 'end'] },
      outcome: { path: ['note', 0, 'text'] },
      status: { path: ['status'], words: { to_do: 'active', done: 'completed', not_needed: 'revoked' } },
    },
    missing: { status: 'draft' },
  },
  contact: {
    resourceType: 'RelatedPerson',
    always: {},
    subject: 'patient',
    fields: {
      name: { path: ['name', 0, 'text'] },
      relation: { path: ['relationship', 0, 'text'] },
      phone: { path: ['telecom', 0, 'value'] },
    },
  },
  carer: {
    resourceType: 'RelatedPerson',
    always: { relationship: [{ text: 'Unpaid carer' }] },
    subject: 'patient',
    fields: { name: { path: ['name', 0, 'text'] }, phone: { path: ['telecom', 0, 'value'] } },
  },
  additional_plan: {
    resourceType: 'DocumentReference',
    always: { status: 'current' },
    subject: 'subject',
    fields: {
      name: { path: ['description'] },
      kind: { path: ['type', 'text'] },
      link: { path: ['content', 0, 'attachment', 'url'] },
      day: { path: ['content', 0, 'attachment', 'creation'] },
      kept: { path: ['content', 0, 'attachment', 'title'] },
    },
  },
  sharing: {
    resourceType: 'Consent',
    always: {
      status: 'active',
      scope: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
      },
      category: [{ text: 'Permission to share the care plan' }],
      policyRule: { text: 'Shared for the person’s own care, except with those whom the person leaves out' },
      provision: {
        type: 'permit',
        provision: ['GP practice', 'Neighbourhood team', 'Urgent and emergency care'].map((display) => ({
          actor: [{ role: { text: 'Recipient' }, reference: { display } }],
        })),
      },
    },
    subject: 'patient',
    fields: {
      practice: { path: ['provision', 'provision', 0, 'type'], words: DECISION },
      team: { path: ['provision', 'provision', 1, 'type'], words: DECISION },
      urgent: { path: ['provision', 'provision', 2, 'type'], words: DECISION },
    },
  },
};

export function mapOf(section: string): PartMap {
  return MAPS[section] ?? answered;
}

/** Whether a value can stand at a place, so that reading gives it back. */
export function canStandAt({ words }: Place, value: string): boolean {
  return value !== '' && (words === undefined || Object.hasOwn(words, value));
}

/** Puts a value into its place, making what leads there. */
export function put(resource: Record<string, unknown>, place: Place, value: string): void {
  const { path, words, prefix = '' } = place;
  const written = prefix + (words?.[value] ?? value);
  let at: Record<string | number, unknown> = resource;
  path.forEach((step, depth) => {
    if (depth === path.length - 1) at[step] = written;
    else {
      at[step] ??= typeof path[depth + 1] === 'number' ? [] : {};
      at = at[step] as Record<string | number, unknown>;
    }
  });
}

/** The value at a place, null where there is none that this table could have written. */
export function take(resource: Resource, { path, words, prefix = '' }: Place): string | null {
  let at: unknown = resource;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string | number, unknown>)[step];
  }
  if (typeof at !== 'string' || !at.startsWith(prefix)) return null;
  const text = at.slice(prefix.length);
  if (words === undefined) return text === '' ? null : text;
  return Object.entries(words).find(([, written]) => written === text)?.[0] ?? null;
}
