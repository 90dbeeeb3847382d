import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { addDays, InvalidInput, londonDay, NotFound, type PlainDate } from '../../../../kernel/index.ts';
import { InsetText, parseForm, Textarea, type Typed, type Visit } from '../../../../platform/web/index.ts';
import { DayBoxes, type InboxRow, type KindAct, withDays } from '../../../work/index.ts';
import { answerRequest } from '../ask-for-change.ts';
import type { PlanContent } from '../plan-content.ts';
import { endStep, putStepOff, readPlanOfRequest, readStepOfWork } from '../step-of-work.ts';
import { mayWorkOnPlans } from '../who-may.ts';

const words = z.string().trim().max(1000, 'Keep this to 1,000 characters').default('');
const seen = z.coerce.number().int().min(0).max(2_147_483_647);
const endForm = z.object({ plan: seen, outcome: words });
const putOffForm = withDays(
  { plan: seen, reason: words.refine((text) => text !== '', 'Say why') },
  { due: 'Say until when' },
);
const answerForm = z.object({ answer: words });

const may = ({ by }: Visit) => mayWorkOnPlans(by).allowed;

/** What is done with a step of a plan in the row of a list of work: the plan says it from then on, too. */
export function planStepActs(rules: PlanContent): KindAct[] {
  const ending = (status: 'done' | 'not_needed', label: string) => ({
    may,
    fields: (visit: Visit, row: InboxRow, typed: Typed) =>
      ofStep(visit, row, typed, () => (
        <Textarea
          name="outcome"
          label={label}
          labelSize="s"
          hint="The person reads this in their plan."
          rows={2}
          errors={typed.errors}
          value={typed.fields.outcome}
        />
      )),
    do: async ({ tx, by, now }: Visit, { item }: InboxRow, typed: Readonly<Record<string, string>>) => {
      const { plan, outcome } = parseForm(endForm, typed);
      await endStep(tx, { by, now, content: rules, item, seen: plan, status, outcome });
    },
  });
  return [
    {
      act: 'step-done',
      text: 'Done',
      heading: 'Done',
      submit: 'Done',
      ...ending('done', 'What came of it?'),
    },
    {
      act: 'step-later',
      text: 'Put off',
      heading: 'Put off',
      submit: 'Put off',
      may,
      fields: (visit, row, typed) =>
        ofStep(visit, row, typed, (due) => (
          <>
            <DayBoxes name="due" label="Until when?" typed={typed} suggested={due} />
            <Textarea
              name="reason"
              label="Why? Write it for the person"
              labelSize="s"
              hint="They read this in their plan. What is for colleagues alone does not belong here."
              rows={2}
              errors={typed.errors}
              value={typed.fields.reason}
            />
          </>
        )),
      do: async ({ tx, by, now }, { item }, typed) => {
        const { plan, reason, due } = parseForm(putOffForm, typed);
        if (due === undefined) throw new InvalidInput([{ field: 'due', message: 'Say until when' }]);
        await putStepOff(tx, { by, now, content: rules, item, seen: plan, due, reason });
      },
    },
    {
      act: 'step-stop',
      text: 'Not needed',
      heading: 'Not needed any more',
      submit: 'Not needed',
      ...ending('not_needed', 'Why is it not needed?'),
    },
  ];
}

/** The fields of a form about a step; where its plan is not shared with the reader, that. */
async function ofStep(
  visit: Visit,
  { item }: InboxRow,
  typed: Typed,
  fields: (later: PlainDate) => ComponentChildren,
): Promise<ComponentChildren> {
  const step = await readStepOfWork(visit.tx, item);
  if (step === null)
    return (
      <InsetText>
        The plan that this step is in is not shared with you. Speak to the person, or to whoever coordinates
        their care.
      </InsetText>
    );
  return (
    <>
      <input type="hidden" name="plan" value={typed.fields.plan ?? step.version} />
      {fields(addDays(londonDay(visit.now), 7))}
    </>
  );
}

/** What is done with a person's wish to change their plan in the row of a list: it is answered. */
export function planRequestActs(rules: PlanContent): KindAct[] {
  return [
    {
      act: 'answer-wish',
      text: 'Answer',
      heading: 'Answer',
      submit: 'Send the answer',
      may,
      fields: async (_, __, typed) => (
        <Textarea
          name="answer"
          label="What did you do about it?"
          labelSize="s"
          hint="The person reads this on their page."
          rows={3}
          errors={typed.errors}
          value={typed.fields.answer}
        />
      ),
      do: async ({ tx, by, now }, { item }, typed) => {
        const { answer } = parseForm(answerForm, typed);
        const plan = await readPlanOfRequest(tx, item);
        if (plan === null)
          throw new NotFound('This plan is not shared with you.', 'Speak to the person about it.');
        await answerRequest(tx, { by, now, content: rules, plan, item, answer });
      },
    },
  ];
}
