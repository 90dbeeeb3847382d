import { z } from 'zod';
import type { Refusal } from '../../../../kernel/index.ts';
import {
  type Answer,
  Button,
  CsrfField,
  Details,
  Textarea,
  type Visit,
  WarningCallout,
  type Web,
} from '../../../../platform/web/index.ts';
import { readDraft } from '../../drafts/read-drafts.ts';
import { ChangedSince, saveDraft } from '../../drafts/save-draft.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { Differences } from './differences.tsx';
import { DraftFrame, Frozen, UndoButton } from './draft-frame.tsx';
import { type DraftParts, draftHref, openDraft } from './draft-parts.ts';
import { draftParams, seenField } from './forms.ts';
import { ProblemList } from './problem-list.tsx';

/** A text of a form comes with the line ends of the network. */
export const textField = z
  .string('Write the text')
  .max(100_000, 'Write at most 100,000 characters')
  .transform((text) => text.replaceAll('\r\n', '\n'));

/** A draft as the YAML that it is: the other view of the same. What has errors is saved too, and says what is wrong. */
export function textRoutes(web: Web, parts: DraftParts): void {
  const url = '/definitions/drafts/:draft/text';
  web.route({
    method: 'GET',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    handle: (visit) => textPage(visit, parts, null),
  });
  web.route({
    method: 'POST',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    body: z.object({ seen: seenField, definition: textField }),
    handle: async ({ tx, by, params, body }) => {
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: () => 'Text changed',
        change: (draft) => ({ ...draft, definition: body.definition }),
      });
      return { redirect: draftHref(params.draft, 'text') };
    },
    again: (visit, { refusal }) =>
      textPage(visit, parts, { text: (visit.body.definition ?? '').replaceAll('\r\n', '\n'), refusal }),
  });
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/download',
    may: mayWriteDefinitions,
    params: draftParams,
    handle: async ({ tx, params }) => {
      const { definition } = await readDraft(tx, params.draft);
      return {
        download: `draft-${params.draft}.yaml`,
        type: 'text/yaml; charset=utf-8',
        content: definition,
      };
    },
  });
}

async function textPage(
  visit: Visit<{ draft: number }>,
  parts: DraftParts,
  typed: { readonly text: string; readonly refusal: Refusal } | null,
): Promise<Answer> {
  const opened = await openDraft(visit, parts, visit.params.draft);
  const { draft, checked } = opened;
  const conflict = typed?.refusal instanceof ChangedSince;
  return {
    page: (
      <DraftFrame
        visit={visit}
        measures={parts.measures}
        opened={opened}
        view="text"
        refused={conflict ? null : typed?.refusal}
      >
        {conflict && typed && (
          <WarningCallout heading="Somebody saved while you were writing">
            <p>{typed.refusal.message}</p>
            <p>
              Your text stands in the box below, and nothing of it is lost. What differs is shown here: bring
              the two together in the box, and save. Or{' '}
              <a href={draftHref(draft.draftId, 'text')}>go on from theirs</a>.
            </p>
            <Differences before={draft.definition} after={typed.text} names={['theirs', 'yours']} />
            <Details summary={`Their whole text, version ${draft.version}`}>
              <pre class="app-blocks__text">{draft.definition}</pre>
            </Details>
          </WarningCallout>
        )}
        <Frozen opened={opened} />
        <ProblemList problems={checked.problems} what="definition" text={draft.definition} />
        {draft.state === 'draft' ? (
          <form method="post" action={draftHref(draft.draftId, 'text')}>
            <CsrfField token={visit.chrome.csrfToken} />
            <input type="hidden" name="seen" value={draft.version} />
            <Textarea
              name="definition"
              label="The definition as text"
              hint="YAML, in the language of definitions. Both views change the same draft."
              rows={Math.min(40, Math.max(16, draft.definition.split('\n').length + 2))}
              spellcheck={false}
              value={typed?.text ?? draft.definition}
            />
            <Button preventDoubleClick>{conflict ? 'Save mine over theirs' : 'Save'}</Button>
          </form>
        ) : (
          <pre class="app-blocks__text">{draft.definition}</pre>
        )}
        <UndoButton visit={visit} opened={opened} />
        <p>
          <a href={draftHref(draft.draftId, 'download')}>Download the text</a>
        </p>
      </DraftFrame>
    ),
    ...(typed ? { status: 409 } : {}),
  };
}
