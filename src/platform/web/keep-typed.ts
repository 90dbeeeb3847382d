import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type Actor,
  accountOfEndedForm,
  act,
  forgetKept,
  type KeptText,
  keepText,
  type Origin,
} from '../auth/index.ts';
import type { Tx } from '../database/index.ts';
import { typedFields } from './form-fields.ts';
import type { Answer, RouteShape, Visit, Web, WebSettings } from './web.ts';

/** Behind the address of a form: the address at which a script keeps what is typed in it. */
const KEEP = '/keep';

const anyFields = z.looseObject({}).transform(typedFields);

/** Longer addresses than any of ours are made up; nothing is kept for them. */
const LONGEST_ADDRESS = 2000;

/** The part of a shape that says whether a form is one of those whose text is kept. */
type Form = Pick<RouteShape<z.ZodType, z.ZodType, z.ZodType>, 'method' | 'again'>;

/** Every form that can be shown again can be kept: what was typed in it comes back the way a refused form does. */
export function isKeepable({ method, again }: Form): boolean {
  return method === 'POST' && again !== undefined;
}

/** To where the form of a request is sent, with its query. */
function addressOf(url: string, pattern: string): string {
  if (!pattern.endsWith(KEEP)) return url;
  const [path = '', query] = url.split('?', 2);
  return `${path.slice(0, -KEEP.length)}${query === undefined ? '' : `?${query}`}`;
}

/**
 * Keeps what was typed in a form whose session has ended, for whoever typed it. The transaction is theirs and sees
 * nobody. Null when there is nothing to keep, or the form is not from a page of ours.
 */
export async function keepOfEndedSession(
  { book, clock, readActor }: Pick<WebSettings, 'book' | 'clock' | 'readActor'>,
  shape: Form & { readonly url: string },
  request: FastifyRequest,
): Promise<{ readonly account: string; readonly address: string } | null> {
  if (!isKeepable(shape) || request.url.length > LONGEST_ADDRESS) return null;
  const now = clock();
  const fields = typedFields(request.body);
  const account = await accountOfEndedForm(book.as('app'), fields._csrf, now);
  const by = account === null ? null : await readActor(book, account);
  if (!by) return null;
  const origin: Origin = { requestId: request.id, from: request.ip };
  const address = addressOf(request.url, shape.url);
  const kept = await act(book, { by, origin }, (tx) =>
    keepFields({ tx, by, now }, address, fields, 'signed_out'),
  );
  return { account: by.account, address: `/kept/${kept}` };
}

function keepFields(
  { tx, by, now }: { readonly tx: Tx; readonly by: Actor; readonly now: Date },
  address: string,
  fields: KeptText['fields'],
  why: KeptText['why'],
): Promise<string> {
  return keepText(tx, { by, now, address, form: formOf(fields), fields, why });
}

/** Which form a text was typed in, as the form says it. */
function formOf({ form }: KeptText['fields']): string | undefined {
  return form !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(form) ? form : undefined;
}

/** Keeps what a form was not saved with, as somebody else wrote in the same place. */
export async function keepConflict(visit: Visit, fields: KeptText['fields']): Promise<void> {
  await keepFields(visit, visit.url, fields, 'conflict');
}

/** After a form was done: nothing of it is unsaved any more. What comes back as a page may be. */
export async function forgetSaved(
  { tx, by, url }: Pick<Visit, 'tx' | 'by' | 'url'>,
  answer: Answer,
  fields: KeptText['fields'],
): Promise<void> {
  if ('redirect' in answer) await forgetKept(tx, { by, address: url, form: formOf(fields) });
}

/** While it is typed: asked by a script (`keep-typed.js`), and answered without a page. */
export function keepRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  web: Pick<Web, 'route'>,
  shape: RouteShape<Params, Query, Body>,
): void {
  const { isSaved, again, params, query } = shape;
  if (!isSaved || !again) return;
  web.route({
    method: 'POST',
    url: `${shape.url}${KEEP}`,
    may: (by) => shape.may(by),
    ...(params && { params }),
    ...(query && { query }),
    body: anyFields,
    handle: async (visit) => {
      const address = addressOf(visit.url, KEEP);
      const { by, tx, body: fields } = visit;
      if (await isSaved({ ...visit, url: address }))
        await forgetKept(tx, { by, address, form: formOf(fields) });
      else await keepFields(visit, address, fields, 'typing');
      return { done: true };
    },
    again,
  });
}
