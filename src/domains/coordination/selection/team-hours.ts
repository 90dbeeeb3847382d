import { InvalidInput, NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor, AuthTables } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeam } from '../../directory/index.ts';
import type { SelectionContent } from './selection-content.ts';
import type { SelectionTables } from './selection-tables.ts';
import { maySetHours } from './who-may.ts';

/** A member of a team with the hours that they have for people on its caseload. */
export interface MemberHours {
  readonly member: number;
  readonly account: string | null;
  readonly name: string;
  readonly discipline: string;
  /** Minutes a week; 0 for whoever has none now, null for whoever is not counted any more. */
  readonly minutes: number | null;
  /** How often they were said: what a form was written against. */
  readonly version: number;
  /** Who said so last, when, and why. */
  readonly by: string;
  readonly at: Date;
  readonly because: string | null;
}

type Joined = SelectionTables & AuthTables;

function hoursOf(tx: Tx, team: number) {
  return tx
    .withTables<Joined>()
    .selectFrom('coordination.team_member as member')
    .innerJoin('coordination.member_hours as hours', 'hours.member_id', 'member.member_id')
    .innerJoin('auth.account as who', 'who.account', 'hours.account')
    .leftJoin('auth.account as own', 'own.account', 'member.account')
    .where('member.team_id', '=', team)
    .select((select) => [
      'member.member_id as member',
      'member.account',
      select.fn.coalesce('own.name', 'member.name').as('name'),
      'member.discipline',
      'hours.minutes',
      'hours.version',
      'who.name as by',
      'hours.at',
      'hours.because',
    ]);
}

/** The hours of a team as they are now, by name. Whoever has left the team or its work counts with none. */
export async function readHours(tx: Tx, team: number): Promise<MemberHours[]> {
  const rows = await hoursOf(tx, team)
    .distinctOn('member.member_id')
    .orderBy('member.member_id')
    .orderBy('hours.version', 'desc')
    .execute();
  const here = new Set((await readTeam(tx, team)).map(({ account }) => account));
  return rows
    .map((row) =>
      row.minutes === null || row.account === null || here.has(row.account) ? row : { ...row, minutes: 0 },
    )
    .sort((one, other) => one.name.localeCompare(other.name, 'en') || one.member - other.member);
}

/** Everything that was ever said about the hours of a team, the latest first. */
export async function readHoursHistory(tx: Tx, team: number): Promise<MemberHours[]> {
  return await hoursOf(tx, team).orderBy('hours.at', 'desc').orderBy('member.member_id').execute();
}

/**
 * Minutes a week by discipline, of those in which anybody is counted: only these limit a list. Who has none limits it to
 * nobody: the last coordinator who leaves makes no room for everybody.
 */
export function minutesByDiscipline(hours: readonly MemberHours[]): ReadonlyMap<string, number> {
  const minutes = new Map<string, number>();
  for (const each of hours)
    if (each.minutes !== null)
      minutes.set(each.discipline, (minutes.get(each.discipline) ?? 0) + each.minutes);
  return minutes;
}

interface Common {
  readonly by: Actor;
  readonly now: Date;
}

/**
 * Somebody of the team has so many minutes a week for people on its caseload: with an account here, or by name.
 * Throws NotPermitted, InvalidInput (`account`, `name`, `discipline`).
 */
export async function addMember(
  tx: Tx,
  request: Common & {
    readonly content: SelectionContent;
    readonly account: string | null;
    readonly name: string | null;
    readonly discipline: string;
    readonly minutes: number;
  },
): Promise<void> {
  const { by, account, discipline, content } = request;
  const { team, because } = permit(by);
  if (!content.disciplines.some(({ id }) => id === discipline))
    throw new InvalidInput([{ field: 'discipline', message: 'Choose a discipline' }]);
  const colleague = (await readTeam(tx, team)).find((each) => each.account === account);
  if (account !== null && !colleague)
    throw new InvalidInput([{ field: 'account', message: 'Choose somebody of the team' }]);
  const name = colleague?.name ?? request.name;
  if (name === null)
    throw new InvalidInput([{ field: 'name', message: 'Choose somebody of the team, or write a name' }]);
  const added = await tx
    .withTables<SelectionTables>()
    .insertInto('coordination.team_member')
    .values({ team_id: team, account, name, discipline })
    .onConflict((conflict) => conflict.doNothing())
    .returning('member_id')
    .executeTakeFirst();
  if (!added)
    throw new InvalidInput([
      {
        field: account === null ? 'name' : 'account',
        message: 'They have hours here already: change them in the list above',
      },
    ]);
  await writeHours(tx, { ...request, member: added.member_id, version: 1, because: null });
  await writeAudit(tx, {
    action: 'team_hours.set',
    purpose: because,
    detail: { team, member: added.member_id, discipline, minutes: request.minutes },
  });
}

/**
 * Changes how many minutes a week a member has: 0 for none now, null where they are not counted any more, as what they did
 * is asked of others. Throws NotPermitted, NotFound, and Refusal
 * `changed_since` where somebody else changed them meanwhile.
 */
export async function setHours(
  tx: Tx,
  request: Common & {
    readonly member: number;
    readonly minutes: number | null;
    readonly because: string | null;
    readonly seen: number;
  },
): Promise<void> {
  const { by, member, minutes, seen } = request;
  const { team, because } = permit(by);
  const now = (await readHours(tx, team)).find((each) => each.member === member);
  if (!now) throw new NotFound('There is no such member of your team.', 'Load the page again.');
  if (now.version !== seen || !(await writeHours(tx, { ...request, version: seen + 1 })))
    throw new Refusal({
      code: 'changed_since',
      because: `${now.by} has changed these hours since you opened the page.`,
      remedy: 'They are below as they are now. Change them again if they are still wrong.',
    });
  await writeAudit(tx, {
    action: 'team_hours.set',
    purpose: because,
    detail: { team, member, was: now.minutes, minutes },
  });
}

/** Returns whether it was written: of two who write one version, the second does not. */
async function writeHours(
  tx: Tx,
  row: Common & { member: number; version: number; minutes: number | null; because: string | null },
): Promise<boolean> {
  const written = await tx
    .withTables<SelectionTables>()
    .insertInto('coordination.member_hours')
    .values({
      member_id: row.member,
      version: row.version,
      minutes: row.minutes,
      because: row.because,
      account: row.by.account,
      at: row.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return written !== undefined;
}

function permit(by: Actor): { team: number; because: string } {
  const permission = maySetHours(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  return { team: by.team, because: permission.because };
}
