import type { Codelist } from '../language/codelist.ts';
import type { Library } from '../language/library.ts';
import type { Window } from '../language/windows.ts';

/** Days before anything that a record can hold: how "from the beginning" is written where a number is needed. */
export const BEGINNING = -2_147_483_648;

/** A question about entries of some lists in a window, asked once however many conditions need the answer. */
export interface Slot {
  readonly number: number;
  readonly lists: readonly Codelist[];
  readonly feed: 'events' | 'medicines';
  readonly window: Window;
  /** Whether somebody needs numbers or days; else a yes-or-no bit is enough. */
  detailed: boolean;
}

/** A question about values: the latest few in a window. */
export interface MeasureSlot {
  readonly number: number;
  readonly lists: readonly Codelist[];
  readonly window: Window;
  last: number;
}

/** A question about different BNF paragraphs in a window. */
export interface ParagraphSlot {
  readonly number: number;
  readonly lists: readonly Codelist[];
  readonly window: Window;
}

/** Gathers the questions of all conditions, giving equal ones one number. */
export class SlotPlan {
  readonly slots: Slot[] = [];
  readonly measures: MeasureSlot[] = [];
  readonly paragraphs: ParagraphSlot[] = [];
  private readonly known = new Map<string, Slot | MeasureSlot | ParagraphSlot>();
  private readonly library: Library;

  constructor(library: Library) {
    this.library = library;
  }

  entries(codes: readonly string[], window: Window, detailed: boolean): Slot {
    const lists = this.lists(codes);
    const slot = this.once('entries', codes, window, (): Slot => {
      const made: Slot = { number: this.slots.length, lists, feed: feedOf(lists), window, detailed };
      this.slots.push(made);
      return made;
    });
    slot.detailed ||= detailed;
    return slot;
  }

  values(codes: readonly string[], window: Window, last: number): MeasureSlot {
    const slot = this.once('values', codes, window, (): MeasureSlot => {
      const made = { number: this.measures.length, lists: this.lists(codes), window, last };
      this.measures.push(made);
      return made;
    });
    slot.last = Math.max(slot.last, last);
    return slot;
  }

  differentParagraphs(codes: readonly string[], window: Window): ParagraphSlot {
    return this.once('paragraphs', codes, window, (): ParagraphSlot => {
      const made = { number: this.paragraphs.length, lists: this.lists(codes), window };
      this.paragraphs.push(made);
      return made;
    });
  }

  private lists(codes: readonly string[]): Codelist[] {
    return codes.flatMap((id) => this.library.codelists.get(id) ?? []);
  }

  private once<Kind extends Slot | MeasureSlot | ParagraphSlot>(
    kind: string,
    codes: readonly string[],
    window: Window,
    make: () => Kind,
  ): Kind {
    const key = `${kind} ${[...codes].sort().join(',')} ${window.from} ${window.to}`;
    const found = this.known.get(key);
    if (found) return found as Kind;
    const made = make();
    this.known.set(key, made);
    return made;
  }
}

function feedOf(lists: readonly Codelist[]): 'events' | 'medicines' {
  return lists.some((list) => list.kind === 'bnf') ? 'medicines' : 'events';
}
