import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  EmptyState,
  Page,
  PageHeading,
  Pagination,
  Table,
  Tag,
  type Visit,
} from '../../../platform/web/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { type ListedMatch, MATCHES_A_PAGE, type MatchingMethod } from '../../register/index.ts';
import { matchHref } from './match-view.ts';
import { contradictionWords, strengthWords } from './match-words.ts';

const SHOWN = { waiting: 'Waiting for a decision', decided: 'Decided' } as const;

const STATE_WORDS = {
  open: 'Open',
  merged: 'Merged',
  apart: 'Kept apart',
  settled: 'Alike no more',
} as const;

/** The queue. It names nobody: a name is a look, and looks belong to the page of the pair. */
export function QueuePage(props: {
  visit: Visit;
  show: keyof typeof SHOWN;
  page: number;
  total: number;
  matches: readonly ListedMatch[];
  method: MatchingMethod;
  places: PlaceTree;
}) {
  const { visit, show, page, total, matches, method, places } = props;
  const href = (to: number, which = show) => `/people/matches?show=${which}&page=${to}`;
  return (
    <Page title="People who may be one" chrome={visit.chrome}>
      <PageHeading>People who may be one</PageHeading>
      <p>
        Two records that may be of the same person. They stay two people until somebody decides. Opening a
        pair is kept in the audit of both.
      </p>
      <ul class="app-parts">
        {(Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((which) => (
          <li key={which}>
            <a href={href(1, which)} aria-current={which === show ? 'true' : undefined}>
              {SHOWN[which]}
            </a>
          </li>
        ))}
      </ul>
      {total === 0 ? (
        <EmptyState
          title={show === 'waiting' ? 'No pair waits for a decision' : 'Nothing has been decided yet'}
        >
          <p>
            {show === 'waiting'
              ? 'Every import looks for people who may be one. A pair appears here when one of the two has no NHS number and enough else agrees, or when new data contradicts a decision.'
              : 'Pairs that were merged or kept apart stand here, and a merge can be undone.'}
          </p>
        </EmptyState>
      ) : (
        <Table
          caption={`${SHOWN[show]}, ${show === 'waiting' ? 'the strongest first' : 'the latest first'}`}
          hideCaption
          compact
          responsive
          rows={matches}
          columns={[
            {
              heading: 'Pair',
              rowHeader: true,
              cell: ({ id }) => <a href={matchHref(id)}>{`Pair ${id}`}</a>,
            },
            {
              heading: 'Why',
              cell: ({ contradiction }) =>
                contradiction === null ? (
                  'Alike'
                ) : (
                  <Tag colour="red">{contradictionWords(contradiction).short}</Tag>
                ),
            },
            { heading: 'Evidence', cell: ({ weight }) => strengthWords(weight, method) },
            ...(show === 'decided'
              ? [{ heading: 'Decision', cell: ({ state }: ListedMatch) => STATE_WORDS[state] }]
              : [
                  {
                    heading: 'Asked',
                    unknown: 'Nobody',
                    cell: ({ askedPractice, askedItem }: ListedMatch) =>
                      askedPractice === null
                        ? null
                        : `${places.place(askedPractice)?.name ?? 'A practice'}${askedItem === null ? ', has answered' : ''}`,
                  },
                ]),
            { heading: 'Raised', nowrap: true, cell: ({ raisedAt }) => formatDay(londonDay(raisedAt)) },
          ]}
        />
      )}
      <Pagination page={page} pageCount={Math.ceil(total / MATCHES_A_PAGE)} href={(to) => href(to)} />
    </Page>
  );
}
