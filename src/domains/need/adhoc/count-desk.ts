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

/** A count as a page can show it: made, under way, or not to be had and why. */
export type CountOnPage =
  | { readonly is: 'counted'; readonly count: CohortCount; readonly scope: CohortScope }
  | { readonly is: 'busy' }
  | { readonly is: 'refused'; readonly because: string }
  | { readonly is: 'failed' };

/** Counts that are kept: reloading a page, or undoing a step, costs nothing. */
const KEPT = 100;

/** How long a page waits. What takes longer goes on, and the page shows it when it is loaded again. */
const PATIENCE_MS = 8_000;

/** Counts for pages: each is made once for the same people and the same meaning, however often it is looked at. */
export class CountDesk {
  private readonly cohorts: CohortLake;
  private readonly failed: (error: unknown) => void;
  private readonly made = new Map<string, Promise<CohortCount>>();

  constructor(cohorts: CohortLake, failed: (error: unknown) => void) {
    this.cohorts = cohorts;
    this.failed = failed;
  }

  async count(tx: Tx, by: Actor, library: Library, candidate: Definition): Promise<CountOnPage> {
    try {
      const scope = await cohortScope(tx, by);
      const publication = await readPublication(tx);
      const meaning = withDefinition(library, candidate).contentHash(candidate.id);
      const key = `${publication?.snapshotId} ${publication?.publishedAt.toISOString()} ${meaning} ${scopeKey(scope)}`;
      const counting = this.made.get(key) ?? countCohort(tx, this.cohorts, { library, candidate, scope });
      this.keep(key, counting);
      const count = await soon(counting);
      return count === null ? { is: 'busy' } : { is: 'counted', count, scope };
    } catch (error) {
      if (error instanceof Refusal) return { is: 'refused', because: error.message };
      this.failed(error);
      return { is: 'failed' };
    }
  }

  private keep(key: string, counting: Promise<CohortCount>): void {
    this.made.delete(key);
    this.made.set(key, counting);
    counting.catch(() => this.made.delete(key));
    for (const old of [...this.made.keys()].slice(0, -KEPT)) this.made.delete(old);
  }
}

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
