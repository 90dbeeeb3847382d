import {
  type Author,
  type Plan,
  type PlanEntry,
  type SectionId,
  sectionIds,
  stepStatus,
  type Voice,
} from '../../domains/coordination/index.ts';
import type { PlainDate } from '../../kernel/index.ts';
import { canStandAt, mapOf, put, type Resource, take } from './care-plan-parts.ts';

/** A care plan as it travels: everything that it says, and nothing of where it is kept. */
export interface CarePlanDocument {
  readonly publicId: string;
  readonly personId: string;
  readonly state: Plan['state'];
  readonly version: number;
  readonly askedVersion: number | null;
  readonly agreedVersion: number | null;
  readonly agreedOn: PlainDate | null;
  readonly reviewOn: PlainDate | null;
  readonly endedBecause: string | null;
  readonly withheld: readonly string[];
  readonly entries: readonly PlanEntry[];
}

/** Whose plan it is, as far as the receiver needs it. */
export interface CarePlanSubject {
  readonly nhsNumber: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
}

export interface Bundle {
  readonly resourceType: 'Bundle';
  readonly type: 'collection';
  readonly entry: readonly { readonly fullUrl: string; readonly resource: Resource }[];
}

const OWN = 'urn:neighbourhold:care-plan';

/** `awaiting_agreement` is a draft to everybody else; the state itself travels as an extension. */
const STATUS: Record<Plan['state'], string> = {
  draft: 'draft',
  awaiting_agreement: 'draft',
  active: 'active',
  review_due: 'active',
  superseded: 'revoked',
  ended: 'completed',
};

const NOT_SAID = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

const HEAD = ['state', 'version', 'askedVersion', 'agreedVersion', 'endedBecause'] as const;

/** The plan as it stands: where a step is a piece of work, that work says how far it is. */
export function documentOf(plan: Plan): CarePlanDocument {
  const { id: _id, personNo: _person, ownerTeam: _team, ...document } = plan;
  const entries = plan.entries.map((entry): PlanEntry => {
    const { work, ...rest } = entry;
    return work ? { ...rest, content: { ...rest.content, status: stepStatus(entry) } } : rest;
  });
  return { ...document, entries };
}

/**
 * A plan as one FHIR R4 bundle: CarePlan with its Goals, ServiceRequests, Conditions, people in a CareTeam, Consent, and
 * answers. Elements say what FHIR has elements for; what it has none for stands in extensions of ours, so that
 * `fhirToPlan` gives back what was given.
 */
export function planToFhir(document: CarePlanDocument, subject: CarePlanSubject): Bundle {
  const patient = `Patient/${document.personId}`;
  const parts = document.entries.map((entry) => partResource(entry, patient));
  const resources = [
    carePlan(document, patient, parts),
    patientResource(document.personId, subject),
    careTeam(document, patient, parts),
    ...parts,
  ];
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  };
}

function reference({ resourceType, id }: Resource) {
  return { reference: `${resourceType}/${id}` };
}

function carePlan(document: CarePlanDocument, patient: string, parts: readonly Resource[]): Resource {
  const of = (type: string) => parts.filter(({ resourceType }) => resourceType === type).map(reference);
  const period = {
    ...(document.agreedOn === null ? {} : { start: document.agreedOn }),
    ...(document.reviewOn === null ? {} : { end: document.reviewOn }),
  };
  return {
    resourceType: 'CarePlan',
    id: document.publicId,
    meta: { versionId: String(document.version) },
    status: STATUS[document.state],
    intent: 'plan',
    title: 'Personalised care and support plan',
    category: [{ text: 'Personalised care and support plan' }],
    subject: { reference: patient },
    ...(Object.keys(period).length > 0 ? { period } : {}),
    careTeam: [{ reference: `CareTeam/${teamId(document)}` }],
    ...list('goal', of('Goal')),
    ...list('addresses', of('Condition')),
    ...list(
      'activity',
      of('ServiceRequest').map((each) => ({ reference: each })),
    ),
    ...list('supportingInfo', [
      ...of('QuestionnaireResponse'),
      ...of('DocumentReference'),
      ...of('Observation'),
      ...of('Consent'),
    ]),
    extension: [
      ...HEAD.flatMap((name) => {
        const value = document[name];
        return value === null ? [] : [{ url: `${OWN}:${name}`, valueString: String(value) }];
      }),
      ...document.withheld.map((audience) => ({ url: `${OWN}:withheld`, valueString: audience })),
    ],
  };
}

/** FHIR has no empty lists. */
function list(name: string, values: readonly unknown[]) {
  return values.length > 0 ? { [name]: values } : {};
}

function teamId({ publicId }: CarePlanDocument): string {
  return `${publicId}-team`;
}

function careTeam(document: CarePlanDocument, patient: string, parts: readonly Resource[]): Resource {
  const people = parts.filter(({ resourceType }) => resourceType === 'RelatedPerson');
  return {
    resourceType: 'CareTeam',
    id: teamId(document),
    status: 'active',
    subject: { reference: patient },
    ...list(
      'participant',
      people.map((each) => ({ member: reference(each) })),
    ),
  };
}

function patientResource(id: string, subject: CarePlanSubject): Resource {
  const { nhsNumber, familyName, givenNames, birthDate } = subject;
  return {
    resourceType: 'Patient',
    id,
    ...(nhsNumber === null
      ? {}
      : { identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }] }),
    name: [
      {
        ...(familyName === null ? {} : { family: familyName }),
        ...(givenNames === null ? {} : { given: [givenNames] }),
        text: [givenNames, familyName].filter((part) => part).join(' ') || 'Not recorded',
      },
    ],
    ...(birthDate === null ? {} : { birthDate }),
  };
}

function partResource(entry: PlanEntry, patient: string): Resource {
  const map = mapOf(entry.section);
  const resource: Record<string, unknown> & { resourceType: string } = {
    resourceType: map.resourceType,
    id: entry.entry,
    meta: {
      versionId: String(entry.version),
      tag: [{ system: `${OWN}:section`, code: entry.section }],
    },
    ...structuredClone(map.always),
    ...(map.subject === null ? {} : { [map.subject]: { reference: patient } }),
  };
  const extension: unknown[] = [];
  for (const [field, value] of Object.entries(entry.content)) {
    const place = map.fields[field];
    if (place && canStandAt(place, value)) put(resource, place, value);
    else extension.push({ url: `${OWN}:field:${field}`, valueString: value });
  }
  for (const [field, value] of Object.entries(map.missing ?? {})) {
    const place = map.fields[field];
    if (place && take(resource, place) === null) put(resource, { path: place.path }, value);
  }
  if (map.resourceType === 'QuestionnaireResponse') {
    Object.assign(resource, answers(entry));
    extension.length = 0;
  }
  if (map.resourceType === 'DocumentReference') resource.content ??= [{ attachment: {} }];
  // FHIR asks for a description, and a goal may be begun without its words.
  if (map.resourceType === 'Goal') resource.description ??= NOT_SAID;
  extension.push(...authorsOf(entry));
  if (extension.length > 0) resource.extension = extension;
  return resource;
}

function answers(entry: PlanEntry) {
  const item = Object.entries(entry.content).map(([field, value]) => ({
    linkId: field,
    answer: [{ valueString: value }],
  }));
  return { questionnaire: `${OWN}:section:${entry.section}`, ...list('item', item) };
}

function authorsOf(entry: PlanEntry) {
  return Object.entries(entry.authors).map(([field, { voice, name, at }]) => ({
    url: `${OWN}:author`,
    extension: [
      { url: 'field', valueString: field },
      { url: 'voice', valueString: voice },
      { url: 'name', valueString: name },
      { url: 'at', valueString: at },
    ],
  }));
}

/** Reads a plan that `planToFhir` wrote. Throws Error where a bundle is none of ours. */
export function fhirToPlan(bundle: Bundle): CarePlanDocument {
  const resources = bundle.entry.map(({ resource }) => resource);
  const plan = resources.find(({ resourceType }) => resourceType === 'CarePlan');
  if (!plan) throw new Error('the bundle has no CarePlan');
  const head = (name: string) => extensionsOf(plan, `${OWN}:${name}`)[0] ?? null;
  const number = (name: string) => (head(name) === null ? null : Number(head(name)));
  const period = (plan.period ?? {}) as { start?: string; end?: string };
  const entries = resources.flatMap((resource) => partOf(resource));
  return {
    publicId: String(plan.id),
    personId: (plan.subject as { reference: string }).reference.replace('Patient/', ''),
    state: head('state') as Plan['state'],
    version: number('version') ?? 0,
    askedVersion: number('askedVersion'),
    agreedVersion: number('agreedVersion'),
    agreedOn: (period.start ?? null) as PlainDate | null,
    reviewOn: (period.end ?? null) as PlainDate | null,
    endedBecause: head('endedBecause'),
    withheld: extensionsOf(plan, `${OWN}:withheld`),
    entries,
  };
}

interface Extension {
  readonly url: string;
  readonly valueString?: string;
  readonly extension?: readonly Extension[];
}

function extensions(resource: Resource): readonly Extension[] {
  return (resource.extension ?? []) as readonly Extension[];
}

function extensionsOf(resource: Resource, url: string): string[] {
  return extensions(resource).flatMap((each) => (each.url === url ? [each.valueString ?? ''] : []));
}

function partOf(resource: Resource): PlanEntry[] {
  const meta = (resource.meta ?? {}) as { versionId?: string; tag?: readonly { code: string }[] };
  const section = sectionIds.find((each) => each === meta.tag?.[0]?.code);
  if (!section) return [];
  const entry: PlanEntry = {
    entry: String(resource.id),
    section,
    content: contentOf(resource, section),
    authors: Object.fromEntries(extensions(resource).flatMap(authorIn)),
    version: Number(meta.versionId),
  };
  return [entry];
}

function contentOf(resource: Resource, section: SectionId): Record<string, string> {
  const map = mapOf(section);
  if (map.resourceType === 'QuestionnaireResponse') {
    const items = (resource.item ?? []) as readonly {
      linkId: string;
      answer: readonly { valueString: string }[];
    }[];
    return Object.fromEntries(items.map(({ linkId, answer }) => [linkId, answer[0]?.valueString ?? '']));
  }
  const prefix = `${OWN}:field:`;
  const extended = extensions(resource).flatMap(({ url, valueString = '' }) =>
    url.startsWith(prefix) ? [[url.slice(prefix.length), valueString] as const] : [],
  );
  const placed = Object.entries(map.fields).flatMap(([field, place]) => {
    const value = take(resource, place);
    return value === null ? [] : [[field, value] as const];
  });
  return Object.fromEntries([...placed, ...extended]);
}

function authorIn({ url, extension = [] }: Extension): [string, Author][] {
  if (url !== `${OWN}:author`) return [];
  const said = Object.fromEntries(extension.map((each) => [each.url, each.valueString ?? '']));
  const { field = '', voice = '', name = '', at = '' } = said;
  return [[field, { voice: voice as Voice, name, at }]];
}
