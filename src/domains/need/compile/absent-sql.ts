import { type Feed, feeds } from '../evaluate/person-record.ts';
import type { Mentioned } from './mentioned.ts';
import { BEGINNING } from './slots.ts';

/** SQL of whether the feed covers a window that begins on a day; null where it was never sent. */
export function coveredSql(feed: Feed, from: number | string | null): string {
  const since = from === null ? '' : ` or cover_${feed} <= ${from}`;
  return `(cover_${feed} = ${BEGINNING}${since})`;
}

/**
 * What an absence means: false where the feed covers the window, else unknown. Of a day that is known now it is a column, which
 * many conditions share; see absentColumns.
 */
export function absentSql(feed: Feed, from: number | string | null): string {
  if (typeof from === 'string') return `case when ${coveredSql(feed, from)} then false end`;
  const since = from === null ? 'always' : from < 0 ? `before_${-from}` : String(from);
  return `absent_${feed}_${since}`;
}

const ABSENT = new RegExp(`^absent_(${feeds.join('|')})_(?:(always)|(before_)?(\\d+))$`);

/** The columns that absentSql names. */
export function absentColumns(mentioned: Mentioned): string[] {
  return [...mentioned].flatMap((column) => {
    const found = ABSENT.exec(column);
    if (!found) return [];
    const [, feed, always, before, day] = found;
    const from = always === undefined ? Number(day) * (before === undefined ? 1 : -1) : null;
    return [`case when ${coveredSql(feed as Feed, from)} then false end as ${column}`];
  });
}
