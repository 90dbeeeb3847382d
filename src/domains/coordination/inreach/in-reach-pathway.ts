import { join } from 'node:path';
import { z } from 'zod';
import type { PlainDate } from '../../../kernel/index.ts';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import { endOfDayClock, type StateTable, type WorkClock } from '../../work/index.ts';

const setting = z.strictObject({
  id: z.enum(['care_home', 'housebound']),
  title: z.string(),
  definition: z.string(),
  every_days: z.int().positive(),
  keeps_rhythm: z.boolean(),
  first_within_days: z.int().positive(),
  missed_after_days: z.int().nonnegative(),
  again_after_days: z.int().positive(),
});

const outcome = z.discriminatedUnion('next', [
  z.strictObject({ id: z.string(), title: z.string(), next: z.literal('cadence') }),
  z.strictObject({
    id: z.string(),
    title: z.string(),
    next: z.literal('again'),
    again_after_days: z.int().positive(),
  }),
  z.strictObject({ id: z.string(), title: z.string(), next: z.literal('end') }),
]);

const inReachPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  settings: z.array(setting).min(1),
  round_days: z.array(z.int().min(1).max(7)).min(1),
  may_set: z.strictObject({ least_days: z.int().positive(), most_days: z.int().positive() }),
  word_of_staff_days: z.int().nonnegative(),
  outcomes: z.array(outcome).min(1),
  endings: z.strictObject({
    no_longer: z.string(),
    left: z.string(),
    died: z.string(),
    same_person: z.string(),
  }),
});

/** How often people who cannot come are visited, and what can come of a visit, as the place has agreed it. */
export type InReachPathway = z.output<typeof inReachPathway>;
export type Setting = InReachPathway['settings'][number];
export type SettingId = Setting['id'];
export type VisitOutcome = InReachPathway['outcomes'][number];
/** Why visits ended by what the record says. */
export type RecordEnding = keyof InReachPathway['endings'];

export function readInReachPathway(content: string): InReachPathway {
  return readContent(join(content, 'pathways', 'in-reach.yaml'), inReachPathway);
}

/** The setting of an id. Throws where the content has none: nobody could say when they are next visited. */
export function settingOf(pathway: InReachPathway, id: string): Setting {
  const found = pathway.settings.find((each) => each.id === id);
  if (!found) throw new Error(`content/pathways/in-reach.yaml has no setting ${id}`);
  return found;
}

/** How a visit moves: it is planned until its outcome is recorded; one that is late is missed, and still to be made. */
export const visitStates: StateTable = {
  kind: 'in_reach_visit',
  initial: 'planned',
  escalated: 'missed',
  actions: [
    { name: 'move', from: ['planned', 'missed'], to: 'planned', clock: true, reason: true },
    { name: 'record', from: ['planned', 'missed'], to: 'recorded', ends: true },
    { name: 'end', from: ['planned', 'missed'], to: 'not_needed', ends: true },
  ],
};

/** The states of a visit in words, for tags and filters. */
export const visitStateWords: Readonly<Record<string, string>> = {
  planned: 'To visit',
  missed: 'Missed',
  recorded: 'Recorded',
  not_needed: 'Not needed',
};

/** A visit is due by the end of its day, and is missed so many days later, by what its setting says. */
export function visitClock(setting: Setting, day: PlainDate): WorkClock {
  const clock = endOfDayClock(day, setting.missed_after_days);
  return { ...clock, again: endOfDayClock(day, setting.missed_after_days + setting.again_after_days).breach };
}
