import { z } from 'zod';
import { type FieldError, InvalidInput, parsePlainDate, type Refusal } from '../../../../kernel/index.ts';
import { EditableContent } from '../../../../platform/content/index.ts';
import {
  type Answer,
  Button,
  CsrfField,
  InsetText,
  Select,
  Textarea,
  TextInput,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { casesFor } from '../../drafts/draft-text.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { DraftFrame, Frozen, UndoButton } from './draft-frame.tsx';
import { type DraftParts, draftHref, openDraft } from './draft-parts.ts';
import { draftParams, line, seenField } from './forms.ts';

const GROUPS = [
  ['condition', 'A condition, or need'],
  ['case-finding', 'Case finding: what a clinician may want to check'],
  ['priority', 'A priority group'],
  ['prevention', 'Vaccination and screening'],
  ['population', 'A group of people'],
] as const;

const optional = (longest: number) =>
  z.string().trim().max(longest, `Write at most ${longest} characters`).default('');

const aboutForm = z.object({
  seen: seenField,
  title: line('Write what it is called'),
  short: optional(40),
  id: z
    .string()
    .trim()
    .regex(/^[a-z][a-z0-9-]*$/, 'An id is small letters, digits and -, and begins with a letter')
    .max(60),
  version: z
    .string()
    .trim()
    .regex(/^\d+\.\d+\.\d+$/, 'A version is three numbers, as 1.0.0'),
  group: z.enum(
    GROUPS.map(([id]) => id),
    'Choose what it is about',
  ),
  why: line('Write why anybody should look at it', 4000),
  cautions: optional(8000),
  proposes: optional(2000),
  source: line('Write where the rule comes from', 2000),
  licence: line('Write under what it may be used', 2000),
  owner: line('Write who answers for it'),
  review: z
    .string()
    .trim()
    .refine((day) => parsePlainDate(day) !== null, 'Write a day, as 2027-04-01'),
});

/** What a definition says of itself: its name, why, who answers for it. */
export function aboutRoutes(web: Web, parts: DraftParts): void {
  const url = '/definitions/drafts/:draft/about';
  web.route({
    method: 'GET',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    handle: (visit) => aboutPage(visit, parts, null),
  });
  web.route({
    method: 'POST',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    body: aboutForm,
    handle: async ({ tx, by, params, body: { seen, ...head } }) => {
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen,
        what: () => 'What it says of itself changed',
        change: (draft) => ({
          definition: withHead(draft.definition, head),
          cases: casesFor(draft.cases, head.id),
        }),
      });
      return { redirect: draftHref(params.draft, 'about') };
    },
    again: (visit, { errors, refusal }) => aboutPage(visit, parts, { values: visit.body, errors, refusal }),
  });
}

type Head = Omit<z.output<typeof aboutForm>, 'seen'>;

/** Only what is otherwise is written, so that the rest of the text stays as it is. */
function withHead(text: string, { cautions, ...head }: Head): string {
  const content = new EditableContent(text);
  if (!content.isReadable)
    throw new InvalidInput([
      { field: 'title', message: 'The text has errors, which have to be mended first, as text' },
    ]);
  for (const [key, value] of Object.entries(head)) {
    if (value === '') content.remove([key]);
    else if (content.get([key]) !== value) content.set([key], value);
  }
  const lines = cautions
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (JSON.stringify(cautionsOf(content)) !== JSON.stringify(lines)) {
    if (lines.length === 0) content.remove(['cautions']);
    else content.set(['cautions'], lines);
  }
  return String(content);
}

function cautionsOf(content: EditableContent): string[] {
  const cautions = content.get(['cautions']);
  return Array.isArray(cautions) ? cautions.map((each) => String(each).trim()) : [];
}

interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal;
}

async function aboutPage(
  visit: Visit<{ draft: number }>,
  parts: DraftParts,
  typed: Typed | null,
): Promise<Answer> {
  const opened = await openDraft(visit, parts, visit.params.draft);
  const { draft } = opened;
  const content = new EditableContent(draft.definition);
  const errors = typed?.errors ?? [];
  const value = (key: string) => {
    if (typed) return typed.values[key] ?? '';
    const found = content.isReadable ? content.get([key]) : undefined;
    return found === undefined ? '' : String(found).trim();
  };
  const isOpen = draft.state === 'draft';
  const text = (name: string, label: string, hint?: string, width?: 10 | 20) => (
    <TextInput
      name={name}
      label={label}
      hint={hint}
      width={width}
      value={value(name)}
      errors={errors}
      disabled={!isOpen}
    />
  );
  const area = (name: string, label: string, rows: number, hint?: string, given = value(name)) => (
    <Textarea
      name={name}
      label={label}
      hint={hint}
      rows={rows}
      value={given}
      errors={errors}
      disabled={!isOpen}
    />
  );
  return {
    page: (
      <DraftFrame
        visit={visit}
        measures={parts.measures}
        opened={opened}
        view="about"
        errors={errors}
        refused={errors.length === 0 ? typed?.refusal : null}
      >
        <Frozen opened={opened} />
        {!content.isReadable && (
          <InsetText>The text has errors, which have to be mended first, as text.</InsetText>
        )}
        <form method="post" action={draftHref(draft.draftId, 'about')}>
          <CsrfField token={visit.chrome.csrfToken} />
          <input type="hidden" name="seen" value={draft.version} />
          {text('title', 'What it is called')}
          {text('short', 'A shorter name, where space is short (optional)', undefined, 20)}
          {text('id', 'Id', 'Another id is another definition.', 20)}
          {text('version', 'Version', 'Three numbers. A change of meaning gets a higher one.', 10)}
          <Select
            name="group"
            label="What it is about"
            options={GROUPS.map(([id, words]) => ({ value: id, text: words }))}
            value={value('group') || 'condition'}
            errors={errors}
            disabled={!isOpen}
          />
          {area('why', 'Why anybody should look at it', 4)}
          {area(
            'cautions',
            'What a reader must know before acting on it (optional)',
            4,
            'One on each line.',
            typed ? value('cautions') : content.isReadable ? cautionsOf(content).join('\n') : '',
          )}
          {area(
            'proposes',
            'What a clinician is advised to do (optional)',
            2,
            'Of case finding. It proposes; it does not diagnose.',
          )}
          {area('source', 'Where the rule comes from', 2)}
          {area('licence', 'Under what it may be used', 2)}
          {text('owner', 'Who answers for it')}
          {text('review', 'To be looked at again by', 'A day, as 2027-04-01', 10)}
          {isOpen && content.isReadable && <Button preventDoubleClick>Save</Button>}
        </form>
        <p>Who wrote and who checked it is written into it when it is published.</p>
        <UndoButton visit={visit} opened={opened} />
      </DraftFrame>
    ),
    ...(typed ? { status: errors.length > 0 ? 422 : 409 } : {}),
  };
}
