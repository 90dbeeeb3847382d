import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  beginLoad,
  failLoad,
  keepCodelistChecks,
  type LoadResult,
  readCodelistCheck,
  readLibrary,
  readLoads,
  readNextLibrary,
  recordLoad,
  type SaidOfLoad,
} from '../domains/need/index.ts';
import { readCodelists } from '../interoperability/index.ts';
import { type Actor, act, type Origin } from '../platform/auth/index.ts';
import type { Tx } from '../platform/database/index.ts';
import type { Product } from './product.ts';

export interface LoadRequest {
  readonly paths: readonly string[];
  readonly by: Actor;
  readonly origin: Origin;
  readonly said: SaidOfLoad;
  /** A load that an upload began, and that this call carries out. */
  readonly load?: number | undefined;
  onProgress(what: string): void;
}

/** Reads files of lists and writes down what is in them, whole or not at all. Throws Refusal, NotPermitted. */
export async function loadCodelists(product: Product, request: LoadRequest): Promise<LoadResult> {
  const { by, origin } = request;
  const inTx = <Result>(work: (tx: Tx) => Promise<Result>) =>
    act(product.book, { by, origin, login: 'batch' }, work);
  const load = request.load ?? (await inTx((tx) => beginLoad(tx, { by, said: request.said })));
  // Of an upload it was said on the page.
  const [{ said = request.said } = {}] = await readLoads(product.book.as('batch'), load);
  const scratch = join(product.home.work, `codelists-${load}`);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  try {
    const read = await readCodelists(request.paths, {
      content: product.content,
      scratch,
      said,
      say: request.onProgress,
    });
    request.onProgress('Writing down the lists');
    const { library } = await readNextLibrary(product.book.as('batch'), readLibrary(product.content));
    return await inTx(async (tx) => {
      const now = new Date();
      const result = await recordLoad(tx, load, read, now);
      await keepCodelistChecks(tx, { by, now, pathway: readCodelistCheck(product.content), library });
      return result;
    });
  } catch (error) {
    await inTx((tx) => failLoad(tx, load, new Date()));
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
