import { object, text } from './json.ts';

/** The system of units of measure. */
export const UCUM = 'http://unitsofmeasure.org';

/** A Quantity as value, unit and a note: the UCUM code if it is one, else the unit in words. */
export function quantity(element: unknown): {
  value: string | null;
  unit: string | null;
  note: string | null;
} {
  const { value, unit, code, system, comparator } = object(element);
  const number = text(value);
  const ucum = system === UCUM ? text(code) : null;
  const measured = ucum ?? text(unit) ?? text(code);
  // A bound is kept as the number that it is, because the latest ">90" must not give way to an older 55; the note
  // says that it is a bound.
  const bound = text(comparator);
  return {
    value: number,
    unit: measured,
    note: bound && [bound, number, measured].filter(Boolean).join(' '),
  };
}
