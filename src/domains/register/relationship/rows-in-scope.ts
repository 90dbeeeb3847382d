import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPlaces } from '../../directory/index.ts';
import { mayImport } from '../who-may.ts';
import { visiblePractices } from './scope.ts';

/**
 * The practices, by code, of which an actor may read what quarantined rows say: those whose people they see by name,
 * if they also answer for data. That is the practice manager for the rows of the own practice. Rows of a sender that is
 * no practice are nobody's here, because nobody can say whose people they are about: whoever runs the product reads
 * them on the command line.
 */
export async function practicesOfReadableRows(tx: Tx, by: Actor): Promise<string[]> {
  if (!mayImport(by).allowed) return [];
  const visible = await visiblePractices(tx, by);
  if (visible.length === 0) return [];
  const places = await readPlaces(tx);
  return visible.flatMap((id) => places.place(id)?.code.toUpperCase() ?? []);
}
