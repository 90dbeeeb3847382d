import { z } from 'zod';
import { addMonths, formatInstant, InvalidInput, londonDay, NotFound } from '../../../../kernel/index.ts';
import {
  type Answer,
  Button,
  ButtonLink,
  CsrfField,
  EmptyState,
  Page,
  PageHeading,
  Table,
  Textarea,
  TextInput,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { definitionText } from '../../drafts/definition-text.ts';
import { copiedText, idFrom, newText } from '../../drafts/draft-text.ts';
import { type ListedDraft, readDrafts } from '../../drafts/read-drafts.ts';
import { beginDraft } from '../../drafts/save-draft.ts';
import type { WholeLibrary } from '../../language/with-authored.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { StateTag } from './draft-frame.tsx';
import { type DraftParts, draftHref } from './draft-parts.ts';
import { line } from './forms.ts';

/** Months after which a new definition is looked at again, unless its author says otherwise. */
const REVIEW_AFTER = 12;

const ID = /^[a-z][a-z0-9-]*$/;

const newForm = z.object({
  title: line('Write what it is called'),
  why: line('Write why anybody should look at it', 2000),
  id: z.string().trim().max(60, 'Write at most 60 characters').default(''),
});

/** The drafts that there are, and beginning one: empty, or as a copy. */
export function draftListRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts',
    may: mayWriteDefinitions,
    query: z.object({ show: z.enum(['discarded']).optional() }),
    handle: async (visit) => {
      const discarded = visit.query.show === 'discarded';
      const drafts = await readDrafts(visit.tx, { discarded });
      const { leftOut } = await parts.living.next(visit.tx);
      return { page: <DraftsPage visit={visit} drafts={drafts} discarded={discarded} leftOut={leftOut} /> };
    },
  });
  const query = z.object({ from: z.string().max(60).optional() });
  web.route({
    method: 'GET',
    url: '/definitions/drafts/new',
    may: mayWriteDefinitions,
    query,
    handle: (visit) => newPage(visit, parts, null),
  });
  web.route({
    method: 'POST',
    url: '/definitions/drafts/new',
    may: mayWriteDefinitions,
    query,
    body: newForm,
    handle: async ({ tx, by, now, query: { from }, body }) => {
      const whole = await parts.living.next(tx);
      const id = body.id === '' ? idFrom(body.title) : body.id;
      if (!ID.test(id))
        throw new InvalidInput([
          { field: 'id', message: 'An id is small letters, digits and -, and begins with a letter' },
        ]);
      const copied = from === undefined ? null : copyOf(whole, parts, from);
      const taken = whole.library.definitions.some((each) => each.id === id) || id === 'drafts';
      if (taken && id !== from)
        throw new InvalidInput([
          { field: 'id', message: `There is a definition ${id} already: choose another id` },
        ]);
      const author = by.name;
      const content = copied
        ? copiedText(copied, { id, title: body.title, why: body.why, author })
        : {
            definition: newText({ ...body, id, author, review: addMonths(londonDay(now), REVIEW_AFTER) }),
            cases: '',
          };
      const basedOn = copied === null ? null : `${copied.id} ${copied.version}`;
      return { redirect: draftHref(await beginDraft(tx, { by, basedOn, content })) };
    },
    again: (visit, { errors }) => newPage(visit, parts, { values: visit.body, errors }),
  });
}

/** Throws NotFound. */
function copyOf(whole: WholeLibrary, parts: DraftParts, id: string) {
  const text = definitionText(whole, parts.content, id);
  if (!text || whole.library.definition(id).kind === 'ranking')
    throw new NotFound('There is no such definition to copy.', 'Definitions lists all of them.');
  return text;
}

interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: InvalidInput['fields'];
}

async function newPage(
  visit: Visit<unknown, { from?: string | undefined }>,
  parts: DraftParts,
  typed: Typed | null,
): Promise<Answer> {
  const { from } = visit.query;
  const whole = await parts.living.next(visit.tx);
  if (from !== undefined) copyOf(whole, parts, from);
  const of = from === undefined ? null : whole.library.definition(from);
  const title = of === null ? 'Begin a definition' : `Copy ${of.title}`;
  const errors = typed?.errors ?? [];
  return {
    page: (
      <Page
        title={title}
        chrome={visit.chrome}
        errors={errors}
        back={{ text: 'Back to drafts', href: '/definitions/drafts' }}
      >
        <PageHeading>{title}</PageHeading>
        <p>
          {of === null
            ? 'You choose its conditions next, one by one, and see after each how many people it means.'
            : 'Keep the id to change this definition: the copy takes its place when somebody else has checked it. Choose another id for a definition of your own.'}
        </p>
        <form
          method="post"
          action={`/definitions/drafts/new${from === undefined ? '' : `?from=${encodeURIComponent(from)}`}`}
        >
          <CsrfField token={visit.chrome.csrfToken} />
          <TextInput
            name="title"
            label="What it is called"
            value={typed?.values.title ?? of?.title}
            errors={errors}
          />
          <Textarea
            name="why"
            label="Why anybody should look at it"
            rows={3}
            value={typed?.values.why ?? of?.why}
            errors={errors}
          />
          <TextInput
            name="id"
            label="Its id"
            hint={
              of === null
                ? 'Small letters, digits and -. Leave it empty to make one from the name.'
                : 'Small letters, digits and -.'
            }
            width={20}
            spellcheck={false}
            autocomplete="off"
            value={typed?.values.id ?? of?.id}
            errors={errors}
          />
          <Button preventDoubleClick>Begin</Button>
        </form>
      </Page>
    ),
    ...(typed ? { status: 422 } : {}),
  };
}

function DraftsPage(props: {
  visit: Visit;
  drafts: readonly ListedDraft[];
  discarded: boolean;
  leftOut: WholeLibrary['leftOut'];
}) {
  const { visit, drafts, discarded, leftOut } = props;
  return (
    <Page title="Drafts" chrome={visit.chrome} breadcrumbs={[{ text: 'Definitions', href: '/definitions' }]}>
      <PageHeading>Drafts of definitions</PageHeading>
      <p>
        Somebody writes a definition, somebody else checks it, and it is in effect from the next refresh on.
        Everybody who writes definitions sees all of them.
      </p>
      <ButtonLink href="/definitions/drafts/new" small>
        Begin a definition
      </ButtonLink>
      <p>
        {discarded ? (
          <a href="/definitions/drafts">Show those that are not laid aside</a>
        ) : (
          <a href="/definitions/drafts?show=discarded">Show those that were laid aside</a>
        )}
      </p>
      {drafts.length === 0 ? (
        <EmptyState title={discarded ? 'Nothing was laid aside' : 'Nobody has begun one yet'}>
          <p>To change a definition that there is, open it and begin a copy.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Drafts, those that wait for a check first"
          hideCaption
          compact
          responsive
          rows={drafts}
          columns={[
            {
              heading: 'Definition',
              rowHeader: true,
              cell: (draft) => <a href={draftHref(draft.draftId)}>{draft.title}</a>,
            },
            { heading: 'Id', nowrap: true, cell: ({ id }) => id },
            { heading: 'State', cell: ({ state }) => <StateTag state={state} /> },
            { heading: 'Copy of', unknown: 'New', cell: ({ basedOn }) => basedOn },
            { heading: 'Saved by', cell: ({ savedBy }) => savedBy },
            { heading: 'Saved', cell: ({ savedAt }) => formatInstant(savedAt) },
          ]}
        />
      )}
      {leftOut.length > 0 && !discarded && (
        <Table
          caption="Published here, and not in effect at the next refresh"
          captionSize="m"
          compact
          responsive
          rows={leftOut}
          columns={[
            { heading: 'Definition', rowHeader: true, cell: ({ id, version }) => `${id} ${version}` },
            { heading: 'Why', cell: ({ because }) => because },
          ]}
        />
      )}
    </Page>
  );
}
