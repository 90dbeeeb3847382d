import { isWholeRecord } from '../language/windows.ts';
import { absentColumns, coveredSql } from './absent-sql.ts';
import { type CodedEntries, withEverybody } from './batch-relations.ts';
import type { Mentioned } from './mentioned.ts';
import type { EntryFeed, MeasureSlot, Slot, SlotPlan } from './slots.ts';

// Whether there is anything for a slot is a bit of a word, and a person's bits are gathered all at once, however many slots
// a code answers: codes that are on the same lists are one group, days between the edges of windows one segment, and a group
// and a segment have one mask of bits.

const BITS_A_WORD = 63;

function wordsOf(plan: SlotPlan): number[] {
  return Array.from({ length: Math.ceil(Math.max(1, plan.slots.length) / BITS_A_WORD) }, (_, word) => word);
}

function bitOf({ number }: Pick<Slot, 'number'>): { word: number; bit: bigint } {
  return { word: Math.floor(number / BITS_A_WORD), bit: 2n ** BigInt(number % BITS_A_WORD) };
}

function isSetSql(column: string, slot: Pick<Slot, 'number'>): string {
  const { word, bit } = bitOf(slot);
  return `(${column}_${word} & ${bit}::ubigint <> 0)`;
}

/** The days on which a window begins, or has ended, in order. */
function edgesOf(plan: SlotPlan): number[] {
  const edges = plan.slots.flatMap(({ window: { from, to } }) => (from === null ? [to + 1] : [from, to + 1]));
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** Beside the segments of days, for entries that have none. */
const UNDATED = -1;

/** SQL of the number of a group and a segment. */
function maskOf(plan: SlotPlan, segment: string): string {
  return `code_group * ${edgesOf(plan).length + 2} + ${segment}`;
}

/** Statements that make `day_segment`, `code_group`, `segment_mask` and `slot_window`, of `code_slot`. */
export function prepareBits(plan: SlotPlan): string[] {
  const edges = edgesOf(plan);
  const segmentOf = (day: number) => edges.filter((edge) => edge <= day).length;
  const windows = plan.slots.map((slot) => {
    const { from, to } = slot.window;
    const { word, bit } = bitOf(slot);
    return `(${slot.number}, '${slot.feed}', ${from ?? 'null::integer'}, ${from === null ? 0 : segmentOf(from)}, ${segmentOf(to)}, ${word}, ${bit}::ubigint)`;
  });
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  // The day before the first edge stands for all before it, and the last edge for itself and all after it.
  const spans = [
    `(${first - 1}, ${first - 1}, 0)`,
    ...edges.slice(1).map((edge, at) => `(${edges[at]}, ${edge - 1}, ${at + 1})`),
    `(${last}, ${last}, ${edges.length})`,
  ];
  const words = wordsOf(plan).flatMap((word) =>
    ['dated', 'undated'].map(
      (kind) =>
        `coalesce(bit_or(bit) filter (word = ${word} and ${kind === 'dated' ? 'segment >= 0' : `segment = ${UNDATED}`}), 0::ubigint) as ${kind}_${word}`,
    ),
  );
  return [
    `create or replace table slot_window as
     select * from (values ${windows.join(', ') || "(0, '', 0, 0, 0, 0, 0::ubigint)"}) as row (slot, feed, from_day, from_segment, to_segment, word, bit)
      where feed <> ''`,
    `create or replace table day_segment as
     select unnest(range(from_day, to_day + 1))::integer as day, segment
       from (values ${spans.join(', ')}) as span (from_day, to_day, segment)`,
    `create or replace table code_group as
     select code, feed, dense_rank() over (order by feed, slots)::integer as code_group, slots
       from (select code, feed, list(slot order by slot) as slots from code_slot group by code, feed)`,
    `create or replace table segment_mask as
     select (${maskOf(plan, 'segment')})::integer as mask, ${words.join(', ')}
       from (select code_group, word, bit, unnest([${UNDATED}] || range(from_segment, to_segment + 1)) as segment
               from (select distinct code_group, unnest(slots) as slot from code_group) join slot_window using (slot))
      group by all`,
  ];
}

/** SQL of entries with their person and the bits of their mask: of those that are meant, the segment of each. */
function masksSql(
  plan: SlotPlan,
  { events, medicines }: CodedEntries,
  { segment, meant }: { readonly segment: string; readonly meant: string },
): string {
  const of = (feed: EntryFeed, relation: string) => `
    select person, (${maskOf(plan, segment)})::integer as mask
      from ${relation} as entry
      join code_group on code_group.code = entry.code and code_group.feed = '${feed}'
      ${meant}`;
  return `(${of('events', events)} union all ${of('medicines', medicines)}) join segment_mask using (mask)`;
}

/** One row a person: of each slot a bit of `dated_w` where an entry is in its window. */
export function datedSql(plan: SlotPlan, entries: CodedEntries): string {
  const edges = edgesOf(plan);
  const words = wordsOf(plan).map((word) => `dated_${word}`);
  const day = `least(greatest(entry.day, ${(edges[0] ?? 0) - 1}), ${edges.at(-1) ?? 0})`;
  const meant = `join day_segment on day_segment.day = ${day} where entry.day is not null`;
  return gatheredBits(
    words,
    `select person, ${words.join(', ')} from ${masksSql(plan, entries, { segment: 'segment', meant })}`,
  );
}

/**
 * One row a person, of the few entries without a date: of each slot a bit of `undated_w`, and of each measure slot that a
 * usable value without a date may count for a bit of `undated_values_w`. `values` is SQL of those values, null for none.
 */
export function undatedEntriesSql(plan: SlotPlan, entries: CodedEntries, values: string | null): string {
  const words = wordsOf(plan).map((word) => `undated_${word}`);
  const masks = masksSql(plan, entries, { segment: String(UNDATED), meant: 'where entry.day is null' });
  const ofValues = values === null ? [] : [...new Set(plan.measures.map((slot) => bitOf(slot).word))];
  const valueBits = ofValues.map(
    (word) =>
      `case when slot // ${BITS_A_WORD} = ${word} then 1::ubigint << (slot % ${BITS_A_WORD})::ubigint else 0 end`,
  );
  const rows = [
    `select ${['person', ...words, ...ofValues.map(() => 'null')].join(', ')} from ${masks}`,
    ...(values === null
      ? []
      : [`select ${['person', ...words.map(() => 'null'), ...valueBits].join(', ')} from (${values})`]),
  ];
  return gatheredBits(
    [...words, ...ofValues.map((word) => `undated_values_${word}`)],
    rows.join(' union all '),
  );
}

/** One row a person with all the bits of each word. */
function gatheredBits(words: readonly string[], rows: string): string {
  const columns = words.map((word) => `coalesce(bit_or(${word}), 0::ubigint) as ${word}`);
  return `
    select person, ${columns.join(', ')}
      from ${withEverybody(rows, words.length)} as bits (person, ${words.join(', ')}) group by person`;
}

/** For each coverage that somebody has the slots of which an absence says nothing: their bits are set in `blind_w`. */
export function blindSql(plan: SlotPlan): string {
  const columns = wordsOf(plan).map(
    (word) => `coalesce(bit_or(bit) filter (word = ${word} and not covered), 0::ubigint) as blind_${word}`,
  );
  return `
    select cover_events, cover_medicines, ${columns.join(', ')}
      from (select cover_events, cover_medicines, word, bit,
                   coalesce(case feed when 'events' then ${coveredSql('events', 'from_day')} else ${coveredSql('medicines', 'from_day')} end, false) as covered
              from (select distinct cover_events, cover_medicines from batch_person) left join slot_window on true)
     group by all`;
}

/** SQL of whether a slot has an entry without a date. */
export function undatedSql(slot: Slot): string {
  return isSetSql('undated', slot);
}

/** SQL of whether a measure slot has a usable value without a date. */
export function undatedValueSql(slot: MeasureSlot): string {
  return isSetSql('undated_values', slot);
}

/** Of each word the slots that are true, and those of which nobody can tell. `today` is the reference day. */
export function truthColumns(plan: SlotPlan, today: number): string[] {
  return wordsOf(plan).flatMap((word) => {
    const whole = plan.slots
      .filter((slot) => bitOf(slot).word === word && isWholeRecord(slot.window, today))
      .reduce((mask, slot) => mask | bitOf(slot).bit, 0n);
    const found = `(dated_${word} | (undated_${word} & ${whole}::ubigint))`;
    return [`${found} as true_${word}`, `(~${found} & (undated_${word} | blind_${word})) as unknown_${word}`];
  });
}

/** Whether there is anything for a slot, three-valued. */
export function presentColumn({ number }: Slot): string {
  return `present_${number}`;
}

/** What conditions name of the presence of entries and of what an absence means. */
export function presenceColumns(plan: SlotPlan, mentioned: Mentioned): string[] {
  const present = plan.slots
    .filter((slot) => mentioned.has(presentColumn(slot)))
    .map((slot) => {
      const { word, bit } = bitOf(slot);
      return `case when unknown_${word} & ${bit}::ubigint = 0 then true_${word} & ${bit}::ubigint <> 0 end as ${presentColumn(slot)}`;
    });
  return [...present, ...absentColumns(mentioned)];
}
