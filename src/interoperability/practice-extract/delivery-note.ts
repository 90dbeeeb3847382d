import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../kernel/index.ts';

const deliveryNote = z.object({
  layout: z.string().optional(),
  /** The code of the practice whose rows these are. */
  publisher: z
    .string()
    .trim()
    .min(1)
    .regex(/^\P{Cc}*$/u, 'has a mark that is no letter')
    .optional(),
  extracted_at: z.iso.datetime({ offset: true }).optional(),
  full: z.boolean().default(false),
  /** What the tables are written in, where they are not UTF-8. UTF-16 is found out and need not be said. */
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1252']).default('utf-8'),
  tables: z.record(z.string(), z.object({ rows: z.int().nonnegative().optional() })).default({}),
  covers: z.record(z.string(), z.object({ from: z.iso.date() })).default({}),
});

/** What the sender says of the delivery as a whole, in delivery.json beside the tables. */
export type DeliveryNote = z.output<typeof deliveryNote>;

/**
 * Reads delivery.json; a folder without one is an incremental delivery that says nothing of itself. `say` is told of what it
 * says besides, of which nothing is known here: it may be a name that was written wrong.
 */
export function readDeliveryNote(folder: string, say: (what: string) => void): DeliveryNote {
  const file = join(folder, 'delivery.json');
  if (!existsSync(file)) return deliveryNote.parse({});
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Refusal({
      code: 'bad_delivery_note',
      because: 'delivery.json is not JSON; it may have been cut short.',
      remedy: 'Send it again, or leave it out.',
    });
  }
  const note = deliveryNote.safeParse(content);
  if (note.success) {
    const known = Object.keys(deliveryNote.shape);
    const others = Object.keys(content as object).filter((name) => !known.includes(name));
    if (others.length > 0)
      say(
        `${basename(folder)}: delivery.json says ${others.join(', ')}, which is not known here and was left aside; known are ${known.join(', ')}`,
      );
    return note.data;
  }
  throw new Refusal({
    code: 'bad_delivery_note',
    because: `delivery.json cannot be used: ${note.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}.`,
    remedy: 'Correct it as the description of its layout in docs says, or leave it out.',
  });
}
