import { sql } from 'kysely';
import {
  addDays,
  formatDay,
  formatInstant,
  londonDay,
  NotPermitted,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endUntouched } from '../change-caseload.ts';
import { restoreStanding } from '../standing/need-decision.ts';
import { readSelected, type Selected } from './read-selected.ts';
import { type Head, readHead, writeVersion } from './selection.ts';
import type { SelectionContent } from './selection-content.ts';
import type { SelectionTables } from './selection-tables.ts';
import { mayTakeBack } from './who-may.ts';

interface TakingBack {
  readonly by: Actor;
  readonly now: Date;
  readonly content: SelectionContent;
  readonly selection: number;
}

/** What became of the people of a list that was taken back. */
export interface TakenBack {
  readonly ended: number;
  /** Who stays on the caseload, because somebody has worked for them since. */
  readonly kept: number;
}

/** The last day on which a list can be taken back; null where it was never accepted. */
export function lastDayToTakeBack({ settledAt }: Pick<Head, 'settledAt'>, content: SelectionContent) {
  return settledAt === null ? null : addDays(londonDay(settledAt), content.take_back_within_days);
}

/**
 * Takes an accepted list back, within the days of content: ends the entries of the caseload for which nobody has done
 * anything since, keeps the others, and says of each why. Its people are to be decided on again, but for those whom the team
 * had put off or declined: that stands again.
 *
 * Throws NotPermitted, NotFound; Refusal `not_accepted`, `too_late`.
 */
export async function takeBackList(tx: Tx, request: TakingBack): Promise<TakenBack> {
  const { by, now, selection } = request;
  const permission = mayTakeBack(by);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask the INT lead.');
  const head = await lockAccepted(tx, request);
  const on = (await readSelected(tx, selection)).filter(({ item }) => item !== null);
  const worked = await readWorkedOn(tx, head, on);
  let ended = 0;
  for (const each of on) {
    const item = each.item ?? 0;
    const because = worked.get(each.person) ?? null;
    // Before the entry ends: the team may not see the person afterwards.
    await writeKept(tx, selection, each.person, because);
    if (because !== null) continue;
    if (head.settledAt !== null)
      await restoreStanding(tx, {
        by,
        now,
        team: head.team,
        person: each.person,
        takenOnAt: head.settledAt,
        purpose: permission.because,
      });
    const note = `The list of ${formatDay(londonDay(head.madeAt))} was taken back`;
    await endUntouched(tx, { by, now, item, note, purpose: permission.because });
    ended += 1;
  }
  await writeVersion(tx, head, { state: 'taken_back', taken_back_by: by.account, taken_back_at: now });
  const kept = on.length - ended;
  await writeAudit(tx, {
    action: 'selection.taken_back',
    purpose: permission.because,
    detail: { selection, ended, kept, people: on.map(({ person }) => person) },
  });
  return { ended, kept };
}

async function lockAccepted(tx: Tx, { by, now, content, selection }: TakingBack): Promise<Head> {
  await tx
    .withTables<SelectionTables>()
    .selectFrom('coordination.selection')
    .select('selection_id')
    .where('selection_id', '=', selection)
    .forUpdate()
    .execute();
  const head = await readHead(tx, by, selection);
  if (head.state !== 'accepted')
    throw new Refusal({
      code: 'not_accepted',
      because:
        head.takenBackAt === null
          ? 'This list has not been accepted.'
          : `${head.takenBackBy} took this list back on ${formatInstant(head.takenBackAt)}.`,
      remedy: 'Look at the list as it is now.',
    });
  const last = lastDayToTakeBack(head, content);
  if (last !== null && londonDay(now) > last)
    throw new Refusal({
      code: 'too_late',
      because: `A list can be taken back until ${formatDay(last)}.`,
      remedy: 'Discharge people one by one from the caseload, with what came of it.',
    });
  return head;
}

/**
 * For whom somebody has done something since the list was accepted, and what: their entry was changed or ended, a plan
 * was begun or written in, or there is other work of the team about them that somebody began.
 */
async function readWorkedOn(
  tx: Tx,
  { team, settledAt }: Head,
  on: readonly Selected[],
): Promise<Map<number, string>> {
  const rows = JSON.stringify(on.map(({ person, item }) => ({ person, item })));
  const found = await sql<{ person: number; over: boolean; changed: boolean; plan: boolean; work: boolean }>`
    select row.person, entry.closed_at is not null as over,
           exists (select 1 from work.transition step where step.item_id = row.item
                    and step.action not in ('open', 'escalate', 'escalate_again')) as changed,
           exists (select 1 from coordination.plan_event e join coordination.care_plan p using (plan_id)
                    where p.person_no = entry.subject_id and e.at > ${settledAt})
           or exists (select 1 from coordination.plan_revision r join coordination.care_plan p using (plan_id)
                       where p.person_no = entry.subject_id and r.at > ${settledAt}) as plan,
           exists (select 1 from work.item other join work.transition step using (item_id)
                    where other.subject_kind = 'person' and other.subject_id = entry.subject_id
                      and other.owner_team = ${team} and other.item_id <> row.item and step.at > ${settledAt}
                      -- What the clock and the records open by themselves is nobody's work yet.
                      and step.action not in ('escalate', 'escalate_again')
                      and not (step.action = 'open' and other.kind in ('alert', 'in_reach_visit', 'smi_chase'))) as work
      from jsonb_to_recordset(${rows}::jsonb) as row (person int, item int)
      join work.item entry on entry.item_id = row.item`.execute(tx);
  return new Map(
    found.rows.flatMap(({ person, over, changed, plan, work }) => {
      if (over) return [[person, 'Was discharged meanwhile']];
      if (changed) return [[person, 'Their next step or their lead was changed']];
      if (plan) return [[person, 'Their care plan was begun or written in']];
      return work ? [[person, 'There is other work of the team about them']] : [];
    }),
  );
}

async function writeKept(tx: Tx, selection: number, person: number, because: string | null): Promise<void> {
  await tx
    .withTables<SelectionTables>()
    .updateTable('coordination.selection_person')
    .set({ kept_because: because })
    .where('selection_id', '=', selection)
    .where('person_no', '=', person)
    .execute();
}
