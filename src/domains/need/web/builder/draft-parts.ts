import type { Visit } from '../../../../platform/web/index.ts';
import type { LakeAccess } from '../../../register/index.ts';
import type { ReviewPathway } from '../../../work/index.ts';
import type { CountDesk, CountOnPage } from '../../adhoc/count-desk.ts';
import { type CheckedDraft, checkDraft } from '../../drafts/check-draft.ts';
import type { LivingLibrary } from '../../drafts/living-library.ts';
import { type Draft, readDraft } from '../../drafts/read-drafts.ts';
import { isNewerSnapshot } from '../../facts/newer-snapshot.ts';
import type { WholeLibrary } from '../../language/with-authored.ts';
import type { Measures } from '../measures.ts';

/** What the pages of drafts are given. */
export interface DraftParts {
  readonly measures: Measures;
  readonly living: LivingLibrary;
  readonly desk: CountDesk;
  readonly access: LakeAccess;
  /** The folder of content files, for copies. */
  readonly content: string;
  /** How soon what somebody asks to be checked is checked. */
  readonly checks: ReviewPathway;
  /** Told when what the next refresh works with has changed. */
  published(): Promise<void>;
}

/** A draft on a page: what it says, what is wrong with it, and how many people it means. */
export interface OpenedDraft {
  readonly draft: Draft;
  readonly whole: WholeLibrary;
  readonly checked: CheckedDraft;
  /** Null where there is nothing that could be counted. */
  readonly count: CountOnPage | null;
  /** Whether data has come in that the counts do not know yet. */
  readonly outdated: boolean;
}

/** Opens a draft as it is now, and counts it where it can be counted. Throws NotFound. */
export async function openDraft(visit: Visit, parts: DraftParts, draftId: number): Promise<OpenedDraft> {
  const draft = await readDraft(visit.tx, draftId);
  const whole = await parts.living.next(visit.tx);
  const checked = checkDraft(whole.library, draft.definition, draft.cases);
  const count =
    checked.definition === null
      ? null
      : await parts.desk.count(visit.tx, visit.by, {
          draft: draftId,
          library: whole.library,
          candidate: checked.definition,
          left: visit.left,
        });
  return { draft, whole, checked, count, outdated: await isNewerSnapshot(visit.tx) };
}

export function draftHref(draftId: number, page = ''): string {
  return `/definitions/drafts/${draftId}${page === '' ? '' : `/${page}`}`;
}
