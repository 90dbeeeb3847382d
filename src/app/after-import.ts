import { type Assigned, assignNamedGps } from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { returnWorkOfLeavers } from '../domains/work/index.ts';
import { type Actor, act } from '../platform/auth/index.ts';
import type { Book } from '../platform/database/index.ts';
import { workKinds } from './work-kinds.ts';

/**
 * What has to follow an import, whatever came in: people who are new on a list get a named GP, those whose GP left
 * another one, and the work of people who left goes back to their teams. Safe to run again: then there is nothing to do.
 */
export async function afterImport(
  { book, operator: by, content }: { book: Book; operator: Actor; content: string },
  now: Date,
): Promise<Assigned & { readonly returned: number }> {
  const origin = { requestId: 'after-import', from: 'import' };
  return await act(book, { by, origin, login: 'batch' }, async (tx) => {
    const assigned = await assignNamedGps(tx, { by, now });
    const tables = workKinds(content, readDefectKinds(content)).all.map(({ states }) => states);
    return { ...assigned, returned: await returnWorkOfLeavers(tx, tables, by, now) };
  });
}
