import type { z } from 'zod';
import { nothingTyped, type Typed } from './typed.tsx';
import type { Answer, RouteShape, Visit, Web } from './web.ts';

type Shape<Params extends z.ZodType, Body extends z.ZodType> = RouteShape<Params, z.ZodType, Body>;

/** A page with a form that is sent to the page's own address. */
export interface FormShape<Params extends z.ZodType, Body extends z.ZodType>
  extends Pick<Shape<Params, Body>, 'url' | 'may' | 'params' | 'handle' | 'isSaved'> {
  readonly body: Body;
  /** The page, with what was typed and what was wrong with it. */
  page(visit: Visit<z.output<Params>>, typed: Typed): Promise<Answer>;
  /** Where else the form stands, as in a list: that page with the form open again; null where it came from its own page. */
  again?(
    visit: Visit<z.output<Params>, unknown, Record<string, string>>,
    typed: Typed,
  ): Promise<Answer> | null;
}

/**
 * The two routes of a page with a form: the page before anything is typed, and what `handle` does with the form. A form
 * that is refused comes back on its page with what was typed, or where `again` says.
 */
export function formRoutes<Params extends z.ZodType, Body extends z.ZodType>(
  web: Web,
  { page, body, handle, again, isSaved, ...address }: FormShape<Params, Body>,
): void {
  web.route({ method: 'GET', ...address, handle: (visit) => page(visit, nothingTyped) });
  web.route({
    method: 'POST',
    ...address,
    body,
    handle,
    again: (visit, refused) => {
      const typed: Typed = { fields: visit.body, ...refused };
      return again?.(visit, typed) ?? page(visit, typed);
    },
    ...(isSaved === undefined ? {} : { isSaved }),
  });
}
