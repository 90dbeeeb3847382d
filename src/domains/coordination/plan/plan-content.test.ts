import { describe, expect, test } from 'vitest';
import { readingAge, sentencesOf, syllablesOf } from '../../../../test/support/reading-age.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { partOf, readPlanContent } from './plan-content.ts';
import { fieldsOf, planSections, sectionIds } from './plan-parts.ts';

const rules = readPlanContent('content');

describe('the content of the care plan', () => {
  test('names every part and field that the program has, with a heading of the standard and its credit', () => {
    for (const section of sectionIds) {
      expect(Object.keys(rules.sections[section].fields).sort()).toEqual([...fieldsOf(section)].sort());
      expect(rules.sections[section].prsb).not.toBe('');
    }
    expect(rules.credit).toMatch(/Professional Record Standards Body.*Open Government Licence/s);
    expect(parseContent).toBeTypeOf('function');
  });

  test('leaves no part that a carer could be let see without a grant of its own, nor two', () => {
    for (const section of sectionIds) {
      const parts = Object.values(rules.carer_parts).filter(({ sections }) => sections.includes(section));
      expect([section, parts.length]).toEqual([section, section === 'sharing' ? 0 : 1]);
      expect(partOf(rules, section) === null).toBe(section === 'sharing');
    }
  });

  test('asks the person in words that one can read at eleven', () => {
    const asked = sectionIds
      .filter((section) => planSections[section].writers === 'everybody')
      .flatMap((section) => {
        const { title, help, fields } = rules.sections[section];
        const questions = Object.values(fields).flatMap((field) => [
          field.label,
          field.help ?? '',
          ...Object.values(field.choices ?? {}),
        ]);
        return [title, help, ...questions];
      });
    const parts = Object.values(rules.carer_parts).map(({ title }) => title);
    expect(readingAge(sentencesOf([...asked, ...parts]))).toBeLessThanOrEqual(11);
  });
});

describe('the reading age', () => {
  test.each([
    ['cat', 1],
    ['walking', 2],
    ['emergency', 4],
    ['able', 2],
    ['needed', 2],
    ['asked', 1],
  ])('of %s counts %i syllables', (word, syllables) => {
    expect(syllablesOf(word)).toBe(syllables);
  });

  test('knows a plain sentence from an official one', () => {
    expect(readingAge(['You choose who sees it.', 'It counts at once.'])).toBeLessThan(9);
    expect(
      readingAge([
        'Notwithstanding the aforementioned considerations, authorisation of multidisciplinary interventions necessitates documentation.',
      ]),
    ).toBeGreaterThan(20);
  });
});
