import {
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  parseNhsNumber,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import { findByNhsNumber, readPerson } from '../../register/index.ts';
import { lockDraft, writeVersion } from './selection.ts';
import type { SelectionContent } from './selection-content.ts';
import type { SelectionTables } from './selection-tables.ts';
import { readUnavailable, weighPeople } from './weigh-people.ts';
import { maySelect } from './who-may.ts';

interface Moving {
  readonly by: Actor;
  readonly now: Date;
  readonly content: SelectionContent;
  readonly selection: number;
  /** The version that the page showed. */
  readonly seen: number;
  readonly way: 'in' | 'out';
  readonly reason: string;
}

/**
 * Moves somebody into a draft or out of it, with the reason. Nobody else moves: the list may then take more hours than
 * there are, which its page says. Throws NotPermitted, NotFound, Refusal `not_a_draft`, `changed_since`,
 * `there_already`, `cannot_be_selected`.
 */
export async function movePerson(tx: Tx, request: Moving & { readonly personId: string }): Promise<void> {
  const person = await readPerson(tx, request.personId);
  await move(tx, request, person.person_no);
}

/** Moves somebody in by their NHS number. Throws as `movePerson`, and InvalidInput (`nhsNumber`). */
export async function moveInByNumber(
  tx: Tx,
  request: Omit<Moving, 'way'> & { readonly nhsNumber: string },
): Promise<void> {
  const number = parseNhsNumber(request.nhsNumber);
  if (number === null)
    throw new InvalidInput([{ field: 'nhsNumber', message: 'Write the ten digits of an NHS number' }]);
  const person = await findByNhsNumber(tx, number).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
    throw new InvalidInput([{ field: 'nhsNumber', message: 'Nobody whom you may see has this NHS number' }]);
  });
  await move(tx, { ...request, way: 'in' }, person.person_no);
}

async function move(tx: Tx, request: Moving, person: number): Promise<void> {
  const { by, now, selection, way, reason } = request;
  const permission = maySelect(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const head = await lockDraft(tx, request);
  const db = tx.withTables<SelectionTables>();
  const known = await db
    .selectFrom('coordination.selection_person')
    .select('chosen')
    .where('selection_id', '=', selection)
    .where('person_no', '=', person)
    .executeTakeFirst();
  if ((known?.chosen ?? false) === (way === 'in')) throw thereAlready(way);
  if (way === 'in') await refuseUnavailable(tx, person);
  await writeVersion(tx, head, { chosen: head.chosen + (way === 'in' ? 1 : -1) });
  if (known)
    await db
      .updateTable('coordination.selection_person')
      .set({ chosen: way === 'in' })
      .where('selection_id', '=', selection)
      .where('person_no', '=', person)
      .execute();
  else await insertPerson(tx, request, head.team, person);
  await db
    .insertInto('coordination.selection_move')
    .values({ selection_id: selection, person_no: person, way, reason, account: by.account, at: now })
    .execute();
  await writeAudit(tx, {
    action: `selection.moved_${way}`,
    subject: { kind: 'person', id: person },
    purpose: reason,
    detail: { selection },
  });
}

/** Somebody whom the search did not come near: weighed by the facts of now, and last in order. */
async function insertPerson(
  tx: Tx,
  { selection, content, now }: Moving,
  team: number,
  person: number,
): Promise<void> {
  const publication = await readPublication(tx);
  const of = { team, today: londonDay(now) };
  const [weighed] = publication ? await weighPeople(tx, publication, [person], content, of) : [];
  if (!weighed) throw new NotFound('Nobody’s need has been worked out here yet.');
  const db = tx.withTables<SelectionTables>();
  const { last } = await db
    .selectFrom('coordination.selection_person')
    .select((select) => select.fn.coalesce(select.fn.max('place'), select.lit(0)).as('last'))
    .where('selection_id', '=', selection)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('coordination.selection_person')
    .values({
      selection_id: selection,
      person_no: person,
      place: Number(last) + 1,
      worth: weighed.worth,
      reasons: JSON.stringify(weighed.reasons),
      visits: JSON.stringify(weighed.visits),
      minutes: JSON.stringify(weighed.minutes),
      proposed: false,
      chosen: true,
      near: null,
      item_id: null,
      left_out: null,
    })
    .execute();
}

async function refuseUnavailable(tx: Tx, person: number): Promise<void> {
  const { onCaseload, died } = await readUnavailable(tx);
  if (!onCaseload.has(person) && !died.has(person)) return;
  throw new Refusal({
    code: 'cannot_be_selected',
    because: died.has(person)
      ? 'This person is recorded as having died.'
      : 'This person is on a caseload already.',
    remedy: 'Open the person’s page to see more.',
  });
}

function thereAlready(way: 'in' | 'out'): Refusal {
  return new Refusal({
    code: 'there_already',
    because: way === 'in' ? 'This person is on the list already.' : 'This person is not on the list.',
    remedy: 'Somebody may have moved them just now: look at the list as it is.',
  });
}
