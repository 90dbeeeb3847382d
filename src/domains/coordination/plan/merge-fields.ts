import type { Author, Content } from './plan-document.ts';

/** A field that two people wrote differently at once: both texts, and what stood there before. */
export interface FieldConflict {
  readonly field: string;
  readonly before: string;
  readonly theirs: string;
  readonly mine: string;
  /** Who wrote theirs. */
  readonly author: Author | null;
}

/** What an entry said at some time; `removed` when somebody had taken it away. */
export interface Said {
  readonly content: Content;
  readonly authors: Readonly<Record<string, Author>>;
  readonly removed: boolean;
}

export const nothingSaid: Said = { content: {}, authors: {}, removed: false };

export type Merged =
  | { readonly said: Said; readonly changed: boolean }
  | {
      readonly conflicts: readonly FieldConflict[];
      /** What the form is filled with when it comes back: theirs where only they wrote, the writer's own elsewhere. */
      readonly offered: Content;
    };

/**
 * Puts what somebody typed together with what others saved since their form was made, field by field. Who changed a
 * field alone has changed it; who changed it together with somebody else, to another text, is shown both. Texts are
 * compared as they are.
 *
 * `base` is what the form was written against, `now` what stands, `typed` the form's fields, every one.
 */
export function mergeFields(base: Said, now: Said, typed: Content, author: Author): Merged {
  if (now.removed && !base.removed) return mergeWithRemoved(base, now, typed);
  const content: Record<string, string> = {};
  const authors: Record<string, Author> = {};
  const conflicts: FieldConflict[] = [];
  let changed = false;
  for (const field of fieldsIn(base, now, typed)) {
    const [before, theirs, mine] = [base, now, { content: typed }].map(
      (said) => said.content[field] ?? '',
    ) as [string, string, string];
    const isMine = mine !== before && mine !== theirs;
    if (isMine && theirs !== before) {
      conflicts.push({ field, before, theirs, mine, author: now.authors[field] ?? null });
    }
    const text = isMine ? mine : theirs;
    changed ||= isMine;
    if (text === '') continue;
    content[field] = text;
    const whose = isMine ? author : now.authors[field];
    if (whose) authors[field] = whose;
  }
  return conflicts.length > 0
    ? { conflicts, offered: content }
    : { said: { content, authors, removed: false }, changed };
}

/** Somebody took the entry away: what was typed in it since is shown whole, and not put into what is left of it. */
function mergeWithRemoved(base: Said, now: Said, typed: Content): Merged {
  const fields = fieldsIn(base, now, typed);
  const touched = fields.some((field) => (typed[field] ?? '') !== (base.content[field] ?? ''));
  const conflicts = fields.flatMap((field) => {
    const mine = typed[field] ?? '';
    return mine === ''
      ? []
      : [{ field, before: base.content[field] ?? '', theirs: '', mine, author: now.authors[field] ?? null }];
  });
  return touched && conflicts.length > 0 ? { conflicts, offered: typed } : { said: now, changed: false };
}

function fieldsIn(base: Said, now: Said, typed: Content): readonly string[] {
  return [
    ...new Set([...Object.keys(base.content), ...Object.keys(now.content), ...Object.keys(typed)]),
  ].sort();
}
