import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../kernel/index.ts';

// A store is a folder of backups of one installation: a folder for each with a copy of the book, and beside them the
// files of the lake, which never change and are kept once for all backups, and the WAL written since.
//
//   STORE/neighbourhold-backups.json   whose backups these are
//   STORE/2026-11-22T020000Z/          one backup: book/ and, written last, backup.json
//   STORE/lake/PATH.SHA256             the lake's files
//   STORE/wal/SEGMENT.gz               WAL, where it is kept

const MARKER = 'neighbourhold-backups.json';
const MANIFEST = 'backup.json';
/** What a backup is called while it is made: nothing reads it. */
export const DRAFT = '.making-';

const file = z.object({ path: z.string(), bytes: z.number(), sha256: z.string() });
const owner = z.object({ installation: z.string(), restorations: z.number() });
const manifest = z.object({
  layout: z.literal(1),
  owner,
  purpose: z.enum(['demo', 'live']),
  /** Everything that was committed before this is in it. */
  madeAt: z.iso.datetime().transform((text) => new Date(text)),
  snapshot: z.number().nullable(),
  /** Null where the server is not ours: its own tools copy the book. */
  book: z
    .object({
      serverVersion: z.number(),
      firstWal: z.string(),
      folders: z.array(z.string()),
      files: z.array(file),
    })
    .nullable(),
  lake: z.array(file),
  contentHash: z.string(),
});

/** Which life of which installation: a restored copy is not its original. */
export type Owner = z.output<typeof owner>;
export type StoredFile = z.output<typeof file>;
export type Manifest = z.output<typeof manifest>;

export interface Backup {
  /** Its folder. */
  readonly path: string;
  readonly name: string;
  readonly manifest: Manifest;
}

export const lakeOf = (store: string) => join(store, 'lake');
export const walOf = (store: string) => join(store, 'wal');
export const bookOf = (backup: string) => join(backup, 'book');

/** One hash over everything that a backup holds: two with the same hold the same. */
export function contentHash(files: readonly StoredFile[]): string {
  const lines = files.map(({ path, bytes, sha256 }) => `${path} ${bytes} ${sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** How much a backup comes to by itself. */
export function bytesOf(files: readonly StoredFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Makes a folder a store, or checks that it is one of the same owner. Throws Refusal. */
export function claimStore(path: string, by: Owner): string {
  const store = resolve(path);
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const marker = join(store, MARKER);
  if (!existsSync(marker)) {
    if (readdirSync(store).length > 0) throw notEmpty(store);
    writeDurably(marker, { layout: 1, owner: by });
  }
  const found = owner.safeParse(readJson(marker)?.owner);
  if (
    found.success &&
    found.data.installation === by.installation &&
    found.data.restorations === by.restorations
  )
    return store;
  throw new Refusal({
    code: 'other_installation',
    because: `The backups in ${store} are those of another installation, or of what this one was restored from.`,
    remedy: 'Choose a folder of its own for the backups of this one.',
  });
}

export function isStore(path: string): boolean {
  return existsSync(join(path, MARKER));
}

/** Every whole backup of a store, the oldest first. Drafts and folders without a manifest are none. */
export function listBackups(store: string): Backup[] {
  return readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .filter(({ name }) => existsSync(join(store, name, MANIFEST)))
    .map(({ name }) => readBackup(join(store, name)))
    .sort((a, b) => a.manifest.madeAt.getTime() - b.manifest.madeAt.getTime());
}

/** Whether a folder is one backup, and not a store of them. */
export function isBackup(path: string): boolean {
  return existsSync(join(path, MANIFEST));
}

/** Reads one backup's manifest. Throws Refusal when it is not whole. */
export function readBackup(path: string): Backup {
  const parsed = manifest.safeParse(readJson(join(path, MANIFEST)));
  const whole = parsed.success && parsed.data.contentHash === contentHash(everyFile(parsed.data));
  if (!parsed.success || !whole) {
    throw new Refusal({
      code: 'damaged_backup',
      because: `The list of files of the backup ${path} is damaged.`,
      remedy: 'Use another backup. Each stands by itself.',
    });
  }
  return { path: resolve(path), name: basename(path), manifest: parsed.data };
}

function everyFile({ book, lake }: Pick<Manifest, 'book' | 'lake'>): StoredFile[] {
  return [...(book?.files ?? []), ...lake];
}

/** Makes a draft a backup: its manifest is written last, and only then it gets its name. */
export function finishBackup(draft: string, about: Omit<Manifest, 'layout' | 'contentHash'>): Backup {
  const hash = contentHash(everyFile(about));
  writeDurably(join(draft, MANIFEST), { layout: 1, ...about, contentHash: hash });
  const name = about.madeAt.toISOString().replace(/[:]|\.\d+/g, '');
  let path = join(dirname(draft), name);
  for (let n = 2; existsSync(path); n++) path = join(dirname(draft), `${name}-${n}`);
  renameSync(draft, path);
  syncFolder(dirname(path));
  return readBackup(path);
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeDurably(path: string, content: object): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
  syncFolder(dirname(path));
}

export function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function notEmpty(store: string): Refusal {
  return new Refusal({
    code: 'not_a_store',
    because: `${store} holds other files than backups.`,
    remedy: 'Name a folder that is empty, or one in which backups were made.',
  });
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
