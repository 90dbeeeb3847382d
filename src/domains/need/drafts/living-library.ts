import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import { keyOfCodelists, readCodelistsInEffect, readLoadedLists } from '../codelists/in-effect.ts';
import { withCodelists } from '../codelists/with-codelists.ts';
import type { Library } from '../language/library.ts';
import { type AuthoredText, type WholeLibrary, withAuthored } from '../language/with-authored.ts';
import type { NeedTables, UsedCodelist } from '../tables.ts';
import { readAuthored, readInEffect } from './read-authored.ts';

/** What a refresh works with: definitions, and which loaded lists of codes stand in the place of content's. */
export interface NextLibrary extends WholeLibrary {
  readonly codelists: readonly UsedCodelist[];
}

/**
 * The definitions as a running program knows them: those of content, read when it started, and those of the book, which
 * come and go while it runs.
 */
export class LivingLibrary {
  private readonly content: Library;
  private now: { readonly key: string; readonly whole: WholeLibrary };
  private following: { readonly key: string; readonly whole: NextLibrary };

  constructor(content: Library) {
    this.content = content;
    const whole = { ...withAuthored(content, []), codelists: [] };
    this.now = { key: '', whole };
    this.following = { key: '', whole };
  }

  /** Those of the facts that pages show, as of the last `follow`. */
  get current(): Library {
    return this.now.whole.library;
  }

  /** Reads which definitions and lists of the book the current publication worked with. One short query, at each visit. */
  async follow(db: Kysely<Tables>): Promise<void> {
    const row = await db
      .withTables<NeedTables>()
      .selectFrom('need.publication')
      .select(['authored', 'codelists'])
      .orderBy('snapshot_id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const versions = row?.authored ?? [];
    const codelists = row?.codelists ?? [];
    const key = keyOf(versions, codelists);
    if (key === this.now.key) return;
    const texts = await readAuthored(db, versions);
    this.now = { key, whole: await wholeOf(db, this.content, codelists, texts) };
  }

  /** Those of the current publication, with what was written here of them. */
  async published(db: Kysely<Tables>): Promise<WholeLibrary> {
    await this.follow(db);
    return this.now.whole;
  }

  /** Those that the next refresh will work with, and those of the book that it will leave out. */
  async next(db: Kysely<Tables>): Promise<NextLibrary> {
    const texts: AuthoredText[] = await readInEffect(db);
    const codelists = await readCodelistsInEffect(db);
    const key = keyOf(texts, codelists);
    if (key !== this.following.key)
      this.following = { key, whole: await wholeOf(db, this.content, codelists, texts) };
    return this.following.whole;
  }
}

function keyOf(
  versions: readonly { readonly id: string; readonly version: string }[],
  codelists: readonly UsedCodelist[],
): string {
  return [...versions.map(({ id, version }) => `${id} ${version}`), '', keyOfCodelists(codelists)].join('\n');
}

/** Content with loaded lists in the place of its own, and with definitions of the book. */
async function wholeOf(
  db: Kysely<Tables>,
  content: Library,
  codelists: readonly UsedCodelist[],
  texts: readonly AuthoredText[],
): Promise<NextLibrary> {
  const loaded = await readLoadedLists(
    db,
    codelists.map(({ versionNo }) => versionNo),
  );
  const listed = withCodelists(content, loaded);
  const whole = withAuthored(listed.library, texts);
  const out = new Set(listed.leftOut.map(({ id }) => id));
  return {
    ...whole,
    leftOut: [...listed.leftOut, ...whole.leftOut],
    codelists: codelists.filter(({ id }) => !out.has(id)),
  };
}

/** What a refresh works with: content, and what is in effect of the book. */
export async function readNextLibrary(db: Kysely<Tables>, content: Library): Promise<NextLibrary> {
  return await wholeOf(db, content, await readCodelistsInEffect(db), await readInEffect(db));
}

/** What the current publication worked with, for programs that do not stay. */
export async function readCurrentLibrary(db: Kysely<Tables>, content: Library): Promise<Library> {
  const living = new LivingLibrary(content);
  await living.follow(db);
  return living.current;
}
