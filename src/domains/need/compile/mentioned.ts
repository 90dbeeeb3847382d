import type { MeasureSlot, Slot } from './slots.ts';

/** The columns that conditions name: what nobody names is not worked out. */
export type Mentioned = ReadonlySet<string>;

export function mentionedIn(sql: readonly string[]): Mentioned {
  return new Set(sql.flatMap((text) => text.match(/\b[a-z]\w*_\w+/g) ?? []));
}

/** The last day of a slot; null where it has none. */
export function lastColumn({ number }: Pick<Slot, 'number'>): string {
  return `last_${number}`;
}

/** The latest values of a slot, as a list of days and values, latest first. */
export function valuesColumn({ number }: Pick<MeasureSlot, 'number'>): string {
  return `values_${number}`;
}

/** The latest value alone; null where there is none. By far the commonest question, and the cheapest to answer. */
export function latestColumn({ number }: Pick<MeasureSlot, 'number'>): string {
  return `latest_value_${number}`;
}
