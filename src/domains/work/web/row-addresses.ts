import type { Answer, Typed, Visit } from '../../../platform/web/index.ts';

/** What stands in the address of a list beside what it is asked for: a form in a row, what was done, and from where. */
const OF_THE_MOMENT = ['act', 'row', 'done', 'from', 'bulk'];

/** A row whose form comes back, or whose button was refused (`act` null). */
export interface OpenedRow {
  readonly row: number;
  readonly act: string | null;
  readonly typed: Typed;
}

/** An act in a row: a button where it is done at once, else the list again with its form opened there. */
export type RowAct =
  | { readonly text: string; readonly post: string }
  | { readonly text: string; readonly href: string };

/** A list whose rows hold work, and in whose rows it is acted on. */
export interface WorkList {
  /** Stands in the address of a form as `from`, so that whoever sends it comes back to the list. */
  readonly name: string;
  readonly path: string;
  /** The list again, with a form that was refused in its row. */
  again(visit: Visit, opened: OpenedRow): Promise<Answer>;
}

/** Where a form opens in a row of a list, where it is sent, and where one is after it. */
export interface RowAddresses {
  readonly act: string | null;
  readonly row: number | null;
  readonly done: number | null;
  /** The list without any form. */
  readonly left: string;
  open(row: number, act: string): string;
  send(path: string): string;
  after(row: number): string;
}

/** The addresses of the list that an address shows, or that a form was sent from. What was asked of the list stays. */
export function rowAddresses(url: string, { name, path }: Pick<WorkList, 'name' | 'path'>): RowAddresses {
  const words = new URL(url, 'http://list').searchParams;
  const [act, row, done] = ['act', 'row', 'done'].map((each) => words.get(each));
  for (const each of OF_THE_MOMENT) words.delete(each);
  for (const [each, value] of [...words])
    if (value === '' || (each === 'page' && value === '1')) words.delete(each);
  const at = (to: string, more: Readonly<Record<string, string>> = {}) => {
    const all = new URLSearchParams([...words, ...Object.entries(more)]);
    return all.size === 0 ? to : `${to}?${all}`;
  };
  return {
    act: act ?? null,
    row: numberOf(row),
    done: numberOf(done),
    left: at(path),
    open: (item, which) => `${at(path, { act: which, row: String(item) })}#deciding`,
    send: (to) => at(to, { from: name }),
    after: (item) => at(path, { done: String(item) }),
  };
}

/** Which list a form was sent from, by its name; null where it stood on a page of its own. */
export function sentFrom(url: string): string | null {
  return new URL(url, 'http://list').searchParams.get('from');
}

function numberOf(text: string | null | undefined): number | null {
  return text && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
