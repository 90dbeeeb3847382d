import type { ComponentChildren } from 'preact';
import type { Typed, Visit } from '../../../platform/web/index.ts';
import type { ListedPerson, PeopleStanding } from '../facts/find-people.ts';

/** A form that was opened in the row of somebody, and what has been typed into it. */
export interface OpenedForm {
  /** The public id of the person. */
  readonly row: string;
  readonly act: string;
  readonly typed: Typed;
}

/** What a reader who decides about people finds in the rows of a list. */
export interface ActsOnPeople {
  /** Where people stand with the reader's team, to filter by: its name in addresses, and in words. */
  readonly standings: readonly { readonly id: string; readonly title: string }[];
  readonly standing: PeopleStanding;
  /** What can be done with each of these people, or has been decided, by number. */
  cells(people: readonly ListedPerson[]): Promise<ReadonlyMap<number, ComponentChildren>>;
  /** The form that was opened in one of the rows, by number of its person. */
  forms(people: readonly ListedPerson[]): Promise<ReadonlyMap<number, ComponentChildren>>;
  /** What was done just now, above the list. */
  done(): Promise<ComponentChildren>;
  /** The words of an opened form, for the summary of what was typed wrong. */
  readonly typed: Typed;
}

/**
 * What a room above adds to lists of people, so that a list is where work begins. Null for who decides nothing; then the
 * list is one to read.
 */
export type OpenActs = (visit: Visit, opened: OpenedForm | null) => ActsOnPeople | null;
