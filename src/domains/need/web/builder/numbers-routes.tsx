import { z } from 'zod';
import type { Web } from '../../../../platform/web/index.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { changeNamedNumbers, type NamedNumber, readNamedNumbers } from '../../forms/named-numbers.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { blocksPage } from './block-routes.tsx';
import { type DraftParts, draftHref } from './draft-parts.ts';
import { draftParams, seenField } from './forms.ts';

/** Numbers of a draft that have a name: one that stands in several conditions is changed once. */
export function numbersRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'POST',
    url: '/definitions/drafts/:draft/numbers',
    may: mayWriteDefinitions,
    params: draftParams,
    body: z.looseObject({ seen: seenField }),
    handle: async ({ tx, by, params, body }) => {
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: () => 'Named numbers changed',
        change: (draft) => ({
          ...draft,
          definition: changeNamedNumbers(draft.definition, {
            values: valuesOf(draft.definition, body),
            added: addedOf(body),
          }),
        }),
      });
      return { redirect: draftHref(params.draft) };
    },
    again: (visit, { errors, refusal }) =>
      blocksPage(visit, parts, visit.params.draft, refusal, { values: visit.body, errors }),
  });
}

function valuesOf(text: string, body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    readNamedNumbers(text).flatMap(({ name }) => {
      const value = body[`value_${name}`];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function addedOf(body: Record<string, unknown>): NamedNumber | null {
  const [name, title, value] = ['new_name', 'new_title', 'new_value'].map((key) =>
    String(body[key] ?? '').trim(),
  );
  return name || title || value ? { name: name ?? '', title: title ?? '', value: value ?? '' } : null;
}
