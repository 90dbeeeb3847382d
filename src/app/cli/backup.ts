import { Refusal } from '../../kernel/index.ts';
import { type Command, exitCodes, numberOption, textOption } from '../../platform/cli/index.ts';
import { type BackupResult, backUp } from '../backup/back-up.ts';
import { type Backup, bytesOf, isStore, listBackups } from '../backup/store.ts';
import { openProduct } from '../product.ts';

export const backupCommand: Command = {
  name: 'backup',
  access: { as: 'operator', because: 'copies everything there is, and shows how much it is' },
  summary: 'Makes a backup of the book and the lake, while the product runs.',
  usage: 'backup TO [--archive on|off] [--keep N] [--list] [--json]',
  teach: `
TO is a folder for the backups of this installation, best on another machine's disk. Each backup in it stands by itself;
files of the lake never change and are kept once for all of them. A backup that was interrupted is none.

--archive on keeps in TO, from now on, what the database writes ahead of each change (WAL), so that restore can go back
to any moment; at most five minutes are behind. --archive off ends it. --keep N removes all but the newest N backups
and what only they needed. --list shows the backups of TO and makes none.

Where DATABASE_URL names a server of your own, dump it first with pg_dump; this then keeps the lake.

A backup holds everything that is known of people. Keep it on an encrypted disk, as closed as the records themselves.

  neighbourhold backup /mnt/backup --archive on --keep 14`,
  options: { archive: { type: 'string' }, keep: { type: 'string' }, list: { type: 'boolean' } },
  words: 1,
  async run(given, terminal) {
    const [to] = given.words;
    if (to === undefined) throw usage('backup has to know where to.', 'Name a folder: backup /mnt/backup.');
    if (given.options.list === true) {
      const backups = isStore(to) ? listBackups(to) : [];
      terminal.result({ store: to, backups: backups.map(asJson) }, () => listInWords(to, backups));
      return exitCodes.done;
    }
    const archive = onOrOff(textOption(given, 'archive'));
    const keep = given.options.keep === undefined ? undefined : numberOption(given, 'keep', 14);
    if (keep === 0) throw usage('--keep 0 would leave no backup.', 'Write --keep 14.');
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const began = Date.now();
      const result = await backUp(product, {
        to,
        ...(archive === undefined ? {} : { archive }),
        ...(keep === undefined ? {} : { keep }),
        onProgress: terminal.progress,
      });
      const seconds = Math.round((Date.now() - began) / 100) / 10;
      terminal.result(
        {
          store: result.store,
          ...asJson(result.backup),
          lakeFilesCopied: result.lakeCopied,
          archive: result.archive,
          removed: result.removed,
          seconds,
        },
        () => inWords(result, seconds),
      );
      if (result.backup.manifest.book === null)
        terminal.say('This is the lake alone. The dump of your own server belongs to it: docs/operating.md.');
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

function asJson({ path, manifest }: Backup) {
  const { book, lake, madeAt, snapshot, contentHash } = manifest;
  return {
    backup: path,
    madeAt: madeAt.toISOString(),
    snapshot,
    book: book && { files: book.files.length, bytes: bytesOf(book.files) },
    lake: { files: lake.length, bytes: bytesOf(lake) },
    contentHash,
  };
}

function inWords(
  { backup, bookBytes, lakeBytes, lakeCopied, archive, removed }: BackupResult,
  seconds: number,
) {
  const { book, lake } = backup.manifest;
  return [
    `${backup.path}, made in ${seconds} s. It holds everything committed before ${backup.manifest.madeAt.toISOString()}.`,
    ...(book ? [`  the book: ${megabytes(bookBytes)} in ${book.files.length} files`] : []),
    `  the lake: ${megabytes(lakeBytes)} in ${lake.length} files, ${lakeCopied} of them new`,
    archive
      ? '  WAL is kept from now on, for any later moment'
      : '  WAL is not kept: restore leads to this moment',
    ...(removed.length > 0 ? [`  removed: ${removed.join(', ')}`] : []),
  ].join('\n');
}

function listInWords(store: string, backups: readonly Backup[]): string {
  if (backups.length === 0) return `There is no backup in ${store}.`;
  return backups
    .map(({ name, manifest }) => {
      const { book, lake } = manifest;
      const size = megabytes(bytesOf(book?.files ?? []) + bytesOf(lake));
      return `${name}  snapshot ${manifest.snapshot ?? 'none'}  ${size}${book ? '' : '  the lake alone'}`;
    })
    .join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function onOrOff(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'on' || text === 'off') return text === 'on';
  throw usage(`--archive takes on or off, not ${text}.`, 'Write --archive on.');
}

function usage(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
