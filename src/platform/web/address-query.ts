import type { z } from 'zod';

/**
 * What the address of a list asks, also while a form that came back in one of its rows is answered: the route of a form
 * does not read it. An address that asks what there is not asks nothing.
 */
export function askedByAddress<Query>(url: string, query: z.ZodType<Query>): Query {
  const asked = query.safeParse(Object.fromEntries(new URL(url, 'http://list').searchParams));
  return asked.success ? asked.data : query.parse({});
}
