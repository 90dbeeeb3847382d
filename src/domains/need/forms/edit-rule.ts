import { Refusal } from '../../../kernel/index.ts';
import type { ContentPath, EditableContent } from '../../../platform/content/index.ts';
import { editable } from './blocks.ts';

/** What can be done to a block without a form of its own. */
export const blockMoves = [
  'up',
  'down',
  'out',
  'into',
  'all',
  'any',
  'not',
  'open',
  'switch',
  'remove',
] as const;
export type BlockMove = (typeof blockMoves)[number];

/** How a new condition stands beside what is there. */
export type AddedAs = 'condition' | 'not' | 'any' | 'all';

/**
 * Adds a condition at a place. In a group of all or any it becomes its last; beside a single condition the two become a
 * group of all; where nothing is yet it stands alone. Returns the new text.
 */
export function addCondition(text: string, at: ContentPath, condition: unknown, as: AddedAs): string {
  const content = editable(text);
  const added = as === 'condition' ? condition : as === 'not' ? { not: condition } : { [as]: [condition] };
  const there = content.get(at);
  const list = groupList(content, at);
  if (there === undefined) content.put(at, { all: [added] });
  else if (list) content.insert(list, content.length(list), added);
  else {
    const before = content.take(at);
    content.put(at, { all: [] });
    content.insert([...at, 'all'], 0, before);
    content.insert([...at, 'all'], 1, added);
  }
  return String(content);
}

/** Puts another condition at a place. */
export function replaceCondition(text: string, at: ContentPath, condition: unknown): string {
  const content = editable(text);
  present(content, at);
  content.put(at, condition);
  return String(content);
}

/** Moves, wraps, opens or removes a block. Throws Refusal `cannot_move` where there is nowhere to go. */
export function moveBlock(text: string, at: ContentPath, move: BlockMove): string {
  const content = editable(text);
  present(content, at);
  moves[move](content, at);
  return String(content);
}

/** Which moves make sense for a block, so that a page offers no others. */
export function possibleMoves(text: string, at: ContentPath): BlockMove[] {
  return blockMoves.filter((move) => {
    const content = editable(text);
    try {
      moves[move](content, at);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  });
}

const moves: Record<BlockMove, (content: EditableContent, at: ContentPath) => void> = {
  up: (content, at) => swap(content, at, -1),
  down: (content, at) => swap(content, at, 1),
  out: moveOut,
  into: moveInto,
  all: (content, at) => wrap(content, at, 'all'),
  any: (content, at) => wrap(content, at, 'any'),
  not: (content, at) => wrap(content, at, 'not'),
  open: openGroup,
  switch: switchGroup,
  remove: removeBlock,
};

/** The list of a group of all or any; null for everything else. */
function groupList(content: EditableContent, at: ContentPath): ContentPath | null {
  for (const word of ['all', 'any']) if (Array.isArray(content.get([...at, word]))) return [...at, word];
  return null;
}

/** Where a block stands in a list: the list and its position. Throws Refusal for one that stands alone. */
function inList(at: ContentPath): { readonly list: ContentPath; readonly place: number } {
  const place = at.at(-1);
  if (typeof place !== 'number') throw nowhere('It stands alone.');
  return { list: at.slice(0, -1), place };
}

function swap(content: EditableContent, at: ContentPath, by: 1 | -1): void {
  const { list, place } = inList(at);
  const to = place + by;
  if (to < 0 || to >= content.length(list)) throw nowhere('It is at the end already.');
  const taken = content.take(at);
  content.insert(list, to, taken);
}

/** Out of its group, to stand after it. */
function moveOut(content: EditableContent, at: ContentPath): void {
  const { list } = inList(at);
  const outer = inList(list.slice(0, -1));
  const taken = content.take(at);
  content.insert(outer.list, outer.place + 1, taken);
  if (content.length(list) === 0) content.remove([...outer.list, outer.place]);
}

/** Into the group that stands before it, as its last. */
function moveInto(content: EditableContent, at: ContentPath): void {
  const { list, place } = inList(at);
  const group = place > 0 ? groupList(content, [...list, place - 1]) : null;
  if (!group) throw nowhere('There is no group before it.');
  const taken = content.take(at);
  content.insert(group, content.length(group), taken);
}

function wrap(content: EditableContent, at: ContentPath, word: 'all' | 'any' | 'not'): void {
  const taken = content.take(at);
  const last = at.at(-1);
  const made = word === 'not' ? { not: true } : { [word]: [] };
  // Taking something out of a list has closed the gap.
  if (typeof last === 'number') content.insert(at.slice(0, -1), last, made);
  else content.put(at, made);
  if (word === 'not') content.put([...at, word], taken);
  else content.insert([...at, word], 0, taken);
}

/** A group gives its parts to the group that it is in; one with a single part, or a not, becomes that part. */
function openGroup(content: EditableContent, at: ContentPath): void {
  const list = groupList(content, at);
  const inner: ContentPath[] =
    list === null
      ? [[...at, 'not']]
      : Array.from({ length: content.length(list) }, (_, place) => [...list, place]);
  const [only] = inner;
  if (only === undefined || content.get(only) === undefined) throw nowhere('It is no group.');
  const last = at.at(-1);
  if (inner.length === 1) {
    const taken = content.take(only);
    if (typeof last === 'number') {
      content.remove(at);
      content.insert(at.slice(0, -1), last, taken);
    } else content.put(at, taken);
    return;
  }
  const outer = inList(at);
  if (list?.at(-1) !== outer.list.at(-1)) throw nowhere('Its parts would mean something else there.');
  const taken = inner.map(() => content.take([...at, outer.list.at(-1) as string, 0]));
  content.remove(at);
  for (const [place, part] of taken.entries()) content.insert(outer.list, outer.place + place, part);
}

/** All becomes any, and any all. */
function switchGroup(content: EditableContent, at: ContentPath): void {
  const list = groupList(content, at);
  if (!list) throw nowhere('It is no group of all or any.');
  const taken = content.take(list);
  content.put([...at, list.at(-1) === 'all' ? 'any' : 'all'], taken);
}

/** Removes a block; a group that has nothing left goes with it. */
function removeBlock(content: EditableContent, at: ContentPath): void {
  content.remove(at);
  const last = at.at(-1);
  const above = at.slice(0, -1);
  if (typeof last === 'number' && content.length(above) === 0 && above.length > 1)
    removeBlock(content, above.slice(0, -1));
  else if (last === 'not') removeBlock(content, above);
}

function present(content: EditableContent, at: ContentPath): void {
  if (content.isReadable && content.get(at) !== undefined) return;
  throw new Refusal({
    code: 'no_such_block',
    because: 'The condition that was meant is not there any more.',
    remedy: 'Look at the definition as it is now, and do it again.',
  });
}

function nowhere(because: string): Refusal {
  return new Refusal({ code: 'cannot_move', because, remedy: 'Choose another way to change it.' });
}
