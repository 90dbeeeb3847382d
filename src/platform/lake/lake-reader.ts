import { openThread } from '../thread/index.ts';
import type { Cell, DuckSettings, Row } from './duck.ts';
import type { LakeQuestion } from './lake-worker.ts';

/** Reads the lake for pages: short queries on few files, off the web server's event loop. */
export interface LakeReader {
  /** As a Duck's: aborting `stop` ends the query. */
  rows<Shape extends Row = Row>(sql: string, values?: readonly Cell[], stop?: AbortSignal): Promise<Shape[]>;
  close(): Promise<void>;
}

/** `script` is the built `lake-worker.js`. */
export function openLakeReader(script: URL, settings: DuckSettings): LakeReader {
  const thread = openThread<LakeQuestion, Row[]>({
    script,
    data: settings,
    failed: 'The lake could not answer',
  });
  return {
    rows: async <Shape extends Row>(sql: string, values: readonly Cell[] = [], stop?: AbortSignal) =>
      (await thread.ask({ sql, values }, stop)) as Shape[],
    close: () => thread.close(),
  };
}
