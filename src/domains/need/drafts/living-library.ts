import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { Library } from '../language/library.ts';
import { type AuthoredText, type WholeLibrary, withAuthored } from '../language/with-authored.ts';
import type { NeedTables } from '../tables.ts';
import { readAuthored, readInEffect } from './read-authored.ts';

/**
 * The definitions as a running program knows them: those of content, read when it started, and those of the book, which
 * come and go while it runs.
 */
export class LivingLibrary {
  private readonly content: Library;
  private published: { readonly key: string; readonly whole: WholeLibrary };
  private following: { readonly key: string; readonly whole: WholeLibrary };

  constructor(content: Library) {
    this.content = content;
    const whole = withAuthored(content, []);
    this.published = { key: '', whole };
    this.following = { key: '', whole };
  }

  /** Those of the facts that pages show, as of the last `follow`. */
  get current(): Library {
    return this.published.whole.library;
  }

  /** Reads which definitions of the book the current publication worked with. One short query, at each visit. */
  async follow(db: Kysely<Tables>): Promise<void> {
    const row = await db
      .withTables<NeedTables>()
      .selectFrom('need.publication')
      .select('authored')
      .orderBy('snapshot_id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const versions = row?.authored ?? [];
    const key = versions.map(({ id, version }) => `${id} ${version}`).join('\n');
    if (key === this.published.key) return;
    this.published = { key, whole: withAuthored(this.content, await readAuthored(db, versions)) };
  }

  /** Those that the next refresh will work with, and those of the book that it will leave out. */
  async next(db: Kysely<Tables>): Promise<WholeLibrary> {
    const texts: AuthoredText[] = await readInEffect(db);
    const key = texts.map(({ id, version }) => `${id} ${version}`).join('\n');
    if (key !== this.following.key) this.following = { key, whole: withAuthored(this.content, texts) };
    return this.following.whole;
  }
}

/** What a refresh works with: content, and what is in effect of the book. */
export async function readNextLibrary(db: Kysely<Tables>, content: Library): Promise<WholeLibrary> {
  return withAuthored(content, await readInEffect(db));
}

/** What the current publication worked with, for programs that do not stay. */
export async function readCurrentLibrary(db: Kysely<Tables>, content: Library): Promise<Library> {
  const living = new LivingLibrary(content);
  await living.follow(db);
  return living.current;
}
