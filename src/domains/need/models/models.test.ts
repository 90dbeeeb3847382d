import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { fromSteps } from '../evaluate/exact.ts';
import { evaluate } from '../evaluate/reference-evaluator.ts';
import { readLibrary } from '../language/library.ts';
import { expectedOf } from './cells.ts';
import { missingMeans } from './columns.ts';
import { readModels } from './models.ts';
import type { Model } from './prepare-model.ts';
import { type ScoredRow, scoreRow } from './score-row.ts';

const models = readModels('content');
const cases = models.cases();

function modelOf(id: string): Model {
  const model = models.find(id);
  if (!model) throw new Error(`there is no model ${id}`);
  return model;
}

function scored(id: string, cells: Record<string, string>): ScoredRow {
  return scoreRow(modelOf(id), Object.keys(cells), Object.values(cells));
}

describe('every shipped model', () => {
  test('has worked examples', () => {
    expect([...cases.keys()].sort()).toEqual(models.ids);
  });

  test.each(models.ids)('%s is due for review, and says that people decide', (id) => {
    const { review, cautions } = modelOf(id).content;
    expect(review > '2026-11-01').toBe(true);
    expect(cautions.join(' ')).toContain('people decide');
  });

  test.each(models.ids)('%s has each of its columns in docs/models.md', (id) => {
    const section =
      readFileSync('docs/models.md', 'utf8').split(`\n### \`${id}\`\n`)[1]?.split('\n### ')[0] ?? '';
    for (const input of modelOf(id).content.inputs) {
      const row = section.split('\n').find((line) => line.startsWith(`| \`${input.id}\` |`));
      expect(row).toContain(`| ${expectedOf(input)} | ${missingMeans(input)} |`);
      for (const also of input.also) expect(row).toContain(`\`${also}\``);
    }
  });

  test('QRISK3 carries its licence and its notice, and no trade mark for a name', () => {
    const { title, licence, notice } = modelOf('qrisk3').content;
    expect(title).toBe('10-year CVD risk (QRISK3-2017 algorithm)');
    expect(licence).toMatch(/LGPL-3.0-or-later.*ClinRisk/);
    expect(notice?.text).toMatch(/responsible for checking.*wrong treatment/);
    expect(notice?.link).toBe('https://qrisk.org/src.php');
  });
});

describe.each([...cases.values()])(
  'the worked examples of $model',
  ({ model: id, base, cases: examples }) => {
    test.each(examples)('$name', ({ given, expect: expected }) => {
      const found = scored(id, { ...base, ...given });
      const written = (value: number | null, as: string) => value?.toFixed((as.split('.')[1] ?? '').length);
      expect(found.outcome, found.reason ?? '').toBe(expected.outcome);
      if (expected.value !== undefined) expect(written(found.value, expected.value)).toBe(expected.value);
      if (expected.sum !== undefined) expect(written(found.sum, expected.sum)).toBe(expected.sum);
      if (expected.band !== undefined) expect(found.band?.id).toBe(expected.band);
      if (expected.missing !== undefined) expect(found.missing).toEqual(expected.missing);
      for (const [term, added] of Object.entries(expected.contributions ?? {})) {
        const contribution = found.contributions.find((each) => each.id === term);
        expect(written(contribution?.added ?? null, added)).toBe(added);
      }
    });
  },
);

const definitionOf: Record<string, string> = {
  efi: 'electronic-frailty-index',
  cms: 'cambridge-multimorbidity',
  'cms-modified': 'cambridge-multimorbidity-modified',
};

describe('a score of a definition', () => {
  const library = readLibrary('content');
  test.each(Object.entries(definitionOf))(
    'is what the definition says of its drawn people: %s',
    (id, name) => {
      const definition = library.definition(name);
      const { people = [], reference_date = '' } = library.cases.get(definition.id) ?? {};
      let compared = 0;
      for (const person of people) {
        const found = evaluate(library, definition.id, drawnRecord(person), plainDate(reference_date));
        if (found.kind !== 'score' || found.outcome !== 'in') continue;
        const terms = found.terms.map(({ term, finding }) => [term.id, finding.truth ? 'yes' : 'no']);
        const answered = scored(id, { age: '70', ...Object.fromEntries(terms) });
        const { steps, places } = found;
        expect({
          name: person.name,
          sum: answered.sum?.toFixed(places),
          band: answered.band?.id ?? null,
        }).toEqual({
          name: person.name,
          sum: fromSteps(steps ?? 0, places),
          band: found.band,
        });
        compared++;
      }
      expect(compared).toBeGreaterThan(5);
    },
  );
});

describe('laws', () => {
  const observations = fc.record({
    respiratory_rate: fc.integer({ min: 0, max: 80 }).map(String),
    oxygen_saturation: fc.integer({ min: 40, max: 100 }).map(String),
    spo2_scale: fc.constantFrom('1', '2'),
    on_oxygen: fc.constantFrom('0', '1'),
    systolic_bp: fc.integer({ min: 20, max: 350 }).map(String),
    pulse: fc.integer({ min: 0, max: 350 }).map(String),
    consciousness: fc.constantFrom('A', 'C', 'V', 'P', 'U'),
    temperature: fc.integer({ min: 200, max: 450 }).map((tenths) => (tenths / 10).toFixed(1)),
  });

  test('NEWS2 is the sum of its seven parts, from 0 to 20, and a single 3 is never routine or low', () => {
    fc.assert(
      fc.property(observations, (given) => {
        const { value, contributions, band } = scored('news2', given);
        const parts = contributions.map(({ added }) => added);
        expect(parts).toHaveLength(7);
        expect(value).toBe(parts.reduce((sum, part) => sum + part, 0));
        expect(value).toBeLessThanOrEqual(20);
        if (parts.includes(3)) expect(['low_medium', 'medium', 'high']).toContain(band?.id);
        else expect(band?.id).not.toBe('low_medium');
      }),
      { numRuns: 500 },
    );
  });

  test('hospital frailty does not depend on order, on repeats, or on what comes after the third character', () => {
    const table = modelOf('hfrs').content.tables[0]?.rows.map(({ is }) => is ?? '') ?? [];
    expect(table).toHaveLength(109);
    const codes = fc.array(fc.constantFrom(...table, 'I10', 'E11'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(codes, codes, (once, again) => {
        const both = [...once, ...again];
        const longer = [...again, ...once, ...again].map((code) => `${code.toLowerCase()}.9`);
        const of = (list: string[]) => scored('hfrs', { icd10_codes: list.join(';') });
        expect(of(longer).value).toBe(of(both).value);
        expect(of(both).value).toBeGreaterThanOrEqual(of(once).value ?? Number.NaN);
      }),
    );
  });

  test('more sickness never lowers the risk of readmission, which stays between 0 and 1', () => {
    const { base = {} } = cases.get('parr-30') ?? {};
    const conditions = Object.entries(base).flatMap(([name, value]) => (value === 'no' ? [name] : []));
    fc.assert(
      fc.property(fc.subarray(conditions), fc.constantFrom(...conditions), (some, one) => {
        const risk = (having: readonly string[]) =>
          scored('parr-30', {
            ...base,
            age: '70',
            ...Object.fromEntries(having.map((each) => [each, 'yes'])),
          }).value;
        const less = risk(some.filter((each) => each !== one)) ?? Number.NaN;
        const more = risk([...some, one]) ?? Number.NaN;
        expect(more).toBeGreaterThan(less);
        expect(less > 0 && more < 1).toBe(true);
      }),
    );
  });
});
