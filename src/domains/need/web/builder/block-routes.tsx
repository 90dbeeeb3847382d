import { z } from 'zod';
import { type FieldError, InvalidInput, NotFound, type Refusal } from '../../../../kernel/index.ts';
import { type ContentPath, contentText } from '../../../../platform/content/index.ts';
import {
  type Answer,
  Button,
  CsrfField,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Radios,
  Textarea,
  type Visit,
  WarningCallout,
  type Web,
} from '../../../../platform/web/index.ts';
import { readDraft } from '../../drafts/read-drafts.ts';
import { ChangedSince, saveDraft, undoStep } from '../../drafts/save-draft.ts';
import { type Block, parsePlace, readBlock } from '../../forms/blocks.ts';
import {
  type AddedAs,
  addCondition,
  blockMoves,
  moveBlock,
  replaceCondition,
} from '../../forms/edit-rule.ts';
import { readFragment } from '../../forms/fragment.ts';
import { wordForms } from '../../forms/word-forms.ts';
import { type FormValues, formToCondition, nameOf } from '../../forms/word-values.ts';
import type { Library } from '../../language/library.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { BlockFields } from './block-form.tsx';
import { BlocksView, blockInWords, MOVE_WORDS } from './blocks-view.tsx';
import { DraftFrame } from './draft-frame.tsx';
import { type DraftParts, draftHref, openDraft } from './draft-parts.ts';
import { draftParams, seenField } from './forms.ts';
import { NamedNumbers, type TypedNumbers } from './named-numbers.tsx';

const ADDED_AS: readonly (readonly [AddedAs, string])[] = [
  ['condition', 'It must be true'],
  ['not', 'It must not be true'],
  ['any', 'It begins a group of which at least one must be true'],
  ['all', 'It begins a group of which all must be true'],
];

const addQuery = z.object({ to: z.string().max(200), as: z.string().max(20).optional() });
const blockQuery = z.object({
  at: z.string().max(200).optional(),
  to: z.string().max(200).optional(),
  word: z.string().max(40).optional(),
  as: z.enum(['condition', 'not', 'any', 'all']).default('condition'),
});
type BlockQuery = z.output<typeof blockQuery>;

/** The conditions of a draft as blocks: adding, changing, moving, removing and undoing, each a version. */
export function blockRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft',
    may: mayWriteDefinitions,
    params: draftParams,
    handle: (visit) => blocksPage(visit, parts, visit.params.draft),
  });
  web.route({
    method: 'POST',
    url: '/definitions/drafts/:draft/move',
    may: mayWriteDefinitions,
    params: draftParams,
    body: z.object({
      seen: seenField,
      at: z.string().max(200),
      move: z.enum(blockMoves, 'Choose what to do'),
    }),
    handle: async ({ tx, by, params, body }) => {
      const at = place(body.at);
      const { library } = await parts.living.next(tx);
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: (draft) =>
          `${MOVE_WORDS[body.move]}: ${blockInWords(library, found(draft.definition, body.at))}`,
        change: (draft) => ({ ...draft, definition: moveBlock(draft.definition, at, body.move) }),
      });
      return { redirect: draftHref(params.draft) };
    },
    again: (visit, { refusal }) => blocksPage(visit, parts, visit.params.draft, refusal),
  });
  web.route({
    method: 'POST',
    url: '/definitions/drafts/:draft/undo',
    may: mayWriteDefinitions,
    params: draftParams,
    body: z.object({ seen: seenField }),
    handle: async ({ tx, by, params, body }) => {
      await undoStep(tx, { by, draftId: params.draft, seen: body.seen });
      return { redirect: draftHref(params.draft) };
    },
    again: (visit, { refusal }) => blocksPage(visit, parts, visit.params.draft, refusal),
  });
  addRoute(web);
  changeRoutes(web, parts);
}

/** The conditions of a draft; after a step that was not made, with why, and what was typed of the named numbers. */
export async function blocksPage(
  visit: Visit,
  parts: DraftParts,
  draftId: number,
  refused: Refusal | null = null,
  numbers: TypedNumbers | null = null,
): Promise<Answer> {
  const opened = await openDraft(visit, parts, draftId);
  const { measures } = parts;
  return {
    page: (
      <DraftFrame
        visit={visit}
        measures={measures}
        opened={opened}
        view=""
        errors={numbers?.errors}
        refused={(numbers?.errors.length ?? 0) > 0 ? null : refused}
      >
        <BlocksView visit={visit} opened={opened} />
        <NamedNumbers visit={visit} opened={opened} typed={numbers} />
      </DraftFrame>
    ),
    ...(refused ? { status: (numbers?.errors.length ?? 0) > 0 ? 422 : 409 } : {}),
  };
}

/** Choosing what a new condition asks. */
function addRoute(web: Web): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/add',
    may: mayWriteDefinitions,
    params: draftParams,
    query: addQuery,
    handle: async (visit) => {
      const { draft } = visit.params;
      place(visit.query.to);
      await readDraft(visit.tx, draft);
      return {
        page: (
          <Page
            title="Add a condition"
            chrome={visit.chrome}
            back={{ text: 'Back to the conditions', href: draftHref(draft) }}
          >
            <PageHeading>Add a condition</PageHeading>
            <form method="get" action={draftHref(draft, 'block')}>
              <input type="hidden" name="to" value={visit.query.to} />
              <Radios
                name="word"
                label="What has to be true"
                choices={Object.entries(wordForms).map(([word, { title, hint }]) => ({
                  value: word,
                  text: title,
                  hint,
                }))}
                small
              />
              <Radios
                name="as"
                label="How it counts"
                choices={ADDED_AS.map(([value, text]) => ({ value, text }))}
                value="condition"
                small
              />
              <Button>Continue</Button>
            </form>
          </Page>
        ),
      };
    },
  });
}

interface Typed {
  readonly values: FormValues;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal | null;
}

/** The form of one condition, new or there already. */
function changeRoutes(web: Web, parts: DraftParts): void {
  const url = '/definitions/drafts/:draft/block';
  web.route({
    method: 'GET',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    query: blockQuery,
    handle: (visit) => blockPage(visit, parts, null),
  });
  web.route({
    method: 'POST',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    query: blockQuery,
    body: z.looseObject({ seen: seenField }),
    handle: async ({ tx, by, params, query, body }) => {
      const whole = await parts.living.next(tx);
      const values = textFields(body);
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: (draft) =>
          query.at === undefined
            ? `Condition added: ${titleOf(query)}`
            : `Condition changed: ${blockInWords(whole.library, found(draft.definition, query.at))}`,
        change: (draft) => {
          const block = query.at === undefined ? null : found(draft.definition, query.at);
          const condition = conditionOf(
            whole.library,
            block?.kind === 'form' ? block.word : query.word,
            values,
          );
          const definition = block
            ? replaceCondition(draft.definition, block.at, condition)
            : addCondition(draft.definition, place(query.to), condition, query.as);
          return { ...draft, definition };
        },
      });
      return { redirect: draftHref(params.draft) };
    },
    again: (visit, { errors, refusal }) => blockPage(visit, parts, { values: visit.body, errors, refusal }),
  });
}

function titleOf({ word }: BlockQuery): string {
  return (word === undefined ? undefined : wordForms[word]?.title) ?? 'as text';
}

/** A condition from a form or, for what forms do not know, from its text. Throws InvalidInput naming the fields. */
function conditionOf(library: Library, word: string | undefined, values: FormValues): unknown {
  if (values.text !== undefined) return readFragment(values.text);
  const made = formToCondition(word ?? '', values);
  if ('errors' in made) throw new InvalidInput([...made.errors]);
  const form = wordForms[word ?? ''];
  for (const field of form?.fields ?? []) {
    if (field.kind !== 'codes') continue;
    const ids = [values[nameOf(field)] ?? '', values[`${nameOf(field)}_more`] ?? '']
      .join(',')
      .split(/[\s,;]+/);
    const missing = ids.filter((id) => id !== '' && !library.codelists.has(id));
    if (missing.length > 0)
      throw new InvalidInput([
        {
          field: nameOf(field),
          message: `There is no codelist ${missing.join(', ')}: choose one of the list`,
        },
      ]);
  }
  return made.condition;
}

async function blockPage(
  visit: Visit<{ draft: number }, BlockQuery>,
  parts: DraftParts,
  typed: Typed | null,
): Promise<Answer> {
  const { params, query } = visit;
  const draft = await readDraft(visit.tx, params.draft);
  const { library } = await parts.living.next(visit.tx);
  const block = query.at === undefined ? null : readBlock(draft.definition, place(query.at));
  if (query.at !== undefined && block === null) throw gone();
  const word = block?.kind === 'form' ? block.word : query.word;
  const form = block?.kind === 'text' || word === undefined ? undefined : wordForms[word];
  if (block === null && form === undefined)
    return { redirect: `${draftHref(params.draft, 'add')}?to=${query.to ?? 'rule'}` };
  const title = form?.title ?? 'A condition as text';
  const errors = typed?.errors ?? [];
  const changed = typed?.refusal instanceof ChangedSince;
  return {
    page: (
      <Page
        title={title}
        chrome={visit.chrome}
        errors={errors}
        back={{ text: 'Back to the conditions', href: draftHref(params.draft) }}
      >
        <PageHeading>{title}</PageHeading>
        {typed?.refusal && errors.length === 0 && (
          <WarningCallout heading="That was not done">
            <p>{`${typed.refusal.message} ${typed.refusal.remedy}`}</p>
            {changed && block && <p>{`It says now: ${blockInWords(library, block)}`}</p>}
          </WarningCallout>
        )}
        <form method="post" action={visit.url.replace(/&?$/, '')}>
          <CsrfField token={visit.chrome.csrfToken} />
          <input type="hidden" name="seen" value={draft.version} />
          {form ? (
            <>
              <p>{form.hint}</p>
              <BlockFields
                library={library}
                fields={form.fields}
                values={typed?.values ?? (block?.kind === 'form' ? block.values : {})}
                errors={errors}
              />
            </>
          ) : (
            <TextFields block={block} typed={typed} />
          )}
          <Button preventDoubleClick>{block ? 'Save the change' : 'Add it'}</Button>
        </form>
      </Page>
    ),
    ...(typed ? { status: errors.length > 0 ? 422 : 409 } : {}),
  };
}

/** What the forms do not know is changed as it is written. */
function TextFields({ block, typed }: { block: Block | null; typed: Typed | null }) {
  const text = typed?.values.text ?? (block?.kind === 'text' ? block.text : contentText({}));
  return (
    <>
      <InsetText>The forms do not know this condition, so that it is changed as text.</InsetText>
      <Heading level={2}>Its text</Heading>
      <Textarea
        name="text"
        label="One word of the language, and what belongs to it"
        rows={8}
        spellcheck={false}
        value={text}
        errors={typed?.errors}
      />
    </>
  );
}

function textFields(body: Record<string, unknown>): FormValues {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function place(text: string | undefined): ContentPath {
  const at = parsePlace(text ?? '');
  if (!at) throw gone();
  return at;
}

function found(text: string, at: string): Block {
  const block = readBlock(text, place(at));
  if (!block) throw gone();
  return block;
}

function gone(): NotFound {
  return new NotFound('There is no such condition any more.', 'Go back to the conditions.');
}
