import { join } from 'node:path';
import { sql } from 'kysely';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { dataTeam } from '../../directory/index.ts';
import {
  endMany,
  type InboxRow,
  openWork,
  type ReviewPathway,
  readOpenWork,
  readReviewPathway,
  reviewClock,
  reviewStates,
} from '../../work/index.ts';
import type { Library } from '../language/library.ts';
import { readLatestVersions, readPublishedVersions } from './read-codelists.ts';
import { definitionsUsing } from './used-by.ts';

/** How soon a version of a list that waits is published. */
export function readCodelistCheck(content: string): ReviewPathway {
  return readReviewPathway(join(content, 'pathways', 'codelist-check.yaml'));
}

/** How a version that waits moves: it is published, or no longer waits, as a later one came or nothing reads the list. */
export const codelistCheckStates = reviewStates('codelist_check', 'to_publish', [
  { name: 'publish', to: 'published' },
  { name: 'lapse', to: 'lapsed' },
]);

/** How many versions became work, and of how many the work ended because they wait no more. */
export interface KeptCodelistChecks {
  readonly opened: number;
  readonly ended: number;
}

/**
 * Makes work of each version of a list that waits for its publisher and is none yet: the latest one, never published, of
 * a list that a definition reads. What nothing reads decides about nobody, and can wait. It is the data team's; a GP may
 * do it as well. Work on a version that waits no more ends. As batch work, after a load and each refresh; safe to run
 * again.
 */
export async function keepCodelistChecks(
  tx: Tx,
  keeping: {
    readonly by: Actor;
    readonly now: Date;
    readonly pathway: ReviewPathway;
    /** What definitions are of the next refresh. */
    readonly library: Library;
  },
): Promise<KeptCodelistChecks> {
  const { by, now, pathway, library } = keeping;
  const table = codelistCheckStates;
  // One at a time: what one opens, another would open twice.
  await sql`select pg_advisory_xact_lock(hashtext('need.codelist_check'))`.execute(tx);
  const published = await readPublishedVersions(tx);
  const latest = await readLatestVersions(tx);
  const waiting = latest.filter(({ id, versionNo, kind }) => {
    // One of another kind can take no list's place, and waits for nobody.
    const fits = (library.codelists.get(id)?.kind ?? kind) === kind;
    return fits && !published.has(versionNo) && definitionsUsing(library, id).length > 0;
  });
  const open = await readOpenWork(tx, table.kind);
  const begun = waiting.filter(({ versionNo }) => !open.has(versionNo));
  for (const { versionNo, id, number, loadedBy } of begun)
    await openWork(tx, {
      table,
      subject: { kind: 'codelist_version', id: versionNo },
      team: await dataTeam(tx),
      owner: null,
      clock: reviewClock(now, pathway),
      note: `${id}, version ${number}, loaded by ${loadedBy.name}`,
      by,
      at: now,
    });
  const waits = new Set(waiting.map(({ versionNo }) => versionNo));
  const over = [...open].filter(([version]) => !waits.has(version));
  const end = (isPublished: boolean) =>
    endMany(tx, {
      table,
      action: isPublished ? 'publish' : 'lapse',
      items: over.filter(([version]) => published.has(version) === isPublished).map(([, item]) => item),
      outcome: isPublished ? 'publish' : 'lapse',
      note: isPublished
        ? 'It was published'
        : 'A later version came, or no definition reads the list any more',
      by,
      at: now,
    });
  const ended = [...(await end(true)), ...(await end(false))];
  return { opened: begun.length, ended: ended.length };
}

/** What each piece of work asks, in one line, by item: which version of which list. */
export async function describeCodelistChecks(
  tx: Tx,
  rows: readonly InboxRow[],
): Promise<ReadonlyMap<number, string>> {
  const found = await sql<{ version: number; title: string; number: number }>`
    select version_no as version, title, number from need.codelist_version
     where version_no = any (${rows.map(({ subjectId }) => subjectId)}::int[])`.execute(tx);
  const versions = new Map(found.rows.map((row) => [row.version, row]));
  return new Map(
    rows.map(({ item, subjectId }) => {
      const version = versions.get(subjectId);
      return [
        item,
        version
          ? `Publish version ${version.number} of the list “${version.title}”`
          : 'Publish a list of codes',
      ];
    }),
  );
}
