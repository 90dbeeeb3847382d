import { type Coded, coded, words } from './coding.ts';
import { isObject, type JsonObject, object, objects, text } from './json.ts';
import { quantity } from './quantity.ts';

export interface EntryPart {
  readonly code: Coded;
  readonly value: string | null;
  readonly unit: string | null;
  readonly note: string | null;
}

/** What was measured: a value or words for it, and the components as parts. */
export function readMeasured(resource: JsonObject) {
  const { value, unit, note } = measured(resource);
  const components = objects(resource.component);
  // What the parts say stands in the note of the whole: whoever reads it sees it all, and a change of a part is a
  // change of the whole, so that accounting by whole resources misses nothing.
  return { value, unit, notes: [note, ...components.map(inWords)], parts: components.map(componentPart) };
}

function componentPart(component: JsonObject): EntryPart | null {
  const code = coded(component.code);
  return code && { code, ...measured(component) };
}

function inWords(component: JsonObject): string | null {
  const { value, unit, note } = measured(component);
  const result = note ?? [value, unit].filter(Boolean).join(' ');
  return [words(component.code), result].filter(Boolean).join(' ') || null;
}

/** What was found: a number with its unit, or words for anything else. */
function measured(resource: JsonObject): { value: string | null; unit: string | null; note: string | null } {
  if (isObject(resource.valueQuantity)) return quantity(resource.valueQuantity);
  if (typeof resource.valueInteger === 'number')
    return { value: String(resource.valueInteger), unit: null, note: null };
  return { value: null, unit: null, note: resultInWords(resource) };
}

function resultInWords(resource: JsonObject): string | null {
  const { valueString, valueBoolean, valueDateTime, valueTime, dataAbsentReason } = resource;
  const absent = words(dataAbsentReason);
  return (
    words(resource.valueCodeableConcept) ??
    text(valueString ?? valueBoolean ?? valueDateTime ?? valueTime) ??
    spanInWords(resource) ??
    (absent && `No result: ${absent}`)
  );
}

function spanInWords({ valueRange, valueRatio, valuePeriod }: JsonObject): string | null {
  const amount = (element: unknown) => {
    const { value, unit, note } = quantity(element);
    return note ?? ([value, unit].filter(Boolean).join(' ') || null);
  };
  const { low, high } = object(valueRange);
  const { numerator, denominator } = object(valueRatio);
  const { start, end } = object(valuePeriod);
  return (
    between(amount(low), ' to ', amount(high)) ??
    between(amount(numerator), ' / ', amount(denominator)) ??
    between(text(start), ' to ', text(end))
  );
}

function between(one: string | null, link: string, other: string | null): string | null {
  return one === null && other === null ? null : `${one ?? ''}${link}${other ?? ''}`.trim();
}
