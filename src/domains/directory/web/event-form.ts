import { z } from 'zod';
import { parsePlainDate } from '../../../kernel/index.ts';
import type { OrganisationEvent } from '../plan-event.ts';

export const eventKinds = ['merge', 'split', 'close', 'transfer', 'rename'] as const;

const text = z.string().trim().max(200, 'Keep this to 200 characters').optional();

/** What is typed to say what happened to an organisation. Which fields are needed depends on what it was. */
export const eventForm = z
  .object({
    kind: z.enum(eventKinds, { error: 'Choose what happened' }),
    'day-day': z.string().trim().optional(),
    'day-month': z.string().trim().optional(),
    'day-year': z.string().trim().optional(),
    other: text,
    name: text,
    closes: z.enum(['yes', '']).optional(),
    reason: z.string().trim().min(1, 'Say where this is known from').max(500, 'Keep this to 500 characters'),
  })
  .transform((typed, context) => {
    const fail = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const [day = '', month = '', year = ''] = [typed['day-day'], typed['day-month'], typed['day-year']];
    const written = parsePlainDate(
      `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    );
    if (written === null) fail('day', 'Write the day as, for example, 1 4 2026');
    const other = (typed.other ?? '').toUpperCase();
    if (typed.kind === 'merge' && other === '')
      fail('other', 'Write the code of the practice that it went into');
    if (typed.kind === 'split' && splitParts(typed.other).length === 0)
      fail('other', 'Write the code of each practice that came out of it, for example Z10050 New Surgery');
    if (typed.kind === 'rename' && !typed.name) fail('name', 'Write the new name');
    return { ...typed, other, parts: splitParts(typed.other), written: written ?? '' };
  });

/** `Z10050 New Surgery; Z10051 Other Surgery` as codes and names. */
function splitParts(typed = ''): { code: string; name: string }[] {
  return typed
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [code = '', ...name] = part.split(/\s+/);
      return { code: code.toUpperCase(), name: name.join(' ') || code.toUpperCase() };
    });
}

/** What was typed, as the event that it says of an organisation. */
export function typedEvent(code: string, typed: z.output<typeof eventForm>): OrganisationEvent {
  const day = typed.written;
  switch (typed.kind) {
    case 'merge':
      return { kind: 'merge', from: [code], into: typed.other, day };
    case 'split':
      return { kind: 'split', from: code, into: typed.parts, closes: typed.closes === 'yes', day };
    case 'close':
      return { kind: 'close', code, day };
    case 'transfer':
      return { kind: 'transfer', code, to: typed.other === '' ? null : typed.other, day };
    case 'rename':
      return { kind: 'rename', code, name: typed.name ?? '', day };
  }
}
