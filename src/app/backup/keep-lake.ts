import { dirname } from 'node:path';
import { type Book, walKeptIn, withSessionLock } from '../../platform/database/index.ts';
import type { Home } from '../../platform/home/index.ts';
import { copyLake } from './lake-store.ts';

/** Copies what is new in the lake into the store in which WAL is kept; nothing where it is not. */
export async function keepLake(product: { readonly book: Book; readonly home: Home }): Promise<void> {
  const wal = walKeptIn(product.home);
  if (wal === null) return;
  await withSessionLock(
    product.book,
    'batch',
    'lakeFiles',
    async () => void (await copyLake(product, dirname(wal), () => {})),
    { shared: true },
  );
}
