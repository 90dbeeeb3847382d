import { z } from 'zod';
import { type FieldError, londonDay, parsePlainDate, type Refusal } from '../../../../kernel/index.ts';
import {
  type Answer,
  Button,
  CsrfField,
  Details,
  Fieldset,
  Heading,
  Radios,
  Select,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Visit,
  WarningCallout,
  type Web,
} from '../../../../platform/web/index.ts';
import { addCase } from '../../drafts/add-case.ts';
import type { CaseResult } from '../../drafts/check-draft.ts';
import { headOf } from '../../drafts/read-drafts.ts';
import { ChangedSince, saveDraft } from '../../drafts/save-draft.ts';
import { readPublication } from '../../facts/publication.ts';
import type { Library } from '../../language/library.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { Differences } from './differences.tsx';
import { DraftFrame, Frozen, UndoButton } from './draft-frame.tsx';
import { type DraftParts, draftHref, openDraft } from './draft-parts.ts';
import { draftParams, line, seenField } from './forms.ts';
import { ProblemList } from './problem-list.tsx';
import { textField } from './text-routes.tsx';

/** Entries that the small form of a case has room for; the text has room for any. */
const ENTRIES = [1, 2, 3] as const;

const day = (message: string) =>
  z
    .string(message)
    .trim()
    .refine((text) => parsePlainDate(text) !== null, message);
const maybe = z.string().trim().max(200).default('');

const caseForm = z.looseObject({
  seen: seenField,
  name: line('Write who it is, and what they show'),
  born: day('Write a day of birth, as 1960-02-02'),
  sex: z.enum(['female', 'male', 'unknown'], 'Choose a sex'),
  outcome: z.enum(['in', 'out', 'unknown'], 'Choose what must come out'),
  missing: z.enum(['', 'events', 'medicines']).default(''),
});

/** Drawn people and what the definition must say of each: tried at every look, and before it is published. */
export function casesRoutes(web: Web, parts: DraftParts): void {
  const url = '/definitions/drafts/:draft/cases';
  web.route({
    method: 'GET',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    handle: (visit) => casesPage(visit, parts, null),
  });
  web.route({
    method: 'POST',
    url,
    may: mayWriteDefinitions,
    params: draftParams,
    body: z.object({ seen: seenField, cases: textField }),
    handle: async ({ tx, by, params, body }) => {
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: () => 'Cases changed',
        change: (draft) => ({ ...draft, cases: body.cases }),
      });
      return { redirect: draftHref(params.draft, 'cases') };
    },
    again: (visit, { errors, refusal }) =>
      casesPage(visit, parts, { values: visit.body, errors, refusal, of: 'text' }),
  });
  web.route({
    method: 'POST',
    url: '/definitions/drafts/:draft/case',
    may: mayWriteDefinitions,
    params: draftParams,
    body: caseForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { library } = await parts.living.next(tx);
      const publication = await readPublication(tx);
      await saveDraft(tx, {
        by,
        draftId: params.draft,
        seen: body.seen,
        what: () => `Case added: ${body.name}`,
        change: (draft) => ({
          ...draft,
          cases: addCase(draft.cases, {
            id: headOf(draft.definition).id,
            referenceDate: publication?.asOf ?? londonDay(now),
            library,
            made: { ...body, missingFeed: body.missing, entries: entriesOf(body) },
          }),
        }),
      });
      return { redirect: draftHref(params.draft, 'cases') };
    },
    again: (visit, { errors, refusal }) =>
      casesPage(visit, parts, { values: visit.body, errors, refusal, of: 'case' }),
  });
}

function entriesOf(body: Record<string, unknown>) {
  const text = (name: string) => maybe.parse(body[name]);
  return ENTRIES.map((n) => ({
    list: text(`list_${n}`),
    date: text(`date_${n}`),
    value: text(`value_${n}`),
    field: `list_${n}`,
  }));
}

interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal;
  readonly of: 'text' | 'case';
}

async function casesPage(
  visit: Visit<{ draft: number }>,
  parts: DraftParts,
  typed: Typed | null,
): Promise<Answer> {
  const opened = await openDraft(visit, parts, visit.params.draft);
  const { draft, checked, whole } = opened;
  const errors = typed?.errors ?? [];
  const typedText = typed?.of === 'text' ? (typed.values.cases ?? '').replaceAll('\r\n', '\n') : null;
  const conflict = typed?.refusal instanceof ChangedSince;
  return {
    page: (
      <DraftFrame
        visit={visit}
        measures={parts.measures}
        opened={opened}
        view="cases"
        errors={errors}
        refused={errors.length === 0 && !(conflict && typedText !== null) ? typed?.refusal : null}
      >
        <Frozen opened={opened} />
        {conflict && typedText !== null && (
          <WarningCallout heading="Somebody saved while you were writing">
            <p>{`${typed?.refusal.message} Your text stands in the box below.`}</p>
            <Differences before={draft.cases} after={typedText} names={['theirs', 'yours']} />
          </WarningCallout>
        )}
        <p>
          Made-up people, and what must come out for each. Draw the edges: the day on which a time begins, the
          day before, an entry without a date. At least one has to be in and one out.
        </p>
        <CaseTable results={checked.cases} />
        <ProblemList problems={checked.caseProblems} what="cases" text={draft.cases} />
        {draft.state === 'draft' && (
          <>
            <NewCase
              visit={visit}
              draftId={draft.draftId}
              seen={draft.version}
              library={whole.library}
              typed={typed?.of === 'case' ? typed : null}
            />
            <Details summary="All cases as text" open={typedText !== null || checked.caseProblems.length > 0}>
              <form method="post" action={draftHref(draft.draftId, 'cases')}>
                <CsrfField token={visit.chrome.csrfToken} />
                <input type="hidden" name="seen" value={draft.version} />
                <Textarea
                  name="cases"
                  label="The cases as text"
                  hint="As the case files of content are written. Here a case is changed or removed."
                  rows={16}
                  spellcheck={false}
                  value={typedText ?? draft.cases}
                />
                <Button variant="secondary" preventDoubleClick>
                  Save the text
                </Button>
              </form>
            </Details>
          </>
        )}
        <UndoButton visit={visit} opened={opened} />
      </DraftFrame>
    ),
    ...(typed ? { status: errors.length > 0 ? 422 : 409 } : {}),
  };
}

/** The drawn people, what must come out for each, and what does. */
export function CaseTable({ results }: { results: readonly CaseResult[] }) {
  if (results.length === 0) return <p>There are no cases that could be tried yet.</p>;
  return (
    <Table
      caption="Cases"
      hideCaption
      compact
      responsive
      rows={results}
      columns={[
        { heading: 'Person', rowHeader: true, cell: ({ person }) => person.name },
        { heading: 'Born', nowrap: true, cell: ({ person }) => person.born },
        { heading: 'Sex', cell: ({ person }) => person.sex },
        {
          heading: 'Must be',
          cell: ({ person: { expect } }) =>
            [expect.outcome, expect.value, expect.band].filter((part) => part !== undefined).join(', '),
        },
        {
          heading: 'Is',
          cell: ({ outcome, said }) => [outcome, said].filter((part) => part !== '').join(', '),
        },
        {
          heading: 'Passes',
          cell: ({ passes }) => <Tag colour={passes ? 'green' : 'red'}>{passes ? 'Yes' : 'No'}</Tag>,
        },
      ]}
    />
  );
}

function NewCase(props: {
  visit: Visit;
  draftId: number;
  seen: number;
  library: Library;
  typed: Typed | null;
}) {
  const { visit, draftId, seen, library, typed } = props;
  const errors = typed?.errors ?? [];
  const value = (name: string) => typed?.values[name];
  const lists = [...library.codelists.values()]
    .filter(({ kind }) => kind === 'snomed' || kind === 'bnf')
    .sort((a, b) => a.title.localeCompare(b.title, 'en'))
    .map(({ id, title }) => ({ value: id, text: `${title} (${id})` }));
  return (
    <form method="post" action={draftHref(draftId, 'case')}>
      <Heading level={2}>Add a case</Heading>
      <CsrfField token={visit.chrome.csrfToken} />
      <input type="hidden" name="seen" value={seen} />
      <TextInput
        name="name"
        label="Who it is, and what they show"
        hint="As “Ivy, resolved later”. Nobody real."
        value={value('name')}
        errors={errors}
      />
      <TextInput
        name="born"
        label="Born"
        hint="A day, as 1960-02-02"
        width={10}
        value={value('born')}
        errors={errors}
      />
      <Radios
        name="sex"
        label="Sex"
        choices={[
          { value: 'female', text: 'Female' },
          { value: 'male', text: 'Male' },
          { value: 'unknown', text: 'Not known' },
        ]}
        value={value('sex')}
        small
        inline
        errors={errors}
      />
      {ENTRIES.map((n) => (
        <Fieldset key={n} legend={`Entry ${n} (optional)`} legendSize="s">
          {n === 1 && <p class="app-secondary">Without a day it is an entry whose date nobody wrote down.</p>}
          <Select
            name={`list_${n}`}
            label="A code of"
            options={[{ value: '', text: 'None' }, ...lists]}
            value={value(`list_${n}`)}
            errors={errors}
          />
          <div class="app-beside">
            <TextInput
              name={`date_${n}`}
              label="On (a day, as 2026-04-01)"
              width={10}
              value={value(`date_${n}`)}
            />
            <TextInput name={`value_${n}`} label="Value (optional)" width={5} value={value(`value_${n}`)} />
          </div>
        </Fieldset>
      ))}
      <Select
        name="missing"
        label="What their practice does not send"
        options={[
          { value: '', text: 'It sends everything' },
          { value: 'events', text: 'Entries' },
          { value: 'medicines', text: 'Medicines' },
        ]}
        value={value('missing')}
      />
      <Radios
        name="outcome"
        label="What must come out"
        choices={[
          { value: 'in', text: 'In' },
          { value: 'out', text: 'Out' },
          { value: 'unknown', text: 'Unknown' },
        ]}
        value={value('outcome')}
        small
        inline
        errors={errors}
      />
      <Button preventDoubleClick>Add the case</Button>
    </form>
  );
}
