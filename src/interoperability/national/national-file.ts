import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { takePublication } from '../../domains/national/index.ts';
import type { DirectoryFile, Reason, TableAccount } from '../../domains/register/index.ts';
import { londonDay } from '../../kernel/index.ts';
import { openTextTable } from '../tabular/text-table.ts';
import { type PutAsideRow, type ReadRows, readRows } from './read-rows.ts';
import type { RecognisedTable } from './recognise.ts';

/**
 * A file of a described kind as one to be imported: every row is read and checked now, and kept when the import is
 * published. `say` is told what somebody should know of the file as a whole.
 */
export async function nationalFile(
  file: string,
  recognised: RecognisedTable,
  say: (what: string) => void,
): Promise<DirectoryFile> {
  const { description } = recognised;
  const name = basename(file);
  const table = await openTextTable(file);
  const rows = readRows(table, recognised, name);
  const kept = rows.taken.length + rows.putAside.length + rows.repeats;
  const seen = rows.read + rows.blank + rows.notes.length;
  if (rows.read !== kept || seen !== Math.max(table.count - recognised.above, 0))
    throw new Error(`${name}: ${table.count} records, ${rows.read} read and ${kept} accounted for`);
  const notes = notesOn(recognised, rows);
  for (const note of notes) say(`${name}: ${note}`);
  const contentHash = await hashOf(file);
  return {
    name,
    format: description.id,
    unusable: new Map([[description.id, rows.putAside.map((row) => ({ file: name, ...row }))]]),
    async load(tx) {
      const came = await takePublication(
        tx,
        {
          kind: description.id,
          name,
          contentHash,
          period: rows.period,
          // Most files do not say of which day they are; the day on which one was written is the nearest thing.
          dated: londonDay(statSync(file).mtime),
          source: description.source,
          licence: description.licence,
          descriptionVersion: description.version,
          notes,
        },
        rows.taken,
      );
      return [accountOf(description.id, came, rows)];
    },
  };
}

/** What a file says only as a whole: how many numbers it keeps back, of when it is, which columns are new. */
function notesOn({ description, titles, columns }: RecognisedTable, rows: ReadRows): string[] {
  const suppressed = [...rows.suppressed].map(([column, count]) => `${column} ${count}`);
  const isNamed = (name: string) => name in description.columns;
  const unnamed = columns
    .filter(({ name, called }) => !isNamed(name) && called !== '')
    .map(({ called }) => called);
  const absent = Object.keys(description.columns).filter(
    (name) => !columns.some((column) => column.name === name),
  );
  const atOdds = rows.putAside.filter(({ reason }) => reason === 'conflicting_version').length;
  return [
    ...(titles.length > 0 ? [`${lines(titles.length)} above the column names left aside`] : []),
    ...(rows.notes.length > 0
      ? [`${lines(rows.notes.length)} below the table left aside: ${shortened(rows.notes)}`]
      : []),
    ...(atOdds > rows.read / 2
      ? [
          `most rows say different things of one ${description.key.join(', ')}: the file may be broken down by a column that no description names, and then be of a kind of its own`,
        ]
      : []),
    ...(suppressed.length > 0
      ? [`suppressed numbers are kept as unknown, not as zero: ${suppressed.join(', ')}`]
      : []),
    ...(description.period.length > 0 && rows.period === null
      ? [
          'neither its name nor its first lines say of when it is, so that it replaces what is kept without a period',
        ]
      : []),
    ...(absent.length > 0 ? [`it has no ${absent.join(', ')}`] : []),
    ...(unnamed.length > 0
      ? [`${unnamed.length} columns that no description names are kept under their own names`]
      : []),
  ];
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}

function shortened(notes: readonly string[]): string {
  const shown = notes.slice(0, 3).map((note) => `“${note.slice(0, 80)}”`);
  return notes.length > 3 ? `${shown.join(', ')} and more` : shown.join(', ');
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

function accountOf(
  table: string,
  { loaded, duplicate }: { loaded: number; duplicate: number },
  { read, putAside, repeats }: ReadRows,
): TableAccount {
  return {
    table,
    read,
    loaded,
    quarantined: putAside.length,
    duplicate: duplicate + repeats,
    removed: 0,
    reasons: countReasons(putAside),
  };
}

function countReasons(rows: readonly PutAsideRow[]): Partial<Record<Reason, number>> {
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { reason } of rows) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return reasons;
}
