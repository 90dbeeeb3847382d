import { join } from 'node:path';
import { z } from 'zod';
import { descriptionFields, readContent } from '../../platform/content/index.ts';

const names = z.array(z.string());

const xmlElements = z.strictObject({
  ...descriptionFields,
  lists: names,
  lists_in: z.record(z.string(), names),
  booleans: names,
  numbers: names,
  quantities: z.string(),
});

/** What FHIR's XML leaves to the reader to know: which elements are lists, booleans and numbers. */
export interface XmlElements {
  /** Whether an element is a list, given the names that lead to it from its resource: `Patient`, `contact`, `name`. */
  isList(path: readonly string[]): boolean;
  /** A value of the type that the element has in JSON. */
  typed(value: string, path: readonly string[]): string | number | boolean;
}

/** Reads content/formats/fhir-r4-xml.yaml. Throws ContentError naming the line. */
export function readXmlElements(content: string): XmlElements {
  const said = readContent(join(content, 'formats', 'fhir-r4-xml.yaml'), xmlElements);
  const lists = new Set(said.lists);
  const booleans = new Set(said.booleans);
  const numbers = new Set(said.numbers);
  const quantity = new RegExp(said.quantities);
  const anywhere = new Set(said.lists_in.anywhere);
  const inResource = new Map(Object.entries(said.lists_in).map(([type, paths]) => [type, new Set(paths)]));
  return {
    isList(path) {
      const [type = '', ...rest] = path;
      const name = rest.at(-1) ?? '';
      if (lists.has(name) || anywhere.has(path.slice(-2).join('.'))) return true;
      // An element that holds others of its own kind (items of a questionnaire) is one place, however deep.
      const steps = rest.filter((step, at) => step !== rest[at - 1]);
      return inResource.get(type)?.has(steps.join('.')) ?? false;
    },
    typed(value, path) {
      const name = path.at(-1) ?? '';
      if (booleans.has(name) && /^(true|false)$/.test(value)) return value === 'true';
      const isNumber = numbers.has(name) || (name === 'value' && quantity.test(path.at(-2) ?? ''));
      return isNumber && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    },
  };
}
