import type { ComponentChildren } from 'preact';
import { Button, CsrfField, Heading, Radios, Textarea } from '../../../platform/web/index.ts';
import { mayAskPractice } from '../who-may.ts';
import { type MatchPageProps, matchHref } from './match-view.ts';

function PairForm(
  props: MatchPageProps & { heading: string; to: string; submit: string; children?: ComponentChildren },
) {
  const { visit, match, typed, heading, to, submit, children } = props;
  return (
    <>
      <Heading level={2}>{heading}</Heading>
      <form method="post" action={`${matchHref(match.id)}${to}`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={match.history[0]?.id ?? 0} />
        {children}
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          hint="Kept with the decision and in the audit of both. Do not write names or numbers here."
          rows={3}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button preventDoubleClick>{submit}</Button>
      </form>
    </>
  );
}

/** Merge, keep apart, or ask one of the practices. */
export function DecisionForm(props: MatchPageProps) {
  const { visit, match, people, places, typed } = props;
  const practices = [...new Set(people.flatMap(({ practice_id }) => practice_id ?? []))];
  const canAsk = mayAskPractice(visit.by).allowed && match.askedItem === null;
  const numbers = new Set(people.flatMap(({ nhs_number }) => nhs_number ?? []));
  return (
    <PairForm {...props} heading="Decide" to="" submit="Decide">
      <Radios
        name="verdict"
        label="What is to be done?"
        labelSize="s"
        errors={typed.errors}
        value={typed.fields.verdict}
        choices={[
          ...(numbers.size > 1
            ? []
            : [
                {
                  value: 'merge',
                  text: 'Merge: they are one person',
                  hint: 'Their records are shown as one. No entry is rewritten, and it can be undone.',
                },
              ]),
          {
            value: 'apart',
            text: 'Keep apart: they are two people',
            hint: 'They are not proposed again.',
          },
          ...(canAsk ? practices : []).map((practice) => ({
            value: `ask-${practice}`,
            text: `Ask ${places.place(practice)?.name ?? 'the practice'}`,
            hint: 'The practice sees its own patient and your question. The pair stays here.',
          })),
        ]}
      />
    </PairForm>
  );
}

/** Parts two who were merged by mistake. */
export function UndoForm(props: MatchPageProps) {
  // The reason of a decision that came too late is no reason for undoing the one that came first.
  const { verdict, ...own } = props.typed.fields;
  const typed = { ...props.typed, fields: verdict === undefined ? own : {} };
  return (
    <PairForm {...props} typed={typed} heading="Undo the merge" to="/undo" submit="Undo the merge">
      <p>
        Both are who they were before, with their own records, work and caseload. What was done about them
        while they were one stays with the one who kept the records: tell their teams.
      </p>
    </PairForm>
  );
}

/** The practice's answer to a question about its own patient. */
export function AnswerForm(props: MatchPageProps) {
  const { pathway, typed, match } = props;
  const question = match.history.find(({ verdict }) => verdict === 'ask');
  return (
    <PairForm {...props} heading="Your answer" to="/answer" submit="Send the answer">
      {question && <p>{`${question.who} asks: “${question.reason}”`}</p>}
      <Radios
        name="answer"
        label="Is your patient the same person as the other record?"
        labelSize="s"
        errors={typed.errors}
        value={typed.fields.answer}
        choices={pathway.answers.map(({ id, title }) => ({ value: id, text: title }))}
      />
    </PairForm>
  );
}
