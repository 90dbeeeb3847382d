import type { z } from 'zod';
import { InvalidInput, NotFound } from '../../kernel/index.ts';

/** What stands in an address, checked. Throws NotFound: an address that cannot be read is none of ours. */
export function parseAddress<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
): z.output<Schema> {
  if (!schema) return undefined as z.output<Schema>;
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new NotFound('There is no page at this address.', 'Go back and follow the link again.');
  return parsed.data;
}

/** What was typed, checked. Throws InvalidInput naming each field, in the order of the form. */
export function parseForm<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
): z.output<Schema> {
  if (!schema) return undefined as z.output<Schema>;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const seen = new Set<string>();
  throw new InvalidInput(
    parsed.error.issues.flatMap((issue) => {
      const field = String(issue.path[0] ?? '');
      if (seen.has(field)) return [];
      seen.add(field);
      // A field that did not come at all: no form of ours leaves one out, so that no schema has a sentence for it.
      const missing = issue.code === 'invalid_type' && /received undefined$/.test(issue.message);
      return [{ field, message: missing ? 'Fill this in' : issue.message }];
    }),
  );
}

/** What a form says, as it was sent; boxes that were ticked together are lines of one text. */
export function typedFields(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      if (typeof value === 'string') return [[name, value]];
      // Boxes of one name that were ticked together, a line each.
      const isTicks = Array.isArray(value) && value.every((each) => typeof each === 'string');
      return isTicks ? [[name, value.join('\n')]] : [];
    }),
  );
}
