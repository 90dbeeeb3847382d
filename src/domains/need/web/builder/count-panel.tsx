import { londonDay } from '../../../../kernel/index.ts';
import {
  DataDate,
  Heading,
  InsetText,
  SummaryList,
  Table,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { CohortScope } from '../../adhoc/cohort-scope.ts';
import type { CohortCount } from '../../adhoc/count-cohort.ts';
import type { Definition } from '../../language/definition.ts';
import { bandsOf, type Library, stepsOf } from '../../language/library.ts';
import { withDefinition } from '../../language/with-authored.ts';
import type { Measures } from '../measures.ts';
import { stepInWords } from '../step-words.ts';
import { draftHref, type OpenedDraft } from './draft-parts.ts';

const GROUPED = new Intl.NumberFormat('en-GB');

export function people(number: number): string {
  return GROUPED.format(number);
}

/** Whom a count is about, in words: it is exact, and of those whom the reader may see. */
export const SCOPE_WORDS: Record<CohortScope['of'], string> = {
  everybody: 'Everybody who is registered.',
  planning: 'Everybody who is registered and does not object to planning.',
  visible: 'The people whom you may see. The published count of everybody comes with the next refresh.',
};

interface PanelProps {
  readonly visit: Visit;
  readonly measures: Measures;
  readonly opened: OpenedDraft;
}

/** In, out, unknown and where people leave, as of the snapshot; or why there is no number. */
export function CountPanel({ visit, measures, opened }: PanelProps) {
  const { checked, count, draft, whole } = opened;
  return (
    <>
      <Heading level={2}>How many people</Heading>
      {checked.problems.length > 0 && (
        <InsetText>
          <p>
            It cannot be counted yet.{' '}
            <a href={draftHref(draft.draftId, 'text')}>
              {checked.problems.length === 1
                ? 'One thing has to be mended'
                : `${checked.problems.length} things have to be mended`}
            </a>
            .
          </p>
        </InsetText>
      )}
      {count?.is === 'busy' && (
        <InsetText>This count takes longer than usual. It goes on: load the page again to see it.</InsetText>
      )}
      {count?.is === 'given_up' && (
        <InsetText>
          This count ended before it was done, since you asked for another. Load the page again to make it.
        </InsetText>
      )}
      {count?.is === 'failed' && (
        <InsetText>
          The count failed, and whoever runs the product can see why. The draft is saved. Try again, or ask
          for fewer codelists at once.
        </InsetText>
      )}
      {count?.is === 'refused' && <InsetText>{count.because}</InsetText>}
      {count?.is === 'counted' && checked.definition && (
        <Counted
          count={count.count}
          scope={count.scope}
          library={withDefinition(whole.library, checked.definition)}
          definition={checked.definition}
        />
      )}
      {count?.is === 'counted' && opened.outdated && (
        <InsetText>
          Data has come in since. The next refresh works with it, so that its numbers will be others.
        </InsetText>
      )}
      {count?.is === 'counted' && (
        <DataDate date={count.count.asOf} stale={measures.isStale(count.count.asOf, londonDay(visit.now))} />
      )}
    </>
  );
}

function Counted(props: {
  count: CohortCount;
  scope: CohortScope;
  library: Library;
  definition: Definition;
}) {
  const { count, scope, library, definition } = props;
  const steps = stepsOf(definition);
  return (
    <>
      <SummaryList
        rows={[
          { key: 'In', value: people(count.in) },
          { key: 'Out', value: people(count.out) },
          { key: 'Unknown', value: people(count.unknown) },
          { key: 'All', value: people(count.people) },
        ]}
      />
      {steps.length > 1 && (
        <Table
          caption="Step by step"
          captionSize="s"
          compact
          rows={steps.map((step, at) => ({ step, at, lost: count.lost[at] ?? 0 }))}
          columns={[
            {
              heading: 'Step',
              rowHeader: true,
              cell: ({ step, at }) => `${at + 1}. ${stepInWords(library, step)}`,
            },
            { heading: 'Leave here', numeric: true, cell: ({ lost }) => people(lost) },
          ]}
        />
      )}
      {count.bands.length > 0 && (
        <Table
          caption="By band"
          captionSize="s"
          compact
          rows={count.bands}
          columns={[
            {
              heading: 'Band',
              rowHeader: true,
              cell: ({ id }) => bandsOf(definition).find((band) => band.id === id)?.title ?? id,
            },
            { heading: 'People', numeric: true, cell: (band) => people(band.people) },
          ]}
        />
      )}
      <p class="app-secondary">{SCOPE_WORDS[scope.of]} Exact numbers: not to be published.</p>
    </>
  );
}
