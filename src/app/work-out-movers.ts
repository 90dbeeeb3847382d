import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLibrary, workOutWhoWouldMove } from '../domains/need/index.ts';
import { openDuck } from '../platform/lake/index.ts';
import { batchSettings, type Product } from './product.ts';

/** Works out whom a version of a list would move, as somebody asked. Throws Refusal; what went wrong is kept too. */
export async function workOutMovers(
  product: Product,
  check: number,
  onProgress: (what: string) => void,
): Promise<void> {
  const scratch = join(product.home.work, `movers-${check}`);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const duck = await openDuck({ ...batchSettings, scratch });
  try {
    await workOutWhoWouldMove({
      book: product.book,
      home: product.home,
      duck,
      scratch,
      content: readLibrary(product.content),
      check,
      onProgress,
    });
  } finally {
    duck.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
