import { londonDay } from '../../kernel/index.ts';
import { elementAt, type JsonObject, object, text } from './json.ts';

/** A day as the register takes it, and how precisely it is known: null to the day. */
export interface DayOf {
  readonly date: string;
  readonly precision: 'year' | 'month' | null;
}

const DATE_TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(.+))?)?)?$/;
const HAS_ZONE = /(?:Z|[+-]\d{2}:\d{2})$/;
const HOUR = 3_600_000;

/**
 * The day of a FHIR date or dateTime. An instant is on the day that it was in London. A year alone stands for its
 * 1 July, a month for its 15th, the middle of what is known. What is no date is handed on as it is, so that the
 * register puts the row aside and names the field.
 */
export function dayOf(value: unknown): DayOf | null {
  const said = text(value);
  if (said === null) return null;
  const [, year, month, day, time] = DATE_TIME.exec(said) ?? [];
  if (year === undefined) return { date: said, precision: null };
  if (month === undefined) return { date: `${year}-07-01`, precision: 'year' };
  if (day === undefined) return { date: `${year}-${month}-15`, precision: 'month' };
  const written = `${year}-${month}-${day}`;
  if (time === undefined || !HAS_ZONE.test(time)) return { date: written, precision: null };
  return { date: inLondon(said) ?? written, precision: null };
}

/** The day of the first of several elements that is filled; of a Period its beginning counts, else its end. */
export function firstDay(...elements: readonly unknown[]): DayOf | null {
  for (const element of elements) {
    const { start, end } = object(element);
    const day = dayOf(typeof element === 'string' ? element : (start ?? end));
    if (day !== null) return day;
  }
  return null;
}

/** The day of the first of several elements of a resource that is filled. */
export function firstDayAt(resource: JsonObject, paths: readonly string[]): DayOf | null {
  return firstDay(
    ...paths.map((path) => {
      const element = elementAt(resource, path);
      return isPeriod(path) ? object(element) : element;
    }),
  );
}

/** FHIR calls every element of the type Period so. */
export function isPeriod(path: string): boolean {
  return /period$/i.test(path);
}

function inLondon(instant: string): string | null {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return null;
  // London is never behind UTC and at most an hour ahead: only the last hour of a day can belong to the next.
  const hour = Math.floor(at / HOUR) % 24;
  if (hour === 23 || at < 0) return londonDay(new Date(at));
  return new Date(at).toISOString().slice(0, 10);
}
