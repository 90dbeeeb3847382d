import { z } from 'zod';
import { rowNumber } from '../../../../platform/web/index.ts';
import { withDays } from '../../../work/index.ts';
import { seriesFields } from '../change-series.ts';
import type { SentText } from '../discuss-case.ts';
import { textFields } from '../mdt-tables.ts';
import { cadences } from '../recurrence.ts';

const reason = z.string().trim().min(1, 'Say why').max(1000, 'Keep this to 1,000 characters');
const optional = z
  .string()
  .trim()
  .max(1000, 'Keep this to 1,000 characters')
  .optional()
  .transform((text) => (text ? text : null));

const time = z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'Write the time as, for example, 13:30');

const series = {
  name: z.string().trim().min(1, 'Give the meetings a name').max(120, 'Keep this to 120 characters'),
  cadence: z.enum(Object.keys(cadences) as [keyof typeof cadences], 'Choose how often it meets'),
  time,
  minutes: z.coerce
    .number('Write the minutes as a number')
    .int('Write the minutes as a whole number')
    .min(10, 'A meeting takes 10 to 480 minutes')
    .max(480, 'A meeting takes 10 to 480 minutes'),
  place: z.string().trim().min(1, 'Say where, or give the link').max(300, 'Keep this to 300 characters'),
  chair: z.uuid('Choose who chairs'),
  chairDiscipline: z.string().min(1, 'Choose a discipline'),
};

export const setUpForm = withDays(series, { starts: 'Say the day of the first meeting' });

/** A series as it is to be, and in `was-...` as the form was filled with it. */
export const changeSeriesForm = withDays(
  {
    ...series,
    ...(Object.fromEntries(
      seriesFields.map((field) => [`was-${field}`, z.string().max(300).default('')]),
    ) as Record<`was-${(typeof seriesFields)[number]}`, z.ZodDefault<z.ZodString>>),
  },
  { starts: 'Say the day of the next meeting' },
);

export const beginAgainForm = withDays({ time }, { starts: 'Say the day of the next meeting' });

export const memberForm = z.object({
  account: z
    .union([z.uuid(), z.literal('')])
    .optional()
    .transform((account) => (account ? account : null)),
  name: z.string().trim().max(120, 'Keep this to 120 characters').optional(),
  discipline: z.string().min(1, 'Choose a discipline'),
  team: z
    .union([rowNumber, z.literal('')])
    .optional()
    .transform((team) => (team ? team : null)),
});

/** When a meeting was to be, as the page that a form stands on said. */
const was = z.iso.datetime().transform((at) => new Date(at));
export const moveMeetingForm = withDays(
  { was, time, moveReason: reason },
  { starts: 'Say the day on which it is now' },
);
export const notHeldForm = z.object({ was, notHeldReason: reason });

export const reasonForm = z.object({ reason });
export const moveForm = z.object({ reason, to: z.coerce.number('Choose a place').int().min(1).max(500) });
export const carryForm = z.object({ reason: optional });
export const closeForm = z.object({ quorumNote: optional });

/** Whom each attendance is of stands in the name of its field: `attended-12`. */
export function attendanceOf(body: Record<string, string>): Map<number, 'present' | 'apologies' | 'absent'> {
  const attended = new Map<number, 'present' | 'apologies' | 'absent'>();
  for (const [name, value] of Object.entries(body)) {
    const member = /^attended-(\d{1,9})$/.exec(name)?.[1];
    if (member && (value === 'present' || value === 'apologies' || value === 'absent'))
      attended.set(Number(member), value);
  }
  return attended;
}

const text = z.string().max(8000, 'Keep this to 8,000 characters').optional();
const base = z.coerce.number().int().min(0).max(100_000).default(0);

const texts = {
  summary: text,
  questions: text,
  discussion: text,
  no_change: text,
  for_person: text,
  complexity: z.string().max(10).optional(),
  stability: z.string().max(10).optional(),
  ...Object.fromEntries(textFields.map((field) => [`base-${field}`, base])),
};

/** What is written of a case, and one decision. An action without words is none. */
export const caseForm = withDays(
  {
    ...texts,
    action: z.string().trim().max(300, 'Keep the action to 300 characters').optional(),
    for: z.string().max(60).optional(),
    form: z.string().max(60).optional(),
    after: z.enum(['stay', 'next']).default('stay'),
  },
  { due: null },
);

/** The texts of a sent case, each with the version that it was begun with. */
export function sentTexts(body: Readonly<Record<string, unknown>>): SentText[] {
  return textFields.flatMap((field): SentText[] => {
    const begun = Number(body[`base-${field}`] ?? 0);
    if (field !== 'rating') {
      const text = body[field];
      return typeof text === 'string' ? [{ field, base: begun, text: text.replaceAll('\r\n', '\n') }] : [];
    }
    const { complexity, stability } = body;
    return complexity && stability ? [{ field, base: begun, text: `${complexity}/${stability}` }] : [];
  });
}
