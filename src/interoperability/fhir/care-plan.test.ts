import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type PlanEntry,
  planSections,
  readPlanContent,
  type SectionId,
  sectionIds,
} from '../../domains/coordination/index.ts';
import { plainDate } from '../../kernel/index.ts';
import { type Bundle, type CarePlanDocument, fhirToPlan, planToFhir } from './care-plan.ts';
import type { Resource } from './care-plan-parts.ts';

const rules = readPlanContent('content');
const subject = {
  nhsNumber: '9990000018',
  familyName: 'Larkmoor',
  givenNames: 'Victoria',
  birthDate: '1955-03-04',
};

const words = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }).filter((text) => text.trim() !== '');
const day = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const voice = fc.constantFrom('person' as const, 'carer' as const, 'staff' as const);

/** What may stand in a field: any text, a day, or one of its choices; also a choice that content has dropped since. */
function drawnValue(section: SectionId, field: string, goals: readonly string[]): fc.Arbitrary<string> {
  const choices = Object.keys(rules.sections[section].fields[field]?.choices ?? {});
  switch (planSections[section].fields[field]) {
    case 'day':
      return day;
    case 'choice':
      if (section === 'sharing') return fc.constantFrom('share', 'withhold');
      return fc.constantFrom(...choices, 'dropped since');
    case 'goal':
      return fc.constantFrom(...goals, crypto.randomUUID());
    case 'owner':
      return fc.constantFrom('person', 'carer', 'other', crypto.randomUUID());
    case 'link':
      return fc.webUrl({ validSchemes: ['https'] });
    default:
      return words;
  }
}

function entryOf(section: SectionId, goals: readonly string[]): fc.Arbitrary<PlanEntry> {
  const fields = Object.keys(planSections[section].fields);
  const content = fc.record(
    Object.fromEntries(fields.map((field) => [field, drawnValue(section, field, goals)])),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>;
  return fc
    .record({
      entry: fc.uuid(),
      content,
      version: fc.nat(500),
      author: fc.record({ voice, name: words, at: day }),
    })
    .map(({ entry, content, version, author }) => ({
      entry,
      section,
      version,
      content,
      authors: Object.fromEntries(Object.keys(content).map((field) => [field, author])),
    }));
}

const plan: fc.Arbitrary<CarePlanDocument> = fc
  .array(fc.uuid(), { minLength: 1, maxLength: 3 })
  .chain((goals) =>
    fc.record({
      publicId: fc.uuid(),
      personId: fc.uuid(),
      state: fc.constantFrom(
        'draft' as const,
        'awaiting_agreement' as const,
        'active' as const,
        'superseded' as const,
        'ended' as const,
      ),
      version: fc.nat(1000),
      askedVersion: fc.option(fc.nat(1000)),
      agreedVersion: fc.option(fc.nat(1000)),
      agreedOn: fc.option(day.map(plainDate)),
      reviewOn: fc.option(day.map(plainDate)),
      endedBecause: fc.option(fc.constantFrom('died', 'moved', 'declined')),
      withheld: fc.subarray(['practice', 'team', 'urgent']),
      entries: fc
        .array(
          fc.constantFrom(...sectionIds).chain((section) => entryOf(section, goals)),
          { maxLength: 25 },
        )
        .map((entries) => [...new Map(entries.map((each) => [each.entry, each])).values()]),
    }),
  );

/** What FHIR R4 asks of each type at the least. */
const REQUIRED: Record<string, readonly string[]> = {
  Patient: [],
  CarePlan: ['status', 'intent', 'subject'],
  CareTeam: [],
  Goal: ['lifecycleStatus', 'description', 'subject'],
  ServiceRequest: ['status', 'intent', 'subject'],
  Condition: ['subject'],
  Observation: ['status', 'code'],
  RelatedPerson: ['patient'],
  DocumentReference: ['status', 'content'],
  Consent: ['status', 'scope', 'category', 'policyRule'],
  QuestionnaireResponse: ['status'],
};

describe('a care plan in FHIR', () => {
  test('comes back as it went, whatever it says', () => {
    fc.assert(
      fc.property(plan, (drawn) => {
        const sent = JSON.parse(JSON.stringify(planToFhir(drawn, subject))) as Bundle;
        expect(fhirToPlan(sent)).toEqual(drawn);
      }),
    );
  });

  test('has what R4 asks of each resource, no empty element, and references that lead somewhere', () => {
    fc.assert(
      fc.property(plan, (drawn) => {
        const { entry } = planToFhir(drawn, subject);
        const known = new Set(entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
        for (const { resource } of entry) {
          for (const element of REQUIRED[resource.resourceType] ?? ['of a known type'])
            expect([resource.resourceType, element, Object.hasOwn(resource, element)]).toEqual([
              resource.resourceType,
              element,
              true,
            ]);
          expect(emptyElements(resource)).toEqual([]);
        }
        const carePlan = entry.find(({ resource }) => resource.resourceType === 'CarePlan')?.resource;
        for (const { reference } of referencesIn(carePlan)) expect(known).toContain(reference);
      }),
      { numRuns: 50 },
    );
  });

  test('says in elements that others read what matters most', () => {
    const entries: PlanEntry[] = [
      {
        entry: '10000000-0000-4000-8000-000000000001',
        section: 'goal',
        version: 3,
        content: { words: 'Walk to the market', whose: 'person', status: 'working', priority: 'high' },
        authors: {},
      },
      {
        entry: '10000000-0000-4000-8000-000000000002',
        section: 'action',
        version: 4,
        content: {
          what: 'Walk every day',
          goal: '10000000-0000-4000-8000-000000000001',
          due: '2026-12-01',
          status: 'done',
        },
        authors: {},
      },
    ];
    const drawn = { ...fc.sample(plan, 1)[0], state: 'active', entries } as CarePlanDocument;
    const resources = planToFhir(drawn, subject).entry.map(({ resource }) => resource);
    expect(resources.find(({ resourceType }) => resourceType === 'Goal')).toMatchObject({
      lifecycleStatus: 'active',
      description: { text: 'Walk to the market' },
      priority: { coding: [{ code: 'high-priority' }] },
    });
    expect(resources.find(({ resourceType }) => resourceType === 'ServiceRequest')).toMatchObject({
      status: 'completed',
      intent: 'plan',
      supportingInfo: [{ reference: 'Goal/10000000-0000-4000-8000-000000000001' }],
      occurrencePeriod: { end: '2026-12-01' },
    });
    expect(resources.find(({ resourceType }) => resourceType === 'CarePlan')).toMatchObject({
      status: 'active',
      goal: [{ reference: 'Goal/10000000-0000-4000-8000-000000000001' }],
    });
  });
});

function emptyElements(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return value === '' || value === undefined ? [at] : [];
  const parts = Object.entries(value);
  if (parts.length === 0) return [at];
  return parts.flatMap(([name, part]) => emptyElements(part, `${at}/${name}`));
}

function referencesIn(value: unknown): { reference: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('reference' in value && typeof value.reference === 'string') return [value as { reference: string }];
  return Object.values(value as Resource).flatMap(referencesIn);
}
