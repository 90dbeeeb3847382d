import type { ComponentChildren } from 'preact';
import { Refusal } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Permission, Typed, Visit } from '../../platform/web/index.ts';
import type { InboxRow } from './read-inbox.ts';
import type { StateTable } from './state-table.ts';
import { taskStates, taskStateWords } from './task-states.ts';
import type { Ending, WorkPathway } from './work-pathway.ts';

/** What can be done with work of a kind in the row of a list, by its own rules: a form that opens there. */
export interface KindAct {
  /** As it stands in addresses. */
  readonly act: string;
  /** The link in the row, the heading of the form, and its button. */
  readonly text: string;
  readonly heading: string;
  readonly submit: string;
  /** Whether whoever looks may do it with this now. The command asks again. */
  may(visit: Visit, row: InboxRow): boolean;
  fields(visit: Visit, row: InboxRow, typed: Typed): Promise<ComponentChildren>;
  /** Does it with what was typed. Throws what the command throws. */
  do(visit: Visit, row: InboxRow, typed: Readonly<Record<string, string>>): Promise<void>;
}

/** A kind of work, as the inbox needs to know it. Each room says its own; `app` lists them. */
export interface WorkKind {
  readonly states: StateTable;
  /** One of it, and many: `Caseload entry`, `Caseload entries`. */
  readonly title: string;
  readonly plural: string;
  readonly stateWords: Readonly<Record<string, string>>;
  /**
   * Where it is done, for whoever may go there; null for others. A kind without a page of its own is a task, done on the
   * page of its work.
   */
  href?(row: InboxRow, by: Actor): string | null;
  /** What is done in its row, for kinds with rules of their own. */
  readonly acts?: readonly KindAct[];
  /** Who works on it, where not everybody of the team that owns it does. */
  may?(by: Actor): Permission;
  /** What each of these is about, in one line, by item; for kinds whose work carries no words of its own. */
  describe?(tx: Tx, rows: readonly InboxRow[]): Promise<ReadonlyMap<number, string>>;
}

/** How tasks of a kind end where not as others do: what somebody says came of it, and what is found by itself. */
export interface OwnEndings {
  readonly byHand: readonly Ending[];
  readonly byItself: readonly Ending[];
}

/** Every kind of work that there is. */
export class WorkKinds {
  readonly all: readonly WorkKind[];
  readonly pathway: WorkPathway;
  readonly #endings: Readonly<Record<string, OwnEndings>>;

  /** `endings`: of kinds of tasks that end in ways of their own. */
  constructor(
    pathway: WorkPathway,
    others: readonly WorkKind[],
    endings: Readonly<Record<string, OwnEndings>> = {},
  ) {
    this.pathway = pathway;
    this.#endings = endings;
    const tasks = pathway.kinds.map(({ id, title, plural }) => ({
      states: taskStates(id),
      title,
      plural,
      stateWords: taskStateWords,
    }));
    this.all = [...others, ...tasks];
  }

  /** A kind by its name. Throws where there is none: work of it could neither be shown nor escalated. */
  kind(name: string): WorkKind {
    const found = this.all.find(({ states }) => states.kind === name);
    if (!found) throw new Error(`There is no kind of work ${name}`);
    return found;
  }

  /** What can be said came of a task of a kind. */
  outcomes(kind: string): readonly Ending[] {
    return this.#endings[kind]?.byHand ?? this.pathway.outcomes;
  }

  /** Every way in which work of a kind ends that has words of its own. */
  endings(kind: string): readonly Ending[] {
    return [...this.outcomes(kind), ...(this.#endings[kind]?.byItself ?? []), ...this.pathway.stops];
  }

  /** The kinds that somebody does not work on, though their team owns some. */
  hiddenFrom(by: Actor): string[] {
    return this.all.filter((kind) => kind.may?.(by).allowed === false).map(({ states }) => states.kind);
  }

  isTask(name: string): boolean {
    return this.pathway.kinds.some(({ id }) => id === name);
  }

  /** A kind whose work is done on its own page cannot be done as a task. Throws Refusal `has_its_own_page`. */
  task(name: string): WorkKind {
    const kind = this.kind(name);
    if (this.isTask(name)) return kind;
    throw new Refusal({
      code: 'has_its_own_page',
      because: `${kind.plural} are worked on pages of their own, with rules of their own.`,
      remedy: 'Open it from the inbox.',
    });
  }
}
