import { Refusal } from '../../../kernel/index.ts';
import { decimalPlaces } from '../evaluate/exact.ts';
import { askedInWords } from '../evaluate/words.ts';
import type { Condition } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import type { DefinitionModel } from './model.ts';

/**
 * A score of `content/definitions` as a model that asks yes or no for each of its terms, instead of looking them up in
 * a record. Titles, weights, bands and who stands behind it are the definition's own: there is no second copy.
 * Gives the content of a model before it is checked. Throws Refusal when it is for people whom only a record can tell.
 */
export function modelOfDefinition(library: Library, file: DefinitionModel): object {
  const definition = library.definition(file.definition);
  if (definition.kind !== 'score') throw notAnswerable(definition.id, 'it is no score');
  const places = decimalPlaces(definition.terms.map(({ weight }) => weight));
  const divideBy = definition.divide_by ?? 1;
  const { kind: _, applies_to, terms, divide_by, bands, ...about } = definition;
  return {
    ...about,
    kind: 'formulas',
    id: file.id,
    inputs: [
      ...inputsOf(applies_to, definition.id),
      ...terms.map(({ id, title }) => ({
        kind: 'yes_no',
        id: columnOf(id),
        title,
        also: file.also[id] ?? [],
      })),
    ],
    applies_to: [
      {
        must: formulaOf(applies_to, definition.id),
        else: `The score is not for this person: ${askedInWords(library, applies_to)} is asked.`,
      },
    ],
    terms: terms.map(({ id, title, weight }) => ({
      id: columnOf(id),
      title,
      add: `${weight} * ${columnOf(id)}`,
    })),
    sum_places: places,
    value: {
      formula: divide_by === undefined ? 'sum' : `sum / ${divide_by}`,
      decimals: divide_by === undefined ? places : SHARE_PLACES,
    },
    bands: bands.map((band) => ({ ...band, from: String(Number(band.from) / divideBy) })),
  };
}

/** A share is shown with four places, so that 5 of 36 and 0.1389 can be compared. */
const SHARE_PLACES = 4;

function columnOf(term: string): string {
  return term.replaceAll('-', '_');
}

const AGE = {
  kind: 'number',
  id: 'age',
  title: 'Age',
  unit: 'completed years',
  from: 0,
  to: 130,
  decimals: 0,
};
const SEX = {
  kind: 'choice',
  id: 'sex',
  title: 'Sex',
  choices: [
    { code: 'female', title: 'Female', also: ['f'] },
    { code: 'male', title: 'Male', also: ['m'] },
  ],
};

function inputsOf(condition: Condition, id: string): object[] {
  const formula = formulaOf(condition, id);
  return [...(/\bage\b/.test(formula) ? [AGE] : []), ...(/\bsex\b/.test(formula) ? [SEX] : [])];
}

function formulaOf(condition: Condition, id: string): string {
  if ('all' in condition) return `(${condition.all.map((part) => formulaOf(part, id)).join(' and ')})`;
  if ('any' in condition) return `(${condition.any.map((part) => formulaOf(part, id)).join(' or ')})`;
  if ('not' in condition) return `(not ${formulaOf(condition.not, id)})`;
  if ('sex' in condition) return `sex = '${condition.sex}'`;
  if ('age' in condition) {
    const { from, to } = condition.age;
    const bounds = [from === undefined ? null : `age >= ${from}`, to === undefined ? null : `age <= ${to}`];
    return `(${bounds.filter((bound) => bound !== null).join(' and ')})`;
  }
  throw notAnswerable(id, 'whom it is for is told by the record');
}

function notAnswerable(id: string, because: string): Refusal {
  return new Refusal({
    code: 'needs_record',
    because: `${id} cannot be worked out from answers: ${because}.`,
    remedy: `Ask of a record: neighbourhold cohort ${id}, or explain ${id}.`,
  });
}
