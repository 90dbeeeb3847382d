import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../../register/index.ts';
import type { Move } from './selection.ts';
import { readMoves } from './selection.ts';
import type { SelectionTables } from './selection-tables.ts';
import type { Minutes, Points } from './visits-and-worth.ts';

/** Somebody of a list, on it or near it, as its page shows them. */
export interface Selected {
  /** Their number as the list knows them; joined to another person since, they are shown as that one. */
  readonly person: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly nhsNumber: string | null;
  readonly birthDate: string | null;
  readonly place: number;
  readonly worth: number;
  readonly reasons: readonly Points[];
  readonly visits: readonly string[];
  readonly minutes: Minutes;
  readonly proposed: boolean;
  readonly chosen: boolean;
  readonly near: 'inside' | 'outside' | null;
  readonly item: number | null;
  readonly leftOut: string | null;
  /** Why they stayed on the caseload when the list was taken back. */
  readonly keptBecause: string | null;
  /** The last move by hand, where there was one. */
  readonly move: Move | null;
}

/** Everybody of a list whom this transaction may see, in its order: on it, and then nearest to it first. */
export async function readSelected(tx: Tx, selection: number): Promise<Selected[]> {
  const rows = await tx
    .withTables<SelectionTables & RegisterTables>()
    .selectFrom('coordination.selection_person as row')
    .leftJoin('register.joined as joined', 'joined.person_no', 'row.person_no')
    .innerJoin('register.person as person', (join) =>
      join.on('person.person_no', '=', (on) => on.fn.coalesce('joined.now_no', 'row.person_no')),
    )
    .where('row.selection_id', '=', selection)
    .select([
      'row.person_no as person',
      'person.public_id as publicId',
      'person.family_name as familyName',
      'person.given_names as givenNames',
      'person.nhs_number as nhsNumber',
      'person.birth_date as birthDate',
      'row.place',
      'row.worth',
      'row.reasons',
      'row.visits',
      'row.minutes',
      'row.proposed',
      'row.chosen',
      'row.near',
      'row.item_id as item',
      'row.left_out as leftOut',
      'row.kept_because as keptBecause',
    ])
    .orderBy('row.place')
    .execute();
  const moves = await readMoves(tx, selection);
  return rows.map((row) => ({ ...row, move: moves.get(row.person) ?? null }));
}
