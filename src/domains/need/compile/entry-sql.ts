import { LONGEST_COURSE } from '../language/definition.ts';
import { type BatchEntries, type CodedEntries, PEOPLE_OF_NONE, withEverybody } from './batch-relations.ts';
import { lastColumn, latestColumn, type Mentioned, valuesColumn } from './mentioned.ts';
import {
  BEGINNING,
  type EntryFeed,
  type MeasureSlot,
  type Slot,
  type SlotPlan,
  sharesCodes,
  type VisitSlot,
} from './slots.ts';

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

/** A day or a number that there is of slots: rows `(person, slot, value)`, and of each slot the column that it becomes. */
interface Numbers {
  readonly slots: readonly number[];
  readonly column: (slot: number) => string;
  readonly rows: string;
}

/**
 * One row a person with each day and number of slots and visits that somebody names; null where there is none. They are
 * spread over their columns together: as relations of their own each would have to be joined to everybody.
 */
export function numbersSql(plan: SlotPlan, entries: BatchEntries, mentioned: Mentioned): string {
  const kinds = [
    lastDays(plan, entries, mentioned),
    ...counts(plan, mentioned),
    ...differences(plan),
    visits(plan, entries),
  ].filter(({ slots }) => slots.length > 0);
  if (kinds.length === 0) return PEOPLE_OF_NONE;
  // Each column has a number: the slot's, times how many kinds there are, and which of them it is.
  const rows = kinds.map(
    (kind, at) => `select person, slot * ${kinds.length} + ${at}, value from (${kind.rows})`,
  );
  const found = spreadSql({
    rows: `${withEverybody(rows.join(' union all '), 2)} as found (person, slot, value)`,
    slots: kinds.flatMap((kind, at) =>
      kind.slots.map((slot) => ({ number: slot * kinds.length + at, column: kind.column(slot) })),
    ),
    found: (of) => `max(${of('value')})`,
  });
  const read = [...hitsSql(plan, entries, mentioned), ...unlikeSql(plan, entries)];
  return read.length === 0 ? found : `with ${read.join(', ')} ${found}`;
}

function lastDays(plan: SlotPlan, entries: CodedEntries, mentioned: Mentioned): Numbers {
  const slots = plan.slots.filter((slot) => mentioned.has(lastColumn(slot)));
  return {
    slots: slots.map(({ number }) => number),
    column: (number) => lastColumn({ number }),
    rows: ofBothFeeds(
      entries,
      slots,
      (_, of) => `select person, slot, day as value from ${of} where day between from_day and to_day`,
    ),
  };
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

/** What is named of the counted slots. */
function counts(plan: SlotPlan, mentioned: Mentioned): Numbers[] {
  return COUNTED.map((what): Numbers => {
    const column = (slot: number) => `${what}_${slot}`;
    const slots = plan.slots.map(({ number }) => number).filter((slot) => mentioned.has(column(slot)));
    return {
      slots,
      column,
      rows: `select person, slot, ${what} as value from hits where ${what} is not null and slot in (${slots.join(', ')})`,
    };
  });
}

/** The relation that they are read from; none where nobody asks. */
function hitsSql(plan: SlotPlan, entries: CodedEntries, mentioned: Mentioned): string[] {
  const slots = plan.slots.filter(({ number }) => COUNTED.some((what) => mentioned.has(`${what}_${number}`)));
  if (slots.length === 0) return [];
  const hits = ofBothFeeds(
    entries,
    slots,
    (feed, of) => `
    select person, slot, nullif(count(day), 0)::integer as n, nullif(count(*) - count(day), 0)::integer as u, min(day) as first,
           ${feed === 'medicines' ? `max(case when usual is not null then ${LASTS_UNTIL} end)` : 'null::integer'} as until
      from ${of} where ${MAY_COUNT} group by person, slot`,
  );
  return [`hits as materialized (${hits})`];
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
  const lists = measures.map((slot) => {
    const here = `slot = ${slot.number} and day between from_day and to_day`;
    return `max(row(day, usable), ${slot.last}) filter (${here}) as ${valuesColumn(slot)}`;
  });
  const latest = measures.map((slot) => `${valuesColumn(slot)}[1][2] as ${latestColumn(slot)}`);
  return `
    select *, ${latest.join(', ')}
      from (select person, ${lists.join(', ')}
              from ${withEverybody(countedSql(measures, events), 5)} as counted (person, slot, from_day, to_day, day, usable)
             group by person)`;
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

/** How many different days or paragraphs there are, and where it is more, with those that may be in the window for want of a date. */
function differences({ differences }: SlotPlan): Numbers[] {
  const slots = differences.map(({ number }) => number);
  return [
    { slots, column: (slot) => `different_${slot}`, rows: 'select person, slot, here as value from unlike' },
    {
      slots,
      column: (slot) => `different_or_undated_${slot}`,
      rows: 'select person, slot, either as value from unlike where either > here',
    },
  ];
}

/** The relation that they are read from; none where nobody asks. */
function unlikeSql({ differences }: SlotPlan, { events, medicines }: CodedEntries): string[] {
  if (differences.length === 0) return [];
  const of = (feed: EntryFeed, relation: string) => `
    select person, slot, coalesce(paragraph, day) as thing, day is null as undated,
           day is not null ${feed === 'medicines' ? `and (usual is null or ${LASTS_UNTIL} > to_day)` : ''} as here
      from ${relation} as entry join code_difference on code_difference.code = entry.code and code_difference.feed = '${feed}'
     where ${MAY_COUNT}`;
  const ofDays = differences.flatMap(({ number, of }) => (of === 'days' ? [number] : []));
  const withUndated = 'count(*) filter (here or undated > 0)';
  const either =
    ofDays.length === 0
      ? withUndated
      : `case when slot in (${ofDays.join(', ')}) then count(*) filter (here) + sum(undated) else ${withUndated} end`;
  return [
    `unlike as materialized (
    select person, slot, (count(*) filter (here))::integer as here, (${either})::integer as either
      from (select person, slot, thing, bool_or(here) as here, count(*) filter (undated) as undated
              from (${of('events', events)} union all ${of('medicines', medicines)}) group by person, slot, thing)
     group by person, slot)`,
  ];
}

/** How many visits there are of each sort that is asked about. */
function visits({ visits: slots }: SlotPlan, entries: BatchEntries): Numbers {
  const of = (to: VisitSlot['to']) => {
    const asked = slots.filter((slot) => slot.to === to);
    const [first] = asked;
    // Nobody's visits are read where nobody asks about any.
    if (first === undefined) return [];
    const from = Math.min(...asked.map(({ window }) => window.from ?? BEGINNING));
    const until = Math.max(...asked.map(({ window }) => window.to));
    const read = (columns: string) =>
      `select rec, ${columns} as slot from ${entries[to]} where day between ${from} and ${until}`;
    // A list made for each row takes longer than all else of it.
    if (asked.length === 1) return [`${read(String(first.number))} and ${first.meant}`];
    const days = asked.map(
      ({ number, meant, window }) =>
        `case when day between ${window.from ?? BEGINNING} and ${window.to} and ${meant} then ${number} end`,
    );
    return [read(`unnest(list_filter([${days.join(', ')}], lambda slot: slot is not null))`)];
  };
  return {
    slots: slots.map(({ number }) => number),
    column: (slot) => `visits_${slot}`,
    rows: `select batch_record.person, slot, count(*)::integer as value
             from (${(['appointments', 'admissions', 'attendances'] as const).flatMap(of).join(' union all ')}) as visit
             join batch_record using (rec)
            group by all`,
  };
}
