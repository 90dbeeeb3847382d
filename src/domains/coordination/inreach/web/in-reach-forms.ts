import { z } from 'zod';
import {
  type FieldError,
  InvalidInput,
  type PlainDate,
  parsePlainDate,
  plainDate,
} from '../../../../kernel/index.ts';
import { rowNumber } from '../../../../platform/web/index.ts';
import { withDays } from '../../../work/index.ts';
import { visited } from '../read-in-reach.ts';
import type { VisitLine } from '../record-visits.ts';

const day = z
  .string()
  .refine((text) => parsePlainDate(text) !== null, 'Write a day as 2026-11-09')
  .transform((text) => plainDate(text));

/** Which day's route, and whom on it. */
export const routeQuery = z.object({
  day: day.optional(),
  setting: z
    .enum(['care_home', 'housebound'])
    .or(z.literal('').transform(() => undefined))
    .optional(),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

/** Whom a number of a route counts. */
export const visitedQuery = routeQuery.extend({
  which: z.enum(visited).default('due'),
  site: rowNumber.optional(),
});

export const siteParams = z.object({ site: rowNumber });

export const siteQuery = z.object({
  day: day.optional(),
  saved: rowNumber.optional(),
  moved: rowNumber.optional(),
});

/**
 * The form of a round: a day, and for each person an outcome, a note and the version that was on the page, named after
 * the person. It holds as many people as live in the building, so that its fields are read by name.
 */
export const roundForm = z.record(z.string().max(80), z.string().max(2000));

const LINE = /^outcome-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const MOST_LINES = 500;
const LONGEST_NOTE = 1000;

/** The visits that a form says: lines without an outcome are not made yet. Throws InvalidInput. */
export function readRound(fields: Readonly<Record<string, string>>): {
  visitedOn: PlainDate;
  lines: VisitLine[];
} {
  const errors: FieldError[] = [];
  const parts = ['year', 'month', 'day'].map((part, at) =>
    (fields[`day-${part}`] ?? '').trim().padStart(at === 0 ? 4 : 2, '0'),
  );
  const visitedOn = parsePlainDate(parts.join('-'));
  if (visitedOn === null) errors.push({ field: 'day', message: 'Write the day as, for example, 9 11 2026' });
  const lines: VisitLine[] = [];
  for (const [name, outcome] of Object.entries(fields)) {
    const person = LINE.exec(name)?.[1];
    if (person === undefined) continue;
    const note = fields[`note-${person}`]?.trim() ?? '';
    if (note.length > LONGEST_NOTE)
      errors.push({ field: `note-${person}`, message: 'Keep the note to 1,000 characters' });
    if (note !== '' && outcome === '')
      errors.push({
        field: `outcome-${person}`,
        message: 'Choose what came of the visit, or remove the note',
      });
    if (outcome !== '')
      lines.push({ person, outcome, note: note || null, seen: Number(fields[`seen-${person}`]) || 0 });
  }
  if (lines.length > MOST_LINES)
    errors.push({ field: 'day', message: `Save at most ${MOST_LINES} visits at once` });
  if (errors.length > 0 || visitedOn === null) throw new InvalidInput(errors);
  return { visitedOn, lines };
}

const reason = z
  .string({ error: 'Say why' })
  .trim()
  .min(1, 'Say why')
  .max(1000, 'Keep this to 1,000 characters');

export const moveForm = withDays({ from: day, reason }, { to: 'Say to which day' });

export const cadenceForm = withDays(
  {
    seen: rowNumber,
    every: z
      .string()
      .trim()
      .regex(/^\d{0,3}$/, 'Write a number of days, or nothing')
      .optional()
      .transform((text) => (text ? Number(text) : null)),
    reason,
  },
  { next: 'Say when the next visit is' },
);
