import { join } from 'node:path';
import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import { type InboxRow, type ReviewPathway, readReviewPathway, reviewStates } from '../../work/index.ts';
import { headOf } from './read-drafts.ts';

/** How soon a definition that somebody wrote here is checked. */
export function readCheckPathway(content: string): ReviewPathway {
  return readReviewPathway(join(content, 'pathways', 'definition-check.yaml'));
}

/** How the check of a definition moves: it ends with what the checker decided, or because its author took it back. */
export const definitionCheckStates = reviewStates('definition_check', 'to_check', [
  { name: 'publish', to: 'published' },
  { name: 'send_back', to: 'sent_back' },
  { name: 'withdraw', to: 'withdrawn' },
]);

/** What each check is of, in one line, by item: the title that its author gave it. */
export async function describeChecks(
  tx: Tx,
  rows: readonly InboxRow[],
): Promise<ReadonlyMap<number, string>> {
  const drafts = rows.map(({ subjectId }) => subjectId);
  const found = await sql<{ draft: number; definition: string }>`
    select distinct on (draft_id) draft_id as draft, definition from need.draft_version
     where draft_id = any (${drafts}::int[]) order by draft_id, version_no desc`.execute(tx);
  const texts = new Map(found.rows.map(({ draft, definition }) => [draft, definition]));
  return new Map(
    rows.map(({ item, subjectId }) => {
      const { title } = headOf(texts.get(subjectId) ?? '');
      return [item, title === '' ? 'Check a definition' : `Check the definition “${title}”`];
    }),
  );
}
