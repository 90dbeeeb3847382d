import { type Codelist, entryFeed, hasCodes } from '../language/codelist.ts';
import type { Library } from '../language/library.ts';
import type { Course, Window } from '../language/windows.ts';

/** Days before anything that a record can hold: how "from the beginning" is written where a number is needed. */
export const BEGINNING = -2_147_483_648;

/** The feeds of coded entries. */
export type EntryFeed = 'events' | 'medicines';

/** A question about entries of some lists in a window, asked once however many conditions need the answer. */
export interface Slot {
  readonly number: number;
  readonly lists: readonly Codelist[];
  readonly feed: EntryFeed;
  readonly window: Window;
  /** Where it asks for medicines that are current: how long an issue lasts. */
  readonly course: Course | null;
  /** Whether somebody needs numbers or days; else a yes-or-no bit is enough. */
  detailed: boolean;
}

/** A question about values: the latest few in a window. */
export interface MeasureSlot {
  readonly number: number;
  readonly lists: readonly Codelist[];
  readonly window: Window;
  /** Whether a day has one result, its highest, and the same again on the day after is none. */
  readonly onDifferentDays: boolean;
  last: number;
}

/** A question about how many different things there are in a window: BNF paragraphs of medicines, or days. */
export interface DifferenceSlot {
  readonly number: number;
  readonly of: 'paragraphs' | 'days';
  readonly lists: readonly Codelist[];
  readonly feed: EntryFeed;
  readonly window: Window;
  /** Where only medicines that are current count. */
  readonly course: Course | null;
}

/** A question about how many visits of some sort there are in a window. */
export interface VisitSlot {
  readonly number: number;
  readonly to: 'appointments' | 'admissions' | 'attendances';
  /** SQL of whether a row is one of those that are meant. */
  readonly meant: string;
  readonly window: Window;
}

type AnySlot = Slot | MeasureSlot | DifferenceSlot | VisitSlot;

/** Gathers the questions of all conditions, giving equal ones one number. */
export class SlotPlan {
  readonly slots: Slot[] = [];
  readonly measures: MeasureSlot[] = [];
  readonly differences: DifferenceSlot[] = [];
  readonly visits: VisitSlot[] = [];
  private readonly known = new Map<string, AnySlot>();
  private readonly library: Library;

  constructor(library: Library) {
    this.library = library;
  }

  entries(codes: readonly string[], window: Window, detailed: boolean): Slot {
    const lists = this.lists(codes);
    const slot = this.once('entries', codes, window, (): Slot => {
      const made: Slot = {
        number: this.slots.length,
        lists,
        feed: feedOf(lists),
        window,
        course: null,
        detailed,
      };
      this.slots.push(made);
      return made;
    });
    slot.detailed ||= detailed;
    return slot;
  }

  /** Issues of medicines that may be current. */
  issues(codes: readonly string[], window: Window, course: Course): Slot {
    const lists = this.lists(codes);
    return this.once(`issues ${course.usual_days} ${course.grace_days}`, codes, window, (): Slot => {
      const number = this.slots.length;
      const made: Slot = { number, lists, feed: feedOf(lists), window, course, detailed: true };
      this.slots.push(made);
      return made;
    });
  }

  values(codes: readonly string[], window: Window, last: number, onDifferentDays = false): MeasureSlot {
    const kind = onDifferentDays ? 'values of different days' : 'values';
    const slot = this.once(kind, codes, window, (): MeasureSlot => {
      const lists = this.lists(codes);
      const made = { number: this.measures.length, lists, window, onDifferentDays, last };
      this.measures.push(made);
      return made;
    });
    slot.last = Math.max(slot.last, last);
    return slot;
  }

  different(
    of: DifferenceSlot['of'],
    codes: readonly string[],
    window: Window,
    course: Course | null = null,
  ): DifferenceSlot {
    const lists = this.lists(codes);
    const kind = course === null ? of : `${of} ${course.usual_days} ${course.grace_days}`;
    return this.once(kind, codes, window, (): DifferenceSlot => {
      const made = { number: this.differences.length, of, lists, feed: feedOf(lists), window, course };
      this.differences.push(made);
      return made;
    });
  }

  /** Visits of which `meant` is true. */
  visit(to: VisitSlot['to'], meant: string, window: Window): VisitSlot {
    return this.once(to, [meant], window, (): VisitSlot => {
      const made = { number: this.visits.length, to, meant, window };
      this.visits.push(made);
      return made;
    });
  }

  lists(codes: readonly string[]): Codelist[] {
    return codes.flatMap((id) => this.library.codelists.get(id) ?? []);
  }

  private once<Kind extends AnySlot>(
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

function feedOf(lists: readonly Codelist[]): EntryFeed {
  return lists.some((list) => entryFeed(list.kind) === 'medicines') ? 'medicines' : 'events';
}

/** Whether one value may be on several lists of a slot, so that somebody has to say which list it is read by. */
export function sharesCodes({ lists }: MeasureSlot): boolean {
  const codes = lists.flatMap((list) =>
    hasCodes(list) ? [...new Set(list.codes.map(({ code }) => code))] : [],
  );
  return new Set(codes).size < codes.length;
}
