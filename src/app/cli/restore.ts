import { Refusal } from '../../kernel/index.ts';
import {
  type Command,
  type ExitCode,
  exitCodes,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { acceptRestoration } from '../../platform/operation/index.ts';
import { type RestoreResult, restore } from '../backup/restore.ts';
import { openProduct } from '../product.ts';

export const restoreCommand: Command = {
  name: 'restore',
  access: { as: 'operator', because: 'makes a copy of everything there is, and shows how much it is' },
  summary: 'Makes a new data folder from a backup, to its moment or to any later one.',
  usage: 'restore FROM --home NEW [--at TIME] | restore --accept [--home DIR]',
  teach: `
FROM is the folder that backup was given, or one backup in it. NEW must not exist: a restore never takes the place of
anything. Every file is compared with its checksum, and then verify is run; the exit code is 1 if it finds something.

From the folder of backups it brings back everything that was kept, also what was written after the newest backup; from
one backup, that backup. --at brings it back to a moment, such as 2026-11-22T14:30:00Z or +01:00: what was committed
later is not there.

The copy says on every page that it is one. Sessions are ended, so everybody signs in anew. Jobs that waited are
cancelled, and imports that had not ended are closed: the original does them. When the copy takes the place of the
original, say so with --accept; then start the server again.

  neighbourhold restore /mnt/backup --home /srv/neighbourhold-restored
  neighbourhold restore --accept --home /srv/neighbourhold-restored`,
  options: { at: { type: 'string' }, accept: { type: 'boolean' } },
  words: 1,
  async run(given, terminal) {
    const home = textOption(given, 'home');
    if (given.options.accept === true) return await accept(home, terminal);
    const [from] = given.words;
    if (from === undefined || home === undefined) throw usage();
    const at = textOption(given, 'at');
    const result = await restore({
      from,
      home,
      ...(at === undefined ? {} : { at: momentOf(at) }),
      onProgress: terminal.progress,
    });
    const failed = result.checks.filter(({ ok }) => !ok);
    terminal.result(asJson(result), () => inWords(result));
    for (const { name, detail } of failed) terminal.say(`FAILED ${name}: ${detail}`);
    return failed.length === 0 ? exitCodes.done : exitCodes.findings;
  },
};

async function accept(home: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const product = await openProduct({ home });
  try {
    const accepted = await acceptRestoration(product.book.as('batch'), new Date());
    terminal.result({ accepted }, () =>
      accepted
        ? 'This is the installation from now on. Start the server again, and back up into a folder of its own.'
        : 'This is no restored copy.',
    );
    return exitCodes.done;
  } finally {
    await product.close();
  }
}

function asJson({
  backup,
  home,
  lastCommit,
  lakeBytes,
  sessionsEnded,
  jobsCancelled,
  checks,
}: RestoreResult) {
  return {
    home,
    backup: backup.path,
    madeAt: backup.manifest.madeAt.toISOString(),
    lastCommit: lastCommit?.toISOString() ?? null,
    lakeBytes,
    sessionsEnded,
    jobsCancelled,
    checks,
  };
}

function inWords({ backup, home, lastCommit, sessionsEnded, jobsCancelled, checks }: RestoreResult): string {
  const jobs = Object.entries(jobsCancelled).map(([queue, n]) => `${n} of ${queue}`);
  return [
    `Restored into ${home}, from the backup of ${backup.manifest.madeAt.toISOString()}.`,
    lastCommit
      ? `The last change in it was committed at ${lastCommit.toISOString()}.`
      : 'Nothing after it is in it.',
    `${sessionsEnded} sessions were ended; jobs cancelled: ${jobs.join(', ') || 'none'}.`,
    `${checks.filter(({ ok }) => ok).length} of ${checks.length} checks are fine.`,
  ].join('\n');
}

/** A moment with its time zone: in the night when clocks change, an hour comes twice. Throws Refusal. */
function momentOf(text: string): Date {
  const moment = new Date(text);
  if (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(moment.getTime())
  )
    return moment;
  throw new Refusal({
    code: 'usage',
    because: `--at takes a moment with its time zone, not ${text}.`,
    remedy: 'Write it as 2026-11-22T14:30:00Z; in summer, London is +01:00.',
  });
}

function usage(): Refusal {
  return new Refusal({
    code: 'usage',
    because: 'restore has to know from where, and which new data folder to make.',
    remedy: 'Write restore /mnt/backup --home /srv/neighbourhold-restored.',
  });
}
