import { InvalidInput, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { WorkKinds } from '../../work/index.ts';
import { buildAgenda, letMembersSee } from './agenda.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { MdtTables, SeriesChangeKind } from './mdt-tables.ts';
import { lockMeeting } from './meeting.ts';
import { readMeetingsAhead } from './meetings-ahead.ts';
import { changeTime } from './pass-over.ts';
import { readCases } from './read-case.ts';
import { referWhoWaits } from './refer-who-waits.ts';
import { planMeeting } from './run-mdt.ts';
import { lastEnd, lockSeries, readSeriesChanges, refuseEnded, type Series } from './series.ts';

interface OfSeries {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
  readonly series: number;
}

/**
 * Ends a series, with the reason: its next meeting is not held, and no further one is planned. Whom that was to talk about
 * is referred to the team, and so stands on the agenda of its next meeting of another series; without one the referral waits
 * with the team. Reviews become work on their day (`referWhoWaits`), and open actions stay the work that they are. The same
 * reason sent twice ends it once.
 *
 * Throws NotFound, NotPermitted, and Refusal `under_way` or `series_ended`.
 */
export async function endSeries(
  tx: Tx,
  request: OfSeries & { readonly kinds: WorkKinds; readonly reason: string },
): Promise<void> {
  const { by, now, pathway, kinds, reason } = request;
  const series = await lockSeries(tx, request.series, by);
  const changes = await readSeriesChanges(tx, series.series);
  const ended = lastEnd(changes);
  if (series.endedAt !== null && ended?.account === by.account && ended.because === reason) return;
  refuseEnded(series, changes);
  if (series.ahead?.state === 'open')
    throw new Refusal({
      code: 'under_way',
      because: 'A meeting of these is under way.',
      remedy: 'Close it first. Whom you do not reach can be put on the next agenda: they are not lost.',
    });
  const people = await agendaOf(tx, series);
  await setEnded(tx, series, now);
  await referWhoWaits(tx, { by, now, kinds });
  const ahead = { team: series.team, people, now };
  for (const { meeting } of await readMeetingsAhead(tx, ahead))
    await buildAgenda(tx, { by, now, pathway, meeting });
  await note(tx, series, request, {
    kind: 'ended',
    because: reason,
    outcome: whereNow(people, await readMeetingsAhead(tx, ahead)),
    people,
  });
}

/**
 * Begins a series again that was ended. The meeting that was not held then is the next one, with whoever still waits on its
 * agenda; who stands on another one of the team meanwhile stays there. The same day sent twice begins it once.
 *
 * Throws NotFound, NotPermitted, InvalidInput, and Refusal `not_ended`.
 */
export async function beginSeriesAgain(tx: Tx, request: OfSeries & { readonly starts: Date }): Promise<void> {
  const { by, now, pathway, starts } = request;
  const series = await lockSeries(tx, request.series, by);
  if (series.endedAt === null) {
    if (series.ahead?.startsAt.getTime() === starts.getTime()) return;
    throw new Refusal({
      code: 'not_ended',
      because: 'Somebody has begun these meetings again already.',
      remedy: 'Look when the next one is. If that is not right, change it.',
    });
  }
  if (starts <= now)
    throw new InvalidInput([{ field: 'starts', message: 'The next meeting must be to come' }]);
  const [end] = await readSeriesChanges(tx, series.series);
  await setEnded(tx, series, null, starts);
  const meeting = await holdAgain(tx, series, request, end?.because ?? null);
  await buildAgenda(tx, { by, now, pathway, meeting });
  await note(tx, series, request, {
    kind: 'begun_again',
    because: null,
    outcome: null,
    people: await agendaOf(tx, series),
  });
}

/** The meeting that was not held is the next; those who stand on another agenda of the team do so there alone. */
async function holdAgain(
  tx: Tx,
  { series, team, ahead }: Series,
  { by, now, starts }: { readonly by: Actor; readonly now: Date; readonly starts: Date },
  because: string | null,
): Promise<number> {
  if (ahead === null) return await planMeeting(tx, series, starts);
  if (ahead.startsAt.getTime() !== starts.getTime())
    await changeTime(tx, ahead, {
      by,
      now,
      kind: ahead.startsAt > now ? 'moved' : 'not_held',
      because: because === null ? 'The meetings had been ended' : `The meetings had been ended: ${because}`,
      starts,
      slot: null,
    });
  const meeting = await lockMeeting(tx, ahead.meeting, by);
  const cases = (await readCases(tx, ahead.meeting)).filter(({ removedBecause }) => removedBecause === null);
  const people = cases.map(({ personNo }) => personNo);
  const others = (await readMeetingsAhead(tx, { team, people, now })).filter(
    (each) => each.meeting !== ahead.meeting,
  );
  for (const { id, personNo } of cases) {
    const other = others.find(({ on }) => on.includes(personNo));
    if (other === undefined) await letMembersSee(tx, meeting, personNo);
    else
      await tx
        .withTables<MdtTables>()
        .updateTable('coordination.meeting_case')
        .set({
          removed_at: now,
          removed_by: by.account,
          removed_because: `On the agenda of “${other.name}”`,
        })
        .where('case_id', '=', id)
        .execute();
  }
  return ahead.meeting;
}

async function agendaOf(tx: Tx, { ahead }: Series): Promise<number[]> {
  if (ahead === null) return [];
  const cases = await readCases(tx, ahead.meeting);
  return cases.filter(({ removedBecause }) => removedBecause === null).map(({ personNo }) => personNo);
}

async function setEnded(tx: Tx, { series }: Series, at: Date | null, anchor?: Date): Promise<void> {
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.mdt')
    .set({ ended_at: at, ...(anchor ? { anchor_at: anchor } : {}) })
    .where('mdt_id', '=', series)
    .execute();
}

/** What became of whom a series was to talk about, as a sentence: on which agenda they are now, and who waits. */
export function whereNow(
  people: readonly number[],
  ahead: readonly { readonly name: string; readonly on: readonly number[] }[],
): string {
  if (people.length === 0) return 'Nobody was on its agenda.';
  const left = new Set(people);
  const parts: string[] = [];
  for (const { name, on } of ahead) {
    const here = on.filter((person) => left.delete(person));
    if (here.length > 0)
      parts.push(`${here.length} ${here.length === 1 ? 'is' : 'are'} on that of “${name}”`);
  }
  if (left.size === 1) parts.push('1 has no meeting and is referred to the team');
  if (left.size > 1) parts.push(`${left.size} have no meeting and are referred to the team`);
  return `Of ${people.length === 1 ? '1 person' : `${people.length} people`} on its agenda ${parts.join(', ')}.`;
}

async function note(
  tx: Tx,
  { series }: Series,
  { by, now }: OfSeries,
  said: {
    readonly kind: SeriesChangeKind;
    readonly because: string | null;
    readonly outcome: string | null;
    readonly people: readonly number[];
  },
): Promise<void> {
  const { kind, because, outcome, people } = said;
  await tx
    .withTables<MdtTables>()
    .insertInto('coordination.mdt_change')
    .values({ mdt_id: series, kind, what: '[]', because, outcome, account: by.account, at: now })
    .execute();
  await writeAudit(tx, {
    action: `mdt.${kind}`,
    purpose: because ?? 'leads the team that meets',
    detail: { mdt: series, people },
  });
}
