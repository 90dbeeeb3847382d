import type { ComponentChildren, VNode } from 'preact';
import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  ContextLink,
  NotificationBanner,
  nothingTyped,
  PostButton,
  Refused,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { readTeams } from '../../directory/index.ts';
import { type Desk, readDesk, readMembers } from '../desk.ts';
import { type InboxRow, readWork, readWorkItems } from '../read-inbox.ts';
import { move } from '../state-table.ts';
import { mayDo, type TaskAction } from '../who-may.ts';
import type { WorkKinds } from '../work-kind.ts';
import { auditShown } from './audit-shown.ts';
import { ActInRow, AT_ONCE, KindActInRow, WITH_A_FORM } from './item-page.tsx';
import {
  type OpenedRow,
  type RowAct,
  type RowAddresses,
  rowAddresses,
  type WorkList,
} from './row-addresses.ts';
import { aboutWhom, outcomeInWords, stateInWords, workHref } from './words.tsx';
import { formActs } from './work-forms.ts';

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

export interface ActsInRows {
  readonly acts: (row: InboxRow) => RowAct[];
  readonly below: (row: InboxRow) => ComponentChildren;
  readonly done: ComponentChildren;
}

/** What can be done in the rows of a list of work: the acts of each row, the form that is open in one, what was done. */
export async function actsInRows(
  visit: Visit,
  kinds: WorkKinds,
  desk: Desk,
  at: RowAddresses,
  rows: readonly InboxRow[],
  opened: OpenedRow | null,
): Promise<ActsInRows> {
  const open =
    opened ?? (at.act === null || at.row === null ? null : { row: at.row, act: at.act, typed: nothingTyped });
  const row = rows.find(({ item }) => item === open?.row);
  const form =
    row === undefined || open === null || open.act === null
      ? null
      : await formOf(visit, kinds, at, row, open.act, open.typed);
  return {
    acts: (each) => [...taskActs(visit, kinds, desk, at, each), ...ownActs(visit, kinds, at, each)],
    below: (each) => (each.item === row?.item ? form : null),
    done: opened && form === null ? <Refused typed={opened.typed} /> : await whatWasDone(visit, kinds, at),
  };
}

function taskActs(visit: Visit, kinds: WorkKinds, desk: Desk, at: RowAddresses, row: InboxRow): RowAct[] {
  if (!kinds.isTask(row.kind)) return [];
  const { can } = canBeDone(desk, kinds, row);
  const atOnce = AT_ONCE.filter(
    ({ act }) => can.includes(act) && IN_ROWS.has(act) && !(act === 'take' && row.owner === visit.by.account),
  );
  const withForm = WITH_A_FORM.filter(({ act }) => can.includes(act) && IN_ROWS.has(act));
  return [
    ...atOnce.map(({ path, text }) => ({ text, post: at.send(`${workHref(row.item)}/${path}`) })),
    ...withForm.map(({ path, text }) => ({ text, href: at.open(row.item, path) })),
  ];
}

/** What the kind of a piece of work lets be done in its row. */
function ownActs(visit: Visit, kinds: WorkKinds, at: RowAddresses, row: InboxRow): RowAct[] {
  // Of somebody who may not be seen any more nothing is done.
  if (row.closedAt !== null || (row.subjectKind === 'person' && row.personId === null)) return [];
  return (kinds.kind(row.kind).acts ?? [])
    .filter((each) => each.may(visit, row))
    .map(({ act, text }) => ({ text, href: at.open(row.item, act) }));
}

/** The form of an act in a row; null where the work has no such act for whoever looks. */
async function formOf(
  visit: Visit,
  kinds: WorkKinds,
  at: RowAddresses,
  row: InboxRow,
  act: string,
  typed: Typed,
): Promise<VNode | null> {
  const { tx, now } = visit;
  const form = { visit, kinds, row, typed, cancelHref: at.left };
  const own = kinds.kind(row.kind).acts?.find((each) => each.act === act && each.may(visit, row));
  if (own) {
    const fields = await own.fields(visit, row, typed);
    return (
      <KindActInRow {...form} act={own} action={at.send(`${workHref(row.item)}/do/${act}`)}>
        {fields}
      </KindActInRow>
    );
  }
  const known = formActs.find((each) => each === act);
  if (known === undefined || !kinds.isTask(row.kind)) return null;
  const members = await readMembers(tx, row.team, now);
  const teams = await readTeams(tx);
  const action = at.send(`${workHref(row.item)}/${known}`);
  return <ActInRow {...form} {...{ members, teams, action }} act={known} />;
}

/** Work that stands in the rows of another room's list: what can be done there, by its number. */
export interface WorkInList {
  /** The acts of a row, for its cell; null where there are none for whoever looks. */
  cell(item: number, context: string): VNode | null;
  below(item: number): ComponentChildren;
  readonly done: ComponentChildren;
}

/** What can be done with work in the rows of a list of people or plans, as in an inbox. */
export async function workInList(
  visit: Visit,
  kinds: WorkKinds,
  list: Pick<WorkList, 'name' | 'path'>,
  items: readonly number[],
  opened: OpenedRow | null,
): Promise<WorkInList> {
  const rows = await readWorkItems(visit.tx, items);
  const of = new Map(rows.map((row) => [row.item, row]));
  const desk = await readDesk(visit.tx, visit.by, visit.now);
  const at = rowAddresses(visit.url, list);
  const acting = await actsInRows(visit, kinds, desk, at, rows, opened);
  return {
    cell: (item, context) => {
      const row = of.get(item);
      const acts = row === undefined ? [] : acting.acts(row);
      return row === undefined || acts.length === 0 ? null : (
        <ActList visit={visit} acts={acts} seen={row.lastChange} context={context} />
      );
    },
    below: (item) => {
      const row = of.get(item);
      return row === undefined ? null : acting.below(row);
    },
    done: acting.done,
  };
}

/** The acts of one row: a button for what is done at once, a link for what asks for words. */
export function ActList(props: {
  visit: Visit;
  acts: readonly RowAct[];
  /** The last change of the work that was on the page; none where there is no work yet. */
  seen?: number;
  context: string;
}) {
  const { visit, acts, seen, context } = props;
  return (
    <ul class="app-row-acts">
      {acts.map((act) => (
        <li key={act.text}>
          {'href' in act ? (
            <ContextLink text={act.text} context={context} href={act.href} />
          ) : (
            <PostButton
              action={act.post}
              csrfToken={visit.chrome.csrfToken}
              fields={seen === undefined ? {} : { seen: String(seen) }}
              variant="secondary"
              small
            >
              {act.text}
              <span class="nhsuk-u-visually-hidden"> {context}</span>
            </PostButton>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What became of the work that was changed just now, and the way to it: everything can be changed again there. */
async function whatWasDone(
  visit: Visit,
  kinds: WorkKinds,
  { done }: RowAddresses,
): Promise<ComponentChildren> {
  const row = done === null ? null : await readWork(visit.tx, done);
  if (row === null) return null;
  await auditShown(visit, 'work.listed', [row]);
  const what = [row.title ?? kinds.kind(row.kind).title, aboutWhom(row)].filter(Boolean).join(', ');
  const now =
    row.closedAt === null
      ? `${stateInWords(kinds, row.kind, row.state)}, with ${row.ownerName ?? 'nobody yet'}, until ${formatDay(londonDay(new Date(row.deskDue.getTime() - 1)))}`
      : outcomeInWords(kinds, row);
  return (
    <NotificationBanner variant="success" heading={`${what}: ${now}`}>
      <p>
        <a href={workHref(row.item)}>{row.closedAt === null ? 'Change it again' : 'See what happened'}</a>
      </p>
    </NotificationBanner>
  );
}
