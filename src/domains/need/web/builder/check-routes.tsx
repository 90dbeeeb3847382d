import { z } from 'zod';
import type { FieldError, Refusal } from '../../../../kernel/index.ts';
import {
  type Answer,
  Button,
  CsrfField,
  Details,
  Heading,
  InsetText,
  Radios,
  Textarea,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { type PlaceTree, readPlaces } from '../../../directory/index.ts';
import { whyNotReady } from '../../drafts/check-draft.ts';
import {
  askForCheck,
  discardDraft,
  publishDraft,
  resumeDraft,
  retireDefinition,
  sendBack,
  withdrawFromCheck,
} from '../../drafts/decide-draft.ts';
import type { DraftAction } from '../../tables.ts';
import { mayCheckDefinition, mayWriteDefinitions } from '../../who-may.ts';
import { CaseTable } from './cases-routes.tsx';
import { DraftFrame } from './draft-frame.tsx';
import { type DraftParts, draftHref, type OpenedDraft, openDraft } from './draft-parts.ts';
import { ExampleTable, openExamples, type ShownExamples } from './example-people.tsx';
import { draftParams, seenField } from './forms.ts';
import { MoversView, wayInWords } from './movers-view.tsx';
import { ProblemList } from './problem-list.tsx';

const decisionForm = z.object({
  seen: seenField,
  reason: z.string().max(600).optional(),
  status: z.enum(['verified', 'unverified'], 'Choose how far it has been checked').optional(),
});

/** Checking a draft: whom it moves, what its cases say, and what is decided about it. */
export function checkRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/check',
    may: mayWriteDefinitions,
    params: draftParams,
    query: z.object({ people: z.enum(['shown']).optional() }),
    handle: (visit) => checkPage(visit, parts, visit.query.people === 'shown', null),
  });
  for (const action of Object.keys(ACTS) as DraftAction[]) decision(web, parts, action);
}

type Decision = Visit<{ draft: number }, unknown, z.output<typeof decisionForm>>;

const ACTS: Readonly<Record<DraftAction, (visit: Decision, parts: DraftParts) => Promise<void>>> = {
  ask: async (visit, parts) => {
    const { library } = await parts.living.next(visit.tx);
    await askForCheck(visit.tx, { ...actOf(visit), library, pathway: parts.checks });
  },
  withdraw: (visit) => withdrawFromCheck(visit.tx, actOf(visit)),
  send_back: (visit) => sendBack(visit.tx, actOf(visit)),
  publish: async (visit, parts) => {
    const { library } = await parts.living.next(visit.tx);
    const status = visit.body.status ?? 'unverified';
    await publishDraft(visit.tx, { ...actOf(visit), library, status });
    await parts.published();
  },
  retire: async (visit, parts) => {
    await retireDefinition(visit.tx, actOf(visit));
    await parts.published();
  },
  discard: (visit) => discardDraft(visit.tx, actOf(visit)),
  resume: (visit) => resumeDraft(visit.tx, actOf(visit)),
};

function actOf({ by, now, params, body }: Decision) {
  return { by, at: now, draftId: params.draft, seen: body.seen, reason: body.reason };
}

function decision(web: Web, parts: DraftParts, action: DraftAction): void {
  web.route({
    method: 'POST',
    url: `/definitions/drafts/:draft/${action.replace('_', '-')}`,
    may: mayWriteDefinitions,
    params: draftParams,
    body: decisionForm,
    handle: async (visit) => {
      await ACTS[action](visit, parts);
      return { redirect: draftHref(visit.params.draft, 'check') };
    },
    again: (visit, { errors, refusal }) =>
      checkPage(visit, parts, false, { values: visit.body, errors, refusal }),
  });
}

interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal;
}

async function checkPage(
  visit: Visit<{ draft: number }>,
  parts: DraftParts,
  showPeople: boolean,
  typed: Typed | null,
): Promise<Answer> {
  const opened = await openDraft(visit, parts, visit.params.draft);
  const places = await readPlaces(visit.tx);
  const errors = typed?.errors ?? [];
  return {
    page: (
      <DraftFrame
        visit={visit}
        measures={parts.measures}
        opened={opened}
        view="check"
        errors={errors}
        refused={errors.length === 0 ? typed?.refusal : null}
      >
        <Heading level={2}>Whom it moves</Heading>
        <Moving
          opened={opened}
          places={places}
          shown={showPeople ? await moversShown(visit, parts, opened) : null}
        />
        <Heading level={2}>Its cases</Heading>
        <CaseTable results={opened.checked.cases} />
        <ProblemList problems={opened.checked.caseProblems} what="cases" text={opened.draft.cases} />
        <Heading level={2}>What becomes of it</Heading>
        <Decisions visit={visit} opened={opened} typed={typed} />
      </DraftFrame>
    ),
    ...(typed ? { status: errors.length > 0 ? 422 : 409 } : {}),
  };
}

async function moversShown(
  visit: Visit,
  parts: DraftParts,
  { checked, count, whole }: OpenedDraft,
): Promise<ShownExamples | null> {
  if (count?.is !== 'counted' || count.count.movers === null || checked.definition === null) return null;
  return await openExamples(visit, parts, {
    library: whole.library,
    candidate: checked.definition,
    examples: count.count.movers.examples.map((each) => ({ person: each.person, of: wayInWords(each) })),
  });
}

function Moving({
  opened,
  places,
  shown,
}: {
  opened: OpenedDraft;
  places: PlaceTree;
  shown: ShownExamples | null;
}) {
  const { count, draft } = opened;
  if (count?.is !== 'counted') return <p>It is not counted, so that nobody can say whom it moves.</p>;
  const { movers } = count.count;
  if (movers === null)
    return (
      <p>
        Nothing of this id is in the current figures: it is new, and moves nobody. Who is in it stands beside.
      </p>
    );
  return (
    <>
      <MoversView movers={movers} places={places} />
      {movers.examples.length > 0 && shown === null && (
        <p>
          <a href={`${draftHref(draft.draftId, 'check')}?people=shown`}>Show some of the people who move</a>
        </p>
      )}
      {shown && (
        <ExampleTable shown={shown} caption="Some of the people who move, and why they are where they go" />
      )}
    </>
  );
}

interface OfDecision {
  readonly visit: Visit;
  readonly opened: OpenedDraft;
  readonly typed: Typed | null;
}

function Decisions({ visit, opened, typed }: OfDecision) {
  const { draft, checked } = opened;
  const mayCheck = mayCheckDefinition(visit.by, draft.authors);
  const missing = whyNotReady(checked);
  const form = { visit, opened, typed };
  switch (draft.state) {
    case 'draft':
      return (
        <>
          {missing.length > 0 ? (
            <InsetText>
              <p>Before somebody can be asked to check it:</p>
              <ul class="nhsuk-list nhsuk-list--bullet">
                {missing.map((why) => (
                  <li key={why}>{why}</li>
                ))}
              </ul>
            </InsetText>
          ) : (
            <>
              <p>A GP or another analyst checks it: somebody who saved no version of it.</p>
              <DecisionForm {...form} action="ask" button="Ask for a check" />
            </>
          )}
          <DecisionForm {...form} action="discard" button="Lay it aside" secondary />
        </>
      );
    case 'asked':
      return (
        <>
          {mayCheck.allowed ? (
            <>
              <DecisionForm
                {...form}
                action="publish"
                button="Publish"
                reason="What you checked, and why it is right"
                status
              />
              <Details
                summary="Send it back instead"
                open={typed?.refusal !== undefined && typed.values.action === 'send_back'}
              >
                <DecisionForm
                  {...form}
                  action="send_back"
                  button="Send it back"
                  reason="What has to be changed"
                  secondary
                />
              </Details>
            </>
          ) : (
            <InsetText>{mayCheck.because}</InsetText>
          )}
          <DecisionForm {...form} action="withdraw" button="Take it back to go on with it" secondary />
        </>
      );
    case 'published':
      return (
        <>
          <p>It is in effect from the refresh after it was published.</p>
          <Details summary="Retire it" open={typed !== null}>
            <p>
              From the next refresh on the version before it is in effect again, or none. Its history stays,
              and a copy can be published anew.
            </p>
            <DecisionForm {...form} action="retire" button="Retire it" reason="Why it is retired" warning />
          </Details>
        </>
      );
    case 'discarded':
      return <DecisionForm {...form} action="resume" button="Take it up again" />;
    case 'retired':
      return <p>It was retired. Its history says by whom and why. Begin a copy to publish it anew.</p>;
  }
}

function DecisionForm(
  props: OfDecision & {
    readonly action: DraftAction;
    readonly button: string;
    readonly reason?: string;
    readonly status?: boolean;
    readonly secondary?: boolean;
    readonly warning?: boolean;
  },
) {
  const { visit, opened, typed, action, button, reason, status } = props;
  const own = typed?.values.action === action ? typed : null;
  return (
    <form method="post" action={draftHref(opened.draft.draftId, action.replace('_', '-'))}>
      <CsrfField token={visit.chrome.csrfToken} />
      <input type="hidden" name="seen" value={opened.draft.version} />
      <input type="hidden" name="action" value={action} />
      {status && (
        <Radios
          name="status"
          label="How far it has been checked"
          choices={[
            { value: 'unverified', text: 'By its cases and numbers: it is shown as not verified' },
            { value: 'verified', text: 'Against its source too: it is shown as verified' },
          ]}
          value={own?.values.status ?? 'unverified'}
          small
          errors={own?.errors}
        />
      )}
      {reason !== undefined && (
        <Textarea
          name="reason"
          id={own ? 'reason' : `reason-${action}`}
          label={reason}
          rows={2}
          value={own?.values.reason}
          errors={own?.errors}
        />
      )}
      <Button
        preventDoubleClick
        variant={props.warning ? 'warning' : props.secondary ? 'secondary' : undefined}
        small={props.secondary}
      >
        {button}
      </Button>
    </form>
  );
}
