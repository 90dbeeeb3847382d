import { formatDay, formatInstant, type PlainDate } from '../../../kernel/index.ts';
import {
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Refused,
  Table,
  WarningCallout,
} from '../../../platform/web/index.ts';
import type { Match, MatchEvent, MatchingMethod } from '../../register/index.ts';
import { AnswerForm, DecisionForm, UndoForm } from './decision-forms.tsx';
import type { MatchPageProps } from './match-view.ts';
import { contradictionWords, strengthWords, verdictWords } from './match-words.ts';
import { SideBySide } from './side-by-side.tsx';

/** One pair: what agrees and what does not, what was done about it, and what can be done. */
export function MatchPage(props: MatchPageProps) {
  const { visit, match, people, method, typed } = props;
  const title = 'Two people who may be one';
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[{ text: 'People who may be one', href: '/people/matches' }]}
    >
      <PageHeading caption={`Pair ${match.id}`}>{title}</PageHeading>
      <Refused typed={typed} />
      <Standing match={match} />
      <SideBySide {...props} />
      {people.length === 2 && <Sum match={match} method={method} />}
      <Caseloads {...props} />
      <WhatToDo {...props} />
      {match.history.length > 0 && <History events={match.history} />}
    </Page>
  );
}

function Standing({ match }: { match: Match }) {
  const { contradiction, history, state } = match;
  const decision = history.find(({ verdict }) => verdict !== 'ask' && verdict !== 'answer');
  return (
    <>
      {contradiction !== null && (
        <WarningCallout heading={contradictionWords(contradiction).short}>
          <p>{contradictionWords(contradiction).long}</p>
        </WarningCallout>
      )}
      {decision && (state === 'merged' || state === 'apart') && (
        <InsetText>
          {`${verdictWords[decision.verdict]} by ${decision.who} on ${formatInstant(decision.at)}: “${decision.reason}”. `}
          {state === 'merged'
            ? 'Pages show them as one person once the list of people has been updated, which begins at once and takes a few minutes.'
            : 'They are not proposed again.'}
        </InsetText>
      )}
      {state === 'settled' && (
        <InsetText>
          The data that has come since makes these two no longer alike enough, or says itself who they are.
          Nobody has to decide.
        </InsetText>
      )}
    </>
  );
}

function Sum({ match, method }: { match: Match; method: MatchingMethod }) {
  return (
    <>
      <p>
        {`Together: ${strengthWords(match.weight, method)}. A pair is proposed from ${method.propose_at}, and called strong from ${method.strong_at}.`}
      </p>
      <Details summary="How the evidence is weighed">
        <p>
          {`By ${method.source} Version ${match.method}, ${method.status}; next review ${formatDay(method.review as PlainDate)}.`}
        </p>
        <p>
          Each field weighs log2(m / u): m is how often two records of one person agree so, u how often
          records of two people do. One more means twice as likely. A field that one side does not have weighs
          nothing. The weights are those of the records that are most alike; a person may have others.
        </p>
        <p>
          The fields are taken as independent of each other. In families they are not: a twin, a parent of the
          same name or somebody at the same address weighs more than they should.
        </p>
      </Details>
    </>
  );
}

function Caseloads({ caseloads }: MatchPageProps) {
  if (caseloads.length === 0) return null;
  const led = caseloads.map(({ team, lead }) => `${lead ?? 'the team'} (${team})`);
  return (
    <InsetText>
      {caseloads.length === 1
        ? `One of the two is on the caseload of ${led[0]}, and stays on it whatever is decided.`
        : `Both are on a caseload: ${led.join(' and ')}. They can be merged when one of the two has been discharged.`}
    </InsetText>
  );
}

function WhatToDo(props: MatchPageProps) {
  const { match, people } = props;
  if (people.length < 2) return match.askedItem === null ? null : <AnswerForm {...props} />;
  if (match.state === 'merged') return <UndoForm {...props} />;
  if (match.state === 'settled') return null;
  return <DecisionForm {...props} />;
}

function History({ events }: { events: readonly MatchEvent[] }) {
  return (
    <>
      <Heading level={2}>What happened</Heading>
      <Table
        caption="Everything that was done about the pair, the latest first"
        hideCaption
        compact
        responsive
        rows={events}
        columns={[
          { heading: 'When', nowrap: true, cell: ({ at }) => formatInstant(at) },
          { heading: 'What', rowHeader: true, cell: ({ verdict }) => verdictWords[verdict] },
          { heading: 'By', cell: ({ who }) => who },
          { heading: 'Reason', cell: ({ reason }) => reason },
        ]}
      />
    </>
  );
}
