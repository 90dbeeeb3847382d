import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type RegisterTables, seesPeople } from '../register/index.ts';
import type { DefectsTables } from './tables.ts';
import { maySeeExamples } from './who-may.ts';

/** A row that is wrong. Row id and person are there for those who may see the practice's people, and for nobody else. */
export interface ExampleRow {
  readonly table: string;
  readonly term: string;
  readonly day: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  readonly times: number | null;
  readonly rowId: string | null;
  /** The public id of the person, when this transaction may see them. */
  readonly person: string | null;
}

/** The examples kept of a defect that this actor may see: none for who sees counts only. */
export async function readExamples(tx: Tx, by: Actor, defect: number): Promise<ExampleRow[]> {
  if (!maySeeExamples(by).allowed) return [];
  const rows = await tx
    .withTables<DefectsTables & RegisterTables>()
    .selectFrom('defects.example as example')
    // Row-level security: who may not see the person finds no row here.
    .leftJoin('register.person as person', 'person.person_no', 'example.person_no')
    .where('example.defect_id', '=', defect)
    .select([
      'example.table_name as table',
      'example.term',
      'example.day',
      'example.value',
      'example.unit',
      'example.times',
      'example.row_id as rowId',
      'person.public_id as person',
    ])
    .orderBy('example.position')
    .execute();
  return seesPeople(by.role) ? rows : rows.map((row) => ({ ...row, rowId: null, person: null }));
}
