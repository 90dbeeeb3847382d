import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type PlainDate, Refusal } from '../../kernel/index.ts';
import { type Actor, act } from '../../platform/auth/index.ts';
import { type Book, withSessionLock } from '../../platform/database/index.ts';
import type { Home } from '../../platform/home/index.ts';
import { type DuckSettings, openDuck } from '../../platform/lake/index.ts';
import { readPlaces } from '../directory/index.ts';
import type { Library } from '../need/index.ts';
import { type FeedRule, readSnapshot } from '../register/index.ts';
import type { DefectKinds } from './defect-kinds.ts';
import { type Detected, detectDefects } from './detect/detect.ts';
import { type Recorded, recordFindings } from './record-findings.ts';
import type { DefectsTables } from './tables.ts';

export interface SearchRequest {
  readonly book: Book;
  readonly home: Home;
  readonly library: Library;
  readonly kinds: DefectKinds;
  readonly feeds: readonly FeedRule[];
  readonly settings: DuckSettings;
  readonly by: Actor;
  readonly now: Date;
  /** The day by which feeds are late and entries in the future; without one the snapshot's own day. */
  readonly today: PlainDate | null;
  onProgress?(what: string): void;
}

/** What a search found, in the shape that `quality --json` prints. */
export interface SearchResult extends Recorded {
  readonly snapshot: number;
  readonly today: PlainDate;
  readonly rows: number;
  readonly seconds: number;
  readonly defects: readonly { readonly kind: string; readonly practice: string; readonly says: string }[];
}

/**
 * Looks for defects in the current snapshot and writes them down as work, in one transaction. Meant for a process of
 * its own, after a refresh. Throws Refusal when there is no snapshot yet.
 */
export async function searchForDefects(request: SearchRequest): Promise<SearchResult> {
  const { book, home } = request;
  // Imports wait: they may remove files that are being read.
  return await withSessionLock(book, 'batch', 'snapshot', async () => {
    const snapshot = await readSnapshot(book.as('batch'), home.lake);
    if (!snapshot) throw nothingImported();
    const scratch = join(home.work, `quality-${snapshot.id}`);
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const duck = await openDuck({ ...request.settings, scratch });
    const today = request.today ?? snapshot.asOf;
    const began = performance.now();
    try {
      const detected = await detectDefects({
        ...request,
        db: book.as('batch'),
        duck,
        snapshot,
        today,
        accepted: await acceptedSizes(request),
        onProgress: (part, parts) =>
          request.onProgress?.(`Looking for defects, part ${part + 1} of ${parts}`),
      });
      const seconds = Math.round((performance.now() - began) / 10) / 100;
      const search = { snapshot: snapshot.id, today, rows: detected.rows, seconds };
      const recorded = await record(request, detected, search);
      const defects = detected.findings.map(({ kind, practice, says }) => ({ kind, practice, says }));
      return { ...search, ...recorded, defects };
    } finally {
      duck.close();
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

async function acceptedSizes({ book }: SearchRequest): Promise<Map<string, number>> {
  const places = await readPlaces(book.as('batch'));
  const rows = await book
    .as('batch')
    .withTables<DefectsTables>()
    .selectFrom('defects.list_size')
    .select(['practice_id', 'accepted'])
    .execute();
  return new Map(
    rows.flatMap(({ practice_id, accepted }) => {
      const code = places.place(practice_id)?.code;
      return code === undefined ? [] : [[code.toUpperCase(), accepted] as const];
    }),
  );
}

async function record(
  { book, by, now, kinds }: SearchRequest,
  { findings, measured }: Detected,
  search: { snapshot: number; today: PlainDate; rows: number; seconds: number },
): Promise<Recorded> {
  const origin = { requestId: 'quality', from: 'search for defects' };
  return await act(book, { by, origin, login: 'batch' }, async (tx) => {
    const { search_id } = await tx
      .withTables<DefectsTables>()
      .insertInto('defects.search')
      .values({
        snapshot_id: search.snapshot,
        today: search.today,
        searched_at: now,
        rows: search.rows,
        seconds: search.seconds,
      })
      .returning('search_id')
      .executeTakeFirstOrThrow();
    const places = await readPlaces(tx);
    return await recordFindings(tx, { findings, measured, places, kinds, search: search_id, by, at: now });
  });
}

function nothingImported(): Refusal {
  return new Refusal({
    code: 'nothing_imported',
    because: 'There is nothing to look at: no delivery has been imported yet.',
    remedy: 'Import a practice extract first: bin/neighbourhold import FOLDER.',
  });
}
