import { randomUUID } from 'node:crypto';
import {
  changeParents,
  changePlaces,
  changeStaff,
  changeTeam,
  type DirectoryTables,
  type PlaceKind,
} from '../../src/domains/directory/index.ts';
import {
  openRelationship,
  openScope,
  type RegisterTables,
  type RelationshipKind,
} from '../../src/domains/register/index.ts';
import { type Actor, act, changeAccount, type Role } from '../../src/platform/auth/index.ts';
import type { Book, Tx } from '../../src/platform/database/index.ts';
import { anOrigin } from './actors.ts';

/** A person as the index has them, made up. */
export interface DrawnPerson {
  readonly no: number;
  readonly id: string;
}

/** Runs work as somebody, in the scope that pages have. */
export function actAs<Result>(book: Book, by: Actor, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return act(book, { by, origin: anOrigin(), scope: openScope }, work);
}

/** Writes without asking who: what intake and the place pack would have written. */
export function asBatch<Result>(book: Book, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return book.as('batch').transaction().execute(work);
}

/** A place, in another one where `within` names it. Returns its number. */
export async function drawPlace(book: Book, kind: PlaceKind, code: string, within?: string): Promise<number> {
  return await asBatch(book, async (tx) => {
    await changePlaces(tx, [{ code, kind, name: `Place ${code}` }], 'drawn');
    if (within !== undefined)
      await changeParents(tx, [{ child: code, parent: within, relation: 'within' }], {
        source: 'drawn',
        asOf: '2026-11-01',
      });
    const { place_id } = await tx
      .withTables<DirectoryTables>()
      .selectFrom('directory.place')
      .select('place_id')
      .where('code', '=', code)
      .executeTakeFirstOrThrow();
    return place_id;
  });
}

export async function drawTeam(book: Book, code: string): Promise<number> {
  return await asBatch(book, (tx) =>
    changeTeam(tx, { code, name: `Team ${code}`, kind: 'int', placeId: null }),
  );
}

/** Somebody with an account and a role, who can lead so many people (`null`: nobody has said). */
export async function drawStaff(
  book: Book,
  role: Role,
  about: { readonly team?: number; readonly capacity?: number | null } = {},
): Promise<Actor> {
  const { team = null, capacity = null } = about;
  const name = `${role} ${randomUUID().slice(0, 4)}`;
  return await asBatch(book, async (tx) => {
    const account = await changeAccount(tx, { name, issuer: 'test', subject: randomUUID() });
    await changeStaff(tx, { account, role, organisation: null, teamId: team, capacity });
    const organisation = { organisation: null, organisationKind: null };
    return { account, name, role, ...organisation, team, teamKind: team === null ? null : 'int' };
  });
}

/** A person on the list of a practice; on nobody's list where `practice` is null. */
export async function drawPerson(
  book: Book,
  no: number,
  practice: number | null,
  more: { readonly death_date?: string; readonly sensitive?: boolean; readonly nhs_number?: string } = {},
): Promise<DrawnPerson> {
  const { public_id } = await book
    .as('batch')
    .withTables<RegisterTables>()
    .insertInto('register.person')
    .values({
      person_no: no,
      family_name: `Family${no}`,
      given_names: `Given${no}`,
      sex: 'female',
      birth_date: '1955-03-04',
      birth_approximate: false,
      practice_id: practice,
      registered: practice !== null,
      open_registrations: practice === null ? 0 : 1,
      sensitive: false,
      confidential: false,
      records: [no],
      buckets: [0],
      snapshot_id: 1,
      nhs_number: null,
      title: null,
      death_date: null,
      address: null,
      postcode: null,
      lsoa: null,
      registered_from: null,
      ...more,
    })
    .returning('public_id')
    .executeTakeFirstOrThrow();
  return { no, id: public_id };
}

/** A relationship as its own room would write it. */
export async function relate(
  book: Book,
  kind: RelationshipKind,
  holder: { readonly account: string } | { readonly team: number },
  about: { readonly practice: number } | { readonly person: number },
  when: { readonly starts?: Date; readonly ends?: Date } = {},
): Promise<void> {
  await asBatch(book, (tx) =>
    openRelationship(tx, { kind, holder, about, purpose: `drawn ${kind}`, ...when }),
  );
}
