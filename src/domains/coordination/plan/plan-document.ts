import type { PlainDate } from '../../../kernel/index.ts';
import { planSections, type SectionId, type Voice } from './plan-parts.ts';
import type { PlanState } from './plan-states.ts';

/** What a part says: text by field. Days are written 2026-11-22; a field that nobody filled is not there. */
export type Content = Readonly<Record<string, string>>;

/** Who wrote a field as it stands. */
export interface Author {
  readonly voice: Voice;
  readonly name: string;
  /** When, as ISO text, so that it travels unchanged. */
  readonly at: string;
}

/** One part of a plan as it stands, or stood in some version. */
export interface PlanEntry {
  /** A random name of its own, given by the form that first asked for it. */
  readonly entry: string;
  readonly section: SectionId;
  readonly content: Content;
  readonly authors: Readonly<Record<string, Author>>;
  /** The version in which it came to say this: what a form is written against. */
  readonly version: number;
  /** For steps of the team: what has become of the piece of work. */
  readonly work?: StepWork | undefined;
}

export interface StepWork {
  readonly item: number;
  readonly state: string;
  readonly outcome: string | null;
}

/** A plan with everything that the reader may see of it. */
export interface Plan {
  readonly id: number;
  readonly publicId: string;
  readonly personNo: number;
  /** The person's public id. */
  readonly personId: string;
  readonly state: PlanState;
  readonly version: number;
  readonly askedVersion: number | null;
  readonly agreedVersion: number | null;
  readonly agreedOn: PlainDate | null;
  readonly reviewOn: PlainDate | null;
  readonly endedBecause: string | null;
  readonly ownerTeam: number;
  readonly withheld: readonly string[];
  readonly entries: readonly PlanEntry[];
}

/** The entries of a section, in the order in which they were first written. */
export function entriesOf(plan: Pick<Plan, 'entries'>, section: SectionId): readonly PlanEntry[] {
  return plan.entries.filter((each) => each.section === section);
}

/** What the one entry of a section says. Nothing, while nobody has written it. */
export function only(plan: Pick<Plan, 'entries'>, section: SectionId): Content {
  return entriesOf(plan, section)[0]?.content ?? {};
}

/** Where a step stands: its piece of work decides where it has one. */
export function stepStatus(step: PlanEntry): 'to_do' | 'done' | 'not_needed' {
  if (step.work && step.work.outcome !== null) return step.work.outcome === 'done' ? 'done' : 'not_needed';
  const { status } = step.content;
  return status === 'done' || status === 'not_needed' ? status : 'to_do';
}

/** What an entry is called in lists: its first field that says something. */
export function entryName({ section, content }: Pick<PlanEntry, 'section' | 'content'>): string {
  const first = Object.keys(planSections[section].fields).find((name) => content[name]);
  const text = (first && content[first]) ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
