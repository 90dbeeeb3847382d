import { formatInstant, InvalidInput, londonDay, type PlainDate, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeam } from '../../directory/index.ts';
import { type FieldConflict, mergeFields } from '../plan/merge-fields.ts';
import type { Author } from '../plan/plan-document.ts';
import { buildAgenda, letSee } from './agenda.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { MdtTables, SeriesDifference } from './mdt-tables.ts';
import { changeTime } from './pass-over.ts';
import { readCases } from './read-case.ts';
import { type Cadence, cadences, londonTime, nextAfter, timeOf } from './recurrence.ts';
import { refuseUnknownDiscipline } from './run-mdt.ts';
import { lockSeries, readSeriesChanges, refuseEnded, type Series, type SeriesChange } from './series.ts';

/** What the form of a series asks, each as text, in its order. `starts` is the day and time of the next meeting, as ISO. */
export const seriesFields = [
  'name',
  'cadence',
  'starts',
  'minutes',
  'place',
  'chair',
  'chairDiscipline',
] as const;
export type SeriesText = Readonly<Record<(typeof seriesFields)[number], string>>;

/** The same field of a series, changed to something else by two people at once. Nothing was saved; both texts are here. */
export class SeriesConflict extends Refusal {
  readonly conflicts: readonly FieldConflict[];
  /** What the form is filled with when it comes back: theirs where only they wrote. */
  readonly offered: SeriesText;
  /** What stands now: against it the form is sent again. */
  readonly now: SeriesText;

  constructor(conflicts: readonly FieldConflict[], offered: SeriesText, now: SeriesText) {
    super({
      code: 'changed_meanwhile',
      because: 'Somebody else changed these meetings after you opened this page, and wrote something else.',
      remedy: 'Both are below. Make yours say what is right, and save again.',
    });
    this.name = 'SeriesConflict';
    this.conflicts = conflicts;
    this.offered = offered;
    this.now = now;
  }
}

/** What stands of a series, as its form has it. */
export function textOfSeries(series: Series, now: Date): SeriesText {
  const chairs = series.members.find(({ account }) => account === series.chair);
  return {
    name: series.name,
    cadence: series.cadence,
    starts: nextTime(series, now).toISOString(),
    minutes: String(series.minutes),
    place: series.place,
    chair: series.chair,
    chairDiscipline: chairs?.discipline ?? '',
  };
}

/** When the meeting is that comes next and has not begun, to the minute, as forms have it. */
function nextTime({ ahead, ...series }: Series, now: Date): Date {
  const next =
    ahead?.state === 'planned' ? ahead.startsAt : nextAfter({ ...series, ...(ahead ?? NONE) }, now);
  return londonTime(londonDay(next), timeOf(next));
}

const NONE = { startsAt: new Date(0), slotAt: null };

/**
 * Changes a series: what it is called, how often, where and for how long it meets, who chairs, and when it meets next. The
 * next meeting moves with it unless it has begun: then those after it do. What others changed meanwhile in other fields stays;
 * a form that is sent twice changes it once. Returns whether anything changed.
 *
 * `base` is what the form was filled with, `typed` what it says. Throws NotFound, NotPermitted, InvalidInput, SeriesConflict,
 * and Refusal `series_ended`.
 */
export async function changeSeries(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly pathway: MdtPathway;
    readonly series: number;
    readonly base: SeriesText;
    readonly typed: SeriesText;
  },
): Promise<boolean> {
  const { by, now, pathway } = request;
  const series = await lockSeries(tx, request.series, by);
  const changes = await readSeriesChanges(tx, series.series);
  refuseEnded(series, changes);
  const stands = textOfSeries(series, now);
  const typed = { ...request.typed, chairDiscipline: disciplineOfChair(series, request) };
  const merged = mergeFields(
    { content: request.base, authors: {}, removed: false },
    { content: stands, authors: authorsOf(changes), removed: false },
    typed,
    { voice: 'staff', name: by.name, at: now.toISOString() },
  );
  if ('conflicts' in merged)
    throw new SeriesConflict(merged.conflicts, { ...typed, ...merged.offered }, stands);
  if (!merged.changed) return false;
  const next: SeriesText = { ...stands, ...merged.said.content };
  const team = await readTeam(tx, series.team);
  const chairs = team.find(({ account }) => account === next.chair);
  if (next.chair !== stands.chair && !chairs)
    throw new InvalidInput([{ field: 'chair', message: 'Choose somebody of the team' }]);
  if (next.starts !== stands.starts && new Date(next.starts) <= now)
    throw new InvalidInput([{ field: 'starts', message: 'The next meeting must be to come' }]);
  refuseUnknownDiscipline(pathway, next.chairDiscipline, 'chairDiscipline');

  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.mdt')
    .set({
      name: next.name,
      cadence: next.cadence as Cadence,
      anchor_at: anchorOf(series, stands, next),
      minutes: Number(next.minutes),
      place: next.place,
      chair: next.chair,
    })
    .where('mdt_id', '=', series.series)
    .execute();
  await seat(tx, series, {
    account: next.chair,
    name: chairs?.name ?? series.chairName,
    discipline: next.chairDiscipline,
    now,
  });
  if (next.starts !== stands.starts) {
    await moveAhead(tx, series, { by, now, starts: new Date(next.starts) });
    // Whose review is due by then, and what happened in the days before it.
    if (series.ahead?.state === 'planned')
      await buildAgenda(tx, { by, now, pathway, meeting: series.ahead.meeting });
  }

  const names = (account: string) => team.find((each) => each.account === account)?.name ?? series.chairName;
  const what = differences(stands, next, { pathway, names });
  await tx
    .withTables<MdtTables>()
    .insertInto('coordination.mdt_change')
    .values({
      mdt_id: series.series,
      kind: 'changed',
      what: JSON.stringify(what),
      because: null,
      outcome: null,
      account: by.account,
      at: now,
    })
    .execute();
  await writeAudit(tx, {
    action: 'mdt.changed',
    purpose: 'leads the team that meets',
    detail: { mdt: series.series, what },
  });
  return true;
}

/**
 * The discipline of whoever is to chair. Of a member who begins to chair it is what it was, unless the form says another one
 * than it was filled with: that was of who chaired before.
 */
function disciplineOfChair(
  { members }: Series,
  { base, typed }: { readonly base: SeriesText; readonly typed: SeriesText },
): string {
  const member = members.find(({ account }) => account === typed.chair);
  const untouched = typed.chair !== base.chair && typed.chairDiscipline === base.chairDiscipline;
  return member && untouched ? member.discipline : typed.chairDiscipline;
}

/** Who wrote last what each field says. */
function authorsOf(changes: readonly SeriesChange[]): Record<string, Author> {
  const authors: Record<string, Author> = {};
  for (const { what, who, at } of changes.toReversed())
    for (const { field } of what) authors[field] = { voice: 'staff', name: who, at: at.toISOString() };
  return authors;
}

/** From which time the others follow: a new one where somebody said when it meets, or how often from the next one on. */
function anchorOf({ anchor, ahead }: Series, was: SeriesText, is: SeriesText): Date {
  if (is.starts !== was.starts) return new Date(is.starts);
  if (is.cadence === was.cadence) return anchor;
  return ahead?.state === 'planned' ? (ahead.slotAt ?? ahead.startsAt) : new Date(is.starts);
}

/** The next meeting is at another time. One that has begun stays: what comes after it goes by the new time alone. */
async function moveAhead(
  tx: Tx,
  { ahead }: Series,
  { by, now, starts }: { readonly by: Actor; readonly now: Date; readonly starts: Date },
): Promise<void> {
  if (ahead === null) return;
  if (ahead.state === 'planned') {
    const because = 'The meetings are at another time from now on';
    await changeTime(tx, ahead, { by, now, kind: 'moved', because, starts, slot: null });
    return;
  }
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting')
    .set({ slot_at: null })
    .where('meeting_id', '=', ahead.meeting)
    .execute();
}

/**
 * Whoever chairs belongs to the meetings, with their discipline. One who had another discipline keeps it in the minutes of
 * meetings that were held.
 */
async function seat(
  tx: Tx,
  series: Series,
  chair: { readonly account: string; readonly name: string; readonly discipline: string; readonly now: Date },
): Promise<void> {
  const db = tx.withTables<MdtTables>();
  const { account, name, discipline } = chair;
  const member = series.members.find((each) => each.account === account);
  if (member?.discipline === discipline) return;
  if (member)
    await db
      .updateTable('coordination.mdt_member')
      .set({ left_at: chair.now })
      .where('member_id', '=', member.member)
      .execute();
  const { member_id } = await db
    .insertInto('coordination.mdt_member')
    .values({ mdt_id: series.series, name, discipline, account, team_id: series.team, left_at: null })
    .returning('member_id')
    .executeTakeFirstOrThrow();
  if (series.ahead === null) return;
  if (member) {
    await db
      .updateTable('coordination.meeting_attendance')
      .set({ member_id })
      .where('meeting_id', '=', series.ahead.meeting)
      .where('member_id', '=', member.member)
      .execute();
    return;
  }
  for (const { personNo, removedBecause } of await readCases(tx, series.ahead.meeting))
    if (removedBecause === null) await letSee(tx, account, personNo, series.ahead.meeting);
}

/** What each field is called where people read of it. */
export const fieldWords: Readonly<Record<keyof SeriesText, string>> = {
  name: 'Name',
  cadence: 'How often',
  starts: 'Next meeting',
  minutes: 'Minutes',
  place: 'Where',
  chair: 'Chair',
  chairDiscipline: 'Discipline of the chair',
};

/** What a field says, in words. */
export function sayField(
  field: keyof SeriesText,
  text: string,
  { pathway, names }: { readonly pathway: MdtPathway; names(account: string): string },
): string {
  if (field === 'cadence') return cadences[text as Cadence] ?? text;
  if (field === 'starts') return formatInstant(new Date(text));
  if (field === 'chair') return names(text);
  if (field !== 'chairDiscipline') return text;
  return pathway.disciplines.find(({ id }) => id === text)?.title ?? text;
}

function differences(
  was: SeriesText,
  is: SeriesText,
  words: Parameters<typeof sayField>[2],
): SeriesDifference[] {
  return seriesFields
    .filter((field) => was[field] !== is[field])
    .map((field) => ({
      field,
      was: sayField(field, was[field], words),
      is: sayField(field, is[field], words),
    }));
}

/** The day and time of the clock that a form shows of an instant as text; undefined where it says none. */
export function dayAndTime(starts: string): { readonly day: PlainDate; readonly time: string } | undefined {
  const instant = new Date(starts);
  return Number.isNaN(instant.getTime()) ? undefined : { day: londonDay(instant), time: timeOf(instant) };
}
