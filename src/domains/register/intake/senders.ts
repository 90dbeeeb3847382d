import type { Kysely } from 'kysely';
import type { Book, Tables } from '../../../platform/database/index.ts';
import { readPlaces } from '../../directory/index.ts';
import type { RegisterTables } from '../tables.ts';
import type { ImportInHand } from './import-in-hand.ts';
import type { SourceDelivery } from './staging.ts';

/** An open practice of the directory that sent nothing in an import. What it sent before stays as it was. */
export interface SilentPractice {
  readonly code: string;
  readonly name: string;
  /** When it last sent something that was taken in; null if it never has. */
  readonly lastSent: Date | null;
}

/** Notes which practices an import has rows of, so that it can be said which it has none of. */
export async function noteSenders(book: Book, runId: number, hand: ImportInHand): Promise<void> {
  const codes = new Set<string>();
  for (const delivery of hand.deliveries)
    for (const code of await sendersOf(hand, delivery)) codes.add(code.toUpperCase());
  await book
    .as('batch')
    .transaction()
    .execute(async (tx) => {
      const db = tx.withTables<RegisterTables>();
      // An import that begins again without a delivery forgets who sent that.
      await db.deleteFrom('register.run_sender').where('run_id', '=', runId).execute();
      const rows = [...codes].sort().map((practice) => ({ run_id: runId, practice }));
      if (rows.length > 0) await db.insertInto('register.run_sender').values(rows).execute();
    });
}

/** Whose rows a delivery has: its publisher's, or of those that the rows of patients and registrations name. */
async function sendersOf({ duck }: ImportInHand, delivery: SourceDelivery): Promise<string[]> {
  // Rows that come again are no new sending of the practice, and nobody else was to be expected beside them.
  if (delivery.mends) return [];
  const codes = delivery.publisher === null ? [] : [delivery.publisher];
  for (const { stage, columns, again } of delivery.tables) {
    const owner = columns.get('owner');
    if (!owner || (stage !== 'patient' && stage !== 'registration')) continue;
    const named = await duck.rows<{ code: string }>(
      `select distinct ${owner.sql} as code from ${again} as source where ${owner.sql} is not null`,
    );
    codes.push(...named.map(({ code }) => code));
  }
  return codes;
}

/**
 * The open practices of the directory of which an import has nothing. None when it has nothing of any practice: then
 * it brought other things, and no practice was to be expected in it.
 */
export async function readSilentPractices(tx: Kysely<Tables>, runId: number): Promise<SilentPractice[]> {
  const db = tx.withTables<RegisterTables>();
  const open = (await readPlaces(tx)).all.filter(
    ({ kind, closed }) => kind === 'practice' && closed === null,
  );
  const sent = await db
    .selectFrom('register.run_sender as sender')
    .innerJoin('register.import_run as run', 'run.run_id', 'sender.run_id')
    .where('run.state', '=', 'done')
    .where('sender.run_id', '<=', runId)
    .groupBy('sender.practice')
    .select((select) => [
      'sender.practice',
      select.fn.max('run.finished_at').as('last'),
      select.fn.max('sender.run_id').as('run_id'),
    ])
    .execute();
  const bySender = new Map(sent.map((each) => [each.practice, each]));
  const isHere = (code: string) => bySender.get(code.toUpperCase())?.run_id === runId;
  if (!open.some(({ code }) => isHere(code))) return [];
  return open
    .filter(({ code }) => !isHere(code))
    .map(({ code, name }) => ({ code, name, lastSent: bySender.get(code.toUpperCase())?.last ?? null }))
    .sort((a, b) => a.code.localeCompare(b.code));
}
