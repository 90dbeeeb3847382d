import { type AskedFilter, askedFilterSchema } from '../../../need/index.ts';

/** What stands in the address of a list beside its filter: a form that was opened, and what was done just now. */
const OF_THE_MOMENT = ['act', 'row', 'done', 'taken', 'from'];

/** The list that an address shows, or that a form on it was sent from. */
export interface ListAddress {
  /** What the list is asked for, as it stands in addresses; without what is of the moment. */
  readonly words: URLSearchParams;
  readonly act: string | null;
  readonly row: string | null;
  readonly done: string | null;
  readonly taken: string | null;
  /** Whether the form stood in a list, and not on a page of its own. */
  readonly inList: boolean;
}

/** Reads the address that was asked for. */
export function listAddress(url: string): ListAddress {
  const words = new URL(url, 'http://list').searchParams;
  const of = Object.fromEntries(OF_THE_MOMENT.map((name) => [name, words.get(name)]));
  for (const name of OF_THE_MOMENT) words.delete(name);
  return {
    words,
    act: of.act ?? null,
    row: of.row ?? null,
    done: of.done ?? null,
    taken: of.taken ?? null,
    inList: of.from === 'list',
  };
}

/** The same list at a path, with something of the moment. */
export function inList({ words }: ListAddress, path: string, more: Readonly<Record<string, string>> = {}) {
  const all = new URLSearchParams(words);
  for (const [name, value] of Object.entries(more)) all.set(name, value);
  const text = all.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What the list is asked for. */
export function askedOf({ words }: ListAddress): AskedFilter {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(words.keys())) {
    const all = words.getAll(name);
    query[name] = all.length === 1 ? (all[0] ?? '') : all;
  }
  return askedFilterSchema.parse(query);
}
