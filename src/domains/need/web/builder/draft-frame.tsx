import type { ComponentChildren } from 'preact';
import type { FieldError, Refusal } from '../../../../kernel/index.ts';
import { formatInstant } from '../../../../kernel/index.ts';
import {
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Tag,
  type TagColour,
  type Visit,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import { stateWords } from '../../drafts/draft-states.ts';
import { headOf } from '../../drafts/read-drafts.ts';
import type { DraftState } from '../../tables.ts';
import type { Measures } from '../measures.ts';
import { CountPanel } from './count-panel.tsx';
import { draftHref, type OpenedDraft } from './draft-parts.ts';

const STATE_COLOURS: Record<DraftState, TagColour> = {
  draft: 'blue',
  asked: 'orange',
  published: 'green',
  retired: 'grey',
  discarded: 'grey',
};

export function StateTag({ state }: { state: DraftState }) {
  return <Tag colour={STATE_COLOURS[state]}>{stateWords[state]}</Tag>;
}

/** The views of one draft, in the order in which somebody meets them. */
const VIEWS = [
  ['', 'Conditions'],
  ['text', 'Text'],
  ['about', 'About it'],
  ['cases', 'Cases'],
  ['people', 'Example people'],
  ['check', 'Check and publish'],
  ['history', 'History'],
] as const;

export type DraftView = (typeof VIEWS)[number][0];

export interface DraftFrameProps {
  readonly visit: Visit;
  readonly measures: Measures;
  readonly opened: OpenedDraft;
  readonly view: DraftView;
  readonly errors?: readonly FieldError[] | undefined;
  /** What was not done, where something was not. */
  readonly refused?: Refusal | null | undefined;
  readonly children: ComponentChildren;
}

/** What stands around every view of a draft: its name and state, the other views, and how many people it means. */
export function DraftFrame(props: DraftFrameProps) {
  const { visit, measures, opened, view, errors, refused, children } = props;
  const { draft } = opened;
  const title = headOf(draft.definition).title || `Draft ${draft.draftId}`;
  const name = VIEWS.find(([at]) => at === view)?.[1];
  return (
    <Page
      title={`${name}: ${title}`}
      chrome={visit.chrome}
      errors={errors}
      breadcrumbs={[
        { text: 'Definitions', href: '/definitions' },
        { text: 'Drafts', href: '/definitions/drafts' },
      ]}
    >
      <PageHeading caption={draft.basedOn === null ? 'A new definition' : `A copy of ${draft.basedOn}`}>
        {title}
      </PageHeading>
      <p class="app-list-summary">
        <StateTag state={draft.state} />{' '}
        {`Version ${draft.version}, saved by ${draft.savedBy} on ${formatInstant(draft.savedAt)}`}
      </p>
      {refused && (
        <WarningCallout heading="That was not done">
          <p>{`${refused.message} ${refused.remedy}`}</p>
        </WarningCallout>
      )}
      <nav aria-label="Views of this draft">
        <ul class="app-parts">
          {VIEWS.map(([at, text]) => (
            <li key={at}>
              <a href={draftHref(draft.draftId, at)} aria-current={at === view ? 'page' : undefined}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="app-builder">
        <div class="app-builder__work">{children}</div>
        <aside class="app-builder__count" aria-label="How many people">
          <CountPanel visit={visit} measures={measures} opened={opened} />
        </aside>
      </div>
    </Page>
  );
}

/** Undoing the last step, where there is one and the draft can be changed. */
export function UndoButton({ visit, opened }: { visit: Visit; opened: OpenedDraft }) {
  const { draft } = opened;
  if (draft.state !== 'draft' || draft.before === null) return null;
  return (
    <PostButton
      action={draftHref(draft.draftId, 'undo')}
      csrfToken={visit.chrome.csrfToken}
      fields={{ seen: String(draft.version) }}
      variant="secondary"
      small
    >
      Undo the last step
    </PostButton>
  );
}

/** Why a draft cannot be changed now; nothing for one that can. */
export function Frozen({ opened }: { opened: OpenedDraft }) {
  const { draft } = opened;
  if (draft.state === 'draft') return null;
  return (
    <InsetText>
      {draft.state === 'asked'
        ? 'This waits for a check and cannot be changed. To go on with it, take it back under Check and publish.'
        : `This is ${stateWords[draft.state].toLowerCase()} and cannot be changed. Begin a copy to go on from it.`}
    </InsetText>
  );
}
