import { LONGEST_COURSE } from '../language/definition.ts';
import { type CodedEntries, PEOPLE_OF_NONE, withEverybody } from './batch-relations.ts';
import { lastColumn, latestColumn, type Mentioned, valuesColumn } from './mentioned.ts';
import { type EntryFeed, type MeasureSlot, type Slot, type SlotPlan, sharesCodes } from './slots.ts';

// The pass over entries. Each question is answered by the cheapest aggregate that can: whether there is anything, as a bit
// of a word; days and numbers, by person and slot and only those that somebody mentions; values, the latest alone or the
// latest few. A wide aggregate with a filter for each column looks at every entry some hundreds of times.

/** SQL of whether an entry may be in a window: one without a date may be in any. As two conditions it would cost twice as much. */
export const MAY_COUNT = '(day between from_day and to_day) is not false';

/** SQL of the first day on which somebody does not have an issue any more; the reference calls it `lastsUntil`. */
const LASTS_UNTIL = `day + least(case when duration_days > 0 then duration_days else usual end, ${LONGEST_COURSE}) + grace`;

/** The codes of one feed: a code of the dictionary may be both a concept and have a BNF code. */
function entriesOfSlots(feed: EntryFeed, relation: string, slots: readonly Slot[]): string {
  return `${relation} as entry join code_slot on code_slot.code = entry.code and code_slot.feed = '${feed}'
     and slot in (${slots.map(({ number }) => number).join(', ')})`;
}

/** Something of each feed that any of the slots asks about, one after the other. */
function ofBothFeeds(
  { events, medicines }: CodedEntries,
  slots: readonly Slot[],
  write: (feed: EntryFeed, entries: string) => string,
): string {
  const feeds = [
    ['events', events],
    ['medicines', medicines],
  ] as const;
  return feeds
    .flatMap(([feed, relation]) => {
      const own = slots.filter((slot) => slot.feed === feed);
      return own.length === 0 ? [] : [write(feed, entriesOfSlots(feed, relation, own))];
    })
    .join(' union all ');
}

/** One row a person with the last day of each slot of which somebody names it; null where there is none. */
export function lastDaysSql(plan: SlotPlan, entries: CodedEntries, mentioned: Mentioned): string {
  const slots = plan.slots.filter((slot) => mentioned.has(lastColumn(slot)));
  if (slots.length === 0) return PEOPLE_OF_NONE;
  const days = ofBothFeeds(
    entries,
    slots,
    (_, of) => `select person, slot, day from ${of} where day between from_day and to_day`,
  );
  return spreadSql({
    rows: `${withEverybody(days, 2)} as seen (person, slot, day)`,
    slots: slots.map((slot) => ({ ...slot, column: lastColumn(slot) })),
    found: (of) => `max(${of('day')})`,
  });
}

/** Of fewer slots a column for each is quicker worked out straight than by a pivot. */
const A_PIVOT = 20;

/** One row a person of rows of a person and a slot: of each slot what is found of its rows, of which `of` gives a column. */
function spreadSql({
  rows,
  slots,
  found,
}: {
  readonly rows: string;
  readonly slots: readonly { readonly number: number; readonly column: string }[];
  readonly found: (of: (column: string) => string) => string;
}): string {
  if (slots.length <= A_PIVOT) {
    const columns = slots.map(
      ({ number, column }) => `${found((of) => `case when slot = ${number} then ${of} end`)} as ${column}`,
    );
    return `select person, ${columns.join(', ')} from ${rows} group by person`;
  }
  return `
    select person, ${slots.map(({ number, column }) => `"${number}" as ${column}`).join(', ')}
      from ${rows} pivot (${found((of) => of)} for slot in (${slots.map(({ number }) => number).join(', ')}) group by person)`;
}

/** What else may be asked of a slot: how many entries have a day, how many have none, the first day, and until when an issue lasts. */
const COUNTED = ['n', 'u', 'first', 'until'] as const;

/** One row a person with the numbers and days of each slot that somebody names; null where there is none. */
export function countedSlotsSql(plan: SlotPlan, entries: CodedEntries, mentioned: Mentioned): string {
  const named = (what: string, { number }: Slot) => mentioned.has(`${what}_${number}`);
  const slots = plan.slots.filter((slot) => COUNTED.some((what) => named(what, slot)));
  if (slots.length === 0) return PEOPLE_OF_NONE;
  const hits = ofBothFeeds(
    entries,
    slots,
    (feed, of) => `
    select person, slot, nullif(count(day), 0) as n, nullif(count(*) - count(day), 0) as u, min(day) as first,
           ${feed === 'medicines' ? `max(case when usual is not null then ${LASTS_UNTIL} end)` : 'null::integer'} as until
      from ${of} where ${MAY_COUNT} group by person, slot`,
  );
  const columns = slots.flatMap((slot) =>
    COUNTED.filter((what) => named(what, slot)).map(
      (what) => `max(case when slot = ${slot.number} then ${what} end)::integer as ${what}_${slot.number}`,
    ),
  );
  return `select person, ${columns.join(', ')} from ${withEverybody(hits, 5)} group by person`;
}

/** A relation of the pass over values, by the name that the query gives it. */
interface Named {
  readonly name: string;
  readonly sql: string;
}

/**
 * What is found of values, each with one row a person: of each measure slot the latest, or where somebody asks for more of
 * them the latest few in one list, latest first, of one day the higher first.
 */
export function measuredSql(plan: SlotPlan, events: string, mentioned: Mentioned): readonly Named[] {
  if (plan.measures.length === 0) return [];
  const several = plan.measures.filter((slot) => slot.onDifferentDays || mentioned.has(valuesColumn(slot)));
  const single = plan.measures.filter((slot) => !several.includes(slot));
  return [
    ...(single.length > 0 ? [{ name: 'latest', sql: latestSql(single, events) }] : []),
    ...(several.length > 0 ? [{ name: 'several', sql: severalSql(several, events) }] : []),
  ];
}

/**
 * Those of the values that are meant which some slots can use, in the unit of their list. Where a value is usable by several
 * lists of one slot, the first list that can use it does.
 */
function usableSql(measures: readonly MeasureSlot[], events: string, meant: string): string {
  const shared = measures.filter(sharesCodes);
  const alone = measures.filter((slot) => !shared.includes(slot));
  const of = (slots: readonly MeasureSlot[]) => `
    select entry.person, slot, from_day, to_day, day, ${convertedSql('value')} as usable
      from ${events} as entry
      join code_measure on code_measure.code = entry.code and code_measure.unit = entry.unit and slot in (${numbersOf(slots)})
     where ${meant} and usable between low and high`;
  return [
    ...(alone.length > 0 ? [of(alone)] : []),
    ...(shared.length > 0
      ? [`${of(shared)} qualify rank = min(rank) over (partition by entry.rec, entry.row_id, slot)`]
      : []),
  ].join(' union all ');
}

/** SQL of a value converted as the columns `times`, `plus` and `whole` say; `usableValue` says the same of one value. */
export function convertedSql(value: string): string {
  return `(case when whole then floor(${value} * times + plus + 0.5) else ${value} * times + plus end)`;
}

/** The latest value of each slot: the highest of each day first, then that of the latest day. Sorting would cost twice as much. */
function latestSql(measures: readonly MeasureSlot[], events: string): string {
  const usable = usableSql(measures, events, 'day between from_day and to_day');
  const ofDays = `select person, slot, day, max(usable) from (${usable}) group by person, slot, day`;
  return spreadSql({
    rows: `${withEverybody(ofDays, 3)} as best (person, slot, day, value)`,
    slots: measures.map((slot) => ({ ...slot, column: latestColumn(slot) })),
    found: (of) => `arg_max(${of('value')}, day)`,
  });
}

/** The usable values without a date, with the slot that each may count for; null where nobody asks for values. */
export function undatedValuesSql({ measures }: SlotPlan, events: string): string | null {
  return measures.length === 0 ? null : usableSql(measures, events, 'day is null');
}

function severalSql(measures: readonly MeasureSlot[], events: string): string {
  const most = Math.max(...measures.map((slot) => slot.last));
  const columns = measures.flatMap((slot) => [
    `any_value(latest) filter (slot = ${slot.number}) as ${valuesColumn(slot)}`,
    `any_value(latest[1][2]) filter (slot = ${slot.number}) as ${latestColumn(slot)}`,
  ]);
  const latest = `
    select person, slot, max(row(day, usable), ${most}) filter (day between from_day and to_day) as latest
      from (${countedSql(measures, events)})
     group by person, slot`;
  return `select person, ${columns.join(', ')} from ${withEverybody(latest, 2)} group by person`;
}

function numbersOf(measures: readonly MeasureSlot[]): string {
  return measures.map(({ number }) => number).join(', ');
}

/** The usable values that count: where a slot asks for different days, one of each day (see oneResultADay). */
function countedSql(measures: readonly MeasureSlot[], events: string): string {
  const ofDays = measures.filter(({ onDifferentDays }) => onDifferentDays);
  const others = measures.filter((slot) => !ofDays.includes(slot));
  const before = (column: string) => `lag(${column}) over (partition by person, slot order by day)`;
  return [
    ...(others.length > 0 ? [usableSql(others, events, 'day between from_day and to_day')] : []),
    // Whether the same again is a result is told by the day before, which may be before the window.
    ...(ofDays.length > 0
      ? [
          `select person, slot, from_day, to_day, day, max(usable) as usable from (${usableSql(ofDays, events, 'day is not null')})
            group by person, slot, from_day, to_day, day
          qualify not coalesce(${before('day')} = day - 1 and ${before('max(usable)')} = max(usable), false)`,
        ]
      : []),
  ].join(' union all ');
}

/** One row a person: how many different days or paragraphs, with those that may be in the window for want of a date. */
export function differencesSql({ differences }: SlotPlan, { events, medicines }: CodedEntries): string {
  if (differences.length === 0) return PEOPLE_OF_NONE;
  const of = (feed: EntryFeed, relation: string) => `
    select person, slot, coalesce(paragraph, day) as thing, day is null as undated,
           day is not null ${feed === 'medicines' ? `and (usual is null or ${LASTS_UNTIL} > to_day)` : ''} as here
      from ${relation} as entry join code_difference on code_difference.code = entry.code and code_difference.feed = '${feed}'
     where ${MAY_COUNT}`;
  const columns = differences.flatMap(({ number, of }) => [
    `max(case when slot = ${number} then here end) as different_${number}`,
    `max(case when slot = ${number} then ${of === 'days' ? 'here + undated' : 'either'} end) as different_or_undated_${number}`,
  ]);
  const slots = `
    select person, slot, count(*) filter (here) as here, count(*) filter (here or undated > 0) as either, sum(undated)::integer as undated
      from (select person, slot, thing, bool_or(here) as here, count(*) filter (undated) as undated
              from (${of('events', events)} union all ${of('medicines', medicines)}) group by person, slot, thing)
     group by person, slot`;
  return `select person, ${columns.join(', ')} from ${withEverybody(slots, 4)} group by person`;
}
