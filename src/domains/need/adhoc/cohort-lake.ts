import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { NotFound } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import { type LakeReader, literal } from '../../../platform/lake/index.ts';
import { readDeprivation, readPlaces } from '../../directory/index.ts';
import { type Lake, readSnapshot } from '../../register/index.ts';
import type { Publication } from '../facts/publication.ts';
import { openRoll } from '../refresh/evaluate-everybody.ts';
import { loadAreas, loadPlaces } from '../refresh/load-places.ts';
import { columnsOf, outcomesFile } from '../refresh/outcomes-file.ts';

/** Of a person, what conditions ask, and nothing that says who it is. */
const OF_A_PERSON =
  'person.person, person.practice, person.birth_day, person.sex, person.lsoa, person.registered_from, person.records';

/** A DuckDB of one's own, with the people of one publication in it. Everything is of that publication's snapshot. */
export interface OpenedCohortLake {
  readonly lake: Lake;
  /** The file of what the refresh found of everybody; null where there is none (any more). */
  readonly outcomes: string | null;
  /** The columns of that file. */
  readonly columns: ReadonlySet<string>;
  readonly ask: LakeReader['rows'];
}

/**
 * The lake as counts read it that nobody asked for in advance: everybody at once. It has a reader of its own, whose
 * thread does nothing else, so that neither the event loop nor somebody's timeline waits for a count; one count follows
 * the other. Who is registered is worked out at the first count of a publication and kept.
 */
export class CohortLake {
  private readonly reader: LakeReader;
  private readonly folders: { readonly lake: string; readonly outcomes: string };
  private busy: Promise<unknown> = Promise.resolve();

  constructor(reader: LakeReader, folders: { readonly lake: string; readonly outcomes: string }) {
    this.reader = reader;
    this.folders = folders;
  }

  /**
   * Does one piece of work with everybody of a publication. Throws NotFound when its files are no longer kept. Aborting
   * `stop` ends it, so that whoever comes next need not wait for it; it rejects with the signal's reason.
   */
  async use<Found>(
    db: Kysely<Tables>,
    publication: Publication,
    work: (opened: OpenedCohortLake) => Promise<Found>,
    stop?: AbortSignal,
  ): Promise<Found> {
    // What the work needs of the book is read first: a transaction does not outlive its visit, and the turn may come later.
    const snapshot = await readSnapshot(db, this.folders.lake, publication.snapshotId);
    if (!snapshot) throw new NotFound('The snapshot of this page is no longer kept.', 'Load the page again.');
    const places = await readPlaces(db);
    const areas = await readDeprivation(db);
    const turn = this.busy.then(async () => {
      stop?.throwIfAborted();
      const ask: LakeReader['rows'] = (sql, values) => this.reader.rows(sql, values, stop);
      const run = async (sql: string) => void (await ask(sql));
      const key = `${publication.snapshotId} ${publication.publishedAt.toISOString()}`;
      if (!(await this.isOpen(key))) {
        await run('drop table if exists opened');
        await loadPlaces({ run }, places);
        await loadAreas({ run }, areas);
        await openRoll({ run }, snapshot.lake, { columns: OF_A_PERSON });
        await run(`create temp table opened as select ${literal(key)} as key`);
      }
      const outcomes = this.outcomesOf(publication);
      return await work({ lake: snapshot.lake, outcomes, columns: await columnsOf(ask, outcomes), ask });
    });
    this.busy = turn.catch(() => {});
    return await turn;
  }

  /** A thread that ended was replaced by one that knows nothing. */
  private async isOpen(key: string): Promise<boolean> {
    const found = await this.reader.rows<{ n: number }>(
      "select count(*) as n from duckdb_tables() where table_name = 'opened'",
    );
    if (found[0]?.n !== 1) return false;
    const opened = await this.reader.rows<{ key: string }>('select key from opened');
    return opened[0]?.key === key;
  }

  private outcomesOf({ outcomes }: Publication): string | null {
    if (outcomes === null) return null;
    const file = outcomesFile(this.folders.outcomes, outcomes);
    return existsSync(file) ? file : null;
  }
}
