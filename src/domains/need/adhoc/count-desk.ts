import { Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../facts/publication.ts';
import type { Definition } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { withDefinition } from '../language/with-authored.ts';
import type { CohortLake } from './cohort-lake.ts';
import { type CohortScope, cohortScope, scopeKey } from './cohort-scope.ts';
import { type CohortCount, countCohort } from './count-cohort.ts';

/** A count as a page can show it: made, under way, given up since its reader asked for another of the draft, or not to be had and why. */
export type CountOnPage =
  | { readonly is: 'counted'; readonly count: CohortCount; readonly scope: CohortScope }
  | { readonly is: 'busy' }
  | { readonly is: 'given_up' }
  | { readonly is: 'refused'; readonly because: string }
  | { readonly is: 'failed' };

/** Counts that are kept: reloading a page, or undoing a step, costs nothing. */
const KEPT = 100;

/** How long a page waits. What takes longer goes on, and the page shows it when it is loaded again. */
const PATIENCE_MS = 8_000;

/** A page that wants a count: its reader's account, and the draft that it is about. A reader may have two side by side. */
interface Page {
  readonly reader: string;
  readonly draft: number;
}

/** A count that is made or under way, how it is ended, and which pages want it. */
interface Counting {
  readonly count: Promise<CohortCount>;
  readonly stop: AbortController;
  readonly pages: Set<Page>;
}

/** What somebody counts on a page. */
interface AskedOnPage {
  readonly draft: number;
  readonly library: Library;
  readonly candidate: Definition;
  /** Aborted when the reader has left without waiting for the page. */
  readonly left: AbortSignal;
}

/**
 * Counts for pages: each is made once for the same people and the same meaning, however often it is looked at. One that
 * nobody wants any more, because its readers have left or asked for another of the same draft since, is ended: the next need not wait for it.
 */
export class CountDesk {
  private readonly cohorts: CohortLake;
  private readonly failed: (error: unknown) => void;
  private readonly kept = new Map<string, Counting>();
  private readonly underWay = new Set<Counting>();

  constructor(cohorts: CohortLake, failed: (error: unknown) => void) {
    this.cohorts = cohorts;
    this.failed = failed;
  }

  async count(tx: Tx, by: Actor, { draft, library, candidate, left }: AskedOnPage): Promise<CountOnPage> {
    const page: Page = { reader: by.account, draft };
    const leave = () => this.giveUp((_, each) => each === page);
    try {
      const scope = await cohortScope(tx, by);
      const publication = await readPublication(tx);
      const meaning = withDefinition(library, candidate).contentHash(candidate.id);
      const key = `${publication?.snapshotId} ${publication?.publishedAt.toISOString()} ${meaning} ${scopeKey(scope)}`;
      const begin = (stop: AbortController): Counting => ({
        count: countCohort(tx, this.cohorts, { library, candidate, scope, stop: stop.signal }),
        stop,
        pages: new Set(),
      });
      const counting = this.kept.get(key) ?? this.follow(key, begin(new AbortController()));
      this.keep(key, counting);
      counting.pages.add(page);
      this.giveUp((other, each) => other !== counting && each.reader === page.reader && each.draft === draft);
      if (left.aborted) leave();
      left.addEventListener('abort', leave);
      const count = await soon(counting.count);
      return count === null ? { is: 'busy' } : { is: 'counted', count, scope };
    } catch (error) {
      if (error === GIVEN_UP) return { is: 'given_up' };
      if (error instanceof Refusal) return { is: 'refused', because: error.message };
      this.failed(error);
      return { is: 'failed' };
    } finally {
      left.removeEventListener('abort', leave);
    }
  }

  private keep(key: string, counting: Counting): void {
    this.kept.delete(key);
    this.kept.set(key, counting);
    for (const old of [...this.kept.keys()].slice(0, -KEPT)) this.kept.delete(old);
  }

  private follow(key: string, counting: Counting): Counting {
    const forget = () => {
      if (this.kept.get(key) === counting) this.kept.delete(key);
    };
    this.underWay.add(counting);
    counting.stop.signal.addEventListener('abort', forget);
    counting.count.catch(forget).finally(() => this.underWay.delete(counting));
    return counting;
  }

  /** Some pages do not want their counts any more. */
  private giveUp(meant: (counting: Counting, page: Page) => boolean): void {
    for (const counting of this.underWay) {
      for (const page of counting.pages) if (meant(counting, page)) counting.pages.delete(page);
      if (counting.pages.size === 0) counting.stop.abort(GIVEN_UP);
    }
  }
}

/** Why a count ended that nobody wants. */
const GIVEN_UP = new Error('nobody wants this count any more');

/** What was counted, or null where it is not ready in time. */
async function soon(counting: Promise<CohortCount>): Promise<CohortCount | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([counting, late]);
  } finally {
    clearTimeout(timer);
  }
}
