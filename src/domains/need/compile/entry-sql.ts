import { LONGEST_COURSE } from '../language/definition.ts';
import { type Mentioned, valuesColumn } from './mentioned.ts';
import { type EntryFeed, type MeasureSlot, type SlotPlan, sharesCodes } from './slots.ts';

// The pass over entries. Each question is answered by the cheapest aggregate that can: whether there is anything, as a bit
// of a word; days and numbers, by person and slot and only those that somebody mentions; values, the latest alone or the
// latest few. A wide aggregate with a filter for each column looks at every entry some hundreds of times.

/** Relations of the coded entries of a batch; see CompiledLibrary. */
export interface CodedEntries {
  readonly events: string;
  readonly medicines: string;
}

/** An entry without a date may be in any window. */
const MAY_COUNT = '(day is null or day between from_day and to_day)';

const PEOPLE_OF_NONE = 'select null::integer as person where false';

/** SQL of the first day on which somebody does not have an issue any more; the reference calls it `lastsUntil`. */
const LASTS_UNTIL = `day + least(case when duration_days > 0 then duration_days else usual end, ${LONGEST_COURSE}) + grace`;

/** What is found of a slot, in this order: which one a row of `details` is of is told by its key. */
const DETAILS = ['n', 'u', 'first', 'last', 'until'] as const;

function keyOf(slot: number | string, detail: number): string {
  return typeof slot === 'string'
    ? `${slot} * ${DETAILS.length} + ${detail}`
    : String(slot * DETAILS.length + detail);
}

/** What of which slots somebody names. */
function detailsAsked(plan: SlotPlan, mentioned: Mentioned) {
  return plan.slots.flatMap(({ number: slot }) =>
    DETAILS.map((what, at) => ({ slot, what, column: `${what}_${slot}`, key: keyOf(slot, at) })).filter(
      ({ column }) => mentioned.has(column),
    ),
  );
}

/**
 * One row a person with the numbers and days that are asked of each slot; null where there is none. A code of the dictionary
 * may be both a concept and have a BNF code: an entry answers the slots of its own feed only.
 */
export function detailsSql(
  plan: SlotPlan,
  { events, medicines }: CodedEntries,
  mentioned: Mentioned,
): string {
  const asked = detailsAsked(plan, mentioned);
  if (asked.length === 0) return PEOPLE_OF_NONE;
  const slots = [...new Set(asked.map(({ slot }) => slot))];
  const hits = (feed: EntryFeed, relation: string) => `
    select person, slot, nullif(count(day), 0) as n, nullif(count(*) - count(day), 0) as u, min(day) as first, max(day) as last,
           ${feed === 'medicines' ? `max(case when usual is not null then ${LASTS_UNTIL} end)` : 'null::integer'} as until
      from ${relation} as entry join code_slot on code_slot.code = entry.code and code_slot.feed = '${feed}'
     where slot in (${slots.join(', ')}) and ${MAY_COUNT} group by person, slot`;
  const found = DETAILS.flatMap((what, at) => {
    const of = asked.filter((each) => each.what === what).map(({ slot }) => slot);
    return of.length === 0
      ? []
      : [
          `select person, ${keyOf('slot', at)} as key, ${what}::integer as found from hit where ${what} is not null and slot in (${of.join(', ')})`,
        ];
  });
  return `
    with hit as (${hits('events', events)} union all ${hits('medicines', medicines)})
    select person, ${asked.map(({ column, key }) => `"${key}" as ${column}`).join(', ')}
      from (${found.join(' union all ')})
     pivot (any_value(found) for key in (${asked.map(({ key }) => key).join(', ')}) group by person)`;
}

/**
 * One row a person: of each measure slot how many values have no date, and the latest, or where somebody asks for more of
 * them the latest few in one list, latest first; of one day the higher first.
 */
export function measuredSql(plan: SlotPlan, events: string, mentioned: Mentioned): string {
  if (plan.measures.length === 0) return PEOPLE_OF_NONE;
  const several = plan.measures.filter((slot) => slot.onDifferentDays || mentioned.has(valuesColumn(slot)));
  const single = plan.measures.filter((slot) => !several.includes(slot));
  const numbers = (slots: readonly MeasureSlot[]) => slots.map(({ number }) => number).join(', ');
  const columns = [
    ...single.flatMap(({ number }) => [
      `"${number}_u" as undated_values_${number}`,
      `"${number}_v" as latest_value_${number}`,
    ]),
    ...several.flatMap(({ number }) => [
      `undated_values_${number}`,
      `values_${number}`,
      `values_${number}[1][2] as latest_value_${number}`,
    ]),
  ];
  const relations = [
    ...(single.length > 0 ? [{ name: 'latest', sql: latestSql(numbers(single)) }] : []),
    ...(several.length > 0 ? [{ name: 'several', sql: severalSql(several, numbers(several)) }] : []),
  ];
  return `
    with usable as (${usableSql(plan.measures, events)}),
    ${relations.map(({ name, sql }) => `${name} as (${sql})`).join(',\n    ')}
    select person, ${columns.join(', ')} from ${relations.map(({ name }) => name).join(' full join ')}${relations.length > 1 ? ' using (person)' : ''}`;
}

/** Values in the unit of their list. Where a value is usable by several lists of one slot, the first list that can use it does. */
function usableSql(measures: readonly MeasureSlot[], events: string): string {
  // Whether the same again is a result is told by the day before, which may be before the window.
  const days = measures.filter(({ onDifferentDays }) => onDifferentDays).map(({ number }) => number);
  const counts = days.length === 0 ? MAY_COUNT : `(${MAY_COUNT} or slot in (${days.join(', ')}))`;
  const shared = measures.filter(sharesCodes).map(({ number }) => number);
  const of = (which: string) => `
    select entry.person, slot, from_day, to_day, day, ${convertedSql('value')} as usable
      from ${events} as entry
      join code_measure on code_measure.code = entry.code and code_measure.unit = entry.unit ${which}
     where usable between low and high and ${counts}`;
  if (shared.length === 0) return of('');
  return `${of(`and slot not in (${shared.join(', ')})`)} union all ${of(`and slot in (${shared.join(', ')})`)}
    qualify rank = min(rank) over (partition by entry.rec, entry.row_id, slot)`;
}

/** SQL of a value converted as the columns `times`, `plus` and `whole` say; `usableValue` says the same of one value. */
export function convertedSql(value: string): string {
  return `(case when whole then floor(${value} * times + plus + 0.5) else ${value} * times + plus end)`;
}

/** The latest value of each slot: the highest of each day first, then that of the latest day. Sorting would cost twice as much. */
function latestSql(slots: string): string {
  return `
    from (select person, slot, nullif(sum(undated), 0)::integer as undated, arg_max(value, day) as value
            from (select person, slot, day, max(usable) filter (day is not null) as value,
                         count(*) filter (day is null) as undated
                    from usable where slot in (${slots}) group by person, slot, day)
           group by person, slot)
    pivot (any_value(value) as v, any_value(undated) as u for slot in (${slots}) group by person)`;
}

function severalSql(measures: readonly MeasureSlot[], slots: string): string {
  const most = Math.max(...measures.map((slot) => slot.last));
  const columns = measures.flatMap(({ number }) => [
    `any_value(undated) filter (slot = ${number}) as undated_values_${number}`,
    `any_value(latest) filter (slot = ${number}) as values_${number}`,
  ]);
  return `
    select person, ${columns.join(', ')} from (
      select person, slot, count(*) filter (day is null) as undated,
             max(row(day, usable), ${most}) filter (day between from_day and to_day) as latest
        from ${countedSql(measures, slots)}
       group by person, slot)
     group by person`;
}

/** The usable values that count: where a slot asks for different days, one of each day (see oneResultADay). */
function countedSql(measures: readonly MeasureSlot[], all: string): string {
  const slots = measures.filter((slot) => slot.onDifferentDays).map((slot) => slot.number);
  if (slots.length === 0) return `(select * from usable where slot in (${all}))`;
  const before = (column: string) => `lag(${column}) over (partition by person, slot order by day)`;
  return `(
    select person, slot, from_day, to_day, day, usable from usable where slot in (${all}) and slot not in (${slots.join(', ')})
    union all
    select person, slot, from_day, to_day, day, max(usable) as usable from usable where slot in (${slots.join(', ')})
     group by person, slot, from_day, to_day, day
   qualify not coalesce(${before('day')} = day - 1 and ${before('max(usable)')} = max(usable), false))`;
}

/** One row a person: how many different days or paragraphs, with those that may be in the window for want of a date. */
export function differencesSql({ differences }: SlotPlan, { events, medicines }: CodedEntries): string {
  const of = (feed: EntryFeed, relation: string) => `
    select person, slot, coalesce(paragraph, day) as thing, day is null as undated,
           day is not null ${feed === 'medicines' ? `and (usual is null or ${LASTS_UNTIL} > to_day)` : ''} as here
      from ${relation} as entry join code_difference on code_difference.code = entry.code and code_difference.feed = '${feed}'
     where ${MAY_COUNT}`;
  const columns = differences.flatMap(({ number, of }) => [
    `max(here) filter (slot = ${number}) as different_${number}`,
    `max(${of === 'days' ? 'here + undated' : 'either'}) filter (slot = ${number}) as different_or_undated_${number}`,
  ]);
  return `
    select person${columns.map((column) => `, ${column}`).join('')} from (
      select person, slot, count(*) filter (here) as here, count(*) filter (here or undated > 0) as either, sum(undated) as undated
        from (select person, slot, thing, bool_or(here) as here, count(*) filter (undated) as undated
                from (${of('events', events)} union all ${of('medicines', medicines)}) group by person, slot, thing)
       group by person, slot)
     group by person`;
}
