import type { ComponentChildren } from 'preact';
import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  NotificationBanner,
  nothingTyped,
  Refused,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { readTeams } from '../../directory/index.ts';
import { type Desk, readMembers } from '../desk.ts';
import { type InboxRow, readWork } from '../read-inbox.ts';
import { move } from '../state-table.ts';
import { mayDo, type TaskAction } from '../who-may.ts';
import type { WorkKinds } from '../work-kind.ts';
import type { RowAct } from './inbox-page.tsx';
import { type InboxQuery, inboxHref } from './inbox-query.ts';
import { ActInRow, AT_ONCE, WITH_A_FORM } from './item-page.tsx';
import { aboutWhom, outcomeInWords, stateInWords, workHref } from './words.tsx';
import { type FormAct, formActs } from './work-forms.ts';

/** A row whose form comes back, or whose button was refused (`act` null). */
export interface OpenedRow {
  readonly row: number;
  readonly act: FormAct | null;
  readonly typed: Typed;
}

/** What whoever sits at a desk can do with a piece of work now; and why nothing, where nothing. */
export function canBeDone(
  desk: Desk,
  kinds: WorkKinds,
  row: InboxRow,
): { can: TaskAction[]; whyNot: string | null } {
  if (row.closedAt !== null) return { can: [], whyNot: null };
  const { states } = kinds.kind(row.kind);
  const owned = { owner_team: row.team, owner_account: row.owner, offered_team: row.offeredTeam };
  const open = states.actions
    .map(({ name }) => name as TaskAction)
    .filter((name) => (name as string) !== 'not_accepted' && !('whyNot' in move(states, row.state, name)));
  const asked = open.map((name) => ({ name, permission: mayDo(desk, name, owned) }));
  const can = asked.filter(({ permission }) => permission.allowed).map(({ name }) => name);
  return { can, whyNot: can.length > 0 ? null : (asked[0]?.permission.because ?? null) };
}

/** In a row stand the acts that deal with it; the rest stand on its own page. */
const IN_ROWS: ReadonlySet<TaskAction> = new Set([
  'accept',
  'take',
  'hand_over',
  'defer',
  'finish',
  'stop',
  'decline',
]);

/** What can be done in the rows of an inbox: the acts of each row, the form that is opened in one, what was done. */
export async function actsInRows(
  visit: Visit,
  kinds: WorkKinds,
  desk: Desk,
  query: InboxQuery,
  rows: readonly InboxRow[],
  opened: OpenedRow | null,
): Promise<{
  acts: (row: InboxRow) => RowAct[];
  below: (row: InboxRow) => ComponentChildren;
  done: ComponentChildren;
}> {
  const { tx, now, by } = visit;
  const open = opened ?? openedIn(query);
  const at = rows.find(({ item }) => item === open?.row);
  const act = open?.act ?? null;
  const shown = at !== undefined && act !== null && kinds.isTask(at.kind) ? at : null;
  const members = shown === null ? [] : await readMembers(tx, shown.team, now);
  const teams = shown === null ? [] : await readTeams(tx);
  return {
    acts: (row) => {
      if (!kinds.isTask(row.kind)) return [];
      const { can } = canBeDone(desk, kinds, row);
      const atOnce = AT_ONCE.filter(
        (each) =>
          can.includes(each.act) &&
          IN_ROWS.has(each.act) &&
          !(each.act === 'take' && row.owner === by.account),
      );
      const withForm = WITH_A_FORM.filter((each) => can.includes(each.act) && IN_ROWS.has(each.act));
      return [
        ...atOnce.map(({ path, text }) => ({ text, post: sendHref(query, row, path) })),
        ...withForm.map(({ path, text }) => ({
          text,
          href: `${inboxHref(query, { page: query.page, act: path, row: row.item })}#deciding`,
        })),
      ];
    },
    below: (row) =>
      shown !== null &&
      row.item === shown.item &&
      act !== null && (
        <ActInRow
          visit={visit}
          kinds={kinds}
          row={row}
          act={act}
          typed={open?.typed ?? nothingTyped}
          members={members}
          teams={teams}
          action={sendHref(query, row, act)}
          cancelHref={inboxHref(query, { page: query.page })}
        />
      ),
    done:
      opened && shown === null ? (
        <Refused typed={opened.typed} />
      ) : (
        await whatWasDone(visit, kinds, query.done)
      ),
  };
}

function openedIn({ act, row }: InboxQuery): OpenedRow | null {
  const known = formActs.find((each) => each === act);
  return known === undefined || row === undefined ? null : { row, act: known, typed: nothingTyped };
}

/** Where the form of a row is sent: with the list that it stands in, so that its reader comes back there. */
function sendHref(query: InboxQuery, row: InboxRow, path: string): string {
  return inboxHref(query, { page: query.page, from: 'list' }, `${workHref(row.item)}/${path}`);
}

/** Where somebody is after an act: in the list where they were, or on the page of the work. */
export function afterAct(query: InboxQuery, item: number): string {
  return query.from === 'list' ? inboxHref(query, { page: query.page, done: item }) : workHref(item);
}

/** What became of the work that was changed just now, and the way to it: everything can be changed again there. */
async function whatWasDone(
  visit: Visit,
  kinds: WorkKinds,
  done: number | undefined,
): Promise<ComponentChildren> {
  const row = done === undefined ? null : await readWork(visit.tx, done);
  if (row === null) return null;
  const what = [row.title ?? kinds.kind(row.kind).title, aboutWhom(row)].filter(Boolean).join(', ');
  const now =
    row.closedAt === null
      ? `${stateInWords(kinds, row.kind, row.state)}, with ${row.ownerName ?? 'nobody yet'}, until ${formatDay(londonDay(new Date(row.deskDue.getTime() - 1)))}`
      : outcomeInWords(kinds, row.outcome ?? '');
  return (
    <NotificationBanner variant="success" heading={`${what}: ${now}`}>
      <p>
        <a href={workHref(row.item)}>{row.closedAt === null ? 'Change it again' : 'See what happened'}</a>
      </p>
    </NotificationBanner>
  );
}
